"""What customers will bring: days of buying and money within a year, with what is known of the error."""

from collections.abc import Callable, Sequence
from datetime import date, timedelta
from typing import Any

import numpy as np

from crm_core.insights import buying, customer_sets, purchase_histories, spend
from crm_core.insights.buying import Buyers, Buying
from crm_core.insights.customer_sets import EVERYBODY, CustomerSet
from crm_core.insights.customer_value_types import (
    CustomerValue,
    Span,
    ValuedCustomer,
    ValueReport,
)
from crm_core.insights.kept_answers import kept
from crm_core.insights.likelihood import Reals
from crm_core.insights.purchase_days import bought, currency, day_of, last_day, local_day, number
from crm_core.insights.purchase_histories import Histories
from crm_core.insights.spend import Spending
from crm_core.insights.value_checks import WEEK, by_repeats, holdout
from crm_core.kernel.access import SYSTEM, Permission
from crm_core.kernel.values import money
from crm_core.kernel.work import Work, use_case
from db.models import Contact, FittedModel
from db.queries import customer_value as sql

NAME = "customer value"
FEWEST_REPEATERS = 100
"""With fewer customers who came back the parameters are chance."""

MOST_GROUPS = 50_000
MOST_SPENDERS = 50_000
YEAR = 52.0
REFIT_AFTER = timedelta(hours=20)
_DRAWS = 4000


@use_case(Permission.REPORTS_READ, read=True)
@kept()
def report(
    work: Work,
    holdout_from: date | None = None,
    as_of: date | None = None,
    wanted: str | None = None,
    which: CustomerSet = EVERYBODY,
) -> ValueReport:
    """The models of the customers that this person sees, and how many come back how often.

    Args:
        holdout_from: fit only what happened before this day, and compare with what happened from it on.
        as_of: the last day that is looked at; None for the day of the last order.
        wanted: the currency; None for the company's.
        which: only these customers: the models are fitted to them alone.

    Raises:
        Invalid: the held-out time is empty.
    """
    chosen = currency(work, wanted)
    until = as_of or last_day(work, chosen)
    before = holdout_from - timedelta(days=1) if holdout_from else None
    known = bought(chosen, until, before, customer_sets.ids(work, which))
    told = _histories(work, known)
    who, later = _buyers(told, known.until_day)
    repeaters = int(who.people[who.repeats > 0].sum())
    weeks = (number(until) - known.until_day) / WEEK if holdout_from else YEAR
    counted = (chosen, until, int(who.people.sum()), repeaters, weeks)
    if repeaters < FEWEST_REPEATERS:
        return ValueReport(*counted, None, None, None, (), _too_few(repeaters))
    model = buying.fit(_sampled(who))
    expected = model.expected(who, weeks)
    held = holdout(who, expected, later, weeks, day_of(known.until_day), until) if holdout_from else None
    groups = by_repeats(who, expected, later if holdout_from else None)
    return ValueReport(*counted, model, _spending(told, chosen, repeaters), held, groups, "")


@use_case(Permission.REPORTS_READ, read=True)
def largest(
    work: Work, most: int = 20, among: int = 500, which: CustomerSet = EVERYBODY
) -> list[ValuedCustomer]:
    """Those who will bring the most within a year, among the customers who brought the most so far.

    Empty before the first night: it takes the model that is kept.
    """
    kept = _kept(work)
    if kept is None or kept[1] is None:
        return []
    model, spending, row = kept
    chosen = str(row.numbers["currency"])
    names = dict(work.tuples(sql.largest(chosen, among, customer_sets.ids(work, which))))
    known = bought(chosen, local_day(work.now))
    found = work.tuples(sql.histories_of(known, list(names)))
    if not found:
        return []
    who = _buyers_of(found, known.until_day)
    orders, alive = model.expected(who, YEAR), model.alive(who)
    scale = 10 ** money.exponent(chosen)
    average = spending.average(who.repeats, np.array([max(row.spent, 0) for row in found]) / scale)
    values = orders * (average if average is not None else np.zeros(len(found))) * scale
    listed = [
        ValuedCustomer(row.contact_id, names[row.contact_id], row.repeats + 1, day_of(row.last),
                       float(alive[place]), float(orders[place]), round(values[place]))
        for place, row in enumerate(found)
    ]  # fmt: skip
    return sorted(listed, key=lambda one: (-one.value, one.name))[:most]


@use_case(Permission.ORDERS_READ, read=True)
def of_contact(work: Work, contact_id: int) -> CustomerValue | None:
    """What may be expected of a customer within a year; None for somebody who never bought.

    Raises:
        NotFound: there is none, or none that this person may see.
    """
    contact = work.get(Contact, contact_id)
    kept = _kept(work)
    chosen = str(kept[2].numbers["currency"]) if kept else currency(work)
    known = bought(chosen, local_day(work.now))
    found = work.tuples(sql.histories(known, contact.id))
    if not found:
        return None
    [row] = found
    if kept is None:
        return CustomerValue(chosen, row.repeats + 1, None, None, None, _too_few(None), None, None)
    return _valued(kept[0], kept[1], kept[2], row, known.until_day)


