"""Exports carry several addresses (billing, shipping, home); a record has one: which is taken."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from crm_core.data.synonym_families import ADDRESS_ORDER
from crm_core.data.synonyms import Meaning

if TYPE_CHECKING:
    from crm_core.data.mapping import Column

_PARTS = frozenset(("street", "city", "state", "postal_code", "country"))
_FROM_OTHER = 0.8


def choose_address(columns: "Sequence[Column]") -> "list[Column]":
    """The columns with the parts of one address only: the one with most filled columns, then as in the order.

    Parts that the chosen address has no column for may come from columns without a qualifier, and the other
    way round: "Home Address" goes with "City".
    """
    chosen = _chosen(columns)
    have = {one.field for column in columns for one in _parts(column) if one.group == chosen}
    return [_trimmed(column, chosen, have) for column in columns]


def _chosen(columns: "Sequence[Column]") -> str:
    filled: Counter[str] = Counter()
    named: Counter[str] = Counter()
    for column in columns:
        for group in {one.group for one in _parts(column)}:
            filled[group] += bool(column.cells)
            named[group] += 1

    def strength(group: str) -> tuple[int, bool, int]:
        return filled[group], named[group] > 1, -ADDRESS_ORDER.index(group)

    return max(named, key=strength, default="")


def _parts(column: "Column") -> list[Meaning]:
    return [one for one in column.meanings if one.field in _PARTS]


def _trimmed(column: "Column", chosen: str, have: set[str]) -> "Column":
    kept = []
    for one in column.meanings:
        if one.field not in _PARTS or one.group == chosen:
            kept.append(one)
        elif one.field not in have and (not one.group or not chosen):
            kept.append(one._replace(score=one.score * _FROM_OTHER))
    if len(kept) == len(column.meanings):
        return replace(column, meanings=tuple(kept))
    reason = column.how if kept else "It belongs to another address of the record"
    return replace(column, meanings=tuple(kept), how=reason, ignored=column.ignored or not kept)
