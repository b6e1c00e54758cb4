"""Results of campaigns: counts, revenue in the window, and above all what would not have happened without."""

from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import asdict
from datetime import UTC, date, datetime, time, timedelta
from typing import Final

from crm_core.kernel.access import Permission
from crm_core.kernel.errors import Invalid, NotFound
from crm_core.kernel.paging import Page, Paging
from crm_core.kernel.values import money
from crm_core.kernel.values.dates import zone_of
from crm_core.kernel.values.text import fold
from crm_core.kernel.work import Work, use_case
from crm_core.marketing import attribution, lift
from crm_core.marketing.lift import HOLDOUT, Difference
from crm_core.marketing.result_types import Arm, CampaignReport, CreditRow, LiftRow, ResultPerson
from crm_core.marketing.significance import GOALS, Verdict, verdict
from crm_core.team.company import company
from db.models import Campaign
from db.queries import campaign_results as sql

MEASURES: Final = sql.MEASURES
TOUCHES: Final = ("clicked", "sent")
LIFTED: Final = ("visited", "converted", "revenue")
MOST_COMPARED: Final = 50
_DAY: Final = timedelta(days=1)


@use_case(Permission.CAMPAIGNS_READ, read=True)
def report(work: Work, campaign_id: int) -> CampaignReport:
    """Everything that came of a campaign so far, of the people that this person sees.

    Conversions and revenue are those of orders in the window behind the message (for imported campaigns
    what the file said); for the hold-out the window begins with the campaign.

    Raises:
        NotFound: there is no such campaign.
    """
    campaign = work.get(Campaign, campaign_id)
    return _reports(work, [campaign])[0]


@use_case(Permission.CAMPAIGNS_READ, read=True)
def compare(work: Work, limit: int = MOST_COMPARED) -> list[CampaignReport]:
    """Results of the latest campaigns that were sent or imported, the latest first."""
    return _reports(work, work.scalars(sql.campaigns(max(1, min(limit, MOST_COMPARED)))))


@use_case(Permission.CAMPAIGNS_READ, read=True)
def find(work: Work, name: str) -> int:
    """The number of the campaign with this name, else with this number.

    Raises:
        NotFound: there is none.
    """
    found = work.scalar(sql.by_name(fold(name.strip())))
    if found is None and name.isascii() and name.isdigit():
        found = work.get(Campaign, int(name)).id
    if found is None:
        raise NotFound(f"There is no campaign “{name}”. Look at the names in the list of campaigns.")
    return int(found)


@use_case(Permission.CAMPAIGNS_READ, read=True)
def people(
    work: Work, campaign_id: int, measure: str, variant: str = "", paging: Paging | None = None
) -> Page[ResultPerson]:
    """Who stands behind a number of a campaign; as many as the number says.

    Args:
        measure: one of ``MEASURES``.
        variant: the name of one; empty for all, without the hold-out (unless ``held`` is asked for).

    Raises:
        Invalid: no such measure. NotFound: no such campaign.
    """
    if measure not in MEASURES:
        hint = f"Choose one of: {', '.join(MEASURES)}."
        raise Invalid("There is no such number.", fields={"measure": hint})
    work.get(Campaign, campaign_id)
    without = "" if measure == "held" else HOLDOUT
    return work.page(sql.people(campaign_id, measure, variant, without), paging or Paging(), ResultPerson)


@use_case(Permission.CAMPAIGNS_READ, read=True)
def credit(
    work: Work,
    since: date | None = None,
    until: date | None = None,
    *,
    window_days: int = 30,
    touch: str = "clicked",
) -> list[CreditRow]:
    """What the orders of a period owe to campaigns: by first, last and linear attribution.

    Args:
        since, until: first and last day of ordering, in the company's time zone; None for no limit.
        window_days: how long before an order a message counts.
        touch: whether clicks count or every message that was ``sent``.

    Raises:
        Invalid: no such touch, or no such window.
    """
    wrong = {} if touch in TOUCHES else {"touch": f"Choose one of: {', '.join(TOUCHES)}."}
    if not 1 <= window_days <= 366:
        wrong["window_days"] = "Choose 1 to 366 days."
    if wrong:
        raise Invalid("Orders cannot be credited like this.", fields=wrong)
    period = (_begins(since), _begins(until + _DAY) if until else None)
    rows = work.tuples(sql.touches(*period, window_days, touch))
    found = attribution.credits(attribution.Touch(*row[:4]) for row in rows)
    names = {row[0]: row[1] for row in work.tuples(sql.names({one.campaign_id for one in found}))}
    return [CreditRow(campaign=names[one.campaign_id], **asdict(one)) for one in found]


