"""Fields that the admin adds without code: they stand beside the others in lists, filters and files."""

import re
from collections.abc import Iterable, Sequence

from crm_core.kernel.access import Permission
from crm_core.kernel.errors import Invalid
from crm_core.kernel.values.text import clean, fold
from crm_core.kernel.work import Work, use_case
from crm_core.people.types import CustomFieldRow
from db.models import CustomField
from db.queries import custom_fields as sql

RECORDS = ("contacts", "accounts", "deals")
TYPES = ("text", "number", "date", "choice", "choices", "yes_no", "url")
_WITH_CHOICES = ("choice", "choices")
_LONGEST_NAME, _LONGEST_LABEL = 60, 120


@use_case(Permission.CONTACTS_READ, read=True)
def search(work: Work, record: str = "contacts", *, with_hidden: bool = False) -> list[CustomFieldRow]:
    """The fields of contacts, accounts or deals, in their order; removed ones only when asked for."""
    return [_shape(row) for row in work.scalars(sql.of(record, with_hidden=with_hidden))]


@use_case(Permission.FIELDS_MANAGE)
def add(work: Work, record: str, label: str, type_name: str, choices: Sequence[str] = ()) -> CustomFieldRow:
    """Add a field; its name for imports and programs is made from the label.

    A removed field of the same label and type comes back with its values.

    Raises:
        Invalid: no such record or type, no label, or choices that are none.
    """
    shown, listed = _checked(record, label, type_name, choices)
    there = {row.name: row for row in work.scalars(sql.of(record, with_hidden=True))}
    name = _free_name(shown, type_name, there.values())
    row = there.get(name)
    if row is None:
        position = (work.scalar(sql.last_position(record)) or 0) + 1
        row = CustomField(record=record, name=name, type=type_name, position=position, created_at=work.now)
    row.label, row.choices, row.is_active = shown, listed, True
    work.add(row)
    work.record("custom_field.added", row, of=record, field=name, label=shown, type=type_name)
    return _shape(row)


@use_case(Permission.FIELDS_MANAGE)
def change(
    work: Work,
    field_id: int,
    *,
    label: str | None = None,
    choices: Sequence[str] | None = None,
    position: int | None = None,
) -> None:
    """Change how a field is called, what can be chosen, or where it stands. Name and type stay.

    Values that were chosen before stay on the records, also when a choice goes.
    """
    row = work.get(CustomField, field_id)
    given = row.choices if choices is None else choices
    row.label, row.choices = _checked(row.record, row.label if label is None else label, row.type, given)
    row.position = row.position if position is None else position
    changed = work.changes(row)
    if changed["changes"]:
        work.record("custom_field.changed", row, **changed)


@use_case(Permission.FIELDS_MANAGE)
def remove(work: Work, field_id: int) -> None:
    """Hide a field everywhere. Its values stay, and come back when the field is added again."""
    row = work.get(CustomField, field_id)
    if row.is_active:
        row.is_active = False
        work.record("custom_field.removed", row, of=row.record, field=row.name)


def by_name(work: Work, record: str) -> dict[str, CustomFieldRow]:
    """The fields in use, by their names."""
    return {row.name: _shape(row) for row in work.scalars(sql.of(record))}


def slug(label: str) -> str:
    """The name of a field from its label: small Latin letters, digits and underscores."""
    plain = re.sub(r"[^a-z0-9]+", "_", fold(label)).strip("_")
    return plain[:_LONGEST_NAME].strip("_") or "field"


def _free_name(label: str, type_name: str, there: Iterable[CustomField]) -> str:
    rows = {row.name: row for row in there}
    start, number = slug(label), 2
    name = start
    while name in rows and (rows[name].is_active or rows[name].type != type_name):
        name, number = f"{start[: _LONGEST_NAME - 4]}_{number}", number + 1
    return name


def _checked(record: str, label: str, type_name: str, choices: Sequence[str]) -> tuple[str, list[str]]:
    wrong: dict[str, str] = {}
    if record not in RECORDS:
        wrong["record"] = "A field belongs to contacts, accounts or deals."
    if type_name not in TYPES:
        wrong["type"] = f"A field is one of {', '.join(TYPES)}."
    shown = " ".join(clean(label).split())
    if not 0 < len(shown) <= _LONGEST_LABEL:
        wrong["label"] = f"A label has 1 to {_LONGEST_LABEL} characters."
    listed = list({fold(choice): choice for choice in map(clean, choices) if choice}.values())
    if type_name in _WITH_CHOICES and not listed:
        wrong["choices"] = "Give at least one thing to choose."
    if wrong:
        raise Invalid("This field needs correcting.", fields=wrong)
    return shown, listed if type_name in _WITH_CHOICES else []


def _shape(row: CustomField) -> CustomFieldRow:
    return CustomFieldRow(
        row.id, row.record, row.name, row.label, row.type, tuple(row.choices), row.position, row.is_active
    )
