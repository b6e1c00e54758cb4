"""Web forms: what they ask, what they say, where they are. Visitors open them without a sign-in."""

from collections import Counter
from typing import Any, Final

from crm_core.kernel.access import SYSTEM, Permission
from crm_core.kernel.errors import Conflict, Invalid, NotFound
from crm_core.kernel.values.text import clean
from crm_core.kernel.work import Work, use_case
from crm_core.people import custom_fields, tags
from crm_core.people.fields import CUSTOM
from crm_core.sales import form_rules
from crm_core.sales.form_rules import FIELDS, LONGEST_TEXTS, USUAL_TEXTS
from crm_core.sales.lead_types import FormDetail, FormField, NewForm
from db.models import WebForm
from db.queries import web_forms as sql

_LONGEST_NAME: Final = 120
_REACHES: Final = frozenset(("email", "phone", "mobile"))


@use_case(Permission.LEADS_MANAGE, read=True)
def search(work: Work) -> list[FormDetail]:
    """All forms by name, with how many messages were taken and are held."""
    rows: list[WebForm] = work.scalars(sql.all_of_them())
    numbers: Counter[tuple[int, str]] = Counter()
    for form_id, verdict, count in work.tuples(sql.counts([row.id for row in rows])):
        numbers[form_id, verdict] = count
    return [_shape(row, numbers[row.id, "taken"], numbers[row.id, "held"]) for row in rows]


@use_case(Permission.LEADS_MANAGE, read=True)
def get(work: Work, form_id: int) -> FormDetail:
    """One form.

    Raises:
        NotFound: there is none of this number.
    """
    return _shape(work.get(WebForm, form_id))


@use_case(Permission.LEADS_MANAGE, read=True)
def fields(work: Work) -> dict[str, str]:
    """What a form can ask for: field names with their usual labels, own fields of contacts too."""
    own = custom_fields.by_name(work, "contacts")
    return {**FIELDS, **{CUSTOM + name: row.label for name, row in own.items()}}


@use_case(Permission.LEADS_MANAGE)
def add(work: Work, new: NewForm) -> int:
    """Add a form, open from now on; its address is made from its name unless one is given.

    Raises:
        Invalid: with a hint for everything that cannot be. Conflict: the address is in use.
    """
    row = WebForm(created_at=work.now, **_checked(work, new, None))
    work.add(row)
    work.record("web_form.added", row, form=row.name)
    return row.id


@use_case(Permission.LEADS_MANAGE)
def change(work: Work, form_id: int, new: NewForm) -> None:
    """Make a form what its editor says; pages that show it follow at once.

    Raises:
        Invalid, Conflict: as in ``add``.
    """
    row = work.get(WebForm, form_id)
    for name, value in _checked(work, new, row).items():
        setattr(row, name, value)
    changed = work.changes(row)
    if changed["changes"]:
        work.record("web_form.changed", row, form=row.name, **changed)


@use_case(Permission.LEADS_MANAGE)
def close(work: Work, form_id: int, *, is_closed: bool = True) -> None:
    """Take a form off, or open it again; what was sent stays."""
    row = work.get(WebForm, form_id)
    if row.is_active == is_closed:
        row.is_active = not is_closed
        work.record("web_form.closed" if is_closed else "web_form.opened", row, form=row.name)


def public(slug: str) -> FormDetail:
    """The form of an address, for visitors.

    Raises:
        NotFound: there is none, or it is closed.
    """
    return _public(SYSTEM, slug)


@use_case(Permission.SYSTEM_OPERATE, read=True)
def _public(work: Work, slug: str) -> FormDetail:
    """The open form of an address."""
    return _shape(open_form(work, slug))


def open_form(work: Work, slug: str) -> WebForm:
    """The row of an open form.

    Raises:
        NotFound: there is none, or it is closed.
    """
    row: WebForm | None = work.scalar(sql.by_slug(slug))
    if row is None or not row.is_active:
        raise NotFound("There is no form at this address, or it was closed.")
    return row


def fields_of(row: WebForm) -> tuple[FormField, ...]:
    """What a form asks."""
    return tuple(FormField(**field) for field in row.fields)


def _shape(row: WebForm, taken: int = 0, held: int = 0) -> FormDetail:
    texts = {**USUAL_TEXTS, **row.texts}
    return FormDetail(
        row.id, row.slug, row.name, fields_of(row), texts, row.source, tuple(row.tags), row.is_active,
        taken, held,
    )  # fmt: skip


def _checked(work: Work, new: NewForm, stored: WebForm | None) -> dict[str, Any]:
    name = " ".join(clean(new.name).split())
    slug = clean(new.slug) or (stored.slug if stored else form_rules.slug_of(name))
    texts = {key: clean(new.texts.get(key, usual)) for key, usual in USUAL_TEXTS.items()}
    wrong = {
        **_wrong_texts(name, slug, texts, new.source),
        **_wrong_fields(new.fields, fields(work)),
    }
    if wrong:
        raise Invalid("The form needs correcting.", fields=wrong)
    known = work.scalar(sql.by_slug(slug))
    if known is not None and known is not stored:
        raise Conflict(f"The form “{known.name}” has the address “{slug}” already. Choose another one.")
    asked = [
        {"name": field.name, "label": clean(field.label), "is_required": field.is_required}
        for field in new.fields
    ]
    marks = [tags.checked(tag) for tag in new.tags]
    source = clean(new.source) or f"Form: {name}"[:120]
    return {"name": name, "slug": slug, "fields": asked, "texts": texts, "source": source, "tags": marks}


def _wrong_texts(name: str, slug: str, texts: dict[str, str], source: str) -> dict[str, str]:
    wrong: dict[str, str] = {}
    if not 1 <= len(name) <= _LONGEST_NAME:
        wrong["name"] = f"Give the form a name of at most {_LONGEST_NAME} characters."
    if not form_rules.is_slug(slug):
        wrong["slug"] = "Use small letters a to z, digits and hyphens, at most 80."
    for key, text in texts.items():
        if len(text) > LONGEST_TEXTS[key]:
            wrong[key] = f"Use at most {LONGEST_TEXTS[key]:,} characters."
        if not text and key in ("title", "button", "thanks"):
            wrong[key] = "Write something here."
    if len(source) > 120:
        wrong["source"] = "Use at most 120 characters."
    return wrong


def _wrong_fields(asked: Any, known: dict[str, str]) -> dict[str, str]:
    names = [field.name for field in asked]
    if unknown := [name for name in names if name not in known]:
        return {"fields": f"There is no field “{unknown[0][:60]}”."}
    if len(set(names)) < len(names):
        return {"fields": "Each field can be asked once."}
    if not 1 <= len(names) <= form_rules.MOST_FIELDS:
        return {"fields": f"Ask for 1 to {form_rules.MOST_FIELDS} fields."}
    if not _REACHES.intersection(names):
        return {"fields": "Ask for an e-mail address or a phone number, so that the visitor can be reached."}
    if not all(0 < len(clean(field.label)) <= form_rules.LONGEST_LABEL for field in asked):
        return {"fields": f"Give every field a label of at most {form_rules.LONGEST_LABEL} characters."}
    return {}
