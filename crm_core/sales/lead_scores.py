"""Scores of leads: kept in the transaction that changes a lead, learned from history, explained."""

from collections.abc import Collection, Sequence
from dataclasses import asdict, replace
from datetime import datetime, timedelta
from typing import Any, Final

import numpy as np

from crm_core.kernel.access import Permission
from crm_core.kernel.work import Work, use_case
from crm_core.sales import lead_model, lead_rules
from crm_core.sales.lead_model import Logistic
from crm_core.sales.lead_rules import CONVERTED, OF_CUSTOMER, UNQUALIFIED, Card, LeadFacts
from crm_core.sales.lead_types import ModelState, Reason
from crm_core.team.company import company
from db.models import Activity, Contact, FittedModel, LeadScore, Setting
from db.queries import lead_scoring as sql
from db.queries import settings as settings_sql

MODEL: Final = "lead_score"
CLOSED: Final = (CONVERTED, UNQUALIFIED)
MOST_LEARNED: Final = 20_000
MOST_REASONS: Final = 3
FRESH_FOR: Final = timedelta(days=3)
"""How long after it came a lead of the past is looked at: later, sellers wrote down what they had learned."""
FEATURES: Final = ("score", *(name for name in lead_rules.NAMES if name not in ("meeting", "call", "silent")))
_CARD: Final = "lead_card"
_FIT: Final = ("job_title", "country", "industry", "company", "email", "phone", "mobile", "source")


@use_case(Permission.CONTACTS_READ, read=True)
def card(work: Work) -> Card:
    """The card in use; without one of its own, a company sells to its own country."""
    row: Setting | None = work.scalar(settings_sql.by_name(_CARD))
    if row is not None:
        return lead_rules.from_json(row.value)
    home = company().country
    return Card(countries=(home,) if home else ())


@use_case(Permission.LEADS_MANAGE)
def change_card(work: Work, wanted: Card) -> None:
    """Score leads by another card from now on; all open leads follow soon.

    Raises:
        Invalid: unknown criteria, or points that cannot be.
    """
    stored = lead_rules.to_json(lead_rules.checked(wanted))
    row: Setting | None = work.scalar(settings_sql.by_name(_CARD))
    if row is None:
        row = work.add(Setting(name=_CARD, value={}, updated_at=work.now))
    row.value, row.updated_at = stored, work.now
    work.record("lead_card.changed", row, card=stored)
    system = work.as_system()
    # What was learned had the score of the old card in it.
    if (model := _newest(system)) is not None:
        model.is_in_use = False
    work.run(sql.age_scores(work.now - timedelta(days=365)))


@use_case(Permission.CONTACTS_READ, read=True)
def state(work: Work) -> ModelState:
    """Which way of scoring is in use, and how good both are."""
    system = work.as_system()
    outcomes = int(system.scalar(sql.closed_count(CLOSED)) or 0)
    model = _newest(system)
    if model is None:
        return ModelState("rules", outcomes, lead_model.NEEDED)
    in_use = "learned" if model.is_in_use else "rules"
    return ModelState(in_use, outcomes, lead_model.NEEDED, model.quality, model.fitted_at)


@use_case(Permission.LEADS_MANAGE)
def learn(work: Work) -> bool:
    """Learn from closed leads, if there are enough; returns whether what was learned is in use now.

    It is used only where it beats the card, on both measures, on the latest part of history.
    """
    system = work.as_system()
    present = card(system)
    history = _history(system)
    outcomes = np.array([float(facts.lead_status == CONVERTED) for facts, _ in history])
    known: dict[str, Any] = {"outcomes": int(system.scalar(sql.closed_count(CLOSED)) or 0)}
    model = FittedModel(name=MODEL, numbers={}, quality=known, is_in_use=False, fitted_at=work.now)
    system.add(model)
    if not lead_model.is_enough(outcomes):
        return False
    features = np.array([_features(present, facts, at) for facts, at in history])
    quality = lead_model.judge(FEATURES, features, features[:, 0] * 100, outcomes)
    is_better = lead_model.is_better(quality)
    model.numbers = asdict(lead_model.fit(FEATURES, features, outcomes))
    model.quality, model.is_in_use = known | quality, is_better
    system.run(sql.age_scores(work.now - timedelta(days=365)))
    return is_better


def rescore(work: Work, contact_ids: Collection[int]) -> None:
    """Give these leads the score of this moment; those who are no leads lose theirs."""
    if not contact_ids:
        return
    present, model = card(work), _in_use(work)
    known: dict[int, LeadScore] = {row.contact_id: row for row in work.scalars(sql.scores_of(contact_ids))}
    for facts in facts_of(work, contact_ids):
        points, why = _judged(present, model, facts, work.now)
        row = known.pop(facts.contact_id, None)
        if row is None:
            row = work.add(LeadScore(contact_id=facts.contact_id))
        row.score, row.reasons = points, [asdict(reason) for reason in why]
        row.model, row.scored_at = "rules" if model is None else "learned", work.now
    for row in known.values():
        work.delete(row)
    work.flush()


