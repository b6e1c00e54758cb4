"""Contacts that may be the same person: asked while somebody types, and before a new one is stored."""

from collections.abc import Iterable, Mapping
from typing import Any

from crm_core.kernel.errors import Conflict
from crm_core.kernel.values import phones
from crm_core.kernel.values.text import fold
from crm_core.kernel.work import Work
from crm_core.people import rules
from crm_core.people.context import of_contacts
from crm_core.people.types import ContactHint
from crm_core.people.validation import read_contact
from db.queries import Rows
from db.queries import contacts as sql
from db.queries import points as point_sql

MOST_HINTS = 5


def similar(work: Work, values: Mapping[str, Any], *, besides: int | None = None) -> list[ContactHint]:
    """Who may be meant already: the same e-mail, the same phone, or the same name at the same company.

    Reads what is typed so far and leaves out what cannot be read. At most five, the best reasons first;
    only contacts that the reader may see. ``besides`` is the contact that is being edited.
    """
    typed = read_contact(values, of_contacts(work)).values
    found: dict[int, ContactHint] = {}
    for reason, statement in _searches(typed):
        for row in work.tuples(statement.limit(MOST_HINTS + 1)):
            before = found.get(row.id)
            reasons = before.reasons if before else ()
            if row.id != besides and reason not in reasons:
                found[row.id] = ContactHint(row.id, row.name, row.company, row.email, (*reasons, reason))
    return sorted(found.values(), key=lambda hint: (-len(hint.reasons), hint.id))[:MOST_HINTS]


def with_email(work: Work, addresses: Iterable[str], *, besides: int | None = None) -> ContactHint | None:
    """The first visible contact that has one of these addresses, as its main one or a further one."""
    for address in addresses:
        for statement in _by_email(address):
            for row in work.tuples(statement.limit(2)):
                if row.id != besides:
                    return ContactHint(row.id, row.name, row.company, row.email, ("email",))
    return None


def refuse(work: Work, typed: Mapping[str, Any]) -> None:
    """Stop unless the e-mail addresses are new.

    Raises:
        Conflict: a visible contact has one of them; ``theirs`` holds its id and name.
    """
    same = with_email(work, _addresses(typed))
    if same is not None:
        raise Conflict(
            f"“{same.name}” already uses this e-mail address. Open that contact, or create this one anyway.",
            fields={"email": f"Used by “{same.name}”."},
            theirs={"id": same.id, "name": same.name},
        )


def known(work: Work, typed: Mapping[str, Any]) -> int | None:
    """The contact that already has one of the e-mail addresses."""
    same = with_email(work, _addresses(typed))
    return same.id if same else None


def _searches(typed: Mapping[str, Any]) -> Iterable[tuple[str, Rows]]:
    for address in _addresses(typed):
        for statement in _by_email(address):
            yield "email", statement
    numbers = [typed.get("phone"), typed.get("mobile"), *(typed.get("phone_secondary") or [])]
    for number in filter(None, numbers):
        yield "phone", sql.by_phone(number)
        yield "phone", sql.by_mobile(number)
        yield "phone", point_sql.holders("phone", phones.key(number))
    if typed.get("first_name") and typed.get("last_name"):
        yield "name", sql.by_name(rules.derived(typed)["name_key"], fold(typed.get("company") or ""))


def _by_email(address: str) -> tuple[Rows, Rows]:
    return sql.by_email(address), point_sql.holders("email", fold(address))


def _addresses(typed: Mapping[str, Any]) -> list[str]:
    return [address for address in (typed.get("email"), *(typed.get("email_secondary") or [])) if address]
