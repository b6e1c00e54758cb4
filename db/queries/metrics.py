"""What facts add up to: in all, by time, by whom or where, between two moments, and row by row."""

from collections.abc import Callable, Collection, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import (
    BigInteger,
    ColumnElement,
    Subquery,
    case,
    cast,
    func,
    literal,
    null,
    select,
    union_all,
)

from db.models import Contact, Team, User
from db.queries import Rows, case_facts, feedback_facts, people_facts, sales_facts
from db.queries.facts import Asked, Facts, Narrow, customer_of, narrowed, owner_name, place_of, team_of
from db.queries.lists import listed
from db.queries.rules import condition

EVERY = {"with_deleted": True}
SPLITS = ("owner", "team", "country", "kind", "customer")

Source = Callable[[Asked], Facts]


def _source(make: Callable[..., Facts], **more: Any) -> Source:
    return lambda asked: make(asked, **more)


SOURCES: dict[str, Source] = {
    "orders": sales_facts.orders,
    "buyers": lambda asked: sales_facts.buyers(asked, members(asked)),
    "buyers_again": lambda asked: sales_facts.buyers(asked, members(asked), again=True),
    "won_deals": _source(sales_facts.closed_deals, worth="amount", only_won=True),
    "closed_deals": _source(sales_facts.closed_deals, worth="is_won", only_won=False),
    "won_seconds": _source(sales_facts.closed_deals, worth="seconds", only_won=True),
    "new_deals": _source(sales_facts.new_deals, worth="amount"),
    "open_deals": _source(sales_facts.open_deals, is_weighted=False),
    "weighted_deals": _source(sales_facts.open_deals, is_weighted=True),
    "contacts": people_facts.contacts,
    "leads": people_facts.leads,
    "leads_converted": _source(people_facts.leads, is_converted=True),
    "interactions": people_facts.interactions,
    "calls": _source(people_facts.interactions, kinds=("call",)),
    "meetings": _source(people_facts.interactions, kinds=("meeting",)),
    "emails": _source(people_facts.interactions, kinds=("email",)),
    "tasks_done": people_facts.tasks_done,
    "tasks_overdue": people_facts.tasks_overdue,
    "mails": people_facts.mails,
    "mail_clicks": _source(people_facts.mails, is_click=True),
    "unsubscribes": people_facts.unsubscribes,
    "points": people_facts.points,
    "cases_opened": case_facts.opened,
    "cases_solved": case_facts.solved,
    "open_cases": case_facts.unsolved,
    "first_responses": case_facts.first_responses,
    "kept_promises": _source(case_facts.solved, is_promise=True),
    "promoters": _source(feedback_facts.answers, kind="nps", worth="promoter"),
    "satisfied": _source(feedback_facts.answers, kind="csat", worth="satisfied"),
    "efforts": _source(feedback_facts.answers, kind="ces", worth="score"),
    "stars": _source(feedback_facts.answers, kind="review", worth="score"),
    "feedback": feedback_facts.answers,
    "asked": feedback_facts.requests,
    "moods": feedback_facts.moods,
}
"""What can be counted, by name."""

NARROWED = ("buyers", "buyers_again")
"""Sources that apply the filters to what they are grouped from."""


def total(source: str, asked: Asked) -> Rows:
    """What a source adds up to by currency: currency, how many rows, sum of values."""
    rows = _facts(source, asked).subquery("facts")
    return _summed(select(rows.c.currency, *_sums(rows)).group_by(rows.c.currency))


def by_time(source: str, asked: Asked, bounds: Sequence[tuple[datetime, str]]) -> Rows:
    """The same by periods, given by their ends and names: name, currency, how many, sum."""
    rows = _facts(source, asked).subquery("facts")
    ends = [(rows.c.at < end, literal(name)) for end, name in bounds[:-1]]
    last = literal(bounds[-1][1])
    name: ColumnElement[Any] = case(*ends, else_=last) if ends else last
    named = select(name.label("name"), rows.c.currency, rows.c.value).subquery("named")
    return _summed(
        select(named.c.name, named.c.currency, *_sums(named)).group_by(named.c.name, named.c.currency)
    )


def split(source: str, asked: Asked, by: str) -> Rows:
    """The same by one of ``SPLITS``: group (an id, a country or a word), currency, how many, sum."""
    rows = _facts(source, asked, by).subquery("facts")
    group = rows.c.part
    return _summed(select(group, rows.c.currency, *_sums(rows)).group_by(group, rows.c.currency))