def lift_of(
    arms: Sequence[Arm], currency: str, *, measures: Collection[str], is_final: bool
) -> list[LiftRow]:
    """What each variant changed against the hold-out; nothing where there is none.

    While a campaign runs, ``enough`` asks the interval that holds at every look: people look more than once.
    """
    held = next((arm for arm in arms if arm.is_holdout and arm.people), None)
    rows = []
    for arm in arms:
        for measure in LIFTED:
            if held is None or arm.is_holdout or not arm.people or measure not in measures:
                continue
            mine, theirs = arm.sample(measure), held.sample(measure)
            is_share = measure != "revenue"
            plain = (lift.difference_of_shares if is_share else lift.difference_of_means)(mine, theirs)
            always = lift.at_any_look(mine, theirs)
            asked = plain if is_final else always
            enough = lift.is_enough(asked, mine, theirs, is_share=is_share)
            unit = 1 if is_share else 10 ** money.exponent(currency)
            rows.append(
                LiftRow(
                    arm.variant, measure, theirs.mean / unit, _scaled(asked, 1 / unit),
                    _scaled(always, 1 / unit), enough,
                )
            )  # fmt: skip
    return rows


def _reports(work: Work, campaigns: Sequence[Campaign]) -> list[CampaignReport]:
    arms: dict[int, list[Arm]] = defaultdict(list)
    rests = {one.plan.get("test", {}).get("rest_id") for one in campaigns} - {None}
    for row in work.tuples(sql.by_variant([one.id for one in campaigns])):
        told = row._mapping
        counts = {name: int(told[name]) for name in MEASURES}
        arms[row.campaign_id].append(
            Arm(
                row.name,
                counts,
                int(row.revenue),
                float(row.squares),
                int(row.spenders),
                row.variant_id in rests,
            )
        )
    return [_report(work, campaign, arms[campaign.id]) for campaign in campaigns]


def _report(work: Work, campaign: Campaign, arms: Sequence[Arm]) -> CampaignReport:
    currency = campaign.currency or company().currency
    treated = [arm for arm in arms if not arm.is_holdout]
    total = _total(treated, arms)
    is_final = _is_final(campaign, work.now) and not total.counts["pending"]
    rows = lift_of(arms, currency, measures=_measured(campaign, arms), is_final=is_final)
    return CampaignReport(
        id=campaign.id,
        name=campaign.name,
        state=campaign.state,
        channel=campaign.channel,
        goal=campaign.goal,
        currency=currency,
        window_days=campaign.window_days,
        started_at=campaign.started_at,
        is_final=is_final,
        arms=tuple(arms),
        total=total,
        cost=campaign.cost + campaign.cost_each * (total.counts["sent"] + total.counts["sent_again"]),
        lift=tuple(rows),
        incremental=_incremental(treated, rows, currency),
        verdict=_verdict(campaign.goal, treated),
    )


def _total(treated: Sequence[Arm], arms: Sequence[Arm]) -> Arm:
    counts = {name: sum(arm.counts[name] for arm in treated) for name in MEASURES}
    counts["held"] = sum(arm.counts["held"] for arm in arms)
    sums = (sum(arm.revenue for arm in treated), sum(arm.squares for arm in treated))
    return Arm("", counts, *sums, sum(arm.spenders for arm in treated))


def _is_final(campaign: Campaign, now: datetime) -> bool:
    if campaign.state == "imported":
        return True
    ended = campaign.finished_at
    return ended is not None and ended + campaign.window_days * _DAY <= now


def _measured(campaign: Campaign, arms: Sequence[Arm]) -> set[str]:
    """Visits of people who got nothing are known only where somebody counted them."""
    is_known = campaign.state == "imported" or any(arm.counts["visited"] for arm in arms if arm.is_holdout)
    has_any = any(arm.counts["visited"] for arm in arms)
    return {"converted", "revenue", *(("visited",) if is_known and has_any else ())}


def _incremental(treated: Sequence[Arm], rows: Sequence[LiftRow], currency: str) -> Difference | None:
    """What the difference per person comes to over all who were treated, in minor units.

    The intervals of the variants are added up, which is a little too wide: they share one hold-out.
    """
    by_name = {arm.variant: arm.people for arm in treated}
    parts = [
        _scaled(row.found, by_name[row.variant] * 10 ** money.exponent(currency))
        for row in rows
        if row.measure == "revenue"
    ]
    if not parts:
        return None
    return Difference(
        sum(one.difference for one in parts), sum(one.low for one in parts), sum(one.high for one in parts)
    )


def _verdict(goal: str, treated: Sequence[Arm]) -> Verdict:
    chosen = goal if goal in GOALS else "converted"
    return verdict({arm.variant: arm.sample(chosen) for arm in treated if not arm.is_rest}, chosen)


def _scaled(found: Difference, factor: float) -> Difference:
    return Difference(found.difference * factor, found.low * factor, found.high * factor)


def _begins(day: date | None) -> datetime | None:
    if day is None:
        return None
    return datetime.combine(day, time.min, zone_of(company().time_zone)).astimezone(UTC)
