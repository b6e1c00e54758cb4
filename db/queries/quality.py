"""Data quality: one pass that counts everything, lists of what a check finds, and decisions about it."""

from collections.abc import Collection, Mapping, Sequence
from datetime import date, datetime
from functools import reduce
from operator import add
from typing import Any

from sqlalchemy import (
    BigInteger,
    ColumnElement,
    Delete,
    and_,
    case,
    cast,
    delete,
    func,
    not_,
    null,
    or_,
    select,
    true,
)  # fmt: skip

from db.models import (
    Account,
    Contact,
    Deal,
    Import,
    Order,
    Product,
    QualityDay,
    QualityDismissal,
)  # fmt: skip
from db.queries import Rows
from db.queries.quality_conditions import CONDITIONS, MODELS

_customer: Any = Contact.__table__.alias("customer_of")
_SHOWN: Mapping[str, tuple[Any, ...]] = {
    "deals": (Deal.amount, Deal.currency, Deal.close_on, Deal.status),
    "orders": (Order.total, Order.currency, Order.status, Order.ordered_at),
    "products": (Product.sku, Product.category, Product.unit_price, Product.cost, Product.currency),
}


def finds(record: str, key: str, now: datetime) -> ColumnElement[bool]:
    """The condition of one check."""
    return CONDITIONS[record][key](now)


def title_of(record: str) -> Any:
    """The column that people know a record by."""
    return Order.number if record == "orders" else MODELS[record].name


def owner_of(record: str) -> Any:
    """Whose a record is: orders are seen with their customer, products belong to nobody."""
    if record == "orders":
        return _customer.c.owner_id
    return cast(null(), BigInteger) if record == "products" else MODELS[record].owner_id


def count_all(record: str, shares: Mapping[str, int], now: datetime) -> Rows:
    """One pass over all records, by owner: how many, the sum of their scores, and what each check finds.

    ``shares`` says how many of the 100 points of its score a record loses by a finding.
    """
    model = MODELS[record]
    found = {key: case((finds(record, key, now), 1), else_=0) for key in CONDITIONS[record]}
    counted = {key: func.sum(each) for key, each in found.items()}
    score_sum = 100 * func.count() - reduce(add, (counted[key] * share for key, share in shares.items()))
    columns = (each.label(key) for key, each in counted.items())
    counted_all = select(
        owner_of(record).label("owner_id"),
        func.count().label("records"),
        cast(score_sum, BigInteger).label("score_sum"),
        *columns,
    )
    return _with_customer(counted_all.select_from(model), record).group_by(owner_of(record))


def dismissed_counts(record: str, now: datetime) -> Rows:
    """Findings that people said are right, and that the checks still find: (owner, check, records)."""
    model = MODELS[record]
    is_found = or_(
        *(and_(QualityDismissal.finding == key, finds(record, key, now)) for key in CONDITIONS[record])
    )
    owner = owner_of(record)
    said = select(owner, QualityDismissal.finding, func.count()).select_from(QualityDismissal)
    joined = _with_customer(said.join(model, model.id == QualityDismissal.record_id), record)
    return joined.where(QualityDismissal.record == record, is_found).group_by(owner, QualityDismissal.finding)


def of_one(record: str, record_id: int, keys: Sequence[str], now: datetime) -> Rows:
    """What these checks find in one record, a column of 0 or 1 for each; dismissed findings are none."""
    model = MODELS[record]
    found = (_stands(record, key, now) for key in keys)
    columns = (case((each, 1), else_=0).label(key) for key, each in zip(keys, found, strict=True))
    return select(*columns).where(model.id == record_id)


def listed(record: str, key: str, now: datetime) -> Rows:
    """The records that a check finds and nobody dismissed, by name."""
    model = MODELS[record]
    found = select(model.id, title_of(record).label("name"), owner_of(record).label("owner_id"))
    found = _with_customer(found.add_columns(*_shown(record)).select_from(model), record)
    return found.where(_stands(record, key, now)).order_by(_sorted(record), model.id)


def numbers(record: str) -> Rows:
    """The numbers of all records."""
    return select(MODELS[record].id)


def matching(record: str, key: str, now: datetime, ids: Sequence[int]) -> Rows:
    """The numbers of the records that a check finds, or of these among them."""
    model = MODELS[record]
    found = select(model.id).where(_stands(record, key, now)).order_by(model.id)
    return found.where(model.id.in_(ids)) if ids else found


def next_rows(record: str, key: str, now: datetime, ids: Sequence[int]) -> Rows:
    """Whole records that a check finds, or these among them, by number."""
    model = MODELS[record]
    found = select(model).where(_stands(record, key, now)).order_by(model.id)
    return found.where(model.id.in_(ids)) if ids else found


