"""Further e-mails, phones and handles of contacts."""

from collections.abc import Iterable, Mapping
from typing import Any

from crm_core.kernel.values import phones
from crm_core.kernel.values.text import fold
from crm_core.kernel.work import Work
from crm_core.people.fields import POINT_FIELDS
from crm_core.people.types import Point
from db.models import ContactPoint
from db.queries import points as sql

MANY = frozenset(("email", "phone"))
_LONGEST_KEY = 500


def key(kind: str, value: str) -> str:
    """What matching compares: the digits of a phone, everything else folded."""
    return (phones.key(value) if kind == "phone" else fold(value))[:_LONGEST_KEY]


def of(work: Work, contact_id: int) -> list[ContactPoint]:
    """The points of one contact, in the order they were added."""
    return work.scalars(sql.of([contact_id]))


def values(points: Iterable[ContactPoint]) -> dict[str, Any]:
    """Points by field name: lists of e-mails and phones, the first of every other kind."""
    found: dict[str, list[str]] = {}
    for point in points:
        found.setdefault(point.kind, []).append(point.value)
    named = {name: found.get(kind, []) for name, kind in POINT_FIELDS.items()}
    return {
        name: entries if POINT_FIELDS[name] in MANY else next(iter(entries), "")
        for name, entries in named.items()
    }


def shapes(points: Iterable[ContactPoint]) -> tuple[Point, ...]:
    """Points as they leave this area."""
    return tuple(Point(point.kind, point.value, point.label) for point in points)


def reachable(points: Iterable[ContactPoint]) -> list[str]:
    """The further e-mails and phones: one can be found by them."""
    return [point.value for point in points if point.kind in MANY]


def put(work: Work, contact_id: int, typed: Mapping[str, Any]) -> list[ContactPoint]:
    """Make the points of a contact what ``typed`` says, for the fields that are named in it.

    E-mails and phones are replaced as a whole; of a handle the first one is.
    """
    points = of(work, contact_id)
    if not any(name in typed for name in POINT_FIELDS):
        return points
    for name, kind in POINT_FIELDS.items():
        if name not in typed:
            continue
        there = [point for point in points if point.kind == kind]
        wanted = {key(kind, value): value for value in _listed(typed[name])}
        affected = there if kind in MANY else there[:1]
        gone = [point for point in affected if point.value_key not in wanted]
        if gone:
            work.run(sql.remove([point.id for point in gone]))
        kept = {point.value_key for point in there} - {point.value_key for point in gone}
        for value_key, value in wanted.items():
            if value_key not in kept:
                work.add(ContactPoint(contact_id=contact_id, kind=kind, value=value, value_key=value_key))
    work.flush()
    return of(work, contact_id)


def _listed(value: Any) -> list[str]:
    return value if isinstance(value, list) else [value] if value else []
