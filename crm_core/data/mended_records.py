"""Records that are mended: what follows from their new values, and how the trace of it looks."""

from collections.abc import Sequence
from datetime import date
from typing import Any, Final

from crm_core.commerce import product_fields
from crm_core.kernel.work import Work
from crm_core.people import naming
from crm_core.people import rules as people_rules
from db.queries import points as point_sql

_NOUNS: Final = {
    "contacts": "contact", "accounts": "account", "deals": "deal", "orders": "order", "products": "product",
}  # fmt: skip
_DAYS: Final = ("close_on",)
_ASSIGNED: Final = ("contact", "deal")


def derive(work: Work, record: str, rows: Sequence[Any]) -> None:
    """Bring names, sort keys and search texts in line."""
    if record == "contacts":
        further: dict[int, list[str]] = {}
        for point in work.scalars(point_sql.reachable([row.id for row in rows])):
            further.setdefault(point.contact_id, []).append(point.value)
        for row in rows:
            naming.derive(row, further.get(row.id, ()))
        return
    if record == "products":
        for row in rows:
            product_fields.fill(row, {})
    if record != "accounts":
        return
    for row in rows:
        columns = {name: getattr(row, name) for name in ("name", "domain", "phone")}
        for name, value in people_rules.derived_of_account(columns).items():
            setattr(row, name, value)


def happened(record: str, repair: str) -> str:
    """The name of what happened to each of the records."""
    noun = _NOUNS[record]
    return f"{noun}.assigned" if repair == "assign" and noun in _ASSIGNED else f"{noun}.changed"


def title(row: Any) -> str:
    """What people call a record; an order by its number."""
    return str(getattr(row, "name", None) or row.number)


def customer(record: str, row: Any) -> tuple[int | None, int | None]:
    """Contact and company with whom the change is told."""
    if record == "contacts":
        return row.id, None
    if record == "accounts":
        return None, row.id
    return getattr(row, "contact_id", None), getattr(row, "account_id", None)


def named(record: str, row: Any) -> dict[str, str]:
    """How the sentence about the change names the record."""
    known = {"deals": "deal", "orders": "number"}
    return {known[record]: title(row)} if record in known else {}


def plain(value: Any) -> Any:
    """A value as a trace keeps it."""
    return value.isoformat() if isinstance(value, date) else value


def stored(name: str, value: Any) -> Any:
    """A value of a trace as its column holds it."""
    return date.fromisoformat(value) if name in _DAYS and value is not None else value
