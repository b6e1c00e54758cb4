"""What goals measure: for each measure one statement of its rows; sums are taken over just these rows."""

from collections.abc import Callable, Collection
from datetime import date, datetime
from typing import Any, NamedTuple

from sqlalchemy import BigInteger, and_, cast, exists, func, literal, or_, select
from sqlalchemy.orm import aliased

from db.models import (
    Account,
    Contact,
    Deal,
    Feedback,
    Goal,
    Interaction,
    LeadConversion,
    Order,
    Team,
    User,
)
from db.queries import Rows
from db.queries.feedback_facts import GOOD


class Span(NamedTuple):
    """From an instant until before another one, in one currency; ``usual`` is that of rows without any."""

    since: datetime
    until: datetime
    currency: str
    usual: str


def by_owner(measure: str, span: Span) -> Rows:
    """A measure by person: owner id (None for nobody), value."""
    found = MEASURED[measure](span).subquery()
    total = cast(func.coalesce(func.sum(found.c.value), 0), BigInteger)
    return select(found.c.owner_id, total).group_by(found.c.owner_id)


def entries(measure: str, span: Span, owner_ids: Collection[int] | None) -> Rows:
    """The rows of a measure, the latest first: record kind and id, title, owner, when, value."""
    found = MEASURED[measure](span).subquery()
    columns = (found.c.id, found.c.title, found.c.owner_id, func.coalesce(User.name, "").label("owner_name"))
    told = select(*columns, found.c.at, found.c.value).outerjoin(User, User.id == found.c.owner_id)
    if owner_ids is not None:
        told = told.where(found.c.owner_id.in_(owner_ids))
    return told.order_by(found.c.at.desc(), found.c.id.desc())


def goals(since: date, until: date) -> Rows:
    """Goals whose period touches these days, with the names of person and team."""
    told = _named().where(Goal.starts_on <= until, Goal.ends_on >= since)
    # The company first, then teams, then people.
    level = (Goal.user_id.is_not(None), Goal.team_id.is_not(None))
    return told.order_by(Goal.starts_on, *level, Team.name, User.name, Goal.measure, Goal.id)


def goal(goal_id: int) -> Rows:
    """One goal with the names of person and team."""
    return _named().where(Goal.id == goal_id)


def same(
    measure: str, whose: tuple[int | None, int | None], starts_on: date, ends_on: date, currency: str
) -> Rows:
    """A goal for the same person or team, measure, currency and period."""
    user_id, team_id = whose
    mine = Goal.user_id.is_(None) if user_id is None else Goal.user_id == user_id
    ours = Goal.team_id.is_(None) if team_id is None else Goal.team_id == team_id
    period = (Goal.starts_on == starts_on, Goal.ends_on == ends_on, Goal.currency == currency)
    return select(Goal).where(Goal.measure == measure, mine, ours, *period)


def members() -> Rows:
    """Everybody: id, name, team."""
    return select(User.id, User.name, User.team_id, User.is_active).order_by(User.name, User.id)


def teams() -> Rows:
    """Id and name of all teams."""
    return select(Team.id, Team.name).order_by(Team.name)


def _named() -> Rows:
    columns = (
        Goal.id, Goal.version, Goal.measure, Goal.user_id, Goal.team_id, Goal.starts_on, Goal.ends_on,
        Goal.target, Goal.currency, func.coalesce(User.name, Team.name, "").label("whose"),
    )  # fmt: skip
    return select(*columns).outerjoin(User, User.id == Goal.user_id).outerjoin(Team, Team.id == Goal.team_id)


def _revenue(span: Span) -> Rows:
    return _won(span, func.coalesce(Deal.amount, 0)).where(_in_currency(Deal.currency, span))


def _won(span: Span, value: Any) -> Rows:
    chosen = select(
        Deal.id, Deal.name.label("title"), Deal.owner_id, Deal.closed_at.label("at"), value.label("value")
    )
    return chosen.where(Deal.status == "won", Deal.closed_at >= span.since, Deal.closed_at < span.until)


def _deals_won(span: Span) -> Rows:
    return _won(span, literal(1))


def _new_deals(span: Span) -> Rows:
    one = literal(1).label("value")
    chosen = select(Deal.id, Deal.name.label("title"), Deal.owner_id, Deal.opened_at.label("at"), one)
    return chosen.where(Deal.opened_at >= span.since, Deal.opened_at < span.until)


