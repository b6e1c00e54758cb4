"""Which customers are about to leave: learned from those who did, and tried on others.

Nobody tells when an order was the last one. So a customer counts as gone who bought nothing for half a year
after a day in the past; what was known on that day is what the risk follows from.
"""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

import numpy as np
from numpy.typing import NDArray

from crm_core.insights import customer_sets, purchase_histories
from crm_core.insights.customer_sets import EVERYBODY, CustomerSet
from crm_core.insights.kept_answers import kept
from crm_core.insights.likelihood import Reals
from crm_core.insights.purchase_days import bought, currency, day_of, last_day, local_day, number
from crm_core.insights.purchase_histories import Histories
from crm_core.kernel.access import Permission
from crm_core.kernel.work import Work, use_case
from db.queries import customer_value as sql

HORIZON = 182
"""Days without an order after which somebody counts as gone."""

FEWEST = 200
"""Customers to learn from, of whom a tenth stayed and a tenth went; below, the risk is not shown."""

MOST = 100_000
FEATURES: Final = ("how often", "how lately", "how long", "silence against the usual gap", "how much")
_PENALTY = 1.0
_ROUNDS = 25
_FOLDS = 5


@dataclass(frozen=True)
class Logistic:
    """A logistic regression: weights of standardised features, the first one of the base rate."""

    weights: Reals
    means: Reals
    spreads: Reals

    def chances(self, rows: Reals) -> Reals:
        """The chance of each row, from 0 to 1."""
        return _squashed(_standard(rows, self.means, self.spreads) @ self.weights)


@dataclass(frozen=True)
class AtRisk:
    """A customer who bought well and may be about to leave; revenue after the first day in minor units."""

    contact_id: int
    name: str
    risk: float
    days: int
    last_on: date
    usual_gap: float
    spent: int


@dataclass(frozen=True)
class ChurnReport:
    """Who may be about to leave, and how far that can be trusted.

    ``auc`` is the chance that of two customers the one who left had the higher risk, told of customers that
    the model had not seen; ``auc_of_recency`` is what asking only “how lately” achieves. ``base_rate`` is the
    share that left. Without enough history (``missing`` says so) all are empty.
    """

    currency: str
    learned_from: int
    since: date | None
    base_rate: float | None
    auc: float | None
    auc_of_recency: float | None
    weights: dict[str, float]
    customers: tuple[AtRisk, ...]
    missing: str


