"""Finding contacts, companies, deals and products by any part of their search text, on both engines.

SQLite reads its trigram table, Postgres its trigram index over the same folded text; where Postgres has no
trigrams the same statements still answer, only slower. Words of one or two letters are too short for
trigrams: they find the beginnings of names, where a record has a folded one.
"""

from typing import Any

from sqlalchemy import ColumnElement, Select, and_, column, func, literal_column, or_, select, table

from db.models import Contact
from db.session import current

Words = tuple[tuple[str, ...], ...]
"""Every inner tuple must be found by one of its spellings."""

LONG = 3

_INDEX = table("contacts_search", column("rowid"), column("search_text"))


def having(words: Words, model: Any) -> ColumnElement[bool]:
    """The condition that records of a small table (deals, products) hold all words, by the quickest way."""
    if not (current().is_sqlite and has_index(words)):
        return holding(words, model)
    index = table(f"{model.__tablename__}_search", column("rowid"), column("search_text"))
    matching = select(index.c.rowid).where(_matches(words, index.name))
    return and_(model.id.in_(matching), *(_holds(word, model) for word in words if not _is_long(word)))


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


def holding(words: Words, model: Any = Contact) -> ColumnElement[bool]:
    """The condition that the search text of a record holds all words."""
    if has_index(words) or not hasattr(model, "name_key"):
        return and_(*(_holds(word, model) for word in words))
    return _beginning(words, model)


def _matches(words: Words, index: str = "contacts_search") -> ColumnElement[bool]:
    sought = " AND ".join(f"({' OR '.join(map(_phrase, word))})" for word in words if _is_long(word))
    return literal_column(index).op("MATCH")(sought)


def _is_long(word: tuple[str, ...]) -> bool:
    return all(len(spelling) >= LONG for spelling in word)


def _phrase(word: str) -> str:
    return '"' + word.replace('"', '""') + '"'


def _holds(word: tuple[str, ...], model: Any = Contact) -> ColumnElement[bool]:
    text = model.search_text
    if current().is_sqlite:
        return or_(*(func.instr(text, spelling) > 0 for spelling in word))
    if not _is_long(word):
        # Without a whole trigram the index would be read from end to end.
        return or_(*(func.strpos(text, spelling) > 0 for spelling in word))
    return or_(*(text.like(f"%{_literal(spelling)}%", escape="\\") for spelling in word))


def _beginning(words: Words, model: Any) -> ColumnElement[bool]:
    """One word begins the name as lists sort it (last name first), the others are found anywhere."""
    found = []
    for position, word in enumerate(words):
        others = [_holds(other, model) for place, other in enumerate(words) if place != position]
        found += [and_(_begins(spelling, model), *others) for spelling in word]
    return or_(*found)


def _begins(prefix: str, model: Any) -> ColumnElement[bool]:
    return and_(model.name_key >= prefix, model.name_key < prefix + "\U0010ffff")


def _literal(text: str) -> str:
    return text.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