def keep_up(work: Work, happened: Activity) -> None:
    """A lead did something, or somebody changed what is known of it: its score follows at once."""
    contact = work.session.get(Contact, happened.contact_id) if happened.contact_id else None
    if contact is None or contact.deleted_at is not None:
        return
    was_lead = "lead_status" in happened.facts.get("changes", {})
    if contact.lead_status in lead_rules.OPEN or was_lead:
        rescore(work, [contact.id])


def facts_of(work: Work, contact_ids: Collection[int]) -> list[LeadFacts]:
    """What is known of these leads now."""
    done = lead_rules.latest(map(tuple, work.tuples(sql.signals(contact_ids))))
    found = work.rows(sql.facts(contact_ids), LeadFacts)
    return [replace(facts, signals=done.get(facts.contact_id, {})) for facts in found]


def shapes(stored: Sequence[dict[str, Any]]) -> tuple[Reason, ...]:
    """Reasons as they leave this area."""
    return tuple(Reason(**reason) for reason in stored)


def _judged(
    present: Card, model: Logistic | None, facts: LeadFacts, now: datetime
) -> tuple[int, list[Reason]]:
    held = lead_rules.strengths(present, facts, now)
    if model is None:
        return lead_rules.score(present, held), lead_rules.reasons(present, held, facts, now)
    features = _features(present, facts, now)
    chance = float(model.chances(np.array([features]))[0])
    parts = model.parts(features)
    # At an even chance, this many percentage points follow from one unit of log-odds.
    worth = {name: part * 25 for name, part in parts.items() if name != "score" and held.get(name)}
    return round(100 * chance), lead_rules.told(worth, facts, now)[:MOST_REASONS]


def _features(present: Card, facts: LeadFacts, now: datetime) -> list[float]:
    """The numbers that the model sees: the card's score, and what the lead is and did by itself."""
    own = {name: at for name, at in facts.signals.items() if name in OF_CUSTOMER}
    held = lead_rules.strengths(present, replace(facts, signals=own), now)
    found = {"score": lead_rules.score(present, held) / 100, **held}
    return [found[name] for name in FEATURES]


def _history(work: Work) -> list[tuple[LeadFacts, datetime]]:
    """Closed leads as they were known soon after they came, the oldest first."""
    closed = work.tuples(sql.closed(CLOSED, MOST_LEARNED))
    moments = {
        row.id: min(row.created_at + FRESH_FOR, row.decided_at or row.created_at + FRESH_FOR)
        for row in closed
    }
    found: list[tuple[LeadFacts, datetime]] = []
    ids = sorted(moments, key=lambda key: (moments[key], key))
    for begin in range(0, len(ids), 5_000):
        some = ids[begin : begin + 5_000]
        raw: dict[int, list[tuple[int, str, datetime]]] = {}
        for contact_id, name, at in work.tuples(sql.signals(some)):
            if at <= moments[contact_id]:
                raw.setdefault(contact_id, []).append((contact_id, name, at))
        before = _undone(work, some, moments)
        for facts in work.rows(sql.facts(some), LeadFacts):
            known = lead_rules.latest(raw.get(facts.contact_id, ())).get(facts.contact_id, {})
            then = replace(facts, signals=known, **before.get(facts.contact_id, {}))
            found.append((then, moments[facts.contact_id]))
    return sorted(found, key=lambda entry: (entry[1], entry[0].contact_id))


def _undone(work: Work, ids: Sequence[int], moments: dict[int, datetime]) -> dict[int, dict[str, Any]]:
    """What stood in fields before sellers changed them, after the moment that counts."""
    before: dict[int, dict[str, Any]] = {}
    for contact_id, at, told in work.tuples(sql.later_changes(ids)):
        if at > moments[contact_id]:
            for name, (old, _new) in told.get("changes", {}).items():
                if name in _FIT:
                    before.setdefault(contact_id, {}).setdefault(name, old or "")
    return before


def _in_use(work: Work) -> Logistic | None:
    model = _newest(work)
    if model is None or not model.is_in_use or tuple(model.numbers.get("names", ())) != FEATURES:
        return None
    stored = model.numbers
    weights, means, scales = (tuple(stored[name]) for name in ("weights", "means", "scales"))
    return Logistic(FEATURES, weights, float(stored["intercept"]), means, scales)


def _newest(work: Work) -> FittedModel | None:
    found: FittedModel | None = work.scalar(sql.newest_model(MODEL))
    return found
