"""Reports as people built them: kept under a name, changed, copied, shared, deleted and brought back."""

from crm_core.insights import report_answers, report_definitions, report_sharing
from crm_core.insights.metric_types import Question
from crm_core.insights.metrics import metric_of
from crm_core.insights.report_types import Answer, Definition, ReportCard
from crm_core.kernel.access import Permission
from crm_core.kernel.errors import Invalid, NotFound
from crm_core.kernel.values.text import fold
from crm_core.kernel.work import Work, use_case
from db.models import SavedReport
from db.queries import saved_reports as sql


@use_case(Permission.REPORTS_READ, read=True)
def search(work: Work) -> list[ReportCard]:
    """The reports that this person may open: own ones and those that are shared, by name."""
    rows = work.tuples(sql.visible(SavedReport, work.actor.id))
    return [card(work, row, by or "") for row, by in rows]


@use_case(Permission.REPORTS_READ, read=True)
def get(work: Work, report_id: int) -> ReportCard:
    """One report.

    Raises:
        NotFound: there is none, or it is private to somebody else.
    """
    return card(work, *report_sharing.opened(work, SavedReport, report_id))


@use_case(Permission.REPORTS_READ, read=True)
def find(work: Work, name: str) -> ReportCard:
    """The report of this name or number; an own one before one that is shared.

    Raises:
        NotFound: there is none that this person may open.
    """
    known = sorted(search(work), key=lambda one: not one.is_mine)
    for one in known:
        if fold(one.name) == fold(name) or str(one.id) == name.strip():
            return one
    raise NotFound(f"There is no report “{name[:60]}” that you can open.")


@use_case(Permission.REPORTS_READ, read=True)
def answer(work: Work, report_id: int, question: Question | None = None) -> Answer:
    """What a report says to the person who asks, by that person's own rights.

    Raises:
        NotFound: no such report. NotAllowed: it has a measure that is not this person's to see.
    """
    found = get(work, report_id)
    return report_answers.answer(work, found.definition, found.name, question)


@use_case(Permission.REPORTS_READ)
def save(work: Work, name: str, definition: Definition) -> int:
    """Keep a report under a new name; returns its id.

    Raises:
        Invalid: there is no such measure, split or chart, or the name is none. Conflict: the name is taken.
        NotAllowed: a measure is not this person's to see.
    """
    row = work.add(
        SavedReport(
            name=report_sharing.free_name(work, SavedReport, name),
            user_id=work.actor.id,
            definition=_storable(work, definition),
            created_at=work.now,
            updated_at=work.now,
        )
    )
    work.record("report.saved", row, title=row.name)
    return row.id


@use_case(Permission.REPORTS_READ)
def change(
    work: Work, report_id: int, *, name: str | None = None, definition: Definition | None = None
) -> None:
    """Call an own report something else, or let it ask something else.

    Raises:
        NotFound: there is no such report of this person. Invalid, Conflict, NotAllowed: as for ``save``.
    """
    row = report_sharing.own(work, SavedReport, report_id)
    if name is not None:
        row.name = report_sharing.free_name(work, SavedReport, name, but=row.id)
    if definition is not None:
        row.definition = _storable(work, definition)
    row.updated_at = work.now
    work.record("report.changed", row, title=row.name)


@use_case(Permission.REPORTS_READ)
def duplicate(work: Work, report_id: int) -> int:
    """Make an own copy of a report that one may open; returns its id.

    Raises:
        NotFound: there is none, or it is private to somebody else.
    """
    found = get(work, report_id)
    return save(work, report_sharing.copy_name(work, SavedReport, found.name), found.definition)


@use_case(Permission.REPORTS_READ)
def share(work: Work, report_id: int, shared: str) -> None:
    """Let the team (``team``) or everybody (``all``) open an own report, or nobody else (empty).

    Everybody is answered by their own rights.

    Raises:
        NotFound: there is no such report of this person. NotAllowed: sharing needs a right of its own.
    """
    row = report_sharing.own(work, SavedReport, report_id)
    report_sharing.share(work, row, shared)
    work.record("report.shared", row, title=row.name, shared=shared)


@use_case(Permission.REPORTS_READ)
def remove(work: Work, report_id: int) -> None:
    """Delete an own report; ``restore`` brings it back, with its place on dashboards and its mailings.

    Raises:
        NotFound: there is no such report of this person.
    """
    row = report_sharing.own(work, SavedReport, report_id)
    row.deleted_at = work.now
    work.record("report.removed", row, title=row.name)


@use_case(Permission.REPORTS_READ)
def restore(work: Work, report_id: int) -> None:
    """Bring a deleted own report back.

    Raises:
        NotFound: there is no such report of this person.
    """
    row = report_sharing.own(work, SavedReport, report_id, with_deleted=True)
    row.name = report_sharing.copy_name(work, SavedReport, row.name)
    row.deleted_at = None
    work.record("report.restored", row, title=row.name)


def card(work: Work, row: SavedReport, by: str) -> ReportCard:
    """A stored report as somebody sees it."""
    is_mine = row.user_id == work.actor.id
    definition = report_definitions.read(row.definition)
    return ReportCard(row.id, row.name, by, is_mine, row.shared, definition, row.updated_at)


def _storable(work: Work, definition: Definition) -> dict[str, object]:
    if not definition.measures:
        raise Invalid("Choose what to measure.", fields={"measures": "Choose at least one."})
    for name in definition.measures:
        work.actor.require(metric_of(name).permission)
    return report_definitions.kept(report_definitions.checked(definition))
