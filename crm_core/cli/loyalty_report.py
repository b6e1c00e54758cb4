"""The loyalty programme in numbers, for programs and for people who like the command line."""

from dataclasses import asdict
from datetime import datetime
from typing import Any

import click

from crm_core.cli.shell import Shell, as_json, pass_shell, show, table
from crm_core.insights import loyalty, loyalty_lift
from crm_core.insights.loyalty_types import MONEY, ProgrammeFigure, ProgrammeReport
from crm_core.kernel.values import money

_DAY = click.DateTime(formats=["%Y-%m-%d"])


@click.command("loyalty")
@click.option("--from", "since", type=_DAY, help="The first day; a year before the last one otherwise.")
@click.option("--to", "until", type=_DAY, help="The last day; today otherwise.")
@as_json
@pass_shell
def loyalty_report(shell: Shell, since: datetime | None, until: datetime | None, is_json: bool) -> None:
    """Members, points and what they are worth, costs, tiers, repeat purchase, and what it changed."""
    actor = shell.actor()
    found = loyalty.report(actor, since.date() if since else None, until.date() if until else None)
    lift = loyalty_lift.report(actor)
    rows = [_row(figure, found.currency) for figure in found.figures]
    if not is_json:
        table(
            ("measure", "value", "unit"),
            [[row[name] for name in ("measure", "value", "unit")] for row in rows],
        )
        return
    cohorts = [asdict(one) | {"share": one.share} for one in found.cohorts]
    show({
        "name": "loyalty", "from": found.since, "to": found.until, "as_of": None, "currency": found.currency,
        "rows": rows, "active_share": found.active_share, "redemption_rate": found.redemption_rate,
        "liability": _liability(found), "tier_flow": [asdict(one) for one in found.flow],
        "repeat_purchase": cohorts, "lift": [asdict(one) for one in lift.rows],
        "lift_months": lift.months, "lift_unmatched": lift.unmatched, "lift_every": lift.every,
    })  # fmt: skip


def _row(figure: ProgrammeFigure, currency: str) -> dict[str, Any]:
    is_money = figure.unit == MONEY
    value = str(money.to_decimal(figure.value, currency)) if is_money else figure.value
    return {
        "measure": figure.name, "value": value, "unit": currency if is_money else figure.unit,
        "count": figure.rows,
    }  # fmt: skip


def _liability(found: ProgrammeReport) -> dict[str, Any]:
    held, currency = found.open_points, found.currency
    return {
        "points": held.points, "cost": str(money.to_decimal(held.cost, currency)),
        "expected_cost": str(money.to_decimal(held.expected_cost, currency)),
        "expected_redemption": held.expected, "breakage": held.breakage, "has_expired": held.has_expired,
        "months": [
            {"month": month, "points": points, "cost": str(money.to_decimal(cost, currency))}
            for month, points, cost in held.months
        ],
    }  # fmt: skip
