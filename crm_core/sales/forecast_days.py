"""The deals as they stood on a day: present ones read as they are, past ones replayed."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal, InvalidOperation
from typing import Any

from crm_core.kernel.values import dates, money
from crm_core.kernel.work import Work
from crm_core.sales.rules import OPEN, WON
from crm_core.team.company import company
from db.queries import forecast as sql

_EDITED = ("amount", "currency", "close_date", "judgement", "probability")


@dataclass(frozen=True)
class OpenDeal:
    """An open deal, or one that was won lately; ``percent`` is its own chance or that of its stage."""

    id: int
    pipeline_id: int
    owner_id: int | None
    owner_name: str
    source: str
    currency: str
    amount: int | None
    close_on: date | None
    judgement: str
    probability: int | None
    stage_id: int
    status: str
    opened_at: datetime
    stage_since: datetime
    percent: int = 0

    @property
    def is_open(self) -> bool:
        """Is it still to be won?"""
        return self.status == OPEN

    @property
    def won_on(self) -> date:
        """The day on which it was won, in the company's time zone."""
        return self.stage_since.astimezone(dates.zone_of(company().time_zone)).date()


def deals_on(work: Work, now: datetime, since: date, *, is_replayed: bool = False) -> list[OpenDeal]:
    """The deals that were open at an instant, and those won from a day until then."""
    if is_replayed:
        rows: Sequence[Any] = work.tuples(sql.last_steps(now))
        edits = _edits(work, now)
    else:
        rows, edits = work.tuples(sql.present(begin_of(since))), []
    percents = {key: percent for key, _, percent in work.tuples(sql.stage_chances())}
    usual = company().currency
    found = [OpenDeal(**row._mapping) for row in rows]
    kept = (
        deal
        for deal in _undone(found, edits)
        if deal.is_open or (deal.status == WON and deal.won_on >= since)
    )
    return [_ready(deal, percents, usual) for deal in kept]


def begin_of(day: date) -> datetime:
    """The first moment of a day in the company's time zone."""
    return datetime.combine(day, time.min, dates.zone_of(company().time_zone)).astimezone(UTC)


def end_of(day: date) -> datetime:
    """The first moment after a day in the company's time zone."""
    return begin_of(day + timedelta(days=1))


def _edits(work: Work, since: datetime) -> Sequence[Any]:
    """What anybody changed on deals since: a change of one's own deal may be known to its author only."""
    try:
        return work.as_system().tuples(sql.later_edits(since))
    finally:
        work.session.info["scope"] = work.actor.scope


def _ready(deal: OpenDeal, percents: Mapping[int, int], usual: str) -> OpenDeal:
    percent = percents.get(deal.stage_id, 0) if deal.probability is None else deal.probability
    return replace(deal, percent=percent, currency=deal.currency or usual)


def _undone(deals: Iterable[OpenDeal], edits: Iterable[Any]) -> list[OpenDeal]:
    """The deals without what was changed on them afterwards; edits come with the latest first."""
    before: dict[int, dict[str, Any]] = {}
    for deal_id, facts in edits:
        for name, (old, _) in facts.get("changes", {}).items():
            if name in _EDITED:
                before.setdefault(deal_id, {})[name] = old
    return [_with(deal, before[deal.id]) if deal.id in before else deal for deal in deals]


def _with(deal: OpenDeal, old: Mapping[str, Any]) -> OpenDeal:
    values: dict[str, Any] = {}
    if "currency" in old:
        values["currency"] = str(old["currency"] or "")
    if "amount" in old:
        values |= _money(old["amount"], deal.currency)
    if "close_date" in old:
        values["close_on"] = _day(old["close_date"])
    if "judgement" in old:
        values["judgement"] = str(old["judgement"] or "")
    if "probability" in old:
        values["probability"] = int(old["probability"]) if old["probability"] not in (None, "") else None
    return replace(deal, **values)


def _money(told: Any, currency: str) -> dict[str, Any]:
    """Amount and currency from ``1200.00 EUR``; no amount where none was told."""
    number, _, named = str(told or "").partition(" ")
    chosen = named or currency or company().currency
    try:
        return {"amount": money.to_minor(Decimal(number), chosen) if number else None, "currency": chosen}
    except InvalidOperation:
        return {}


def _day(text: Any) -> date | None:
    return date.fromisoformat(str(text)[:10]) if text else None
