"""Leads: the queue, who is to get them, and what became of them."""

from collections.abc import Collection
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Select,
    Update,
    func,
    literal_column,
    or_,
    select,
    update,
)

from db.models import (
    Account,
    Activity,
    AssignmentRule,
    Contact,
    LeadConversion,
    LeadScore,
    User,
)
from db.queries import Rows
from db.queries import search as search_sql

SORTS: dict[str, Any] = {
    "score": LeadScore.score,
    "created": Contact.created_at,
    "name": Contact.name_key,
    "last_touch": Contact.last_touch_at,
}
# Written out, so that both engines see that the index over leads alone answers.
IS_LEAD = Contact.lead_status != literal_column("''")


def rows() -> Select[Any]:
    """What the queue shows of each lead, in the order of ``LeadRow``."""
    columns: tuple[Any, ...] = (
        Contact.id, Contact.version, Contact.name, Contact.company, Contact.job_title, Contact.email,
        func.coalesce(func.nullif(Contact.phone, ""), Contact.mobile).label("phone"),
        Contact.country, Contact.source, Contact.lead_status, Contact.owner_id,
        func.coalesce(User.name, "").label("owner_name"),
        LeadScore.score, LeadScore.reasons, LeadScore.model,
        Contact.created_at, Contact.last_touch_at,
    )  # fmt: skip
    joined = select(*columns).join(LeadScore, LeadScore.contact_id == Contact.id)
    return joined.outerjoin(User, User.id == Contact.owner_id)


def ids() -> Select[Any]:
    """The ids of leads."""
    return select(Contact.id).join(LeadScore, LeadScore.contact_id == Contact.id)


def conditions(
    statuses: Collection[str],
    *,
    owner_id: int | None = None,
    source: str = "",
    band: tuple[int, int] | None = None,
    untouched: bool = False,
    words: search_sql.Words = (),
) -> list[ColumnElement[bool]]:
    """What a lead must fulfil; ``owner_id`` 0 means nobody's."""
    found: list[ColumnElement[bool]] = [IS_LEAD]
    if statuses:
        found.append(Contact.lead_status.in_(statuses))
    if owner_id is not None:
        found.append(Contact.owner_id == owner_id if owner_id else Contact.owner_id.is_(None))
    if source:
        found.append(Contact.source == source)
    if band is not None:
        found.append(LeadScore.score.between(*band))
    if untouched:
        found.append(Contact.last_touch_at.is_(None))
    if words:
        found.append(search_sql.holding(words))
    return found


def ordered(statement: Select[Any], sort: str, *, is_descending: bool) -> Select[Any]:
    """The statement in one of the orders of ``SORTS``; what has no value comes last, equal values by id."""
    column = SORTS[sort]
    turned = column.desc() if is_descending else column.asc()
    last = turned.nulls_last() if sort == "last_touch" else turned
    return statement.order_by(last, Contact.id.desc() if is_descending else Contact.id)


def counts(statuses: Collection[str], me: int | None) -> Rows:
    """How many open leads there are by band, by ownership, and untouched ones, in one row."""
    hot = func.count().filter(LeadScore.score >= 70)
    nobodys = func.count().filter(Contact.owner_id.is_(None))
    mine = func.count().filter(Contact.owner_id == (me or -1))
    untouched = func.count().filter(Contact.last_touch_at.is_(None))
    statement = select(
        func.count().label("open"), hot.label("hot"), nobodys.label("unowned"), mine.label("mine"),
        untouched.label("untouched"),
    )  # fmt: skip
    joined = statement.select_from(Contact).join(LeadScore, LeadScore.contact_id == Contact.id)
    return joined.where(IS_LEAD, Contact.lead_status.in_(statuses))


def sources(limit: int) -> Rows:
    """Where leads come from, the most frequent first."""
    statement = select(Contact.source).where(IS_LEAD, Contact.source != "").group_by(Contact.source)
    return statement.order_by(func.count().desc(), Contact.source).limit(limit)


def locked(contact_id: int) -> Rows:
    """One contact, for this transaction alone, as it is now."""
    statement = select(Contact).where(Contact.id == contact_id).with_for_update(of=Contact, key_share=True)
    return statement.execution_options(populate_existing=True)


def locked_rule(rule_id: int) -> Rows:
    """Whose turn it was by a rule, for one taker at a time."""
    return select(AssignmentRule.last_user_id).where(AssignmentRule.id == rule_id).with_for_update()


def set_turn(rule_id: int, user_id: int) -> Update:
    """Note whose turn it was."""
    return update(AssignmentRule).where(AssignmentRule.id == rule_id).values(last_user_id=user_id)


def assignment_rules(*, only_active: bool = False) -> Rows:
    """The rules in their order."""
    statement = select(AssignmentRule).order_by(AssignmentRule.position, AssignmentRule.id)
    return statement.where(AssignmentRule.is_active) if only_active else statement


def people(user_ids: Collection[int]) -> Rows:
    """Those of these users who can sign in: id and name."""
    return select(User.id, User.name).where(User.id.in_(user_ids), User.is_active)


def names(user_ids: Collection[int]) -> Rows:
    """The names of users, whether they can sign in or not."""
    return select(User.id, User.name).where(User.id.in_(user_ids))


def loads(user_ids: Collection[int], statuses: Collection[str]) -> Rows:
    """How many open leads each of these users has."""
    statement = select(Contact.owner_id, func.count()).where(IS_LEAD, Contact.lead_status.in_(statuses))
    return statement.where(Contact.owner_id.in_(user_ids)).group_by(Contact.owner_id)


def latest(limit: int) -> Rows:
    """The ids and names of the leads that came last."""
    return select(Contact.id, Contact.name).where(IS_LEAD).order_by(Contact.id.desc()).limit(limit)


def holds(contact_id: int, condition: ColumnElement[bool]) -> Rows:
    """Does a condition hold for a contact?"""
    return select(Contact.id).where(Contact.id == contact_id, condition)


def last_trace(contact_id: int, name: str) -> Rows:
    """The facts of what happened last under this name."""
    statement = select(Activity.facts).where(Activity.contact_id == contact_id, Activity.name == name)
    return statement.order_by(Activity.id.desc()).limit(1)


def conversion(contact_id: int) -> Rows:
    """The conversion of a lead, with the one who did it."""
    statement = select(LeadConversion, func.coalesce(User.name, "").label("by"))
    joined = statement.outerjoin(User, User.id == LeadConversion.actor_id)
    return joined.where(LeadConversion.contact_id == contact_id)


def came_converted(contact_id: int) -> Rows:
    """The lead, if an import brought it converted; no row for leads that were converted here."""
    here = select(LeadConversion.id).where(LeadConversion.contact_id == contact_id).exists()
    statement = select(Contact.id).where(Contact.id == contact_id, Contact.lead_status == "converted")
    return statement.where(Contact.import_id.is_not(None), ~here)


def accounts_of_domain(domain: str) -> Rows:
    """The oldest company of a web domain."""
    found = or_(Account.domain == domain, Account.domain == f"www.{domain}")
    return select(Account).where(found).order_by(Account.id).limit(1)