def _touched(kind: str) -> Callable[[Span], Rows]:
    def found(span: Span) -> Rows:
        who = Interaction.actor_id.label("owner_id")
        title = func.coalesce(func.nullif(Interaction.subject, ""), Contact.name, Account.name, "").label(
            "title"
        )
        chosen = select(
            Interaction.id, title, who, Interaction.happened_at.label("at"), literal(1).label("value")
        )
        chosen = chosen.outerjoin(Contact, Contact.id == Interaction.contact_id)
        chosen = chosen.outerjoin(Account, Account.id == Interaction.account_id)
        during = (Interaction.happened_at >= span.since, Interaction.happened_at < span.until)
        return chosen.where(Interaction.kind == kind, *during)

    return found


def _order_revenue(span: Span) -> Rows:
    value = (Order.total - Order.refunded).label("value")
    who = Order.actor_id.label("owner_id")
    chosen = select(Order.id, Order.number.label("title"), who, Order.ordered_at.label("at"), value)
    during = (Order.ordered_at >= span.since, Order.ordered_at < span.until)
    return chosen.where(Order.status != "cancelled", Order.currency == span.currency, *during)


def _new_customers(span: Span) -> Rows:
    """Contacts who bought in the period, by order or won deal, and never before."""
    first = _purchases(span).subquery()
    earliest = select(first.c.contact_id, func.min(first.c.at).label("at")).group_by(first.c.contact_id)
    bought = earliest.subquery()
    one = literal(1).label("value")
    chosen = select(Contact.id, Contact.name.label("title"), Contact.owner_id, bought.c.at.label("at"), one)
    old_deal, old_order = aliased(Deal), aliased(Order)
    won = exists().where(
        old_deal.contact_id == Contact.id, old_deal.status == "won", old_deal.closed_at < span.since
    )
    ordered = exists().where(
        old_order.contact_id == Contact.id, old_order.status != "cancelled", old_order.ordered_at < span.since
    )
    return chosen.join(bought, bought.c.contact_id == Contact.id).where(~won, ~ordered)


def _purchases(span: Span) -> Any:
    won = select(Deal.contact_id, Deal.closed_at.label("at")).where(
        Deal.status == "won", Deal.closed_at >= span.since, Deal.closed_at < span.until,
        Deal.contact_id.is_not(None),
    )  # fmt: skip
    ordered = select(Order.contact_id, Order.ordered_at.label("at")).where(
        Order.status != "cancelled", Order.ordered_at >= span.since, Order.ordered_at < span.until,
        Order.contact_id.is_not(None),
    )  # fmt: skip
    return won.union_all(ordered)


def _conversions(span: Span) -> Rows:
    at = LeadConversion.converted_at
    chosen = select(
        Contact.id, Contact.name.label("title"), LeadConversion.actor_id.label("owner_id"), at.label("at"),
        literal(1).label("value"),
    )  # fmt: skip
    joined = chosen.join(LeadConversion, LeadConversion.contact_id == Contact.id)
    return joined.where(at >= span.since, at < span.until)


def _in_currency(column: Any, span: Span) -> Any:
    named = column == span.currency
    return or_(named, column == "") if span.currency == span.usual else named


def _satisfied(span: Span) -> Rows:
    good = or_(*(and_(Feedback.kind == kind, Feedback.score >= least) for kind, least in GOOD.items()))
    chosen = select(
        Feedback.id, Contact.name.label("title"), Contact.owner_id, Feedback.answered_at.label("at"),
        literal(1).label("value"),
    ).join(Contact, Contact.id == Feedback.contact_id)  # fmt: skip
    during = (Feedback.answered_at >= span.since, Feedback.answered_at < span.until)
    return chosen.where(good, Feedback.deleted_at.is_(None), *during)


MEASURED: dict[str, Callable[[Span], Rows]] = {
    "revenue_won": _revenue,
    "deals_won": _deals_won,
    "new_deals": _new_deals,
    "calls": _touched("call"),
    "meetings": _touched("meeting"),
    "new_customers": _new_customers,
    "order_revenue": _order_revenue,
    "lead_conversions": _conversions,
    "satisfaction": _satisfied,
}
"""For each measure the statement of its rows: id, title, owner_id, at, value."""
