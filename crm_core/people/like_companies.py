"""Companies that may be the same one: asked while somebody types."""

from collections.abc import Mapping
from typing import Any, Final

from crm_core.kernel.values import urls
from crm_core.kernel.values.problem import Problem
from crm_core.kernel.values.text import fold
from crm_core.kernel.work import Work
from crm_core.people.types import AccountHint
from db.queries import accounts as sql

MOST_HINTS: Final = 5
MOST_READ: Final = 50
LEGAL_FORMS: Final = frozenset(
    "ab ag as aps bv co company corp corporation doo ehf gbr gmbh inc incorporated kft kg kk limited llc llp"
    " lp ltd lda mbh nv ohg oy oyj plc pte pty sa sarl sas se sl spa sprl srl srls sro ug zoo".split()
)


def similar(work: Work, values: Mapping[str, Any], *, besides: int | None = None) -> list[AccountHint]:
    """Who may be meant already: the same website, or the same name but for its legal form.

    At most five, the best reasons first; only companies that the reader may see. ``besides`` is the company
    that is being edited.
    """
    found: dict[int, AccountHint] = {}
    stem, domain = _stem(str(values.get("company") or "")), _domain(str(values.get("website") or ""))
    if stem:
        for row in work.tuples(sql.beginning_with(stem).limit(MOST_READ)):
            if _stem(row.name) == stem:
                found[row.id] = AccountHint(row.id, row.name, row.city, ("name",))
    if domain:
        for row in work.tuples(sql.by_domain(domain).limit(MOST_HINTS + 1)):
            before = found.get(row.id)
            reasons = before.reasons if before else ()
            found[row.id] = AccountHint(row.id, row.name, row.city, (*reasons, "website"))
    found.pop(besides or 0, None)
    return sorted(found.values(), key=lambda hint: (-len(hint.reasons), hint.id))[:MOST_HINTS]


def _domain(typed: str) -> str:
    address = urls.parse(typed) if typed else ""
    return "" if isinstance(address, Problem) else urls.domain_of(address)


def _stem(name: str) -> str:
    """The folded name without its legal form; a name that is nothing else stays."""
    words = fold(name).split()
    kept = list(words)
    while kept and "".join(filter(str.isalnum, kept[-1])) in LEGAL_FORMS:
        kept.pop()
    return " ".join(kept or words).rstrip(",")
