"""What came of campaigns, for programs and for people who like the command line."""

from datetime import datetime
from math import isfinite
from typing import Any

import click

from crm_core.cli.shell import Shell, as_json, pass_shell, show, table
from crm_core.kernel.values import money
from crm_core.kernel.work import Clock
from crm_core.marketing import results
from crm_core.marketing.result_types import Arm, CampaignReport, LiftRow

_SHOWN = ("sent", "delivered", "opened", "clicked", "replied", "bounced", "unsubscribed")
_DIGITS = 6


@click.command("campaign")
@click.argument("name")
@as_json
@pass_shell
def campaign_report(shell: Shell, name: str, is_json: bool) -> None:
    """One campaign by name or number: what each variant came to, and its lift against the hold-out."""
    actor = shell.actor()
    found = results.report(actor, results.find(actor, name))
    if is_json:
        show(_answer(found))
        return
    arms = [_arm(arm, found.currency) for arm in found.arms]
    measures = ("variant", "people", *_SHOWN, "visited", "converted", "revenue", "currency")
    table(measures, [[arm[measure] for measure in measures] for arm in arms])
    for row in found.lift:
        click.echo(_sentence(row, found.currency))
    if found.verdict.p is not None:
        click.echo(found.verdict.sentence)


@click.command("campaigns")
@as_json
@pass_shell
def campaigns_report(shell: Shell, is_json: bool) -> None:
    """The latest campaigns beside each other."""
    rows = [_compared(found) for found in results.compare(shell.actor())]
    if is_json:
        show({"name": "campaigns", "from": None, "to": None, "as_of": Clock.now().isoformat(), "rows": rows})
        return
    shown = ("campaign", "people", "sent", "opened", "clicked", "converted", "revenue", "currency")
    table(shown, [[row[name] for name in shown] for row in rows])


@click.command("attribution")
@click.option("--from", "since", type=click.DateTime(formats=["%Y-%m-%d"]), help="The first day of ordering.")
@click.option("--to", "until", type=click.DateTime(formats=["%Y-%m-%d"]), help="The last day of ordering.")
@click.option("--days", default=30, show_default=True, help="How long before an order a message counts.")
@click.option("--touch", type=click.Choice(results.TOUCHES), default="clicked", show_default=True)
@as_json
@pass_shell
def attribution_report(
    shell: Shell, since: datetime | None, until: datetime | None, days: int, touch: str, is_json: bool
) -> None:
    """What orders owe to campaigns: by the first message, the last one, and shared by all."""
    period = tuple(day.date() if day else None for day in (since, until))
    found = results.credit(shell.actor(), *period, window_days=days, touch=touch)
    rows = [
        {"campaign": row.campaign, "orders": row.orders, "currency": row.currency}
        | {model: _money(getattr(row, model), row.currency) for model in ("first", "last", "linear")}
        for row in found
    ]
    if is_json:
        dates = {"from": period[0], "to": period[1], "as_of": Clock.now().isoformat()}
        show({"name": "attribution", **dates, "touch": touch, "days": days, "rows": rows})
        return
    shown = ("campaign", "orders", "first", "last", "linear", "currency")
    table(shown, [[row[name] for name in shown] for row in rows])


def _answer(found: CampaignReport) -> dict[str, Any]:
    began = found.started_at.isoformat() if found.started_at else None
    arms = [_arm(arm, found.currency) for arm in found.arms]
    return {
        "name": "campaign", "from": began, "to": None, "as_of": Clock.now().isoformat(),
        "campaign": found.name, "id": found.id, "state": found.state, "is_final": found.is_final,
        "currency": found.currency, "window_days": found.window_days,
        "cost": _money(found.cost, found.currency), "roi": found.roi,
        "incremental_revenue": _incremental(found), "incremental_roi": found.incremental_roi,
        "goal": found.goal, "winner": found.verdict.winner or None, "p": found.verdict.p,
        "rows": arms, "arms": arms, "lift": [_lift(row, found.currency) for row in found.lift],
    }  # fmt: skip


def _arm(arm: Arm, currency: str) -> dict[str, Any]:
    counts = {name: count for name, count in arm.counts.items() if name != "people"}
    return {"variant": arm.variant, "people": arm.people, **counts,
            "revenue": _money(arm.revenue, currency), "currency": currency}  # fmt: skip


def _lift(row: LiftRow, currency: str) -> dict[str, Any]:
    return {
        "variant": row.variant,
        "measure": row.measure,
        "difference": row.found.difference,
        "low": _finite(row.found.low),
        "high": _finite(row.found.high),
        "enough": row.enough,
        "holdout": row.usual,
        "low_at_any_look": _finite(row.always.low),
        "high_at_any_look": _finite(row.always.high),
        "unit": currency if row.measure == "revenue" else "share",
    }


def _compared(found: CampaignReport) -> dict[str, Any]:
    counts = {name: found.total.counts[name] for name in ("people", *_SHOWN, "visited", "converted")}
    return {
        "campaign": found.name, "id": found.id, "state": found.state, **counts,
        "revenue": _money(found.total.revenue, found.currency), "currency": found.currency,
        "cost": _money(found.cost, found.currency), "roi": found.roi,
        "incremental_revenue": _incremental(found),
    }  # fmt: skip


def _sentence(row: LiftRow, currency: str) -> str:
    unit, factor = (currency, 1) if row.measure == "revenue" else ("points", 100)
    said = " to ".join(f"{bound * factor:+.2f}" for bound in (row.found.low, row.found.high))
    whole = f"{row.variant}, {row.measure}: {row.found.difference * factor:+.2f} {unit} ({said})"
    return whole if row.enough else f"{whole}. Not enough data yet."


def _incremental(found: CampaignReport) -> str | None:
    return None if found.incremental is None else _money(round(found.incremental.difference), found.currency)


def _money(minor: int, currency: str) -> str:
    return str(money.to_decimal(minor, currency))


def _finite(number: float) -> float | None:
    """JSON knows no endless numbers."""
    return round(number, _DIGITS) if isfinite(number) else None
