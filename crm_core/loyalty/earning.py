"""What members do brings points: orders that are paid, visits, birthdays; returns take them back."""

from calendar import isleap
from datetime import date, datetime, time, timedelta
from typing import Any, Final

from crm_core.activity.task_days import zone
from crm_core.kernel.access import Permission
from crm_core.kernel.errors import Invalid
from crm_core.kernel.work import Work, use_case
from crm_core.loyalty import earn_rules, ledger_rules, lots, members, points, programme
from crm_core.loyalty import earning_rules as rules
from crm_core.loyalty.lots import Posting, Term
from crm_core.loyalty.points import Why
from crm_core.loyalty.types import MemberCard, Programme, Rule, Sale
from crm_core.team.company import company
from db.models import Activity, Membership, Order, PointEntry, Tier
from db.queries import loyalty, loyalty_orders
from db.queries import members as member_rows

BY_HAND: Final = ("visit", "review", "referral")
LEAP_DAY: Final = 229
CHUNK: Final = 500


def award_order(work: Work, paid: Activity) -> None:
    """After an order was paid: its points, for a contact that takes part (or does from now on)."""
    order = work.get(Order, paid.subject_id, with_deleted=True)
    if order.contact_id is not None:
        _award(work, order, paid.happened_at)


def settle_order(work: Work, happened: Activity) -> None:
    """After an order came back, was cancelled, deleted or restored: only what its money is worth remains.

    In proportion to the money that went back, rounded for the company, also from points that were spent.
    """
    order = work.get(Order, happened.subject_id, with_deleted=True)
    entries: list[PointEntry] = work.scalars(loyalty_orders.entries_of("orders", order.id))
    firsts = {one.rule_id: one for one in entries if one.cause == _cause(order.id, one.rule_id)}
    for rule_id, first in firsts.items():
        there = sum(one.asked for one in entries if one.rule_id == rule_id)
        gone = order.status == "cancelled" or order.deleted_at is not None
        kept = 0 if gone else ledger_rules.kept_after_refund(first.points, order.total, order.refunded)
        cause = f"{first.cause}:{happened.id}"
        if there > kept:
            _take_back(work, first, there - kept, cause)
        elif there < kept and happened.name == "order.restored":
            _give_again(work, first, kept - there, cause)


def welcome(work: Work, joined: Activity) -> None:
    """After somebody joined: the points of the rules for signing up."""
    _award_event(work, joined.subject_id, "sign_up", f"sign_up:{joined.subject_id}", joined.happened_at)


@use_case(Permission.LOYALTY_REDEEM)
def happen(work: Work, member: str, event: str, why: Why) -> MemberCard:
    """Give what the rules promise for a visit, a review or a referral; once for each cause.

    Raises:
        NotFound, Conflict: as ``members.resolve``.
        Invalid: there is no such event, or no cause.
    """
    wrong = {} if event in BY_HAND else {"event": f"Choose one of: {', '.join(BY_HAND)}."}
    if not 0 < len(why.cause.strip()) <= points.LONGEST_CAUSE:
        wrong["cause"] = "Say what brings this, such as the number of the receipt: it posts once."
    if wrong:
        raise Invalid("Please correct the marked fields.", fields=wrong)
    found = members.resolve(work, member)
    _award_event(work, found.id, event, f"{event}:{why.cause.strip()}", work.now, why.reason)
    return members.card(work, members.holder(work, found))


@use_case(Permission.LOYALTY_REDEEM)
def award_amount(work: Work, member: str, amount: int, why: Why) -> tuple[MemberCard, tuple[int, ...]]:
    """Give what the rules promise for a purchase at the till that is no order here; once for each cause.

    Args:
        amount: what was paid, in minor units of the company's currency.

    Returns:
        The member, and the entries that were posted: none when no rule brings anything.

    Raises:
        NotFound, Conflict: as ``members.resolve``. Invalid: the amount or the cause is wrong.
    """
    wrong = {} if 0 < amount <= ledger_rules.LARGEST else {"amount": "Give an amount above zero."}
    if not 0 < len(why.cause.strip()) <= points.LONGEST_CAUSE:
        wrong["cause"] = "Say what brings this, such as the number of the receipt: it posts once."
    if wrong:
        raise Invalid("Please correct the marked fields.", fields=wrong)
    found = lots.lock(work, members.resolve(work, member).id)
    tier = work.get(Tier, found.tier_id) if found.tier_id else None
    sale = Sale(work.now.astimezone(zone()).date(), company().currency, amount)
    cause, before = points.cause_of(why), found.entry_count
    total = 0
    for rule, brought in rules.of_sale(sale, earn_rules.live(work), tier.bonus_percent if tier else 0):
        what = (f"{cause}:rule:{rule.id}", why.reason or "At the till", None)
        total += _post(work, found, rule, (brought, work.now), what)
    if total:
        facts = {"amount": amount, "currency": sale.currency, "cause": why.cause}
        work.record("points.earned", found, points=total, balance=found.balance, **facts)
    return members.card(work, found), tuple(work.scalars(member_rows.posted_since(found.id, before)))


@use_case(Permission.LOYALTY_MANAGE)
def award_past(work: Work, since: datetime, until: datetime) -> int:
    """Give members the points of past orders by the rules that are live now, as if they had been then.

    Orders that brought points before are left alone. Returns the points that were given.
    """
    total = 0
    for row, _ in list(earn_rules.sales(work, since, until)):
        order = work.get(Order, row.id)
        total += _award(work, order, order.paid_at or order.ordered_at)
        kept = ledger_rules.kept_after_refund
        for first in work.scalars(loyalty_orders.entries_of("orders", order.id)):
            is_first = first.cause == _cause(order.id, first.rule_id) and order.refunded
            lost = first.points - kept(first.points, order.total, order.refunded) if is_first else 0
            if lost and work.scalar(loyalty.clawed_back(first.id)) == 0:
                total += _take_back(work, first, lost, f"{first.cause}:past").points
    return total


