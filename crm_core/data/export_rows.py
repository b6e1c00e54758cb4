"""The records of an export, some thousand at a time, in the order of their ids."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from crm_core.data import export_sales, fields
from crm_core.kernel.values import money
from crm_core.kernel.values.text import fold
from crm_core.kernel.work import Work
from crm_core.marketing import rules
from crm_core.people import custom_fields, rule_moment
from crm_core.people.fields import ACCOUNT_COLUMNS, CONTACT_COLUMNS, POINT_FIELDS
from crm_core.people.types import Chosen
from crm_core.team.company import company
from db.queries import export_sales as sales_sql
from db.queries import exports as sql
from db.queries import rules as rule_sql
from db.queries import search as search_sql

CHUNK: Final = 2_000

_CONTACT: Final = (*CONTACT_COLUMNS, "company", "owner_id", "email_opt", "custom", "created_at")
_ACCOUNT: Final = (*ACCOUNT_COLUMNS, "name", "annual_revenue", "currency", "owner_id", "custom", "created_at")
_MANY: Final = frozenset(("email", "phone"))


@dataclass(frozen=True)
class Filter:
    """Everything that a rule (as JSON) and a search text leave: asked some rows at a time, however many."""

    rule: Mapping[str, Any] | None = None
    text: str = ""


Record = dict[str, Any]
Conditions = tuple[Any, ...]


def records(work: Work, kind: str, chosen: Chosen | Filter | None) -> Iterator[Record]:
    """Every chosen record within the scope, its values by import field name; None means all of them.

    Raises:
        Invalid: the rule of the selection is none.
    """
    owners = _owners(work)
    make = _MAKERS.get(kind)
    for conditions in _conditions(work, kind, chosen):
        above = 0
        while True:
            rows: list[Record] = work.rows(_statement(kind, above, conditions), dict)
            if not rows:
                break
            yield from make(work, rows, owners) if make else export_sales.rows(work, kind, rows)
            above = rows[-1]["id"]


def _conditions(work: Work, kind: str, chosen: Chosen | Filter | None) -> Iterator[Conditions]:
    """One set of conditions after the other; ids are asked for in slices, which keeps their order."""
    if chosen is None:
        yield ()
    elif isinstance(chosen, Filter):
        yield tuple(_matching(work, kind, chosen))
    else:
        ids = sorted(set(chosen if isinstance(chosen, Sequence) else chosen.ids(work)))
        for begin in range(0, len(ids), CHUNK):
            yield (sql.one_of(kind, ids[begin : begin + CHUNK]),)


def _matching(work: Work, kind: str, chosen: Filter) -> Iterator[Any]:
    words = fold(chosen.text).split()
    if kind == "accounts":
        yield from (sql.company_contains(word) for word in words)
        return
    if chosen.rule:
        wanted = rules.parse(chosen.rule, custom_fields.search(work, "contacts"))
        yield rule_sql.condition(wanted, rule_moment.moment(work))
    if words:
        yield search_sql.holding(tuple((word,) for word in words))


def _statement(kind: str, above: int, conditions: Conditions) -> Any:
    if kind == "contacts":
        return sql.contacts(_CONTACT, above, CHUNK, *conditions)
    if kind == "accounts":
        return sql.accounts(_ACCOUNT, above, CHUNK, *conditions)
    return sales_sql.after(kind, above, CHUNK, *conditions)


def _contacts(work: Work, rows: Sequence[Record], owners: Mapping[int, str]) -> Iterator[Record]:
    ids = [row["id"] for row in rows]
    points: dict[int, dict[str, list[str]]] = {}
    for contact_id, kind, value in work.tuples(sql.points_of(ids)):
        points.setdefault(contact_id, {}).setdefault(kind, []).append(value)
    tags = _tags(work, "contacts", ids)
    for row in rows:
        found = points.get(row["id"], {})
        for name, kind in POINT_FIELDS.items():
            entries = found.get(kind, [])
            row[name] = entries if kind in _MANY else next(iter(entries), "")
        row["email_consent"] = True if row["email_opt"] == "in" else None
        row["unsubscribed"] = True if row["email_opt"] == "out" else None
        yield _with_shared(row, owners, tags)


def _accounts(work: Work, rows: Sequence[Record], owners: Mapping[int, str]) -> Iterator[Record]:
    tags = _tags(work, "accounts", [row["id"] for row in rows])
    usual = company().currency
    for row in rows:
        row["company"] = row.pop("name")
        if row["annual_revenue"] is not None:
            currency = row["currency"] or usual
            row["annual_revenue"] = f"{money.to_decimal(row['annual_revenue'], currency):f} {currency}"
        yield _with_shared(row, owners, tags)


def _with_shared(row: Record, owners: Mapping[int, str], tags: Mapping[int, list[str]]) -> Record:
    row["owner"] = owners.get(row["owner_id"], "")
    row["tags"] = tags.get(row["id"], [])
    row.update({fields.CUSTOM + name: value for name, value in (row["custom"] or {}).items()})
    return row


def _tags(work: Work, kind: str, ids: Sequence[int]) -> dict[int, list[str]]:
    found: dict[int, list[str]] = {}
    for record_id, name in work.tuples(sql.tags_of(kind, ids)):
        found.setdefault(record_id, []).append(name)
    return found


def _owners(work: Work) -> dict[int, str]:
    """Everybody by name; by e-mail address where two have the same name."""
    known = work.tuples(sql.owners())
    names = [fold(name) for _, name, _ in known]
    return {one: name if names.count(fold(name)) == 1 else email for one, name, email in known}


_MAKERS: Final = {"contacts": _contacts, "accounts": _accounts}