@use_case(Permission.SYSTEM_OPERATE, read=True)
def learn(work: Work) -> FittedModel | None:
    """The models of all customers, tried on held-out time, to be kept; None with too little history.

    Held out is the last quarter of the time since the first order, half a year at most.
    """
    chosen = currency(work)
    until = min(last_day(work, chosen), local_day(work.now))
    whole = report(work, None, until, chosen)
    if whole.buying is None:
        return None
    known = bought(chosen, until)
    oldest = known.until_day - int(_histories(work, known).first.min())
    past = report(work, until - timedelta(days=min(oldest // 4, 182)), until, chosen)
    quality: dict[str, Any] = {}
    if past.holdout is not None:
        held = past.holdout
        quality = {"expected": held.expected, "actual": held.actual, "mae": held.mae,
                   "since": held.since.isoformat(), "until": held.until.isoformat()}  # fmt: skip
    made, spending = whole.buying, whole.spending
    numbers = {"currency": chosen, "r": made.r, "alpha": made.alpha, "a": made.a, "b": made.b,
               "spend": [spending.p, spending.q, spending.v] if spending else None,
               "customers": whole.customers, "repeaters": whole.repeaters}  # fmt: skip
    return FittedModel(name=NAME, numbers=numbers, quality=quality, is_in_use=True, fitted_at=work.now)


@use_case(Permission.SYSTEM_OPERATE)
def keep(work: Work, model: FittedModel) -> None:
    """Store models, of which the newest are used."""
    work.add(model)


@use_case(Permission.SYSTEM_OPERATE, read=True)
def is_due(work: Work) -> bool:
    """Is it time to fit the models anew: once a day?"""
    newest: FittedModel | None = work.scalar(sql.newest_model(NAME))
    return newest is None or newest.fitted_at < work.now - REFIT_AFTER


def advance_next(_worker: str, _is_stopping: Callable[[], bool]) -> bool:
    """Fit the models anew when it is time, outside of any writing; True when it was done."""
    if not is_due(SYSTEM):
        return False
    learned = learn(SYSTEM)
    if learned is not None:
        keep(SYSTEM, learned)
    return learned is not None


def _kept(work: Work) -> tuple[Buying, Spending, FittedModel] | None:
    row: FittedModel | None = work.scalar(sql.newest_model(NAME))
    if row is None or not row.numbers.get("spend"):
        return None
    numbers = row.numbers
    model = Buying(*(float(numbers[name]) for name in ("r", "alpha", "a", "b")))
    return model, Spending(*numbers["spend"]), row


def _valued(model: Buying, spending: Spending, kept: FittedModel, row: Any, today: int) -> CustomerValue:
    chosen = str(kept.numbers["currency"])
    scale = 10 ** money.exponent(chosen)
    who = _buyers_of([row], today)
    # The same question gets the same answer.
    chance = np.random.default_rng(row.contact_id)
    drawn = model.draws(who, YEAR, _DRAWS, chance)
    spent = max(row.spent, 0) / scale
    worth = spending.draws(float(row.repeats), spent, drawn, chance) * scale
    orders = float(model.expected(who, YEAR)[0])
    average = spending.average(who.repeats, np.array([spent]))
    value = None if average is None else _span(orders * float(average[0]) * scale, worth)
    told = kept.quality
    error = told["expected"] / told["actual"] - 1 if told.get("actual") else None
    return CustomerValue(chosen, row.repeats + 1, float(model.alive(who)[0]), _span(orders, drawn), value, "",
                         error, kept.fitted_at)  # fmt: skip


def _span(middle: float, drawn: Reals) -> Span:
    low, high = np.quantile(drawn, (0.1, 0.9))
    return Span(middle, float(low), float(high))


def _histories(work: Work, known: sql.Bought) -> Histories:
    days = purchase_histories.days(work, known.zone, known.before, known.currency, known.among)
    return purchase_histories.histories(days, known.until_day)


def _buyers(known: Histories, until_day: int) -> tuple[Buyers, Reals]:
    """Customers who bought alike, and the days of buying that came later."""
    rows, people = purchase_histories.alike(known, until_day)
    repeats, span, age, later = rows.astype(float).T
    return Buyers(repeats, span / WEEK, age / WEEK, people.astype(float)), later


def _buyers_of(rows: Sequence[Any], today: int) -> Buyers:
    table = np.array([(row.repeats, row.last - row.first, today - row.first) for row in rows], float)
    return Buyers(table[:, 0], table[:, 1] / WEEK, table[:, 2] / WEEK, np.ones(len(rows)))


def _sampled(who: Buyers) -> Buyers:
    """All groups, or evenly chosen ones: fifty thousand give the same parameters within one percent."""
    every = -(-len(who.people) // MOST_GROUPS) or 1
    return Buyers(who.repeats[::every], who.span[::every], who.age[::every], who.people[::every] * every)


def _spending(known: Histories, chosen: str, repeaters: int) -> Spending | None:
    """From every so-many-th customer who came back and paid."""
    every = -(-repeaters // MOST_SPENDERS) or 1
    is_told = (known.repeats > 0) & (known.spent > 0) & (known.customers % every == 0)
    repeats, spent = known.repeats[is_told].astype(float), known.spent[is_told].astype(float)
    if len(repeats) < FEWEST_REPEATERS // 2:
        return None
    return spend.fit(repeats, spent / 10 ** money.exponent(chosen))


def _too_few(repeaters: int | None) -> str:
    """Why nothing is expected."""
    seen = "" if repeaters is None else f"; there are {repeaters}"
    return f"An outlook needs {FEWEST_REPEATERS} customers who came back{seen}."
