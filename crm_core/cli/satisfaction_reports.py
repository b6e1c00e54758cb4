"""What customers say about us in numbers, for programs and for people who like the command line."""

from datetime import date, datetime
from typing import Any

import click

from crm_core.cli.filters import filtered, words_of
from crm_core.cli.shell import Shell, as_json, pass_shell, show, table
from crm_core.insights import kpi_filters, satisfaction, sentiment_report
from crm_core.insights.metric_types import Question
from crm_core.insights.periods import Period
from crm_core.insights.satisfaction import Scored, Verbatim
from crm_core.kernel.paging import Page
from crm_core.kernel.values import dates
from crm_core.kernel.work import Clock
from crm_core.team.company import company

_DAY = click.DateTime(formats=["%Y-%m-%d"])
_PERIOD = (
    click.option("--from", "since", type=_DAY, help="The first day; the first of this year otherwise."),
    click.option("--to", "until", type=_DAY, help="The last day; it belongs to the period."),
    click.option("--as-of", "as_of", type=_DAY, help="As it was known at the end of this day."),
)
_WAYS = ("month", "owner", "team", "country", "customer", "kind")


def _in_period(command: Any) -> Any:
    for option in reversed(_PERIOD):
        command = option(command)
    return command


@click.command("satisfaction")
@_in_period
@filtered
@as_json
@pass_shell
def satisfaction_report(shell: Shell, /, is_json: bool, **asked: Any) -> None:
    """NPS, satisfaction and ease with how sure they are, and what was written."""
    actor = shell.actor()
    question, frame = _question(shell, asked)
    found = satisfaction.report(actor, question)
    rows = [_row(one) for one in found.scores]
    if is_json:
        said = satisfaction.verbatims(actor, question)
        given = {
            kind: {str(score): n for score, n in counts.items()}
            for kind, counts in found.distribution.items()
        }
        show({"name": "satisfaction", **frame, "rows": rows, "distribution": given, "verbatims": _said(said)})
        return
    columns = ("measure", "value", "answers", "low", "high", "previous")
    table(columns, [[row[name] for name in columns] for row in rows])


@click.command("sentiment")
@click.option("--by", type=click.Choice(_WAYS), default="month", show_default=True)
@_in_period
@filtered
@as_json
@pass_shell
def sentiment_command(shell: Shell, /, by: str, is_json: bool, **asked: Any) -> None:
    """The mood of what customers write, from -100 (bad) to 100 (good); English only."""
    actor = shell.actor()
    question, frame = _question(shell, asked)
    found = sentiment_report.report(actor, question, by)
    rows = [
        {"group": part.name, "texts": part.amount.count, "mean": _mean(part.amount.total, part.amount.count)}
        for part in found.parts
    ]
    if is_json:
        counts = {"negative": found.negative, "neutral": found.neutral, "positive": found.positive}
        worst = _said(sentiment_report.worst(actor, question))
        show(
            {
                "name": "sentiment",
                "by": by,
                **frame,
                "rows": rows,
                **counts,
                "mean": found.mean,
                "worst": worst,
            }
        )
        return
    table((by, "texts", "mean"), [[row["group"], row["texts"], row["mean"]] for row in rows])


def _question(shell: Shell, asked: dict[str, Any]) -> tuple[Question, dict[str, Any]]:
    now = Clock.now()
    today = now.astimezone(dates.zone_of(company().time_zone)).date()
    since, until, as_of = (_day(asked[name]) for name in ("since", "until", "as_of"))
    first = since or (until or today).replace(month=1, day=1)
    period = Period(first, until or max(today, first))
    question = kpi_filters.question(shell.actor(), Question(period, as_of=as_of), words_of(asked))
    return question, {"from": period.since, "to": period.until, "as_of": as_of or now.isoformat()}


def _row(one: Scored) -> dict[str, Any]:
    return {
        "measure": one.figure.metric.name, "value": one.figure.value, "unit": one.figure.metric.unit,
        "answers": one.count, "low": one.low, "high": one.high, "is_few": one.is_few,
        "previous": one.figure.value_before,
    }  # fmt: skip


def _said(page: Page[Verbatim]) -> list[dict[str, Any]]:
    return [
        {"id": one.id, "contact_id": one.contact_id, "contact": one.contact, "kind": one.kind,
         "score": one.score, "at": one.at.isoformat(), "text": one.text, "sentiment": one.sentiment}
        for one in page
    ]  # fmt: skip


def _mean(total: int, count: int) -> float | None:
    return round(total / count, 2) if count else None


def _day(moment: datetime | None) -> date | None:
    return moment.date() if moment else None
