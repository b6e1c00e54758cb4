"""Tiers: set up, counted every night, reached at once; and who is about to rise or fall."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

from crm_core.activity.task_days import today, zone
from crm_core.kernel.access import Permission
from crm_core.kernel.errors import Conflict, Invalid
from crm_core.kernel.values.text import fold
from crm_core.kernel.work import Work, use_case
from crm_core.loyalty import programme
from crm_core.loyalty import tier_rules as rules
from crm_core.loyalty.tier_rules import Level
from crm_core.loyalty.types import NearTier, Programme, TierRow, TierStanding
from crm_core.team.company import company
from db.models import Activity, Membership, Tier, TierChange
from db.queries import loyalty_tiers as sql

CHUNK = 2_000
MOST_NEAR = 200
NEAR_DAYS = 60
NEAR_PERCENT = 20
LONGEST_NAME = 80
MOST_BONUS = 1_000
LARGEST = 10**12


@dataclass(frozen=True)
class NewTier:
    """A tier to be, or as it shall become: from ``threshold`` points or minor units of revenue on."""

    name: str
    threshold: int
    bonus_percent: int = 0
    benefits: str = ""


@use_case(Permission.LOYALTY_READ, read=True)
def search(work: Work) -> list[TierRow]:
    """All tiers, the lowest first."""
    return work.rows(sql.tiers(), TierRow)


@use_case(Permission.LOYALTY_MANAGE)
def add(work: Work, new: NewTier) -> int:
    """Set up a tier and return its number; members come to it with their next order, or in the night.

    Raises:
        Invalid: with a hint for each wrong field. Conflict: there is a tier of this name.
    """
    values = _checked(work, new, None)
    row = work.add(Tier(rank=-1, created_at=work.now, **values))
    work.flush()
    _rank(work)
    work.record("tier.added", row, tier=row.name)
    return row.id


@use_case(Permission.LOYALTY_MANAGE)
def change(work: Work, tier_id: int, wanted: NewTier, *, version: int | None) -> None:
    """Change a tier; who is in it stays until its end.

    Raises:
        Invalid, NotFound: as ``add``. Conflict: the name is taken, or somebody else changed the tier.
    """
    row: Tier = work.fresh(Tier, tier_id, version)
    for name, value in _checked(work, wanted, tier_id).items():
        setattr(row, name, value)
    facts = work.changes(row)
    _rank(work)
    work.record("tier.edited", row, tier=row.name, **facts)


@use_case(Permission.LOYALTY_MANAGE)
def remove(work: Work, tier_id: int) -> None:
    """Remove a tier; its members come to another one in the night.

    Raises:
        NotFound: there is no such tier.
    """
    row = work.get(Tier, tier_id)
    work.run(sql.release(tier_id))
    work.record("tier.removed", row, tier=row.name)
    work.delete(row)


@use_case(Permission.LOYALTY_READ, read=True)
def near(work: Work, *, days: int = NEAR_DAYS, percent: int = NEAR_PERCENT) -> list[NearTier]:
    """Members who are about to rise (at most ``percent`` of the threshold are missing), or to fall.

    Args:
        days: whose tier ends within so many days.
    """
    risen = work.rows(sql.near_rise(percent, MOST_NEAR), lambda **row: NearTier(**row, way="rise"))
    until = today() + timedelta(days=days)
    return risen + work.rows(sql.near_fall(until, MOST_NEAR), lambda **row: NearTier(**row, way="fall"))


def follow(work: Work, happened: Activity) -> None:
    """After points or money came in or went back: the member of the contact may reach another tier."""
    if happened.contact_id is not None and (levels := _levels(work)):
        _count(work, work.tuples(sql.standing_of(happened.contact_id)), levels, today())


def count_some(work: Work, day: date, after: int) -> int | None:
    """Count anew for some members; returns from where to go on, None when all are counted."""
    levels = _levels(work)
    rows = work.tuples(sql.standings(after, CHUNK)) if levels else []
    _count(work, rows, levels, day)
    return rows[-1].id if len(rows) == CHUNK else None


def _count(work: Work, rows: Sequence[Any], levels: list[Level], day: date) -> None:
    if not rows:
        return
    settings = programme.current(work)
    now = _qualifying(work, [row.id for row in rows], rules.period(day, settings), settings)
    ended: dict[date, list[int]] = {}
    for row in rows:
        if row.tier_until is not None and row.tier_until < day:
            ended.setdefault(row.tier_until, []).append(row.id)
    at_end: dict[int, int] = {}
    for until, members in ended.items():
        at_end |= _qualifying(work, members, rules.period(until, settings), settings)
    for row in rows:
        was = TierStanding(row.tier_id, row.tier_since, row.tier_until, row.qualifying)
        counted = now.get(row.id, 0), at_end.get(row.id, 0)
        become = rules.standing(levels, was, counted, day, settings)
        if become != was:
            _keep(work, row.id, was, become, levels)


def _keep(work: Work, member_id: int, was: TierStanding, become: TierStanding, levels: list[Level]) -> None:
    member = work.get(Membership, member_id)
    member.tier_id, member.qualifying = become.tier_id, become.qualifying
    member.tier_since, member.tier_until = become.since, become.until
    if become.tier_id == was.tier_id:
        return
    rank = {level.id: level.rank for level in levels}
    rises = rank.get(become.tier_id or 0, -1) > rank.get(was.tier_id or 0, -1)
    work.add(
        TierChange(
            membership_id=member_id, from_id=was.tier_id, to_id=become.tier_id,
            qualifying=become.qualifying, reason="rise" if rises else "fall", changed_at=work.now,
        )
    )  # fmt: skip
    name = work.get(Tier, become.tier_id).name if become.tier_id else "none"
    work.record("tier.changed", member, tier=name, way="rise" if rises else "fall")


def _qualifying(
    work: Work, members: list[int], days: tuple[date, date], settings: Programme
) -> Mapping[int, int]:
    since, until = (datetime.combine(day, time(), zone()) for day in days)
    if settings.measure == "revenue":
        return dict(map(tuple, work.tuples(sql.revenue_in(members, company().currency, since, until))))
    return dict(map(tuple, work.tuples(sql.points_in(members, since, until))))


def _levels(work: Work) -> list[Level]:
    return [Level(row.id, row.rank, row.threshold) for row in work.scalars(sql.ranked())]


def _rank(work: Work) -> None:
    """Number the tiers by their thresholds; through free numbers, because each stands once."""
    rows: list[Tier] = sorted(work.scalars(sql.ranked()), key=lambda row: (row.threshold, row.id))
    if [row.rank for row in rows] == list(range(len(rows))):
        return
    for place, row in enumerate(rows):
        row.rank = -1 - place - len(rows)
    work.flush()
    for place, row in enumerate(rows):
        row.rank = place
    work.flush()


def _checked(work: Work, new: NewTier, tier_id: int | None) -> dict[str, Any]:
    name = " ".join(new.name.split())
    wrong: dict[str, str] = {}
    if not 0 < len(name) <= LONGEST_NAME:
        wrong["name"] = f"Give a name of at most {LONGEST_NAME} characters."
    if not 0 <= new.threshold <= LARGEST:
        wrong["threshold"] = "Give a number that is not negative."
    if not 0 <= new.bonus_percent <= MOST_BONUS:
        wrong["bonus_percent"] = f"Give percent from 0 to {MOST_BONUS}."
    if wrong:
        raise Invalid("Please correct the marked fields.", fields=wrong)
    same: Tier | None = work.scalar(sql.named(fold(name)))
    if same is not None and same.id != tier_id:
        raise Conflict(f"There is a tier “{same.name}” already. Change that one, or choose another name.")
    return {
        "name": name, "name_key": fold(name), "threshold": new.threshold,
        "bonus_percent": new.bonus_percent, "benefits": new.benefits.strip(),
    }  # fmt: skip
