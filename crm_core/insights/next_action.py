"""The next best actions of a person: one list for today, the most worthwhile first, each with its reason."""

from collections.abc import Iterable, Sequence
from datetime import date, datetime, timedelta

from crm_core.insights import next_action_rules as rules
from crm_core.insights.kept_answers import kept
from crm_core.insights.next_action_types import DECISIONS, KINDS, Outcome, Suggestion
from crm_core.insights.purchase_days import begin_of, local_day, number
from crm_core.kernel.access import Permission
from crm_core.kernel.errors import Invalid
from crm_core.kernel.work import Work, use_case
from crm_core.team.company import company
from db.models import ActionDecision, Contact, Deal
from db.queries import next_action as sql
from db.queries.next_action import About

SHOWN = 10
EACH = 40
"""So many of each kind are weighed against each other."""

BIRTHDAY_DAYS, POINT_DAYS = 7, 30
MAIL_FROM, MAIL_UNTIL = timedelta(days=30), timedelta(hours=4)
LEAST_GAP, LONGEST = 7, 5
WORKED_WITHIN = 30
LOOKED_BACK = timedelta(days=365)


@use_case(Permission.TASKS_READ, read=True)
def today(work: Work, most: int = SHOWN) -> list[Suggestion]:
    """What this person should do today with own customers; what was decided about is left out."""
    if work.actor.id is None:
        return []
    return _open(work, candidates(work, work.actor.id))[:most]


@kept(by_rights=True)
def candidates(work: Work, owner_id: int) -> list[Suggestion]:
    """All that asks for a next step with the customers of an owner, whatever was decided; the best first."""
    return _valued(work, About(owner_id, None, EACH))


@use_case(Permission.TASKS_READ, read=True)
def of_contact(work: Work, contact_id: int, most: int = 3) -> list[Suggestion]:
    """What should be done next with a customer, beside the tasks that are planned anyway.

    Raises:
        NotFound: there is none, or none that this person may see.
    """
    contact = work.get(Contact, contact_id)
    return _open(work, _valued(work, About(contact.owner_id, contact.id, EACH)))[:most]


@use_case(Permission.TASKS_EDIT)
def decide(work: Work, suggestion: Suggestion, decision: str, until_on: date | None = None) -> None:
    """Remember what this person decided: ``done``, ``snoozed`` until a day (None: tomorrow), or ``refused``.

    Raises:
        Invalid: there is no such decision or kind, or the day has passed.
        NotFound: the customer or the deal is not this person's to see.
    """
    day = local_day(work.now)
    if decision not in DECISIONS or suggestion.kind not in KINDS:
        raise Invalid(f"Decide one of: {', '.join(DECISIONS)}.")
    if until_on is not None and until_on <= day:
        raise Invalid("This day has passed. Choose a later one.", fields={"until_on": "Choose a later day."})
    if suggestion.contact_id is not None:
        work.get(Contact, suggestion.contact_id)
    if suggestion.deal_id is not None:
        work.get(Deal, suggestion.deal_id)
    snoozed_until = (until_on or day + timedelta(days=1)) if decision == "snoozed" else None
    work.add(
        ActionDecision(
            owner_id=work.actor.id,
            kind=suggestion.kind,
            cause=suggestion.cause,
            decision=decision,
            until_on=snoozed_until,
            contact_id=suggestion.contact_id,
            deal_id=suggestion.deal_id,
            worth=suggestion.worth,
            currency=suggestion.currency,
            decided_at=work.now,
        )
    )


@use_case(Permission.REPORTS_READ, read=True)
def outcomes(work: Work) -> list[Outcome]:
    """Which suggestions were followed within a year, by those whom this person sees, and what came of it."""
    since = work.now - LOOKED_BACK
    counted: dict[str, dict[str, tuple[int, int]]] = {}
    for kind, decision, many, worked in work.tuples(sql.outcomes(since, company().time_zone, WORKED_WITHIN)):
        counted.setdefault(kind, {})[decision] = (many, worked)
    return [_outcome(kind, found, since) for kind, found in counted.items()]


def _outcome(kind: str, found: dict[str, tuple[int, int]], since: datetime) -> Outcome:
    done, snoozed, refused = (found.get(decision, (0, 0)) for decision in DECISIONS)
    return Outcome(kind, done[0], snoozed[0], refused[0], done[1], snoozed[1] + refused[1], since)


def _valued(work: Work, about: About) -> list[Suggestion]:
    found = list(_found(work, about))
    if not found:
        return []
    usual = usual_order(work, about.owner_id)
    return sorted((rules.valued(one, usual, company().currency) for one in found), key=rules.rank)


def _open(work: Work, found: Sequence[Suggestion]) -> list[Suggestion]:
    """Those about which nothing was decided, each customer once a kind."""
    causes = [one.cause for one in found]
    settled = set(work.scalars(sql.settled(work.actor.id, causes, local_day(work.now)))) if causes else set()
    open_ones = [one for one in found if one.cause not in settled]
    return rules.without_repetition(open_ones)


def _found(work: Work, about: About) -> Iterable[Suggestion]:
    """All that asks for a next step, unvalued as far as it has no amount of its own."""
    day, may = local_day(work.now), work.actor.may
    if about.contact_id is None:
        yield from (rules.of_task(row, day) for row in work.tuples(sql.due_tasks(about, day)))
    if may(Permission.DEALS_READ):
        yield from _about_deals(work, about)
    if may(Permission.CASES_READ):
        yield from (rules.of_case(row, work.now) for row in work.tuples(sql.waiting_cases(about, work.now)))
    if may(Permission.INTERACTIONS_READ):
        unanswered = sql.unanswered(about, work.now - MAIL_FROM, work.now - MAIL_UNTIL)
        yield from (rules.of_mail(row, work.now) for row in work.tuples(unanswered))
    if may(Permission.ORDERS_READ):
        quiet = sql.quiet(about, number(day), LEAST_GAP, LONGEST)
        yield from (rules.of_quiet(row) for row in work.tuples(quiet))
    ahead = [day + timedelta(days=days) for days in range(BIRTHDAY_DAYS)]
    dates = {one.month * 100 + one.day: one for one in ahead}
    birthdays = work.tuples(sql.birthdays(about, list(dates)))
    yield from (rules.of_birthday(row, dates[row.birth_day], day) for row in birthdays)
    if may(Permission.LOYALTY_READ):
        until = begin_of(day + timedelta(days=POINT_DAYS))
        for row in work.tuples(sql.expiring_points(about, work.now, until)):
            yield rules.of_points(row, local_day(row.expires_at), day)


def _about_deals(work: Work, about: About) -> Iterable[Suggestion]:
    """Deals that stand too long, and others for which nothing is planned: each deal once."""
    before = [(stage, work.now - timedelta(days=days)) for stage, days in work.tuples(sql.rot_days())]
    rotten = work.tuples(sql.rotting(about, before)) if before else ()
    yield from (rules.of_rotting(row, work.now) for row in rotten)
    seen = {row.id for row in rotten}
    yield from (rules.of_no_step(row) for row in work.tuples(sql.without_step(about)) if row.id not in seen)


@kept()
def usual_order(work: Work, owner_id: int | None) -> int:
    """What an order of an owner's customers usually brings, in minor units, for what has no amount itself."""
    [(revenue, orders)] = work.tuples(sql.usual_order(owner_id))
    return int(revenue or 0) // int(orders) if orders else rules.USUAL_ORDER
