"""What the coming months may bring, for programs and for people who like the command line."""

from dataclasses import asdict
from datetime import datetime
from typing import Any

import click

from crm_core.cli.shell import Shell, as_json, pass_shell, show, table
from crm_core.kernel.values import money
from crm_core.kernel.work import Clock
from crm_core.sales import forecast
from crm_core.sales.calibration import Quality
from crm_core.sales.forecast_types import ForecastRow

_DAY = click.DateTime(formats=["%Y-%m-%d"])
_AMOUNTS = ("open_amount", "won", "weighted", "committed", "best_case", "expected", "low", "high")
_SHOWN = ("won", "weighted", "committed", "best_case", "expected", "low", "high")


@click.command("forecast")
@click.option("--by", type=click.Choice(list(forecast.STEPS)), default="month", help="How long periods are.")
@click.option("--periods", type=int, default=6, help="How many, the present one included.")
@click.option("--as-of", "day", type=_DAY, help="As it would have been made at the end of this day.")
@click.option("--backtest", is_flag=True, help="Also say how good it would have been in the past.")
@as_json
@pass_shell
def forecast_report(
    shell: Shell, by: str, periods: int, day: datetime | None, backtest: bool, is_json: bool
) -> None:
    """Open deals by stage, by judgement and by history, for each coming period."""
    actor = shell.actor()
    if day is None:
        found = forecast.report(actor, by=by, periods=periods)
    else:
        found = forecast.as_of(actor, day.date(), by=by, periods=periods)
    quality = forecast.back_test(actor, day.date() if day else None) if backtest else None
    rows = [as_told(row) for row in found.rows]
    if is_json:
        starts = [row.starts_on for row in found.rows if row.starts_on]
        answer: dict[str, Any] = {
            "name": "forecast",
            "from": min(starts).isoformat(),
            "to": max(starts).isoformat(),
            "as_of": found.as_of.isoformat(),
            "made_at": Clock.now().isoformat(),
            "rows": rows,
            "closed_deals": found.closed,
            "has_history": found.has_history,
            "uses_learned_chances": found.is_learned,
        }
        show(answer | (told(quality) if quality else {}))
        return
    columns = ("period", "currency", "deals", *_SHOWN)
    table(columns, [(row["period"] or row["kind"], row["currency"], row["open_deals"],
                     *(row[name] for name in _SHOWN)) for row in rows])  # fmt: skip
    if not found.has_history:
        click.echo(
            f"Too little history ({found.closed} closed deals): expected follows stages and close dates."
        )
    if quality:
        _say(quality)


def as_told(row: ForecastRow) -> dict[str, Any]:
    """One period as reports have it: amounts as decimal strings."""
    found = asdict(row) | {"period": row.starts_on.isoformat() if row.starts_on else None}
    del found["starts_on"]
    for name in _AMOUNTS:
        minor = found[name]
        found[name] = None if minor is None else str(money.to_decimal(minor, row.currency))
    return found


def told(quality: Quality) -> dict[str, Any]:
    """What a back-test found; null where there was too little to look at."""
    return {
        "brier": _rounded(quality.brier),
        "brier_of_stage_default": _rounded(quality.brier_of_stage_default),
        "brier_learned": _rounded(quality.brier_learned),
        "interval_coverage": _rounded(quality.coverage),
        "intervals": quality.intervals,
        "n": quality.n,
        "calibration": [asdict(step) for step in quality.steps],
    }


def _say(quality: Quality) -> None:
    if quality.brier is None:
        click.echo("Too little history to try the method on the past.")
        return
    click.echo(
        f"Back-test on {quality.n:,} outcomes: Brier {quality.brier:.4f}, by stage alone "
        f"{quality.brier_of_stage_default:.4f}."
    )
    if quality.coverage is not None:
        click.echo(f"{quality.coverage:.0%} of {quality.intervals} intervals of 80 % held what came.")


def _rounded(value: float | None) -> float | None:
    return None if value is None else round(value, 4)
