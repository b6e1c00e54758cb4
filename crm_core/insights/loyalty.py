"""The programme report: who takes part, what points cost and bring, and the rows behind every number."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from types import MappingProxyType
from typing import Any, Final

from crm_core.insights.kept_answers import kept
from crm_core.insights.loyalty_types import (
    COUNT,
    MONEY,
    POINTS,
    OpenPoints,
    ProgrammeFigure,
    ProgrammeReport,
    ProgrammeRow,
    RepeatCohort,
    TierFlow,
)
from crm_core.insights.purchase_days import begin_of, local_day
from crm_core.kernel.access import Permission
from crm_core.kernel.errors import Invalid, NotFound
from crm_core.kernel.paging import Page, Paging
from crm_core.kernel.work import Work, use_case
from crm_core.loyalty import statements
from crm_core.team.company import company
from db.queries import loyalty_report as sql
from db.queries import loyalty_totals as kept_days

YEAR: Final = 12
USUAL_DAYS: Final = 365
COHORTS: Final = timedelta(days=730)
"""Repeat purchase is told of the cohorts of two years before the last day."""


@dataclass(frozen=True)
class _Asked:
    """The first moment of the time, the one after its last (both in UTC), and the currency."""

    since: datetime
    until: datetime
    currency: str


@dataclass(frozen=True)
class _Standing:
    """Number and sum of what members have, by number; points that were spent and that expired in all."""

    sums: dict[str, tuple[int, int]]
    spent: int
    expired: int


@dataclass(frozen=True)
class _Number:
    title: str
    meaning: str
    unit: str
    rows: Callable[[_Asked], Any]


_NUMBERS: Final[Mapping[str, _Number]] = MappingProxyType({
    "members": _Number("Members", "Everybody who takes part now.", COUNT, lambda _: sql.members()),
    "joined": _Number("Joined", "Members who joined in the time.", COUNT,
                      lambda asked: sql.joined(asked.since, asked.until)),
    "active": _Number("Active members", "Members who earned or spent points in the time.", COUNT,
                      lambda asked: sql.active(asked.since, asked.until)),
    "given": _Number("Points given", "Points that came in, less those that refunds took back.", POINTS,
                     lambda asked: sql.posted("given", asked.since, asked.until)),
    "spent": _Number("Points spent", "Points that were redeemed, less those that were given back.", POINTS,
                     lambda asked: sql.posted("spent", asked.since, asked.until)),
    "expired": _Number("Points expired", "Points that nobody spent in time.", POINTS,
                       lambda asked: sql.posted("expired", asked.since, asked.until)),
    "open": _Number("Open points", "Points that members hold now, waiting ones included.", POINTS,
                    lambda _: sql.open_points()),
    "rewards": _Number("Cost of rewards", "What rewards for points cost the company.", MONEY,
                       lambda asked: sql.rewards(asked.currency, asked.since, asked.until,
                                                 is_surprise=False)),
    "surprises": _Number("Cost of surprises", "What rewards given as a surprise cost the company.", MONEY,
                         lambda asked: sql.rewards(asked.currency, asked.since, asked.until,
                                                   is_surprise=True)),
    "coupons": _Number("Coupon discounts", "What coupons took off, those given back left out.", MONEY,
                       lambda asked: sql.coupons(asked.currency, asked.since, asked.until)),
    "referrals": _Number("Worth of friends brought", "What friends whose recommendation was rewarded in the "
                         "time have bought so far.", MONEY,
                         lambda asked: sql.brought(asked.currency, asked.since, asked.until)),
})  # fmt: skip
NUMBERS: Final = tuple(_NUMBERS)
POSTED: Final = ("given", "spent", "expired")


@use_case(Permission.LOYALTY_READ, read=True)
@kept()
def report(work: Work, since: date | None = None, until: date | None = None) -> ProgrammeReport:
    """The numbers of the programme, as far as this person sees its members.

    Breakage is what is expected to expire: of all points that came to their end so far, the share that
    expired. A programme younger than its points last knows too little of that.

    Args:
        since, until: first and last day; None for the year that ends today.

    Raises:
        Invalid: the time ends before it begins.
    """
    first, last = _days(work, since, until)
    asked = _asked(first, last)
    standing, posted = _standing(work, asked), _posted(work, asked)
    sums = standing.sums | posted
    figures = tuple(_figure(work, name, sums.get(name), asked) for name in NUMBERS)
    flow = tuple(TierFlow(*row) for row in work.tuples(sql.flow(asked.since, asked.until)))
    months = work.tuples(sql.repeated(company().time_zone, asked.until - COHORTS))
    cohorts = tuple(
        RepeatCohort(date(month // YEAR, month % YEAR + 1, 1), bool(is_member), customers, repeaters)
        for month, is_member, customers, repeaters in months
    )
    return ProgrammeReport(first, last, asked.currency, figures, _open_points(work, standing), flow, cohorts)


@use_case(Permission.LOYALTY_READ, read=True)
def rows(
    work: Work,
    name: str,
    since: date | None = None,
    until: date | None = None,
    paging: Paging = Paging(),  # noqa: B008 - frozen
) -> Page[ProgrammeRow]:
    """The rows that a number adds up, the latest first.

    Raises:
        NotFound: there is no such number. Invalid: the time ends before it begins.
    """
    if name not in _NUMBERS:
        raise NotFound(f"There is no number “{name[:40]}”. Choose one of: {', '.join(NUMBERS)}.")
    return work.page(_NUMBERS[name].rows(_asked(*_days(work, since, until))), paging, ProgrammeRow)


@use_case(Permission.LOYALTY_READ, read=True)
def movers(
    work: Work,
    way: tuple[str, str],
    since: date | None = None,
    until: date | None = None,
    paging: Paging = Paging(),  # noqa: B008 - frozen
) -> Page[ProgrammeRow]:
    """Who went from one tier to another in the time: (from, to), an empty name for no tier.

    Raises:
        Invalid: the time ends before it begins.
    """
    asked = _asked(*_days(work, since, until))
    return work.page(sql.movers(*way, asked.since, asked.until), paging, ProgrammeRow)


def _standing(work: Work, asked: _Asked) -> _Standing:
    [row] = work.tuples(sql.standing(asked.since, asked.until))
    members, joined, active, holders, held, spent, expired = map(int, row)
    alone = {"members": members, "joined": joined, "active": active}
    sums = {name: (count, count) for name, count in alone.items()} | {"open": (holders, held)}
    return _Standing(sums, spent, expired)


def _posted(work: Work, asked: _Asked) -> dict[str, tuple[int, int]]:
    """Number and sum of what was posted, for whoever sees everything; others are shown their own members.

    The days in UTC that lie wholly in the time are read as they are kept, what is before and after them entry
    by entry: a time begins where the company is.
    """
    if not work.actor.scope.is_everything:
        return {}
    first = asked.since.date() + timedelta(days=asked.since.time() > time())
    last = asked.until.date()
    found = dict.fromkeys(POSTED, (0, 0))
    edges = [(asked.since, asked.until)]
    if first < last:
        found |= {
            way: (entries, points) for way, entries, points in work.tuples(kept_days.posted(first, last))
        }
        edges = [(asked.since, _midnight(first)), (_midnight(last), asked.until)]
    for since, until in edges:
        for way, (entries, points) in found.items() if since < until else ():
            [(more, value)] = work.tuples(sql.summed(sql.posted(way, since, until)))
            found[way] = (entries + more, points + value)
    return found


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time(), UTC)


def _figure(work: Work, name: str, known: tuple[int, int] | None, asked: _Asked) -> ProgrammeFigure:
    number = _NUMBERS[name]
    if known is None:
        [known] = work.tuples(sql.summed(number.rows(asked)))
    count, value = known
    return ProgrammeFigure(name, number.title, number.meaning, number.unit, int(value), int(count))


def _open_points(work: Work, standing: _Standing) -> OpenPoints:
    held, spent, expired = statements.liability(work), standing.spent, standing.expired
    share = spent / (spent + expired) if spent + expired > 0 else None
    expected = held.cost if share is None else held.cost * spent // (spent + expired)
    return OpenPoints(held.points, held.cost, share, expected, expired > 0, held.months)


def _days(work: Work, since: date | None, until: date | None) -> tuple[date, date]:
    last = until or local_day(work.now)
    first = since or last - timedelta(days=USUAL_DAYS - 1)
    if last < first:
        hint = "Choose a last day that is not before the first."
        raise Invalid("The time ends before it begins.", fields={"until": hint})
    return first, last


def _asked(first: date, last: date) -> _Asked:
    since, until = begin_of(first), begin_of(last + timedelta(days=1))
    return _Asked(since.astimezone(UTC), until.astimezone(UTC), company().currency)
