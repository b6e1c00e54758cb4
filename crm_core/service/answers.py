"""Known answers: texts for what many ask, filled in for the customer of a case."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from crm_core.kernel.access import Permission
from crm_core.kernel.errors import Conflict, CrmError, Invalid
from crm_core.kernel.paging import Page, Paging
from crm_core.kernel.values.text import clean
from crm_core.kernel.work import Work, use_case
from crm_core.marketing import personal, placeholders
from crm_core.service import rules
from db.models import Case, KnownAnswer
from db.queries import cases as sql

LONGEST_TITLE: Final = 120
LONGEST_BODY: Final = 20_000
THEN: Final = ("", "waiting", "solved")
FIELDS: Final = tuple(sorted({*placeholders.FIELDS, "our_company", "our_address"}))
"""What an answer may name between its braces: ``{{ first_name or "there" }}``."""


@dataclass(frozen=True)
class NewAnswer:
    """A text with fields, and what happens to the case: the status it gets, and tags that are added."""

    title: str
    body: str
    then: str = ""
    tags: tuple[str, ...] = ()


@dataclass(frozen=True)
class AnswerRow:
    """A known answer as it stands."""

    id: int
    version: int
    title: str
    body: str
    then: str
    tags: tuple[str, ...]
    used_count: int
    updated_at: datetime


@dataclass(frozen=True)
class Prepared:
    """A known answer as the customer of a case would read it, and what happens to the case."""

    answer_id: int
    text: str
    then: str
    tags: tuple[str, ...]


@use_case(Permission.CASES_READ, read=True)
def search(work: Work, text: str = "", paging: Paging = Paging(size=20)) -> Page[AnswerRow]:  # noqa: B008
    """Known answers by what their title or words contain, those used most first."""
    page: Page[dict[str, Any]] = work.page(sql.answers_named(text.strip()), paging, dict)
    return Page(
        tuple(_row(one["KnownAnswer"]) for one in page.items), page.paging, page.total, page.is_capped
    )


@use_case(Permission.SERVICE_MANAGE)
def add(work: Work, new: NewAnswer) -> int:
    """Keep an answer; returns its id.

    Raises:
        Invalid: field by field, what cannot be.
    """
    row = work.add(KnownAnswer(**_checked(new), used_count=0, created_at=work.now, updated_at=work.now))
    work.record("known_answer.added", row, answer=row.title)
    return row.id


@use_case(Permission.SERVICE_MANAGE)
def change(work: Work, answer_id: int, new: NewAnswer, *, version: int | None) -> None:
    """Make an answer what the form says.

    Raises:
        Invalid: field by field, what cannot be.
        Conflict: somebody else changed it since ``version``.
    """
    row = work.fresh(KnownAnswer, answer_id, version)
    for name, value in _checked(new).items():
        if getattr(row, name) != value:
            setattr(row, name, value)
    changed = work.changes(row)
    if changed["changes"]:
        row.updated_at = work.now
        work.record("known_answer.changed", row, answer=row.title, **changed)


@use_case(Permission.SERVICE_MANAGE)
def delete(work: Work, answer_id: int) -> None:
    """Hide an answer; it can be restored."""
    row = work.get(KnownAnswer, answer_id)
    row.deleted_at = work.now
    work.record("known_answer.deleted", row, answer=row.title)


@use_case(Permission.SERVICE_MANAGE)
def restore(work: Work, answer_id: int) -> None:
    """Bring a deleted answer back.

    Raises:
        Conflict: it was not deleted.
    """
    row = work.get(KnownAnswer, answer_id, with_deleted=True)
    if row.deleted_at is None:
        raise Conflict("This answer was not deleted.")
    row.deleted_at = None
    work.record("known_answer.restored", row, answer=row.title)


@use_case(Permission.CASES_READ, read=True)
def prepare(work: Work, answer_id: int, case_id: int) -> Prepared:
    """A known answer with the fields of the case's customer filled in, to be changed and sent.

    Raises:
        NotFound: no such answer, or no such case within reach.
    """
    row, case = work.get(KnownAnswer, answer_id), work.get(Case, case_id)
    return Prepared(row.id, _filled(work, row.body, case.contact_id), row.then, tuple(row.tags))


@use_case(Permission.CASES_READ, read=True)
def preview(work: Work, body: str, case_id: int) -> str:
    """What a text says to the customer of a case.

    Raises:
        Invalid: the text names something that is not allowed. NotFound: no such case within reach.
    """
    return _filled(work, body, work.get(Case, case_id).contact_id)


def _filled(work: Work, body: str, contact_id: int) -> str:
    values: Mapping[str, Any] = personal.values_of(work, [contact_id])[contact_id]
    return placeholders.fill(body, values)


def _checked(new: NewAnswer) -> dict[str, Any]:
    title, body, tags = " ".join(clean(new.title).split()), clean(new.body), rules.tidy_tags(new.tags)
    wrong: dict[str, str] = {}
    if not 1 <= len(title) <= LONGEST_TITLE:
        wrong["title"] = f"Give it a title of at most {LONGEST_TITLE} characters."
    if not 1 <= len(body.strip()) <= LONGEST_BODY:
        wrong["body"] = f"Write the answer, in at most {LONGEST_BODY:,} characters."
    else:
        try:
            placeholders.check(body)
        except CrmError as error:
            wrong["body"] = error.message
    if new.then not in THEN:
        wrong["then"] = "Choose waiting, solved, or leave it empty."
    if len(tags) > rules.MOST_TAGS or any(len(tag) > rules.LONGEST_TAG for tag in tags):
        wrong["tags"] = f"Use at most {rules.MOST_TAGS} tags of at most {rules.LONGEST_TAG} characters."
    if wrong:
        raise Invalid("This answer needs correcting.", fields=wrong)
    return {"title": title, "body": body, "then": new.then, "tags": list(tags)}


def _row(row: KnownAnswer) -> AnswerRow:
    return AnswerRow(
        row.id, row.version, row.title, row.body, row.then, tuple(row.tags), row.used_count, row.updated_at
    )