@use_case(Permission.REPORTS_READ, read=True)
@kept()
def report(
    work: Work,
    most: int = 20,
    wanted: str | None = None,
    as_of: date | None = None,
    which: CustomerSet = EVERYBODY,
) -> ChurnReport:
    """The most valuable customers at risk, among the thousand who brought the most of those this person sees.

    Args:
        most: how many customers. wanted: the currency; None for the company's.
        as_of: the last day that is looked at; None for today, or the last order's day when that is long ago.
        which: only these customers; the risk is learned from them alone.
    """
    chosen = currency(work, wanted)
    today = as_of or _present(work, chosen)
    then = today - timedelta(days=HORIZON)
    among = customer_sets.ids(work, which)
    known = bought(chosen, today, then, among)
    days = purchase_histories.days(work, known.zone, known.before, chosen, among)
    whole = purchase_histories.histories(days, known.until_day)
    rows = whole.every(-(-len(whole) // MOST) or 1)
    gone = (rows.later == 0).astype(float)
    if len(rows) < FEWEST or not 0.1 <= gone.mean() <= 0.9:
        missing = (
            f"Risks need {FEWEST} customers who bought more than half a year ago; some left, some stayed."
        )
        return ChurnReport(chosen, len(rows), None, None, None, None, {}, (), missing)
    table = features(rows, number(then))
    model = fit(table, gone)
    seen = {name: float(weight) for name, weight in zip(FEATURES, model.weights[1:], strict=True)}
    chances, recency = cross_validated(table, gone), table[:, 1]
    at_risk = _at_risk(work, model, bought(chosen, today, among=among), most)
    return ChurnReport(
        chosen, len(rows), then, float(gone.mean()), area_under_curve(chances, gone),
        area_under_curve(recency, gone), seen, at_risk, "",
    )  # fmt: skip


def features(who: Histories, day: int) -> Reals:
    """What is known of customers on a day, in the order of ``FEATURES``; all on scales that grow slowly."""
    told = (who.repeats, day - who.last, day - who.first, who.last - who.first, who.spent)
    repeats, silence, age, span, spent = (column.astype(float) for column in told)
    usual = np.where(repeats > 0, span / np.maximum(repeats, 1), np.maximum(age, 1))
    late = np.log1p(silence) - np.log1p(usual)
    mean = np.maximum(spent, 0) / np.maximum(repeats, 1)
    return np.column_stack([np.log1p(repeats), np.log1p(silence), np.log1p(age), late, np.log1p(mean)])


def fit(rows: Reals, happened: Reals) -> Logistic:
    """Weights by Newton's method with a small quadratic penalty, which keeps them finite and decided."""
    means, spreads = rows.mean(axis=0), rows.std(axis=0)
    spreads = np.where(spreads > 1e-12, spreads, 1.0)
    table = _standard(rows, means, spreads)
    penalty = np.diag([1e-9, *[_PENALTY] * rows.shape[1]])
    weights = np.zeros(table.shape[1])
    for _ in range(_ROUNDS):
        chance = _squashed(table @ weights)
        slope = table.T @ (chance - happened) + penalty @ weights
        bend = (table * (chance * (1 - chance))[:, None]).T @ table + penalty
        step = np.linalg.solve(bend, slope)
        weights = weights - step
        if np.abs(step).max() < 1e-8:
            break
    return Logistic(weights, means, spreads)


def cross_validated(rows: Reals, happened: Reals) -> Reals:
    """The chance of each row from models that had not seen it: five parts, each with its share of events."""
    part = np.empty(len(rows), np.int64)
    shuffled = np.random.default_rng(0).permutation(len(rows))
    in_turn = shuffled[np.argsort(happened[shuffled], kind="stable")]
    part[in_turn] = np.arange(len(rows)) % _FOLDS
    found = np.empty(len(rows))
    for fold in range(_FOLDS):
        seen = part != fold
        found[~seen] = fit(rows[seen], happened[seen]).chances(rows[~seen])
    return found


def area_under_curve(scores: Reals, happened: Reals) -> float:
    """The chance that a score with the event is above one without; ties count half (Mann, Whitney 1947)."""
    _different, places, counts = np.unique(scores, return_inverse=True, return_counts=True)
    ranks = (np.cumsum(counts) - (counts - 1) / 2)[places]
    events = happened.sum()
    above = ranks[happened > 0].sum() - events * (events + 1) / 2
    return float(above / (events * (len(scores) - events)))


def _at_risk(work: Work, model: Logistic, known: sql.Bought, most: int) -> tuple[AtRisk, ...]:
    names = dict(map(tuple, work.tuples(sql.largest(known.currency, 1000, known.among))))
    rows = [row for row in work.tuples(sql.histories_of(known, list(names))) if row.repeats]
    if not rows:
        return ()
    risks = model.chances(features(purchase_histories.of_rows(rows), known.until_day))
    found = [
        AtRisk(row.contact_id, names[row.contact_id], float(risk), row.repeats + 1, day_of(row.last),
               (row.last - row.first) / row.repeats, row.spent)
        for row, risk in zip(rows, risks, strict=True)
        # Whoever was silent for a year and five times the usual gap is gone, not about to go.
        if known.until_day - row.last <= max(365, 5 * (row.last - row.first) / row.repeats)
    ]  # fmt: skip
    return tuple(sorted(found, key=lambda one: (-one.risk * one.spent, one.name))[:most])


def _present(work: Work, chosen: str) -> date:
    """Today; in a base that ended long ago, the day of its last order."""
    today, last = local_day(work.now), last_day(work, chosen)
    return last if (today - last).days > HORIZON else today


def _standard(rows: Reals, means: Reals, spreads: Reals) -> NDArray[np.float64]:
    return np.column_stack([np.ones(len(rows)), (rows - means) / spreads])


def _squashed(value: Reals) -> Reals:
    found: Reals = 1 / (1 + np.exp(-np.clip(value, -30, 30)))
    return found
