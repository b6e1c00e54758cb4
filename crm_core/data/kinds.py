"""Which kind of record a file holds, and in which order files of several kinds are brought in."""

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final, TypeVar

from crm_core.data import mapping, readers, special_columns
from crm_core.data.fields import KINDS
from crm_core.kernel.values.text import fold

T = TypeVar("T")

NOUNS: Final[Mapping[str, tuple[str, str]]] = {
    "contacts": ("contact", "contacts"),
    "accounts": ("company", "companies"),
    "products": ("product", "products"),
    "deals": ("deal", "deals"),
    "orders": ("order", "orders"),
    "interactions": ("interaction", "interactions"),
    "users": ("person of the team", "people of the team"),
    "campaign-results": ("campaign result", "campaign results"),
}
"""What one record and many of each kind are called."""

NEEDS: Final[Mapping[str, tuple[str, ...]]] = {
    "users": (),
    "accounts": (),
    "products": (),
    "contacts": ("accounts",),
    "deals": ("users", "accounts", "contacts", "products"),
    "orders": ("users", "accounts", "contacts", "products"),
    "interactions": ("users", "accounts", "contacts", "deals"),
    "campaign-results": ("contacts",),
}
"""The kinds whose records each kind names: they come in first, or nothing is found for the names."""

_WORDS: Final[Mapping[str, str]] = {
    "contacts": "contact contacts kontakte people persons personen subscribers leads customers kunden "
    "clients contactos contatti",
    "accounts": "account accounts company companies firmen organisations organizations unternehmen empresas",
    "products": "product products produkte articles artikel items catalogue catalog inventory pricebook",
    "deals": "deal deals opportunity opportunities chancen pipeline salespipeline",
    "orders": "order orders bestellungen sales transactions invoices purchases",
    "interactions": "interaction interactions activity activities calls meetings notes touchpoints "
    "engagements",
    "users": "users teams team staff employees mitarbeiter sellers salesteam salesteams agents reps",
    "campaign-results": "campaign campaigns kampagnen mailing mailings opens clicks newsletter",
}
_NAMED: Final = 4.0
"""What a word in the name of the file weighs: as much as the most telling column."""


@dataclass(frozen=True)
class KindGuess:
    """The kind a file most likely holds; ``confidence`` is its lead over the next one, from 0 to 1."""

    kind: str
    confidence: float
    reason: str


def guess(path: Path, file_name: str = "") -> KindGuess:
    """The kind of record a file holds, by its columns, its first rows and its name.

    Raises:
        Invalid: the file is no readable table.
    """
    name = file_name or path.name
    layout = readers.inspect(path, name)
    return guess_columns(layout.columns, layout.sample, name)


def guess_columns(
    columns: Sequence[str], samples: Sequence[Sequence[str]] = (), file_name: str = ""
) -> KindGuess:
    """The kind of record that a table with these columns holds.

    Each kind proposes a mapping; the fields that only it has speak for it (the weights of ``evidence``).
    """
    proposed = {kind: mapping.propose(kind, columns, samples) for kind in KINDS}
    named = _named(file_name)
    scores = {
        kind: special_columns.evidence(kind, guesses) + _NAMED * (kind in named)
        for kind, guesses in proposed.items()
    }
    best, second = sorted(KINDS, key=lambda kind: -scores[kind])[:2]
    lead = (scores[best] - scores[second]) / scores[best] if scores[best] else 0.0
    return KindGuess(best, round(lead, 2), _reason(best, proposed[best], best in named))


def in_order(items: Iterable[T], kind_of: Callable[[T], str]) -> list[T]:
    """The items so that each stands behind those whose records it names; otherwise as they came."""
    places = {kind: place for place, kind in enumerate(NEEDS)}
    return sorted(items, key=lambda item: places.get(kind_of(item), len(places)))


def needed(kind: str, present: Iterable[str]) -> list[str]:
    """Those of the present kinds that a kind names, in the order in which they come in."""
    there = set(present)
    return [name for name in NEEDS if name in NEEDS.get(kind, ()) and name in there]


def _named(file_name: str) -> set[str]:
    words = set(re.split(r"[^a-zäöüé]+", fold(Path(file_name).stem)))
    return {kind for kind, known in _WORDS.items() if words & set(known.split())}


def _reason(kind: str, guesses: Sequence[mapping.Guess], is_named: bool) -> str:
    telling = special_columns.telling(kind)
    found = [one for one in guesses if one.field in telling]
    found.sort(key=lambda one: -telling[one.field or ""])
    columns = ", ".join(f"“{one.column}”" for one in found[:3])
    if columns:
        return f"Its columns {columns} are those of {NOUNS[kind][1]}."
    return f"Its name speaks of {NOUNS[kind][1]}." if is_named else "No column tells another kind."
