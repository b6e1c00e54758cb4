"""Referrals from the shell: who recommends us, whom they brought, whom to ask next."""

from dataclasses import asdict

import click

from crm_core.cli.shell import Shell, as_json, pass_shell, show, table
from crm_core.kernel.paging import Paging
from crm_core.loyalty import advocates, referrals
from crm_core.loyalty.referral_types import KINDS, STATES, NewReferrer

MOST = 500


@click.group()
def referral() -> None:
    """Recommendations: enrol who recommends us, note friends, look at what came of it."""


@referral.command("list")
@click.option("--state", type=click.Choice(STATES), help="Only these.")
@as_json
@pass_shell
def list_(shell: Shell, state: str | None, is_json: bool) -> None:
    """Who brought whom, the latest first."""
    found = referrals.search(shell.actor(), Paging(1, MOST), state=state or "")
    if is_json:
        show([asdict(one) for one in found])
        return
    rows = [(one.friend, one.referrer, one.code, one.state, one.worth, one.reason) for one in found]
    table(("friend", "brought by", "code", "state", "spent (minor units)", "reason"), rows)


@referral.command()
@as_json
@pass_shell
def people(shell: Shell, is_json: bool) -> None:
    """Who recommends us, with code and result."""
    found = advocates.search(shell.actor(), Paging(1, MOST))
    if is_json:
        show([asdict(one) for one in found])
        return
    rows = [(one.name, one.kind, one.state, one.code, one.friends, one.rewarded, one.worth) for one in found]
    table(("name", "kind", "state", "code", "friends", "bought", "spent (minor units)"), rows)


@referral.command()
@as_json
@pass_shell
def candidates(shell: Shell, is_json: bool) -> None:
    """Customers who like us best, with the reasons: those to ask."""
    found = advocates.find(shell.actor())
    if is_json:
        show([asdict(one) for one in found])
        return
    rows = [(one.contact_id, one.name, one.score, ", ".join(r.text for r in one.reasons)) for one in found]
    table(("contact", "name", "score", "reasons"), rows)


@referral.command()
@click.argument("contact_id", type=int, metavar="CONTACT")
@click.option("--kind", "kind", type=click.Choice(KINDS), default=KINDS[0], help="Advocates are never paid.")
@click.option("--terms", default="", help="What was agreed with an ambassador.")
@click.option("--compensation", default="", help="What the ambassador gets for it.")
@click.option("--points", type=int, help="Points of the ambassador for each friend, unless as usual.")
@click.option("--code", default="", help="The code; else one is made from the name.")
@as_json
@pass_shell
def enrol(shell: Shell, /, contact_id: int, is_json: bool, **said: object) -> None:
    """Let CONTACT recommend us with a code."""
    new = NewReferrer(
        str(said["kind"]), str(said["terms"]), str(said["compensation"]), code=str(said["code"]),
        points_referrer=said["points"] if isinstance(said["points"], int) else None,
    )  # fmt: skip
    found = advocates.enrol(shell.actor(), contact_id, new)
    if is_json:
        show(asdict(found))
        return
    click.echo(f"{found.name} recommends us with the code {found.code}.")


@referral.command()
@click.argument("code")
@click.argument("contact_id", type=int, metavar="CONTACT")
@as_json
@pass_shell
def add(shell: Shell, code: str, contact_id: int, is_json: bool) -> None:
    """Note that CONTACT came by CODE; both are rewarded after the first paid order."""
    done = referrals.bring(shell.actor(), code, contact_id, channel="shell")
    if is_json:
        show(asdict(done))
        return
    click.echo(f"Refused: {done.reason}" if done.reason else "Noted; it waits for the first paid order.")
