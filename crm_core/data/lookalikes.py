"""Rows of a file that look like a contact without sharing a key with it: the same name, and more beside it.

They become new contacts all the same, with a hint: an import must not decide such a thing. What is not seen
here, because thousands have the same names, the search behind the import finds.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, Final

from crm_core.data.import_types import Ready, note
from crm_core.kernel.values.text import fold
from crm_core.kernel.work import Work
from db.queries import matching as sql

MOST: Final = 2_000
"""Contacts that are read for the names of one chunk: a bound, where thousands have the same name."""
_PLACES: Final = {"birthday": "birthday", "postal_code": "postal code", "city": "city"}
_TELLING: Final = ("email", "phone", "birthday")
Namesakes = Mapping[str, Sequence[dict[str, Any]]]


def look_up(work: Work, rows: Iterable[Ready]) -> Namesakes:
    """Contacts with the names of these rows, by folded name; whoever may see them."""
    wanted = {row.derived["name_key"] for row in rows if _is_worth_asking(row)}
    found: dict[str, list[dict[str, Any]]] = defaultdict(list)
    if wanted:
        for contact in work.tuples(sql.namesakes(wanted, MOST)):
            found[contact.name_key].append(dict(contact._mapping))
    return found


def hints(row: Ready, namesakes: Iterable[Mapping[str, Any]]) -> Iterator[dict[str, str]]:
    """Why a new contact may be one that exists: one hint at most."""
    if not _is_worth_asking(row):
        return
    for contact in namesakes:
        shared = _shared(row, contact)
        if shared:
            told = f"Somebody has the same name and {_PLACES[shared]}."
            yield note(told, shared, value=str(row.columns[shared]), level="hint")
            return


def _is_worth_asking(row: Ready) -> bool:
    """Is there a whole name, and something that tells namesakes apart?

    With an address and a number of its own a row is somebody else, or has been found by them.
    """
    columns = row.columns
    if row.is_refused or not (columns.get("first_name") and columns.get("last_name")):
        return False
    has_own = columns.get("email") and columns.get("phone")
    return bool(
        columns.get("birthday") or (not has_own and (columns.get("postal_code") or columns.get("city")))
    )


def _shared(row: Ready, contact: Mapping[str, Any]) -> str:
    """What both share beside the name; empty where that is nothing, or where they contradict each other."""
    columns = row.columns
    if columns.get("birthday") and columns["birthday"] == contact["birthday"]:
        return "birthday"
    company = fold(row.linked or ""), fold(contact["company"])
    differing = [(columns.get(name), contact[name]) for name in _TELLING]
    if any(ours and theirs and ours != theirs for ours, theirs in (*differing, company)):
        return ""
    places = ("postal_code", "city")
    return next((name for name in places if _same(columns.get(name), contact[name])), "")


def _same(ours: Any, theirs: Any) -> bool:
    return bool(ours and theirs) and fold(str(ours)) == fold(str(theirs))
