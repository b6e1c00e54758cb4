"""How service goes, for programs and for people who like the command line."""

from dataclasses import asdict
from datetime import date, datetime
from typing import Any

import click

from crm_core.cli.filters import filtered, words_of
from crm_core.cli.shell import Shell, as_json, pass_shell, show, table
from crm_core.insights import kpi_filters, service_levels
from crm_core.insights.metric_types import Question
from crm_core.insights.periods import Period
from crm_core.kernel.values import dates
from crm_core.kernel.work import Clock
from crm_core.team.company import company

_DAY = click.DateTime(formats=["%Y-%m-%d"])
_COLUMNS = (
    "group", "opened", "solved", "open", "backlog_days", "first_response_hours", "resolution_hours",
    "within_sla", "reopened",
)  # fmt: skip


@click.command("service")
@click.option("--from", "since", type=_DAY, help="The first day; the first of this year otherwise.")
@click.option("--to", "until", type=_DAY, help="The last day; today otherwise.")
@click.option("--as-of", "as_of", type=_DAY, help="As it was known at the end of this day.")
@click.option("--by", type=click.Choice(service_levels.BY), default="month", show_default=True)
@filtered
@as_json
@pass_shell
def service_report(shell: Shell, /, is_json: bool, **asked: Any) -> None:
    """Cases opened, solved and open, how long answers and solutions took, and promises kept."""
    actor = shell.actor()
    since, until, as_of = (_day(asked[name]) for name in ("since", "until", "as_of"))
    today = Clock.now().astimezone(dates.zone_of(company().time_zone)).date()
    last = until or max(today, since or today)
    period = Period(since or last.replace(month=1, day=1), last)
    question = kpi_filters.question(actor, Question(period, "none", as_of=as_of), words_of(asked))
    found = service_levels.report(actor, question, asked["by"])
    if is_json:
        frame = {"from": period.since, "to": period.until, "as_of": as_of, "by": asked["by"]}
        rows = [asdict(row) for row in found.rows]
        show({"name": "service", **frame, "rows": rows, "total": asdict(found.whole)})
        return
    table(_COLUMNS, [[getattr(row, name) for name in _COLUMNS] for row in (*found.rows, found.whole)])


def _day(moment: datetime | None) -> date | None:
    return moment.date() if moment else None
