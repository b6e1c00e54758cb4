"""Finding contacts by any part of name, company, e-mail or phone, on both engines.

SQLite reads its trigram table, Postgres its trigram index over the same folded text; where Postgres has no
trigrams the same statements still answer, only slower. Words of one or two letters are too short for
trigrams: they find the beginnings of names.
"""

from typing import Any

from sqlalchemy import ColumnElement, Select, and_, column, func, literal_column, or_, select, table

from db.models import Contact
from db.session import current

Words = tuple[tuple[str, ...], ...]
"""Every inner tuple must be found by one of its spellings."""

LONG = 3

_INDEX = table("contacts_search", column("rowid"), column("search_text"))


def has_index(words: Words) -> bool:
    """Is there a word that trigrams can find?"""
    return any(_is_long(word) for word in words)


def from_index(words: Words) -> Select[Any]:
    """Ids of contacts in rising order, straight from SQLite's trigram table; add further conditions."""
    short = [word for word in words if not _is_long(word)]
    return (
        select(Contact.id)
        .select_from(_INDEX)
        .join(Contact, Contact.id == _INDEX.c.rowid)
        .where(_matches(words), *map(_holds, short))
        .order_by(_INDEX.c.rowid)
    )


def hits(words: Words) -> Select[Any]:
    """What the trigram table alone answers, whoever may see it: only good for an estimate."""
    return select(_INDEX.c.rowid).where(_matches(words))


def holding(words: Words) -> ColumnElement[bool]:
    """The condition that a contact's search text holds all words."""
    if has_index(words):
        return and_(*map(_holds, words))
    return _beginning(words)


def _matches(words: Words) -> ColumnElement[bool]:
    sought = " AND ".join(f"({' OR '.join(map(_phrase, word))})" for word in words if _is_long(word))
    return literal_column("contacts_search").op("MATCH")(sought)


def _is_long(word: tuple[str, ...]) -> bool:
    return all(len(spelling) >= LONG for spelling in word)


def _phrase(word: str) -> str:
    return '"' + word.replace('"', '""') + '"'


def _holds(word: tuple[str, ...]) -> ColumnElement[bool]:
    if current().is_sqlite:
        return or_(*(func.instr(Contact.search_text, spelling) > 0 for spelling in word))
    if not _is_long(word):
        # Without a whole trigram the index would be read from end to end.
        return or_(*(func.strpos(Contact.search_text, spelling) > 0 for spelling in word))
    return or_(*(Contact.search_text.like(f"%{_literal(spelling)}%", escape="\\") for spelling in word))


def _beginning(words: Words) -> ColumnElement[bool]:
    """One word begins the name as lists sort it (last name first), the others are found anywhere."""
    found = []
    for position, word in enumerate(words):
        others = [_holds(other) for place, other in enumerate(words) if place != position]
        found += [and_(_begins(spelling), *others) for spelling in word]
    return or_(*found)


def _begins(prefix: str) -> ColumnElement[bool]:
    return and_(Contact.name_key >= prefix, Contact.name_key < prefix + "\U0010ffff")


def _literal(text: str) -> str:
    return text.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