def drill(source: str, asked: Asked, ids: Collection[int] | None = None) -> Rows:
    """The rows themselves, the most valuable first, with customer and owner; only those with these ids."""
    facts = SOURCES[source](asked)
    rows = _narrowed(source, facts, asked).add_columns(
        literal(facts.record).label("record"), facts.title.label("title"),
        facts.contact_id.label("contact_id"), facts.account_id.label("account_id"),
        customer_of(facts).label("customer"),
        owner_name(facts).label("owner"),
    )  # fmt: skip
    if ids is not None:
        rows = rows.where(listed(facts.id, ids))
    return _in_order(rows.subquery("facts"))


def places(source: str, asked: Asked) -> Rows:
    """The same rows in the same order without customer and owner: to look these up takes long for all rows,
    and a page needs them for few."""
    return _in_order(_facts(source, asked).subquery("facts"))


def differences(source: str, before: Asked, after: Asked, *, is_count: bool) -> Rows:
    """What is different between two moments, row by row, the largest first; ``is_count``: each is worth 1.

    Columns: id, currency, ``before`` and ``after`` (nothing where the row did not count), ``step``.
    """
    sides = []
    for asked, sign, name in ((before, -1, "before"), (after, 1, "after")):
        rows = _facts(source, asked).subquery(name)
        value: ColumnElement[Any] = literal(1) if is_count else rows.c.value
        values = [value if side == name else cast(null(), BigInteger) for side in ("before", "after")]
        named = [value.label(side) for value, side in zip(values, ("before", "after"), strict=True)]
        step = (value * sign).label("step")
        sides.append(select(rows.c.id, rows.c.currency, *named, step))
    both = union_all(*sides).subquery("both")
    gained = cast(func.sum(both.c.step), BigInteger)
    found = select(
        both.c.id,
        both.c.currency,
        func.max(both.c.before).label("before"),
        func.max(both.c.after).label("after"),
        gained.label("step"),
    ).group_by(both.c.id, both.c.currency)
    changed = found.having((gained != 0) | (func.count(both.c.before) != func.count(both.c.after))).order_by(
        func.abs(gained).desc(), both.c.id
    )
    return _summed(changed)


def names_of(source: str, asked: Asked, ids: Sequence[int]) -> Rows:
    """Of these rows, where they count: id, record, title, customer, contact id."""
    facts = SOURCES[source](asked)
    rows = _narrowed(source, facts, asked).with_only_columns(
        facts.id.label("id"), facts.title.label("title"), customer_of(facts).label("customer"),
        facts.contact_id.label("contact_id"), literal(facts.record).label("record"),
    )  # fmt: skip
    return _summed(rows.where(listed(facts.id, ids)))


def members(asked: Asked) -> Rows | None:
    """The contacts of the segment that is asked for; None without one."""
    narrow: Narrow = asked.narrow
    if narrow.rule is not None:
        return select(Contact.id).where(condition(narrow.rule, asked.moment))
    return None


def teams() -> Rows:
    """Ids and names of all teams."""
    return select(Team.id, Team.name).order_by(Team.name)


def people() -> Rows:
    """Everybody who works here, or did: id, name, team."""
    return select(User.id, User.name, User.team_id).order_by(User.name)


def countries() -> Rows:
    """The countries of customers, the most frequent first."""
    named = select(Contact.country).where(Contact.country != "").group_by(Contact.country)
    return named.order_by(func.count().desc(), Contact.country).limit(100)


def _facts(source: str, asked: Asked, by: str = "") -> Rows:
    facts = SOURCES[source](asked)
    rows = _narrowed(source, facts, asked)
    if not by:
        return rows
    return rows.add_columns(_part(facts, by).label("part"))


def _part(facts: Facts, by: str) -> ColumnElement[Any]:
    if by == "team":
        return team_of(facts)
    if by == "country":
        return place_of(facts)
    if by == "customer":
        return customer_of(facts)
    return facts.owner_id if by == "owner" else facts.kind


def _narrowed(source: str, facts: Facts, asked: Asked) -> Rows:
    return facts.rows if source in NARROWED else narrowed(facts, asked.narrow, members(asked))


def _sums(rows: Subquery) -> tuple[Any, Any]:
    return func.count(), cast(func.coalesce(func.sum(rows.c.value), 0), BigInteger)


def _in_order(told: Subquery) -> Rows:
    return _summed(select(told).order_by(told.c.currency, told.c.value.desc(), told.c.at.desc(), told.c.id))


def _summed(statement: Rows) -> Rows:
    """What was sold stays when the customer is deleted; deleted facts are left out where they are made."""
    return statement.execution_options(**EVERY)
