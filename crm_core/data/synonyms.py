"""Which field a column name means, per kind: the word lists of `synonyms.toml` and the families together."""

import tomllib
from collections.abc import Iterator
from functools import cache, lru_cache
from pathlib import Path
from typing import Any, NamedTuple

from crm_core.data import fields, synonym_families
from crm_core.data.column_names import compact, spellings

_PHRASES = Path(__file__).with_name("synonyms.toml")
_LATER = 0.004


class Meaning(NamedTuple):
    """One reading of a column name: the field, how sure (0 to 1), and which address it belongs to."""

    field: str
    score: float
    group: str = ""


@lru_cache(maxsize=16_384)
def meanings(kind: str, name: str) -> tuple[Meaning, ...]:
    """The readings of a compact column name, the likeliest first."""
    known = fields.vocabulary(kind)
    best: dict[str, Meaning] = {}
    for meaning in (*listed(kind).get(name, ()), *_families(kind, name)):
        if meaning.field in known and (
            meaning.field not in best or best[meaning.field].score < meaning.score
        ):
            best[meaning.field] = meaning
    return tuple(sorted(best.values(), key=lambda one: -one.score))


@cache
def listed(kind: str) -> dict[str, tuple[Meaning, ...]]:
    """Compact column name -> its readings in the word lists. Earlier words of a list count a little more."""
    table: dict[str, list[Meaning]] = {}
    for name, meaning in _listed(kind):
        table.setdefault(name, []).append(meaning)
    return {name: tuple(found) for name, found in table.items()}


@cache
def well_known(kind: str) -> tuple[str, ...]:
    """The names that a typing error is compared with."""
    return (*listed(kind), *synonym_families.core_names())


@cache
def ignored_names() -> frozenset[str]:
    """Compact names of columns that no field is meant for."""
    return frozenset(compact(name) for name in _phrases()["ignored"]["names"])


@cache
def ignored_words() -> frozenset[str]:
    """Words that say that a column is about something else (weighted value, last activity, modified on)."""
    return frozenset(compact(word) for word in _phrases()["ignored"]["words"])


def _listed(kind: str) -> Iterator[tuple[str, Meaning]]:
    for section in (kind, "everywhere"):
        for field, phrases in _phrases().get(section, {}).items():
            yield from _of_field(field, phrases)
    for field in fields.of(kind):
        yield compact(field.name), Meaning(field.name, 1.0)


def _of_field(field: str, phrases: Any) -> Iterator[tuple[str, Meaning]]:
    if isinstance(phrases, dict):
        phrases = _phrases()[phrases["like"]][field]
    for index, phrase in enumerate(phrases):
        if isinstance(phrase, dict):
            yield from _of_field(field, phrase)
        else:
            for name in spellings(phrase):
                yield name, Meaning(field, max(1.0 - index * _LATER, 0.8))


def _families(kind: str, name: str) -> Iterator[Meaning]:
    if kind in ("contacts", "accounts"):
        yield from (Meaning(*reading) for reading in _phones_of(kind, name))
    if kind in ("contacts", "orders", "campaign-results"):
        yield from (Meaning(*reading) for reading in synonym_families.email_readings(name))
    if kind in ("contacts", "accounts", "orders"):
        yield from (Meaning(*reading) for reading in synonym_families.address_readings(name))


def _phones_of(kind: str, name: str) -> Iterator[synonym_families.Reading]:
    for field, score, group in synonym_families.phone_readings(name):
        if kind == "accounts" and field == "mobile":
            yield "phone", score - 0.1, group
        else:
            yield field, score, group


@cache
def _phrases() -> dict[str, Any]:
    return tomllib.loads(_PHRASES.read_text(encoding="utf-8"))
