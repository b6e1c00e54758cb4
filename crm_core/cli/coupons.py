"""Coupons from the shell. COUPON is a name or a number; amounts are decimals, as in 12.50."""

from dataclasses import asdict
from datetime import datetime
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import Any

import click

from crm_core.cli.shell import Shell, as_json, pass_shell, show, table
from crm_core.kernel.values import money
from crm_core.loyalty import coupon_codes, coupon_guard, coupon_results, coupon_rules, coupon_setup
from crm_core.loyalty import coupons as ledger
from crm_core.loyalty.coupon_types import Basket, BasketLine, NewCoupon
from crm_core.team.company import company

DAY = click.DateTime(["%Y-%m-%d"])
CURRENCY = click.option("--currency", default="", help="Three letters; the company's if not said.")
CONTACT = click.option("--contact", "contact_id", type=int, help="The number of the customer.")


@click.group()
def coupon() -> None:
    """Coupons: set up, draw codes, check, redeem, see what came of them."""


@coupon.command()
@click.argument("name")
@click.argument("effect", type=click.Choice(coupon_rules.EFFECTS))
@click.option("--amount", default="0", help="What a fixed one takes off.")
@click.option("--percent", type=int, default=0, help="What a percent one takes off.")
@click.option("--product", "product_id", type=int, help="The number of the product that is free.")
@click.option("--code", default="", help="One word for all; without it each code is drawn (see codes).")
@click.option("--minimum", default="0", help="What the basket must be worth.")
@click.option("--from", "starts_on", type=DAY, help="The first day.")
@click.option("--to", "ends_on", type=DAY, help="The last day.")
@click.option("--limit", "limit_total", type=int, help="Uses in all.")
@click.option("--per-customer", "limit_per_customer", type=int, help="Uses of each customer.")
@click.option("--segment", "segment_id", type=int, help="The number of the segment that it is for.")
@click.option("--holdout", "holdout_percent", type=int, default=0, help="Percent that get none.")
@click.option("--draft", "is_draft", is_flag=True, help="Do not switch it on yet.")
@CURRENCY
@as_json
@pass_shell
def create(shell: Shell, /, is_draft: bool, is_json: bool, **told: Any) -> None:
    """Set up the coupon NAME that is EFFECT, and switch it on."""
    actor = shell.actor()
    currency = told["currency"] = (told["currency"] or company().currency).upper()
    for name in ("amount", "minimum"):
        told[name] = _minor(told[name], currency)
    for name in ("starts_on", "ends_on"):
        moment: datetime | None = told[name]
        told[name] = moment.date() if moment else None
    key = coupon_setup.create(actor, NewCoupon(kind="shared" if told["code"] else "single", **told))
    if not is_draft:
        coupon_setup.set_state(actor, key, "active")
    row = coupon_setup.get(actor, key)
    _say(asdict(row), is_json, f"Coupon {row.id}, “{row.name}”, is {row.state}.")


@coupon.command(name="list")
@as_json
@pass_shell
def list_(shell: Shell, is_json: bool) -> None:
    """All coupons, the latest first."""
    found = coupon_setup.search(shell.actor())
    if is_json:
        show([asdict(row) for row in found])
        return
    rows = [(row.id, row.name, row.state, row.effect, row.codes, row.used_count) for row in found]
    table(("id", "name", "state", "effect", "codes", "used"), rows)


@coupon.command()
@click.argument("name", metavar="COUPON")
@click.argument("count", type=int)
@click.option("--uses", type=int, default=1, help="How often each code works.")
@click.option("--out", type=click.Path(dir_okay=False, path_type=Path), help="Write all codes as CSV.")
@as_json
@pass_shell
def codes(shell: Shell, name: str, count: int, uses: int, out: Path | None, is_json: bool) -> None:
    """Draw COUNT more codes of COUPON; 0 draws none and only writes the file."""
    actor = shell.actor()
    row = coupon_setup.find(actor, name)
    there = coupon_codes.generate(actor, row.id, count, use_limit=uses) if count else row.codes
    if out is not None:
        out.write_bytes(coupon_codes.export(actor, row.id))
    _say({"coupon_id": row.id, "codes": there}, is_json, f"“{row.name}” has {there:,} codes.")


@coupon.command()
@click.argument("name", metavar="COUPON")
@as_json
@pass_shell
def targets(shell: Shell, name: str, is_json: bool) -> None:
    """Give COUPON to the people of its segment who have it not yet."""
    actor = shell.actor()
    found = coupon_codes.draw_targets(actor, coupon_setup.find(actor, name).id)
    sentence = f"{found.new:,} more people: {found.chosen:,} have it, {found.held_back:,} are held back."
    _say(asdict(found), is_json, sentence)