def behind(rows: Rows, record: str, above: int, limit: int, *, is_locking: bool) -> Rows:
    """Some of these records, by number; locked ones nobody else changes until the transaction ends."""
    model = MODELS[record]
    found = rows.where(model.id > above).limit(limit)
    return found.with_for_update(of=model) if is_locking else found


def rows_by_id(record: str, ids: Collection[int]) -> Rows:
    """These records, deleted or not; nobody else changes them until the transaction ends."""
    model = MODELS[record]
    chosen = select(model).where(model.id.in_(ids)).order_by(model.id)
    return chosen.with_for_update(of=model).execution_options(with_deleted=True)


def accounts_by_domain(domains: Collection[str]) -> Rows:
    """Companies with these web domains, the oldest first: (domain, id, name)."""
    columns = (Account.domain, Account.id, Account.name)
    return select(*columns).where(Account.domain.in_(domains)).order_by(Account.id)


def account_countries(ids: Collection[int]) -> Rows:
    """The countries of these companies, of those that have one: (id, country)."""
    return select(Account.id, Account.country).where(Account.id.in_(ids), Account.country != "")


def mail_domains(account_ids: Collection[int]) -> Rows:
    """The addresses of the people at these companies: (company, address)."""
    people = select(Contact.account_id, Contact.email)
    return people.where(Contact.account_id.in_(account_ids), Contact.email != "").order_by(Contact.id)


def newest_day(record: str) -> Rows:
    """The last day on which records of this kind were counted: (day, when)."""
    found = select(QualityDay.day_on, QualityDay.counted_at).where(QualityDay.record == record)
    return found.order_by(QualityDay.day_on.desc()).limit(1)


def days(record: str, since: date, owners: Sequence[int] | None, *, unowned: bool) -> Rows:
    """What was counted since a day, of these owners (None: everybody's), the oldest day first."""
    columns = (QualityDay.day_on, QualityDay.counted_at, QualityDay.records, QualityDay.score_sum)
    found = select(*columns, QualityDay.counts).where(QualityDay.record == record, QualityDay.day_on >= since)
    return found.where(_of(owners, unowned)).order_by(QualityDay.day_on, QualityDay.id)


def forget_day(record: str, day_on: date) -> Delete:
    """Make room for a new count of this day."""
    return delete(QualityDay).where(QualityDay.record == record, QualityDay.day_on == day_on)


def imported_since(instant: datetime) -> Rows:
    """An import that ended later than this."""
    return select(Import.id).where(Import.finished_at > instant).limit(1)


def undismiss(record: str, key: str, ids: Sequence[int]) -> Delete:
    """Let a check list these records again."""
    mine = (QualityDismissal.record == record, QualityDismissal.finding == key)
    return delete(QualityDismissal).where(*mine, QualityDismissal.record_id.in_(ids))


def dismissed(record: str, key: str) -> Rows:
    """The records that people said are right, by name."""
    model = MODELS[record]
    found = select(model.id, title_of(record).label("name"), owner_of(record).label("owner_id"))
    found = _with_customer(found.add_columns(*_shown(record)).select_from(model), record)
    mine = (QualityDismissal.record == record, QualityDismissal.finding == key)
    return (
        found.join(QualityDismissal, QualityDismissal.record_id == model.id)
        .where(*mine)
        .order_by(_sorted(record), model.id)
    )


def _stands(record: str, key: str, now: datetime) -> ColumnElement[bool]:
    """The check finds it, and nobody said that it is right."""
    said = (
        QualityDismissal.record == record,
        QualityDismissal.finding == key,
        QualityDismissal.record_id == MODELS[record].id,
    )
    return and_(finds(record, key, now), not_(select(QualityDismissal.id).where(*said).exists()))


def _shown(record: str) -> list[Any]:
    """Columns that tell one record from another, and what checks are about."""
    if record == "accounts":
        return [Account.domain, Account.phone, Account.city, Account.country, Account.last_touch_at]
    if record in _SHOWN:
        return list(_SHOWN[record])
    names = ("company", "email", "phone", "mobile", "country", "birthday", "lifecycle", "last_touch_at")
    return [Contact.first_name, Contact.last_name, *(getattr(Contact, name) for name in names)]


def _sorted(record: str) -> Any:
    return title_of(record) if record in ("deals", "orders") else MODELS[record].name_key


def _with_customer(statement: Rows, record: str) -> Rows:
    if record != "orders":
        return statement
    return statement.outerjoin(_customer, _customer.c.id == Order.contact_id)


def _of(owners: Sequence[int] | None, unowned: bool) -> ColumnElement[bool]:
    if owners is None:
        return true()
    return QualityDay.owner_key.in_([*owners, *([0] if unowned else [])])
