"""What the words of a file mean here: “Bob B.” is the user bob, “Neg.” the stage Negotiation.

Somebody says so once, for one import; the next file of the kind is read so from the start.
"""

from collections.abc import Mapping, Sequence
from typing import Any, Final

from crm_core.commerce import rules as order_rules
from crm_core.data.import_types import Meanings
from crm_core.kernel.access import Permission
from crm_core.kernel.values.text import fold
from crm_core.kernel.work import Work, use_case
from crm_core.people.rules import LEAD_STATUSES, LIFECYCLES
from crm_core.sales import rules as deal_rules
from db.models import Import
from db.queries import import_words as sql
from db.queries import imports as import_sql

FIELDS: Final[Mapping[str, tuple[str, ...]]] = {
    "contacts": ("owner", "lifecycle", "lead_status"),
    "accounts": ("owner",),
    "products": ("category",),
    "deals": ("owner", "pipeline", "stage", "status"),
    "orders": ("owner", "status"),
    "interactions": ("owner", "type"),
}
"""Kind of record -> the fields whose words can be translated."""

LEFT_OUT: Final = ""
"""The meaning of a word that is not to be imported."""

_MOST: Final = 500
_LONGEST: Final = 200
_FIXED: Final[Mapping[tuple[str, str], tuple[str, ...]]] = {
    ("contacts", "lifecycle"): LIFECYCLES,
    ("contacts", "lead_status"): LEAD_STATUSES,
    ("deals", "status"): deal_rules.STATUSES,
    ("orders", "status"): order_rules.STATUSES,
    ("interactions", "type"): ("call", "meeting", "email", "chat", "post", "note"),
}


@use_case(Permission.IMPORTS_RUN, read=True)
def choices(work: Work, import_id: int) -> dict[str, dict[str, str]]:
    """What words of a file can mean: field -> what stands in the base -> how people call it."""
    kind = work.get(Import, import_id).kind
    return {name: _choices(work, kind, name) for name in FIELDS.get(kind, ())}


def wrong(kind: str, meanings: Mapping[str, Mapping[str, str]]) -> str:
    """Why these meanings cannot be kept; empty when they can."""
    if unknown := set(meanings) - set(FIELDS.get(kind, ())):
        usual = ", ".join(FIELDS.get(kind, ())) or "none"
        return f"Words of {', '.join(sorted(unknown))} have no meanings; of {kind} these have: {usual}."
    if not all(isinstance(words, Mapping) for words in meanings.values()):
        return "Meanings are words by field: {“owner”: {“Bob B.”: “bob”}}."
    pairs = [pair for words in meanings.values() for pair in words.items()]
    if len(pairs) > _MOST or any(
        not isinstance(text, str) or len(text) > _LONGEST for pair in pairs for text in pair
    ):
        return f"At most {_MOST} words can be told their meaning, each with {_LONGEST} characters at most."
    return ""


def folded(meanings: Mapping[str, Mapping[str, str]]) -> Meanings:
    """The meanings with their words as they are compared: without case and accents."""
    return {
        name: {fold(word): meaning for word, meaning in words.items() if fold(word)}
        for name, words in meanings.items()
        if words
    }


def learned(work: Work, kind: str, layout_key: str) -> Meanings:
    """What words meant in earlier files of this kind; the same layout counts most."""
    found: dict[str, dict[str, str]] = {}
    for options in [
        *work.scalars(sql.options_of_mappings(kind)),
        *work.scalars(sql.options_of_mappings(kind, layout_key)),
    ]:
        for name, words in options.get("meanings", {}).items():
            if name in FIELDS.get(kind, ()):
                found.setdefault(name, {}).update(words)
    return found


def _choices(work: Work, kind: str, name: str) -> dict[str, str]:
    if (kind, name) in _FIXED:
        return {word: word for word in _FIXED[kind, name] if word}
    if name == "owner":
        rows: Sequence[Any] = work.tuples(import_sql.names_of_users())
        return {row.username or row.email or row.name: row.name for row in rows}
    statement = {
        "stage": sql.stage_names, "pipeline": sql.pipeline_names, "category": sql.category_names
    }[name]  # fmt: skip
    return {text: text for text in work.scalars(statement()) if text}