def _switch(state: str, says: str) -> None:
    @coupon.command({"active": "activate", "paused": "pause", "ended": "end"}[state], help=says)
    @click.argument("name", metavar="COUPON")
    @as_json
    @pass_shell
    def command(shell: Shell, name: str, is_json: bool) -> None:
        actor = shell.actor()
        row = coupon_setup.find(actor, name)
        coupon_setup.set_state(actor, row.id, state)
        _say({"coupon_id": row.id, "state": state}, is_json, f"“{row.name}” is {state}.")


_switch("active", "Switch COUPON on.")
_switch("paused", "Pause COUPON: its codes do not work meanwhile.")
_switch("ended", "End COUPON for good.")


@coupon.command()
@click.argument("code")
@click.argument("total")
@CURRENCY
@CONTACT
@as_json
@pass_shell
def check(shell: Shell, code: str, total: str, currency: str, contact_id: int | None, is_json: bool) -> None:
    """What CODE would take off a basket that costs TOTAL."""
    actor = shell.actor()
    basket = _basket(total, currency)
    found = coupon_guard.check(actor, code, basket, contact_id=contact_id)
    less = _text(found.discount, basket.currency)
    told = {"may": found.may, "discount": less, "currency": basket.currency, "coupon": found.coupon,
            "reason": found.reason}  # fmt: skip
    _say(told, is_json, found.reason or f"{found.coupon}: {less} {basket.currency} less.")


@coupon.command()
@click.argument("code")
@click.argument("total")
@click.option("--cause", required=True, help="What brings it, as a receipt number: it is used once.")
@CURRENCY
@CONTACT
@as_json
@pass_shell
def redeem(shell: Shell, /, code: str, total: str, is_json: bool, **told: Any) -> None:
    """Use CODE for a basket that costs TOTAL."""
    actor = shell.actor()
    basket = _basket(total, told["currency"])
    use = coupon_guard.redeem(actor, code, basket, told["cause"], contact_id=told["contact_id"])
    less = _text(use.discount, use.currency)
    again = "" if use.is_new else " (used before; nothing changed)"
    _say(asdict(use) | {"discount": less, "basket": _text(use.basket, use.currency)}, is_json,
         f"Use {use.id}: {less} {use.currency} less{again}.")  # fmt: skip


@coupon.command()
@click.argument("use_id", type=int, metavar="USE")
@click.option("--reason", required=True, help="Why; it stays with the entry.")
@as_json
@pass_shell
def cancel(shell: Shell, use_id: int, reason: str, is_json: bool) -> None:
    """Take the use USE back, so that its code works again."""
    use = ledger.cancel_use(shell.actor(), use_id, reason=reason)
    _say(asdict(use), is_json, f"Use {use.id} is taken back.")


@coupon.command()
@click.argument("name", metavar="COUPON")
@as_json
@pass_shell
def report(shell: Shell, name: str, is_json: bool) -> None:
    """What came of COUPON, and what it changed against those who were held back."""
    actor = shell.actor()
    found = coupon_results.report(actor, coupon_setup.find(actor, name).id)
    if is_json:
        show({"name": found.coupon, "rows": [
            asdict(found) | {name: _text(getattr(found, name), found.currency)
                             for name in ("discount", "baskets")}]})  # fmt: skip
        return
    click.echo(f"Used: {found.uses:,}, with {found.codes:,} codes; taken back: {found.cancelled:,}; "
               f"{_text(found.discount, found.currency)} {found.currency} less.")  # fmt: skip
    for row in found.lift:
        said = f"{row.found.difference:+.3f} ({row.found.low:+.3f} to {row.found.high:+.3f})"
        click.echo(f"{row.measure}: {said if row.enough else 'not enough data yet'}")


def _basket(total: str, currency: str) -> Basket:
    wanted = (currency or company().currency).upper()
    return Basket(wanted, (BasketLine(_minor(total, wanted)),))


def _minor(text: str, currency: str) -> int:
    try:
        amount = Decimal(text)
        minor = money.to_minor(amount, currency)
    except (InvalidOperation, ValueError, OverflowError) as error:
        raise click.BadParameter(f"“{text}” is no amount: write it as 12.50.") from error
    if money.to_decimal(minor, currency) != amount:
        raise click.BadParameter(f"“{text}” has more decimals than {currency}.")
    return minor


def _text(minor: int, currency: str) -> str:
    return str(money.to_decimal(minor, currency))


def _say(told: dict[str, Any], is_json: bool, sentence: str) -> None:
    if is_json:
        show(told)
    else:
        click.echo(sentence)
