"""Why a number is another one than before: rows that came, went or changed; their sum is the difference."""

from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from crm_core.insights import asking, metrics
from crm_core.insights.metric_table import ROWS
from crm_core.insights.metric_types import Amount, Change, Question
from crm_core.kernel.access import Permission
from crm_core.kernel.errors import Invalid
from crm_core.kernel.paging import Page, Paging
from crm_core.kernel.work import Work, use_case
from db.queries import metrics as sql


@dataclass(frozen=True)
class Story:
    """A number at the end of two days, and page by page what lies between."""

    before: tuple[Amount, ...]
    after: tuple[Amount, ...]
    changes: Page[Change]


@use_case(Permission.KPIS_READ, read=True)
def between(
    work: Work,
    name: str,
    question: Question,
    since: date,
    until: date,
    paging: Paging = Paging(),  # noqa: B008 - frozen
) -> Story:
    """What changed a metric from the end of one day to the end of another.

    What stands at a moment is compared at these two moments. What happened in a period is compared as it was
    known at them: a sale entered late, an order cancelled since.

    Raises:
        Invalid: the metric is a mean, which is no sum of its rows; or the days are not in order.
        NotAllowed, NotFound: as for ``metrics.figures``.
    """
    metric = metrics.metric_of(name)
    work.actor.require(metric.permission)
    if not metric.adds_up:
        raise Invalid(f"“{metric.title}” is a mean and no sum. Ask for the changes of what it is made of.")
    if until < since:
        raise Invalid("The second day lies before the first.", fields={"to": "Give a later day."})
    narrow = asking.narrowed(work, question)
    sides = [
        asking.asked(work, metric, replace(question, as_of=day, period=replace(question.period)), narrow)
        for day in (since, until)
    ]
    if metric.is_state:
        period = replace(question.period, since=min(question.period.since, since), until=until)
        sides = [
            asking.asked(
                work, metric, replace(question, as_of=day, period=replace(period, until=day)), narrow
            )
            for day in (since, until)
        ]
    numbers = [metrics.amounts(metric, work.tuples(sql.total(metric.source, side))) for side in sides]
    told: Page[dict[str, Any]] = work.page(
        sql.differences(metric.source, *sides, is_count=metric.sums == ROWS), paging, dict
    )
    ids = [row["id"] for row in told]
    titles = {row.id: row for side in sides for row in work.tuples(sql.names_of(metric.source, side, ids))}
    found = tuple(_change(row, titles.get(row["id"])) for row in told)
    return Story(numbers[0], numbers[1], Page(found, told.paging, told.total, told.is_capped))


def _change(row: dict[str, Any], about: object) -> Change:
    record, title, customer, contact_id = (
        getattr(about, name, None) for name in ("record", "title", "customer", "contact_id")
    )
    return Change(
        id=row["id"], currency=row["currency"], before=row["before"], after=row["after"], step=row["step"],
        record=record or "", title=title or "", customer=customer or "", contact_id=contact_id,
    )  # fmt: skip
