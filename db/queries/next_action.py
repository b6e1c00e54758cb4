"""What asks for a next step with a customer, each cause with its evidence, and what was decided about it."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, Integer, and_, case, cast, func, or_, select, true
from sqlalchemy.orm import aliased

from db.models import (
    ActionDecision,
    Case,
    Contact,
    Deal,
    Interaction,
    Membership,
    Order,
    PointLot,
    PurchaseTotal,
    Stage,
    Task,
)
from db.queries import Rows
from db.queries.local_days import LocalDay


class About(NamedTuple):
    """For whom suggestions are looked for: all customers of an owner, or one contact."""

    owner_id: int | None
    contact_id: int | None
    most: int

    def contacts(self) -> ColumnElement[bool]:
        """The contacts in question."""
        return Contact.id == self.contact_id if self.contact_id else Contact.owner_id == self.owner_id

    def of(self, model: Any) -> ColumnElement[bool]:
        """The rows of a model with owner and contact in question."""
        whose = model.contact_id == self.contact_id if self.contact_id else model.owner_id == self.owner_id
        return whose if isinstance(whose, ColumnElement) else true()


def due_tasks(about: About, today: date) -> Rows:
    """Open tasks that are due, with the value of their deal: the oldest first."""
    return (
        select(
            Task.id, Task.kind, Task.title, Task.due_on, Task.contact_id, Contact.name, Task.deal_id,
            *_worth(),
        )
        .outerjoin(Contact, Contact.id == Task.contact_id)
        .outerjoin(Deal, Deal.id == Task.deal_id)
        .outerjoin(Stage, Stage.id == Deal.stage_id)
        .where(Task.status == "open", Task.due_on <= today, about.of(Task))
        .order_by(Task.due_on, Task.id)
        .limit(about.most)
    )  # fmt: skip


def rot_days() -> Rows:
    """The stages in which deals rot, with the days that they may stay."""
    return select(Stage.id, Stage.rot_days).where(Stage.rot_days.is_not(None))


def rotting(about: About, before: Sequence[tuple[int, datetime]]) -> Rows:
    """Open deals that entered one of these stages before its moment: the most valuable first."""
    old = [and_(Deal.stage_id == stage, Deal.stage_since < moment) for stage, moment in before]
    return _deals(about).where(or_(*old))


def without_step(about: About) -> Rows:
    """Open deals for which nothing is planned: the most valuable first."""
    planned = select(Task.id).where(Task.deal_id == Deal.id, Task.status == "open").exists()
    return _deals(about).where(~planned)


def quiet(about: About, today: int, least_gap: int, longest: int) -> Rows:
    """Regular customers whose usual gap between orders is over, by at most so many times.

    Args:
        today: days since 1970-01-01. least_gap: days; whoever orders more often is not asked for.
        longest: how many usual gaps the silence may last.
    """
    first, last = LocalDay(PurchaseTotal.first_at, "UTC"), LocalDay(PurchaseTotal.last_at, "UTC")
    told = select(
        PurchaseTotal.contact_id, PurchaseTotal.currency, PurchaseTotal.revenue, PurchaseTotal.orders,
        PurchaseTotal.last_at, Contact.name, (last - first).label("span"), (today - last).label("silence"),
    )  # fmt: skip
    known = (
        told.join(Contact, Contact.id == PurchaseTotal.contact_id)
        .where(about.contacts(), _may_be_asked(), PurchaseTotal.orders >= 3)
        .subquery()
    )
    waited = known.c.silence * (known.c.orders - 1)
    return (
        select(known)
        .where(known.c.span >= least_gap * (known.c.orders - 1))
        .where(waited >= known.c.span, waited <= longest * known.c.span)
        .order_by(known.c.revenue.desc(), known.c.contact_id)
        .limit(about.most)
    )


def birthdays(about: About, days: Sequence[int]) -> Rows:
    """Contacts with a birthday on one of these days (month * 100 + day), with what they bought."""
    return (
        select(Contact.id.label("contact_id"), Contact.name, Contact.birth_day, *_bought())
        .outerjoin(PurchaseTotal, PurchaseTotal.contact_id == Contact.id)
        .where(about.contacts(), _may_be_asked(), Contact.birth_day.in_(days))
        .group_by(Contact.id, Contact.name, Contact.birth_day)
        .limit(about.most)
    )


def expiring_points(about: About, since: datetime, until: datetime) -> Rows:
    """Members whose points expire between two moments: points, the first moment, what they bought."""
    lots = (
        select(
            PointLot.membership_id,
            cast(func.sum(PointLot.remaining), Integer).label("points"),
            func.min(PointLot.expires_at).label("expires_at"),
        )
        .where(PointLot.remaining > 0, PointLot.expires_at > since, PointLot.expires_at <= until)
        .group_by(PointLot.membership_id)
        .subquery()
    )
    return (
        select(Contact.id.label("contact_id"), Contact.name, lots.c.points, lots.c.expires_at, *_bought())
        .join(Membership, Membership.id == lots.c.membership_id)
        .join(Contact, Contact.id == Membership.contact_id)
        .outerjoin(PurchaseTotal, PurchaseTotal.contact_id == Contact.id)
        .where(about.contacts(), _may_be_asked())
        .group_by(Contact.id, Contact.name, lots.c.points, lots.c.expires_at)
        .order_by(lots.c.points.desc())
        .limit(about.most)
    )


def unanswered(about: About, since: datetime, until: datetime) -> Rows:
    """The last mail, call, chat or post of a customer in this time that nobody answered; the latest first."""
    later = aliased(Interaction)
    followed = (
        select(later.id)
        .where(
            later.contact_id == Interaction.contact_id,
            later.kind != "note",
            later.happened_at >= Interaction.happened_at,
            later.id != Interaction.id,
        )
        .exists()
    )
    return (
        select(
            Interaction.id, Interaction.kind, Interaction.subject, Interaction.happened_at,
            Interaction.contact_id, Contact.name,
        )
        .join(Contact, Contact.id == Interaction.contact_id)
        .where(about.contacts(), Interaction.direction == "in", Interaction.kind != "note")
        .where(Interaction.happened_at >= since, Interaction.happened_at <= until, ~followed)
        .order_by(Interaction.happened_at.desc())
        .limit(about.most)
    )  # fmt: skip


def waiting_cases(about: About, now: datetime) -> Rows:
    """Cases in which the customer waits for us, of who looks after them or else after the customer: those
    first whose promised time is over."""
    mine = or_(
        Case.owner_id == about.owner_id,
        and_(Case.owner_id.is_(None), Contact.owner_id == about.owner_id),
    )
    late = or_(
        and_(Case.first_response_at.is_(None), Case.response_due_at < now), Case.resolution_due_at < now
    )
    whose = Case.contact_id == about.contact_id if about.contact_id else mine
    is_late = case((late, 1), else_=0).label("is_late")
    return (
        select(
            Case.id, Case.number, Case.subject, Case.last_message_at, Case.contact_id, Contact.name, is_late
        )
        .join(Contact, Contact.id == Case.contact_id)
        .where(whose, Case.status.in_(("new", "open")), or_(Case.is_unanswered.is_(True), late))
        .order_by(is_late.desc(), Case.last_message_at, Case.id)
        .limit(about.most)
    )


def usual_order(owner_id: int | None) -> Rows:
    """What the customers of an owner bought in all, and in how many orders."""
    sums = (func.sum(PurchaseTotal.revenue), func.sum(PurchaseTotal.orders))
    joined = select(*sums).join(Contact, Contact.id == PurchaseTotal.contact_id)
    return joined.where(Contact.owner_id == owner_id)


def settled(owner_id: int | None, causes: Sequence[str], today: date) -> Rows:
    """The causes about which this person decided, as far as they must not be suggested today."""
    newest = (
        select(func.max(ActionDecision.id))
        .where(ActionDecision.owner_id == owner_id, ActionDecision.cause.in_(causes))
        .group_by(ActionDecision.cause)
    )
    over = or_(ActionDecision.decision != "snoozed", ActionDecision.until_on > today)
    return select(ActionDecision.cause).where(ActionDecision.id.in_(newest), over)


def outcomes(since: datetime, zone: str, days: int) -> Rows:
    """Decisions by kind: kind, decision, how many, and after how many of them the customer bought or the deal
    was won within so many days."""
    bought = (
        select(Order.id)
        .where(
            Order.contact_id == ActionDecision.contact_id,
            Order.status != "cancelled",
            Order.ordered_at > ActionDecision.decided_at,
            LocalDay(Order.ordered_at, zone) <= LocalDay(ActionDecision.decided_at, zone) + days,
        )
        .exists()
    )
    won = (
        select(Deal.id)
        .where(
            Deal.id == ActionDecision.deal_id,
            Deal.status == "won",
            Deal.closed_at > ActionDecision.decided_at,
            LocalDay(Deal.closed_at, zone) <= LocalDay(ActionDecision.decided_at, zone) + days,
        )
        .exists()
    )
    each = (
        select(
            ActionDecision.kind, ActionDecision.decision, case((or_(bought, won), 1), else_=0).label("worked")
        )
        .where(ActionDecision.decided_at >= since)
        .subquery()
    )
    by = (each.c.kind, each.c.decision)
    worked = cast(func.sum(each.c.worked), Integer).label("worked")
    return select(*by, func.count().label("many"), worked).group_by(*by).order_by(*by)


def _deals(about: About) -> Rows:
    return (
        select(Deal.id, Deal.name.label("deal"), Deal.stage_since, Deal.contact_id, Contact.name, *_worth())
        .join(Stage, Stage.id == Deal.stage_id)
        .outerjoin(Contact, Contact.id == Deal.contact_id)
        .where(Deal.status == "open", about.of(Deal))
        .order_by(func.coalesce(Deal.amount, 0).desc(), Deal.id)
        .limit(about.most)
    )


def _worth() -> tuple[Any, ...]:
    probability = func.coalesce(Deal.probability, Stage.probability).label("probability")
    return (Deal.amount, func.coalesce(Deal.currency, "").label("currency"), probability)


def _bought() -> tuple[Any, ...]:
    return (
        func.coalesce(func.max(PurchaseTotal.revenue), 0).label("revenue"),
        func.coalesce(func.max(PurchaseTotal.orders), 0).label("orders"),
        func.coalesce(func.max(PurchaseTotal.currency), "").label("currency"),
    )


def _may_be_asked() -> ColumnElement[bool]:
    return Contact.email_opt != "out"
