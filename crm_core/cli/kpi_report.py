"""The key figures, for programs and for people who like the command line."""

from datetime import date, datetime
from typing import Any

import click

from crm_core.cli.filters import filtered, words_of
from crm_core.cli.shell import Shell, as_json, pass_shell, show, table
from crm_core.insights import kpi_filters, kpis, metrics, periods
from crm_core.insights.figure_rows import rows_of
from crm_core.insights.metric_types import Question
from crm_core.insights.periods import Period
from crm_core.kernel.values import dates
from crm_core.kernel.work import Clock
from crm_core.team.company import company

_DAY = click.DateTime(formats=["%Y-%m-%d"])


@click.command("kpis")
@click.option("--from", "since", type=_DAY, help="The first day; the first of this month otherwise.")
@click.option("--to", "until", type=_DAY, help="The last day; it belongs to the period.")
@click.option("--as-of", "as_of", type=_DAY, help="As it was known at the end of this day.")
@click.option("--compare", type=click.Choice(list(periods.COMPARISONS)), default="previous")
@filtered
@as_json
@pass_shell
def kpis_report(shell: Shell, /, is_json: bool, **asked: Any) -> None:
    """The key figures of a period with what they were before and their goals."""
    actor, day = shell.actor(), Clock.now()
    since, until, as_of = (_day(asked[name]) for name in ("since", "until", "as_of"))
    today = day.astimezone(dates.zone_of(company().time_zone)).date()
    period = Period(since or today.replace(day=1), until or max(today, since or today))
    named = words_of(asked)
    question = kpi_filters.question(actor, Question(period, asked["compare"], as_of=as_of), named)
    rows = _present(kpis.home(actor)) if not any(named) and as_of is None and not since and not until else []
    rows += rows_of(metrics.figures(actor, question))
    if is_json:
        frame = {"from": period.since, "to": period.until, "as_of": as_of or day.isoformat()}
        show({"name": "kpis", **frame, "rows": rows})
        return
    cells = [(row["measure"], row["value"], row["unit"], row["previous"], row["goal"]) for row in rows]
    table(("measure", "value", "unit", "previous", "goal"), cells)


def _present(found: kpis.HomeNumbers) -> list[dict[str, Any]]:
    """What stands now, whatever the period: contacts, companies, and what came in this week."""
    week = [("new_contacts", found.new_contacts), ("interactions", found.interactions)]
    rows = [_count("contacts", kpis.Count(found.contacts)), _count("companies", found.companies)]
    rows += [_count(f"{measure}_this_week", number) for measure, number in week]
    stages = found.by_lifecycle.items()
    return rows + [_count(f"lifecycle.{stage or 'none'}", kpis.Count(n)) for stage, n in stages]


def _count(measure: str, number: kpis.Count) -> dict[str, Any]:
    told = {"measure": measure, "value": number.value, "is_capped": number.is_capped}
    return told | {"unit": "count", "previous": None, "goal": None}


def _day(moment: datetime | None) -> date | None:
    return moment.date() if moment else None