def birthdays(work: Work, today: date, after: int = 0) -> int | None:
    """Give some members their birthday points; returns from where to go on, None when all have them."""
    days = [today.month * 100 + today.day]
    if days == [LEAP_DAY - 1] and not isleap(today.year):
        days.append(LEAP_DAY)
    found = work.scalars(loyalty_orders.birthdays(days, after, CHUNK))
    for membership_id in found:
        cause = f"birthday:{membership_id}:{today.year}"
        _award_event(work, membership_id, "birthday", cause, work.now)
    return found[-1] if len(found) == CHUNK else None


def _award(work: Work, order: Order, at: datetime) -> int:
    known = earn_rules.live(work)
    member = _member_for(work, order, known)
    if member is None:
        return 0
    tier = work.get(Tier, member.tier_id) if member.tier_id else None
    sale = earn_rules.sale_of_order(work, order)
    total = 0
    for rule, brought in rules.of_sale(sale, known, tier.bonus_percent if tier else 0):
        what = (_cause(order.id, rule.id), f"Order {order.number}", order.id)
        total += _post(work, member, rule, (brought, at), what)
    if total:
        work.record("points.earned", member, points=total, balance=member.balance, order_id=order.id)
    return total


def _award_event(
    work: Work, membership_id: int, event: str, cause: str, at: datetime, reason: str = ""
) -> None:
    known = [rule for rule in earn_rules.live(work) if rule.event == event]
    if not known:
        return
    member = lots.lock(work, members.holder(work, work.get(Membership, membership_id)).id)
    total = 0
    for rule, brought in rules.of_event(event, known, at.astimezone(zone()).date()):
        what = (f"{cause}:rule:{rule.id}", reason or event.replace("_", " ").capitalize(), None)
        total += _post(work, member, rule, (brought, at), what)
    if total:
        work.record("points.earned", member, points=total, balance=member.balance, reason=event)


def _member_for(work: Work, order: Order, known: list[Rule]) -> Membership | None:
    """Whoever gets the points of an order, locked; None when nobody does."""
    if order.contact_id is None or not any(rule.event in rules.SALE_EVENTS for rule in known):
        return None
    found: Membership | None = work.scalar(loyalty.of_contact(order.contact_id))
    if found is None:
        if programme.current(work).joins_by != "order":
            return None
        found = members.joined(work, order.contact_id, by="order")
    return lots.lock(work, members.holder(work, found).id)


def _post(
    work: Work,
    member: Membership,
    rule: Rule,
    how: tuple[int, datetime],
    what: tuple[str, str, int | None],
) -> int:
    """Post what a rule brings, unless its cause did before or its cap is reached; returns the points."""
    (brought, at), (cause, reason, order_id) = how, what
    if work.scalar(loyalty.of_cause(cause)) is not None:
        return 0
    if rule.cap_points and rule.cap_period != "order":
        begin, end = _cap_window(rule.cap_period, at)
        before = int(work.scalar(loyalty_orders.brought(rule.id, member.id, begin, end)) or 0)
        brought = rules.capped(brought, rule, before)
    if brought <= 0:
        return 0
    source = "orders" if order_id is not None else ""
    term = _term(programme.current(work), rule, at, waits=rule.event in rules.SALE_EVENTS)
    new = Posting("earn", brought, cause, reason, source, order_id, rule_id=rule.id, happened_at=at)
    lots.put_in(work, member, new, [(brought, term)])
    return brought


def _term(settings: Programme, rule: Rule, at: datetime, *, waits: bool) -> Term:
    days = settings.expires_after_days if rule.expires_after_days is None else rule.expires_after_days
    available_at = at + timedelta(days=settings.pending_days if waits else 0)
    return Term(at, available_at, ledger_rules.expiry(at, days))


def _take_back(work: Work, first: PointEntry, due: int, cause: str) -> PointEntry:
    found = members.holder(work, work.get(Membership, first.membership_id))
    member = lots.lock(work, found.id)
    new = Posting(
        "reverse", -due, cause, first.reason, first.source, first.source_id, -due, first.rule_id, first
    )
    entry = lots.claw_back(work, member, new, programme.current(work).most_debt)
    points.posted(work, member, entry)
    return entry


def _give_again(work: Work, first: PointEntry, due: int, cause: str) -> None:
    found = members.holder(work, work.get(Membership, first.membership_id))
    member = lots.lock(work, found.id)
    lot: Any = work.scalar(loyalty_orders.first_lot(first.id))
    new = Posting("earn", due, cause, first.reason, first.source, first.source_id, rule_id=first.rule_id)
    term = Term(lot.earned_at, lot.available_at, lot.expires_at)
    points.posted(work, member, lots.put_in(work, member, new, [(due, term)]))


def _cause(order_id: int, rule_id: int | None) -> str:
    return f"order:{order_id}:rule:{rule_id}"


def _cap_window(period: str, at: datetime) -> tuple[datetime | None, datetime | None]:
    """The calendar day, month or year of the company in which a cap counts."""
    if period == "ever":
        return None, None
    day = at.astimezone(zone()).date()
    if period == "day":
        begin, end = day, day + timedelta(days=1)
    elif period == "month":
        begin = day.replace(day=1)
        end = (begin + timedelta(days=32)).replace(day=1)
    else:
        begin, end = date(day.year, 1, 1), date(day.year + 1, 1, 1)
    return datetime.combine(begin, time(), zone()), datetime.combine(end, time(), zone())
