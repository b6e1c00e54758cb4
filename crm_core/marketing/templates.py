"""Templates: messages that wait for names, kept to be used again."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from crm_core.kernel.access import Permission
from crm_core.kernel.errors import CrmError, Invalid
from crm_core.kernel.paging import Page, Paging
from crm_core.kernel.values.text import clean, fold, one_line
from crm_core.kernel.work import Work, use_case
from crm_core.marketing import link_checks, placeholders, template_checks
from crm_core.marketing.rendering import Message
from crm_core.marketing.template_checks import Finding
from db.models import Template
from db.queries import templates as sql

FIELDS: Final = ("name", "subject", "preheader", "body_html", "body_text")
_LONGEST: Final = {"name": 120, "subject": 500, "preheader": 300}


@dataclass(frozen=True)
class TemplateRow:
    """A template in the list."""

    id: int
    version: int
    name: str
    channel: str
    subject: str
    updated_at: datetime
    archived_at: datetime | None


@dataclass(frozen=True)
class TemplateDetail:
    """One template with what it says, and what is wrong or unwise about it."""

    id: int
    version: int
    name: str
    channel: str
    message: Message
    is_archived: bool
    findings: tuple[Finding, ...]


@use_case(Permission.CAMPAIGNS_READ, read=True)
def search(
    work: Work,
    text: str = "",
    paging: Paging = Paging(),  # noqa: B008 - frozen
    *,
    with_archived: bool = False,
) -> Page[TemplateRow]:
    """Templates by name, without those that were put away."""
    return work.page(sql.listed(fold(text), with_archived=with_archived), paging, TemplateRow)


@use_case(Permission.CAMPAIGNS_READ, read=True)
def get(work: Work, template_id: int) -> TemplateDetail:
    """One template.

    Raises:
        NotFound: there is none.
    """
    row = work.get(Template, template_id)
    said = message_of(row)
    found = (*template_checks.findings(said), *link_checks.findings(work, said))
    return TemplateDetail(row.id, row.version, row.name, row.channel, said, bool(row.archived_at), found)


@use_case(Permission.CAMPAIGNS_WRITE)
def create(work: Work, values: Mapping[str, str]) -> int:
    """A new template for e-mail; returns its id.

    Args:
        values: ``name``, ``subject``, ``preheader``, ``body_html``, ``body_text``.

    Raises:
        Invalid: field by field, what cannot be. Conflict: the name is taken.
    """
    checked = _checked({"name": "", **values})
    row = work.add(Template(channel="email", created_at=work.now, updated_at=work.now, **checked))
    work.flush()
    link_checks.note(work, [message_of(row)])
    work.record("template.created", row, title=row.name)
    return row.id


@use_case(Permission.CAMPAIGNS_WRITE)
def change(work: Work, template_id: int, values: Mapping[str, str], *, version: int | None = None) -> None:
    """Change what is named; campaigns that were sent keep what they said.

    Raises:
        NotFound: there is none. Invalid: as in ``create``. Conflict: somebody changed it meanwhile.
    """
    row = work.fresh(Template, template_id, version)
    for name, value in _checked(values).items():
        setattr(row, name, value)
    row.updated_at = work.now
    link_checks.note(work, [message_of(row)])
    work.record("template.changed", row, title=row.name)


@use_case(Permission.CAMPAIGNS_WRITE)
def archive(work: Work, template_id: int, *, is_archived: bool = True) -> None:
    """Put a template away, or take it out again.

    Raises:
        NotFound: there is none.
    """
    row = work.get(Template, template_id)
    row.archived_at = work.now if is_archived else None
    work.record("template.archived" if is_archived else "template.restored", row, title=row.name)


def message_of(row: Template) -> Message:
    """What a template says."""
    return Message(row.subject, row.preheader, row.body_html, row.body_text)


def _checked(values: Mapping[str, str]) -> dict[str, str]:
    wrong: dict[str, str] = {}
    found: dict[str, str] = {}
    for name, value in values.items():
        if name not in FIELDS:
            wrong[name] = "A template has no such field."
            continue
        text = str(value or "").replace("\x00", "")
        found[name] = text if name.startswith("body_") else one_line(clean(text))
        if len(found[name]) > _LONGEST.get(name, placeholders.LONGEST_SOURCE):
            wrong[name] = "This is too long."
            continue
        try:
            if name != "name":
                placeholders.check(found[name], is_html=name == "body_html")
        except CrmError as error:
            wrong[name] = error.message
    if "name" in values and not found.get("name"):
        wrong["name"] = "Give the template a name."
    if wrong:
        raise Invalid("This template needs correcting.", fields=wrong)
    return {**found, **({"name_key": fold(found["name"])} if "name" in found else {})}
