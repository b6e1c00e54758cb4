"""Points of members from the shell. MEMBER is a card number, an e-mail address, or a contact number."""

from collections.abc import Callable
from dataclasses import asdict
from datetime import UTC, datetime
from typing import Any

import click

from crm_core.cli.shell import Shell, as_json, pass_shell, show, table
from crm_core.kernel.access import Actor
from crm_core.loyalty import earning, members, statements, tiers
from crm_core.loyalty import points as ledger
from crm_core.loyalty.points import Why
from crm_core.loyalty.types import MemberCard, Posted

# Negative points look like options otherwise.
SIGNED = {"ignore_unknown_options": True}
CAUSE = click.option("--cause", required=True, help="What brings it, as a receipt number: it posts once.")
REASON = click.option("--reason", default="", help="Why, for people; it stays with the entry.")
DAY = click.DateTime(["%Y-%m-%d"])
Act = Callable[[Actor, str, int, Why], Posted]


@click.group()
def points() -> None:
    """Points of members: earn, redeem, correct, look."""


def _posting(name: str, act: Act, says: str, settings: dict[str, Any] | None = None) -> None:
    @points.command(name, help=says, context_settings=settings or {})
    @click.argument("member")
    @click.argument("amount", type=int, metavar="POINTS")
    @CAUSE
    @REASON
    @as_json
    @pass_shell
    def command(shell: Shell, member: str, amount: int, cause: str, reason: str, is_json: bool) -> None:
        _say(act(shell.actor(), member, amount, Why(cause, reason)), is_json)


_posting("earn", ledger.earn, "Give POINTS to MEMBER; a contact that takes no part yet is enrolled.")
_posting("redeem", ledger.redeem, "Spend POINTS of MEMBER, those that expire first before others.")
_posting("gift", ledger.gift, "Give POINTS to MEMBER for nothing; say --reason.")
_posting(
    "adjust", ledger.adjust, "Correct the balance of MEMBER by POINTS, up or down; say --reason.", SIGNED
)


@points.command()
@click.argument("entry_id", type=int, metavar="ENTRY")
@REASON
@as_json
@pass_shell
def reverse(shell: Shell, entry_id: int, reason: str, is_json: bool) -> None:
    """Take the posting ENTRY back by another one."""
    _say(ledger.reverse(shell.actor(), entry_id, reason=reason), is_json)


@points.command()
@click.argument("member")
@as_json
@pass_shell
def balance(shell: Shell, member: str, is_json: bool) -> None:
    """What MEMBER has, and what of it can be spent now."""
    found = ledger.balance(shell.actor(), member)
    if is_json:
        show(_card(found))
        return
    click.echo(_sentence(found))


@points.command()
@click.argument("member")
@click.option("--from", "since", type=DAY, help="The first day.")
@click.option("--to", "until", type=DAY, help="The day after the last one.")
@as_json
@pass_shell
def statement(
    shell: Shell, member: str, since: datetime | None, until: datetime | None, is_json: bool
) -> None:
    """The entries of MEMBER, the latest first."""
    begin, end = (day.replace(tzinfo=UTC) if day else None for day in (since, until))
    found = statements.statement(shell.actor(), member, begin, end)
    if is_json:
        entries = [asdict(entry) for entry in found.entries]
        show(_card(found.member) | {"opening": found.opening, "closing": found.closing, "entries": entries})
        return
    rows = [
        (
            f"{one.happened_at:%Y-%m-%d}",
            one.kind,
            f"{one.points:+,}",
            f"{one.balance:,}",
            one.cause,
            one.reason,
        )
        for one in found.entries
    ]
    table(("day", "kind", "points", "balance", "cause", "reason"), rows)
    click.echo(_sentence(found.member))


@points.command()
@click.argument("text")
@as_json
@pass_shell
def find(shell: Shell, text: str, is_json: bool) -> None:
    """Members by card number, e-mail address, phone number, or number of the contact."""
    found = members.find(shell.actor(), text)
    if is_json:
        show([asdict(one) for one in found])
        return
    table(
        ("contact", "card", "name", "e-mail"), [(m.contact_id, m.card_number, m.name, m.email) for m in found]
    )


@points.command()
@click.argument("contact_id", type=int, metavar="CONTACT")
@click.option("--card", default="", help="The number of a printed card; else one is drawn.")
@as_json
@pass_shell
def enrol(shell: Shell, contact_id: int, card: str, is_json: bool) -> None:
    """Let CONTACT take part in the programme."""
    found = members.enrol(shell.actor(), contact_id, card_number=card)
    if is_json:
        show(_card(found))
        return
    click.echo(f"{found.name} takes part with card {found.card_number}.")


@points.command()
@click.argument("member")
@click.argument("event", type=click.Choice(earning.BY_HAND))
@CAUSE
@as_json
@pass_shell
def happened(shell: Shell, member: str, event: str, cause: str, is_json: bool) -> None:
    """Give MEMBER what the rules promise for EVENT."""
    found = earning.happen(shell.actor(), member, event, Why(cause))
    if is_json:
        show(_card(found))
        return
    click.echo(_sentence(found))


@points.command()
@click.option("--from", "since", type=DAY, required=True, help="The first day.")
@click.option("--to", "until", type=DAY, required=True, help="The day after the last one.")
@as_json
@pass_shell
def past(shell: Shell, since: datetime, until: datetime, is_json: bool) -> None:
    """Give members the points of past orders by the rules that are live."""
    given = earning.award_past(shell.actor(), since.replace(tzinfo=UTC), until.replace(tzinfo=UTC))
    if is_json:
        show({"points": given})
        return
    click.echo(f"{given:,} points were given.")


@points.command()
@as_json
@pass_shell
def liability(shell: Shell, is_json: bool) -> None:
    """What all open points are worth, by the month in which they expire."""
    found = statements.liability(shell.actor())
    if is_json:
        months = [{"month": month, "points": count, "cost": cost} for month, count, cost in found.months]
        show({**asdict(found), "months": months})
        return
    rows = [
        (f"{month:%Y-%m}" if month else "never", f"{count:,}", cost) for month, count, cost in found.months
    ]
    table(("expire in", "points", f"minor units of {found.currency}"), rows)


@points.command()
@as_json
@pass_shell
def near(shell: Shell, is_json: bool) -> None:
    """Members who are about to rise to another tier, or to fall."""
    found = tiers.near(shell.actor())
    if is_json:
        show([asdict(one) for one in found])
        return
    rows = [(one.name, one.way, one.tier, one.other_tier, f"{one.missing:,}", one.until) for one in found]
    table(("name", "way", "tier", "other tier", "missing", "until"), rows)


def _say(done: Posted, is_json: bool) -> None:
    if is_json:
        show({"entry": asdict(done.entry), "is_new": done.is_new, **_card(done.member)})
        return
    again = "" if done.is_new else " (posted before; nothing changed)"
    click.echo(f"Entry {done.entry.id}: {done.entry.points:+,} points{again}. {_sentence(done.member)}")


def _sentence(card: MemberCard) -> str:
    parts = [f"{card.name} has {card.balance:,} points, {card.usable:,} to spend now"]
    parts += [f"tier {card.tier}"] if card.tier else []
    parts += [f"{card.expiring:,} expire on {card.expires_at:%Y-%m-%d}"] if card.expires_at else []
    return "; ".join(parts) + "."


def _card(card: MemberCard) -> dict[str, Any]:
    return asdict(card)
