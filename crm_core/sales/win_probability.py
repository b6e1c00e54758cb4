"""How likely a deal is won: by its stage, or learned where that was better, with the reasons."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from crm_core.kernel.access import Permission
from crm_core.kernel.work import Work, use_case
from crm_core.sales import back_tests, win_model
from crm_core.sales.calibration import Quality
from crm_core.sales.deal_past import Past, day_number, gather
from crm_core.sales.win_model import Model
from crm_core.team.company import company
from db.models import FittedModel
from db.queries import forecast as sql

NAME: Final = "deal_win"
KEPT_FOR: Final = timedelta(days=60)
MOST_REASONS: Final = 3
_TELLING: Final = 0.12
"""A part of the log-odds that is smaller than this is no reason worth telling."""


@dataclass(frozen=True)
class WinChance:
    """The chance of a deal in percent, and where it comes from.

    ``source`` is ``learned``, ``stage`` or ``own`` (somebody wrote it on the deal). ``stage_default`` is what
    the stage says. ``reasons`` tell what speaks for and against it, the strongest first.
    """

    percent: int
    source: str
    stage_default: int
    reasons: tuple[str, ...] = ()


@dataclass(frozen=True)
class Learned:
    """The model that was fitted last, how good it was on the past, and when that was."""

    model: Model
    quality: Quality
    fitted_at: datetime

    @property
    def is_in_use(self) -> bool:
        """Is it better than the stages, so that it is used?"""
        return self.quality.is_learned_better


@use_case(Permission.DEALS_READ, read=True)
def of(work: Work, deal_ids: Sequence[int]) -> dict[int, WinChance]:
    """The chances of those of these deals that are open and that this person may see."""
    rows = [row for row in work.tuples(sql.states(deal_ids)) if row.status == "open"] if deal_ids else []
    if not rows:
        return {}
    learned = latest(work)
    stages = {key: (name, percent) for key, name, percent in work.tuples(sql.stage_chances())}
    names = dict(map(tuple, work.tuples(sql.user_names())))
    parts, percents = None, [stages[row.stage_id][1] for row in rows]
    if learned is not None and learned.is_in_use:
        parts = parts_of(learned.model, rows, work.now)
        percents = [round(100 * float(chance)) for chance in learned.model.chances(parts)]
    found = {}
    for place, (row, percent) in enumerate(zip(rows, percents, strict=True)):
        stage, default = stages[row.stage_id]
        if row.probability is not None:
            found[row.id] = WinChance(row.probability, "own", default)
        elif parts is None or learned is None:
            found[row.id] = WinChance(default, "stage", default)
        else:
            seller = names.get(row.owner_id, row.owner_name)
            reasons = _reasons(learned.model, parts[place], row, (stage, seller), work.now)
            found[row.id] = WinChance(min(max(percent, 1), 99), "learned", default, reasons)
    return found


@use_case(Permission.DEALS_READ, read=True)
def percents(work: Work, deal_ids: Sequence[int]) -> dict[int, int]:
    """The learned chances in percent of open deals without one of their own; none while stages are better.

    One statement for a whole page of cards, and one for the model.
    """
    learned = latest(work) if deal_ids else None
    if learned is None or not learned.is_in_use:
        return {}
    found = work.tuples(sql.states(deal_ids))
    rows = [row for row in found if row.status == "open" and row.probability is None]
    if not rows:
        return {}
    chances = learned.model.chances(parts_of(learned.model, rows, work.now))
    return {row.id: min(max(round(100 * float(one)), 1), 99) for row, one in zip(rows, chances, strict=True)}


@use_case(Permission.DEALS_READ, read=True)
def quality(work: Work) -> Learned | None:
    """The model in its present state, with what its back-test found; None before the first night."""
    return latest(work)


def latest(work: Work) -> Learned | None:
    """The model that was fitted last; None where there is none that this version can read."""
    row: FittedModel | None = work.scalar(sql.latest_model(NAME))
    model = win_model.from_numbers(row.numbers) if row is not None else None
    if row is None or model is None:
        return None
    return Learned(model, back_tests.from_json(row.quality), row.fitted_at)


def learn(work: Work) -> Learned:
    """Learn anew from everything that happened, and try it on the past; takes seconds, and stores nothing."""
    past, defaults = past_of(work, work.now), defaults_of(work)
    now = day_number(work.now)
    return Learned(win_model.fit(past, now, defaults), back_tests.back_test(past, now, defaults), work.now)


def keep(work: Work, learned: Learned) -> None:
    """Store a model; those of long ago are forgotten."""
    work.run(sql.forget_models(NAME, work.now - KEPT_FOR))
    work.add(
        FittedModel(
            name=NAME,
            numbers=win_model.to_numbers(learned.model),
            quality=back_tests.as_json(learned.quality),
            is_in_use=learned.is_in_use,
            fitted_at=learned.fitted_at,
        )
    )
    work.flush()


def past_of(work: Work, until: datetime) -> Past:
    """All that happened to deals before an instant, of everybody: rates are those of the whole company."""
    everybody = work.as_system()
    try:
        return gather(everybody.tuples(sql.steps(until)), company().currency)
    finally:
        work.session.info["scope"] = work.actor.scope


def defaults_of(work: Work) -> dict[int, float]:
    """The usual chance of every stage, 0 to 1, by its id."""
    return {key: percent / 100 for key, _, percent in work.tuples(sql.stage_chances())}


def parts_of(model: Model, rows: Sequence[Any], now: datetime) -> NDArray[np.float64]:
    """The features of deals as they stand in the database."""
    here = day_number(now)
    return model.parts(
        np.array([row.stage_id for row in rows], np.int64),
        [row.owner_id or row.owner_name for row in rows],
        [row.source for row in rows],
        here - np.array([day_number(row.opened_at) for row in rows]),
        here - np.array([day_number(row.stage_since) for row in rows]),
    )


def _reasons(
    model: Model, parts: NDArray[np.float64], row: Any, names: tuple[str, str], now: datetime
) -> tuple[str, ...]:
    """What moves the chance of a deal away from that of all deals, in words."""
    middle = np.log(model.rates.overall / (1 - model.rates.overall))
    weighed = dict(zip(win_model.FEATURES, parts * model.weights, strict=True))
    weighed["stage"] -= float(middle * model.weights[1])
    told = _sentences(model, row, names, now, weighed)
    ordered = sorted(told, key=lambda name: -abs(weighed[name]))
    return tuple(told[name] for name in ordered if abs(weighed[name]) >= _TELLING)[:MOST_REASONS]


def _sentences(
    model: Model, row: Any, names: tuple[str, str], now: datetime, weighed: Mapping[str, float]
) -> dict[str, str]:
    rates, (stage, seller) = model.rates, names
    found = {}
    if row.stage_id in rates.stages:
        rate, many = rates.stages[row.stage_id]
        came = f"{many:,} closed deals that came to" if many else "deals that come to"
        found["stage"] = f"{rate:.0%} of {came} “{stage}” are won"
    if (row.owner_id or row.owner_name) in rates.owners and seller:
        rate, _ = rates.owners[row.owner_id or row.owner_name]
        found["owner"] = f"{seller} wins {rate:.0%}, all together {rates.overall:.0%}"
    if row.source and row.source in rates.sources:
        rate, _ = rates.sources[row.source]
        found["source"] = f"{rate:.0%} of the deals from “{row.source}” are won"
    age = (now - row.opened_at).days
    found["age"] = f"{age:,} days old, an age at which deals are won {_more(weighed['age'])} often"
    stay, usual = (now - row.stage_since).days, rates.stays.get(row.stage_id, 14.0)
    compared = "longer" if stay > usual else "shorter"
    found["stay"] = f"{compared} in its stage than usual ({stay:,} days, usually {usual:.0f})"
    return found


def _more(weight: float) -> str:
    return "more" if weight > 0 else "less"
