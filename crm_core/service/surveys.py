"""Surveys: what customers are asked, in whose words, and how often."""

from dataclasses import asdict, replace
from secrets import token_hex
from typing import Any, Final

from crm_core.kernel.access import Permission
from crm_core.kernel.errors import Conflict, Invalid, NotFound
from crm_core.kernel.values.text import clean, fold
from crm_core.kernel.work import Work, use_case
from crm_core.service import survey_rules as rules
from crm_core.service.feedback_types import FeedbackPolicy, NewSurvey, SurveyRow
from crm_core.service.survey_rules import SCALES
from db.models import Setting, Survey
from db.queries import feedback as sql
from db.queries import settings as settings_sql
from db.upsert import insert_or_keep

POLICY: Final = "feedback"


@use_case(Permission.FEEDBACK_READ, read=True)
def search(work: Work) -> list[SurveyRow]:
    """All surveys by name, then those that are ready to use and were not used yet (``id`` None)."""
    stored = work.rows(sql.surveys(), SurveyRow)
    names = {fold(one.name) for one in stored}
    usual = [_completed(NewSurvey(scale.name, kind)) for kind, scale in SCALES.items()]
    return stored + [SurveyRow(None, **asdict(one)) for one in usual if fold(one.name) not in names]


@use_case(Permission.SERVICE_MANAGE)
def create(work: Work, new: NewSurvey) -> int:
    """Add a survey; returns its number.

    Raises:
        Invalid: with a hint for each wrong field. Conflict: there is one of this name.
    """
    tidy = _completed(new)
    if work.scalar(sql.survey_named(fold(tidy.name))) is not None:
        raise Conflict(f"There is a survey “{tidy.name}” already. Choose another name.")
    return _add(work, tidy).id


@use_case(Permission.SERVICE_MANAGE)
def change(work: Work, survey_id: int, wanted: NewSurvey, *, version: int) -> None:
    """Change the words of a survey, or stop asking it; its kind stays: answers of two scales do not mix.

    Raises:
        Invalid: with a hint for each wrong field. Conflict: somebody else changed it, or the name is taken.
    """
    row = work.fresh(Survey, survey_id, version)
    tidy = _completed(replace(wanted, kind=row.kind))
    other = work.scalar(sql.survey_named(fold(tidy.name)))
    if other is not None and other.id != row.id:
        raise Conflict(f"There is a survey “{tidy.name}” already. Choose another name.")
    for name, value in asdict(tidy).items():
        setattr(row, name, value)
    row.name_key, row.updated_at = fold(tidy.name), work.now
    work.record("survey.changed", row, survey=row.name, **work.changes(row))


@use_case(Permission.FEEDBACK_READ, read=True)
def policy(work: Work) -> FeedbackPolicy:
    """How customers are asked and what follows; what was never set takes its usual value."""
    return current(work)


@use_case(Permission.SERVICE_MANAGE)
def change_policy(work: Work, wanted: FeedbackPolicy) -> None:
    """Change how customers are asked and what follows from bad answers.

    Raises:
        Invalid: with a hint for each wrong field.
    """
    wrong = rules.policy_problems(wanted)
    if wrong:
        raise Invalid("Please correct the marked fields.", fields=wrong)
    row = _row(work) or work.add(Setting(name=POLICY, value={}, updated_at=work.now))
    row.value, row.updated_at = asdict(wanted), work.now
    work.record("feedback_policy.changed", row, policy=asdict(wanted))


def current(work: Work) -> FeedbackPolicy:
    """As ``policy``, inside other use cases."""
    row = _row(work)
    stored: dict[str, Any] = row.value if row is not None else {}
    usual = asdict(FeedbackPolicy())
    return FeedbackPolicy(**{name: stored.get(name, value) for name, value in usual.items()})


def to_ask(work: Work, survey: str) -> Survey:
    """The survey of this name, or the usual one of this kind, which comes into being when first asked.

    Raises:
        NotFound: there is none. Conflict: it is not asked any more.
    """
    name = SCALES[survey].name if survey in SCALES else survey
    row: Survey | None = work.scalar(sql.survey_named(fold(name)))
    if row is None:
        kind = next((kind for kind, scale in SCALES.items() if fold(scale.name) == fold(name)), None)
        if kind is None:
            raise NotFound(f"There is no survey “{survey[:80]}”. Choose one of the list.")
        row = _usual(work, kind)
    if not row.is_active:
        raise Conflict(f"The survey “{row.name}” is not asked any more. Choose another, or bring it back.")
    return row


def _usual(work: Work, kind: str) -> Survey:
    """The usual survey of a kind, which somebody else may bring into being at this very moment."""
    values = _values(work, _completed(NewSurvey(SCALES[kind].name, kind)))
    is_new = work.run(insert_or_keep(Survey, [values], ["name_key"])) > 0
    row: Survey = work.scalar(sql.survey_named(values["name_key"]))
    if is_new:
        work.record("survey.added", row, survey=row.name)
    return row


def _add(work: Work, new: NewSurvey) -> Survey:
    row = work.add(Survey(**_values(work, new)))
    work.record("survey.added", row, survey=row.name)
    return row


def _values(work: Work, new: NewSurvey) -> dict[str, Any]:
    times = {"created_at": work.now, "updated_at": work.now}
    return {**asdict(new), "name_key": fold(new.name), "salt": token_hex(32), **times}


def _completed(new: NewSurvey) -> NewSurvey:
    """Tidied, checked, and with the usual words where there are none."""
    tidy = replace(
        new, name=clean(new.name), question=clean(new.question), thanks=clean(new.thanks),
        comment_question=clean(new.comment_question),
    )  # fmt: skip
    rules.check_survey(tidy)
    usual = SCALES[tidy.kind]
    return replace(
        tidy, question=tidy.question or usual.question, thanks=tidy.thanks or usual.thanks,
        comment_question=tidy.comment_question or usual.comment_question,
    )  # fmt: skip


def _row(work: Work) -> Setting | None:
    found: Setting | None = work.scalar(settings_sql.by_name(POLICY))
    return found
