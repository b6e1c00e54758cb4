"""What the base holds for the keys of a chunk: a handful of statements, whatever the number of rows."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from crm_core.data import lookalikes
from crm_core.data.import_types import Key, Ready
from crm_core.data.lookalikes import Namesakes
from crm_core.kernel.values import phones
from crm_core.kernel.values.text import fold
from crm_core.kernel.work import Work
from db.queries import matching as sql

if TYPE_CHECKING:
    from crm_core.data.entities import Entity

Record = dict[str, Any]
Point = tuple[str, str, str]

_ALWAYS = ("id", "owner_id", "import_id", "external_id", "origin", "custom")


@dataclass
class Found:
    """The part of the base that a chunk touches.

    Attributes:
        ids: the records that have a key; only visible ones for the person who imports, except for
            ``taken``, the external ids that no new record can have.
        records: the columns of those records, by id.
        points, tags: what belongs to them, by id.
        companies: (id, name) by folded name.
        tag_ids: the tags that exist, by folded name.
        opted_out: addresses of people who opted out, whoever sees them.
        namesakes: contacts with the names of the rows, by folded name, whoever sees them.
    """

    ids: dict[Key, list[int]] = field(default_factory=lambda: defaultdict(list))
    records: dict[int, Record] = field(default_factory=dict)
    points: dict[int, list[Point]] = field(default_factory=lambda: defaultdict(list))
    tags: dict[int, set[str]] = field(default_factory=lambda: defaultdict(set))
    companies: dict[str, tuple[int, str]] = field(default_factory=dict)
    tag_ids: dict[str, int] = field(default_factory=dict)
    opted_out: set[str] = field(default_factory=set)
    taken: set[str] = field(default_factory=set)
    namesakes: Namesakes = field(default_factory=dict)


def look_up(work: Work, entity: "Entity", rows: Sequence[Ready], origin: str, import_id: int = 0) -> Found:
    """Everything about the keys of these rows. ``work`` must see the whole base; what the person may not see
    is sorted out here. ``import_id`` is the import itself: what it made is known as its own."""
    if entity.loader is not None:
        return entity.loader.look_up(work, rows, origin, import_id)
    work.expect_many()
    keys: dict[str, set[str]] = defaultdict(set)
    for row in rows:
        if not row.is_refused:
            for kind, value in row.keys:
                keys[kind].add(value)
    found = Found()
    _companies(work, found, {fold(row.linked) for row in rows if row.linked})
    search = _contacts if entity.kind == "contacts" else _accounts
    pairs = list(search(work, found, keys, origin))
    found.taken = {value for (kind, value), _ in pairs if kind == "external_id"}
    _records(work, entity, found, {key_id for _, key_id in pairs})
    for key, record_id in pairs:
        if record_id in found.records and record_id not in found.ids[key]:
            found.ids[key].append(record_id)
    if entity.kind == "contacts":
        found.namesakes = lookalikes.look_up(work, rows)
    tag_keys = {fold(tag) for row in rows for tag in row.tags}
    if tag_keys:
        found.tag_ids = dict(_pairs(work, sql.tags_by_key(tag_keys)))
    return found


def _contacts(work: Work, found: Found, keys: dict[str, set[str]], origin: str) -> Iterable[tuple[Key, int]]:
    emails, numbers = keys["email"], keys["phone"]
    if keys["external_id"]:
        for value, key_id in _pairs(work, sql.contacts_by_external_id(origin, keys["external_id"])):
            yield ("external_id", value), key_id
    if emails:
        found.opted_out = set(work.scalars(sql.opted_out(emails)))
        points = sql.contacts_by_point("email", {fold(value)[:500] for value in emails})
        for statement in (sql.contacts_by_email(emails), points):
            yield from (
                (("email", value), key_id) for value, key_id in _pairs(work, statement) if value in emails
            )
    if numbers:
        points = sql.contacts_by_point("phone", {phones.key(value) for value in numbers})
        for statement in (sql.contacts_by_phone(numbers), sql.contacts_by_mobile(numbers), points):
            yield from (
                (("phone", value), key_id) for value, key_id in _pairs(work, statement) if value in numbers
            )
    yield from _by_name(work, found, keys["name"])


def _by_name(work: Work, found: Found, values: Collection[str]) -> Iterable[tuple[Key, int]]:
    named = {}
    for value in values:
        name, _, company = value.partition("\n")
        if company in found.companies:
            named[found.companies[company][0], name] = value
    if named:
        for account_id, name, key_id in work.tuples(sql.contacts_by_name(list(named))):
            yield ("name", named[account_id, name]), key_id


def _accounts(work: Work, _found: Found, keys: dict[str, set[str]], origin: str) -> Iterable[tuple[Key, int]]:
    statements = {
        "external_id": lambda values: sql.accounts_by_external_id(origin, values),
        "name": sql.accounts_by_name,
        "domain": sql.accounts_by_domain,
    }
    for kind, statement in statements.items():
        if keys[kind]:
            yield from (((kind, value), key_id) for value, key_id in _pairs(work, statement(keys[kind])))


def _companies(work: Work, found: Found, names: set[str]) -> None:
    if not names:
        return
    first: dict[str, int] = {}
    for key, key_id in _pairs(work, sql.accounts_by_name(names)):
        first.setdefault(key, key_id)
    shown = dict(_pairs(work, sql.names_of_accounts(list(first.values())))) if first else {}
    found.companies = {key: (key_id, shown[key_id]) for key, key_id in first.items() if key_id in shown}


def _records(work: Work, entity: "Entity", found: Found, ids: set[int]) -> None:
    if not ids:
        return
    extra = ("email_opt", "email", "name_key") if entity.kind == "contacts" else ("name_key",)
    columns = tuple(dict.fromkeys((*_ALWAYS, *entity.columns, *extra, entity.linked)))
    fetch = sql.contacts if entity.kind == "contacts" else sql.accounts
    for values in work.tuples(fetch(ids, columns)):
        record = dict(zip(columns, values, strict=True))
        found.records[record["id"]] = record
    if entity.kind == "contacts":
        for contact_id, kind, key, value in work.tuples(sql.points(ids)):
            found.points[contact_id].append((kind, value, key))
    for record_id, tag in work.tuples(sql.tags_of(entity.tag_model, entity.child, ids)):
        found.tags[record_id].add(tag)


def _pairs(work: Work, statement: Any) -> list[tuple[Any, int]]:
    return [(row[0], row[1]) for row in work.tuples(statement)]
