"""Data quality for programs: how complete the records are, and what is wrong with them."""

from dataclasses import dataclass
from datetime import date, datetime

from crm_core.api.answers import Answer
from crm_core.api.calls import Call
from crm_core.data import quality
from crm_core.data.quality_checks import KINDS
from crm_core.kernel.errors import Invalid


@dataclass(frozen=True)
class QualityFinding:
    """What one check finds: its key, the sentence for people, how many records, how much each matters."""

    check: str
    title: str
    group: str
    count: int
    weight: int
    repairs: tuple[str, ...]


@dataclass(frozen=True)
class QualityDay:
    """One day of the trend."""

    on: date
    score: float
    findings: int


@dataclass(frozen=True)
class QualityReport:
    """The work list as of the last count; the score goes from 0 to 100."""

    record: str
    records: int
    score: float | None
    as_of: datetime | None
    duplicate_pairs: int | None
    findings: tuple[QualityFinding, ...]
    trend: tuple[QualityDay, ...]


def report(call: Call) -> Answer:
    """Tell how complete contacts are (with `record=accounts`: companies), and what is wrong with them."""
    record = call.query.get("record", "contacts")
    if record not in KINDS:
        hint = f"Choose one of: {', '.join(KINDS)}."
        raise Invalid("The query needs correcting.", fields={"record": hint})
    found = quality.overview(call.actor, record)
    findings = tuple(
        QualityFinding(
            one.check.key, one.check.title, one.check.group, one.count, one.check.weight, one.check.repairs
        )
        for one in found.findings
    )
    days = tuple(QualityDay(day.on, day.score, day.findings) for day in quality.trend(call.actor, record))
    counted = (found.record, found.records, found.score, found.counted_at, found.pairs)
    return Answer(body=QualityReport(*counted, findings, days))
