"""What a form, a program or an import says about a contact or a company, checked and typed, field by field.

Every field name is that of the import contract; custom fields are ``custom.<name>``. All problems are
found at once. A problem that keeps a value (a phone number as written) is no reason to refuse a form.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from crm_core.kernel.errors import Invalid
from crm_core.kernel.values import names
from crm_core.kernel.values.problem import Problem
from crm_core.kernel.values.typed import Conventions, as_text, convert
from crm_core.people.fields import ACCOUNT_TYPES, CONTACT_TYPES, CUSTOM, OPTIONS
from crm_core.people.types import CustomFieldRow
from db import lengths
from db.models import Account, Contact, ContactPoint, Tag

_ADDRESS = ("street", "city", "state", "postal_code", "country")
_NAMES = ("salutation", "first_name", "middle_name", "last_name")
_CALLED = ("first_name", "middle_name", "last_name", "email", "phone", "mobile", "company")
_LONGEST = lengths.of(Contact) | {
    "website": lengths.of(ContactPoint)["value"],
    "tags": lengths.of(Tag)["name"],
    "address": lengths.of(Contact)["street"],
    "full_name": min(lengths.of(Contact)[part] for part in ("first_name", "middle_name", "last_name")),
}
_LONGEST_OF_ACCOUNT = lengths.of(Account) | {"company": lengths.of(Account)["name"]}


@dataclass(frozen=True)
class Context:
    """What reading a value depends on: the conventions of the company and the fields that the admin added."""

    usual: Conventions = field(default_factory=Conventions)
    custom: Mapping[str, CustomFieldRow] = field(default_factory=dict)


@dataclass(frozen=True)
class Checked:
    """Typed values by field name (None: emptied), and everything that is wrong with what was given."""

    values: dict[str, Any]
    problems: tuple[Problem, ...] = ()

    def accepted(self) -> dict[str, Any]:
        """The values, provided that nothing is wrong with them.

        Raises:
            Invalid: with a hint for every wrong field.
        """
        hints: dict[str, str] = {}
        for problem in self.problems:
            if problem.kept is None:
                hints[problem.field] = " ".join(filter(None, (hints.get(problem.field), problem.message)))
        if hints:
            raise Invalid("Some fields need correcting.", fields=hints)
        return self.values


def read_contact(
    given: Mapping[str, Any], context: Context, stored: Mapping[str, Any] | None = None
) -> Checked:
    """The values of a contact.

    Args:
        given: texts or typed values by field name.
        context: as the company writes, and its custom fields.
        stored: what an existing contact has; None for a new one.
    """
    typed, problems = read(given, CONTACT_TYPES, _LONGEST, context)
    _split_name(typed)
    _first_and_further(typed, stored or {})
    if typed.pop("address", None) and not any(typed.get(part) for part in _ADDRESS):
        typed["street"] = as_text(given["address"])
    whole = {**(stored or {}), **typed}
    if not any(whole.get(name) for name in _CALLED) and not problems:
        hint = "Give a name, an e-mail address, a phone number or a company."
        problems.append(Problem(hint, field="last_name"))
    return Checked(typed, tuple(problems))


def read_account(
    given: Mapping[str, Any], context: Context, stored: Mapping[str, Any] | None = None
) -> Checked:
    """The values of a company, as ``read_contact`` does for a contact."""
    typed, problems = read(given, ACCOUNT_TYPES, _LONGEST_OF_ACCOUNT, context)
    if isinstance(typed.get("phone"), list):
        typed["phone"] = next(iter(typed["phone"]), None)
    if not {**(stored or {}), **typed}.get("company"):
        problems.append(Problem("A company needs a name.", field="company"))
    return Checked(typed, tuple(problems))


def read(
    given: Mapping[str, Any], types: Mapping[str, str], longest: Mapping[str, int], context: Context
) -> tuple[dict[str, Any], list[Problem]]:
    """Typed values of any kind of record, and everything that is wrong with what was given.

    Args:
        given: texts or typed values by field name.
        types: the type of each field, see ``kernel.values.typed``.
        longest: how many characters a field has room for.
        context: as the company writes, and its custom fields.
    """
    typed: dict[str, Any] = {}
    problems: list[Problem] = []
    for name, value in given.items():
        known = types.get(name) or _custom_type(name, context)
        if known is None:
            problems.append(Problem(f"There is no field called “{name}”.", as_text(value), field=name))
            continue
        typed[name], wrong = convert(
            known, value, context.usual, field=name, options=_options(name, types, context)
        )
        wrong = [*wrong, *_too_long(typed[name], longest.get(name))]
        problems += [problem.at(name, name) for problem in wrong]
    return typed, problems


def same(given: Any, stored: Any) -> bool:
    """Do both say the same, whatever their types (`5` and `"5"`, None and nothing)?"""
    if isinstance(given, list | tuple) or isinstance(stored, list | tuple):
        return _listed(given) == _listed(stored)
    return as_text(given) == as_text(stored)


def plain(value: Any) -> Any:
    """A typed value as a custom field keeps it: in JSON types, days as ISO text."""
    if isinstance(value, Decimal):
        return int(value) if value == value.to_integral_value() else float(value)
    return value if isinstance(value, str | int | float | bool | list | None) else value.isoformat()


def _custom_type(name: str, context: Context) -> str | None:
    added = context.custom.get(name.removeprefix(CUSTOM)) if name.startswith(CUSTOM) else None
    return added.type if added else None


def _options(name: str, types: Mapping[str, str], context: Context) -> tuple[str, ...]:
    if name in types:
        return OPTIONS.get(name, ())
    return context.custom[name.removeprefix(CUSTOM)].choices


def _too_long(value: Any, limit: int | None) -> Iterable[Problem]:
    for text in value if isinstance(value, list) else [value]:
        if limit and isinstance(text, str) and len(text) > limit:
            yield Problem(f"This has {len(text)} characters; there is room for {limit}.", text)


def _split_name(typed: dict[str, Any]) -> None:
    """A full name becomes its parts, where no part is given."""
    full = typed.pop("full_name", None)
    if full and not (typed.get("first_name") or typed.get("last_name")):
        parts = names.split(full)
        found = (
            parts.salutation,
            parts.first,
            parts.middle,
            " ".join(filter(None, (parts.last, parts.suffix))),
        )
        typed.update({name: part for name, part in zip(_NAMES, found, strict=True) if part or name in typed})


def _first_and_further(typed: dict[str, Any], stored: Mapping[str, Any]) -> None:
    """The first e-mail and number of a field is the main one; the others join the further ones."""
    for name, more in (
        ("email", "email_secondary"),
        ("phone", "phone_secondary"),
        ("mobile", "phone_secondary"),
    ):
        entries = typed.get(name)
        if isinstance(entries, list):
            typed[name] = entries[0] if entries else None
            if entries[1:]:
                before = typed[more] if more in typed else stored.get(more)
                typed[more] = list(dict.fromkeys([*(before or []), *entries[1:]]))


def _listed(value: Any) -> list[str]:
    entries = value if isinstance(value, list | tuple) else [value]
    return [text for text in map(as_text, entries) if text]


__all__ = ["Checked", "Context", "plain", "read", "read_account", "read_contact", "same"]
