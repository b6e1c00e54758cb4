"""Tests of variants on a share of the audience, and the winner for the rest of it."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from crm_core.kernel.access import SYSTEM, Permission
from crm_core.kernel.errors import Conflict, Invalid
from crm_core.kernel.work import Work, begin, use_case
from crm_core.marketing import results
from crm_core.marketing.campaign_rules import plan_of
from crm_core.marketing.campaign_views import variants_of
from crm_core.marketing.significance import Verdict
from db.models import Campaign, CampaignVariant
from db.queries import ab_tests as sql
from db.queries import sending as sending_sql


@dataclass(frozen=True)
class Standing:
    """Where a test stands: messages of it, those that still are to leave, and people who wait.

    ``winner`` is the variant that the rest got, empty until it is sent; ``decides_at`` when the leader goes
    out by itself, None where nobody asked for that or the test is still leaving.
    """

    tested: int
    leaving: int
    waiting: int
    winner: str
    decides_at: datetime | None
    verdict: Verdict


@use_case(Permission.CAMPAIGNS_READ, read=True)
def standing(work: Work, campaign_id: int) -> Standing | None:
    """The test of a campaign; None where it has none.

    Raises:
        NotFound: no such campaign.
    """
    row = work.get(Campaign, campaign_id)
    test = row.plan.get("test")
    if test is None:
        return None
    tested, leaving, waiting, last = work.tuples(sql.standing(campaign_id, test["rest_id"]))[0]
    hours = plan_of(row).decide_after
    asked = bool(hours and last and not leaving and not test["winner"])
    decides_at = last + timedelta(hours=hours) if asked else None
    verdict = results.report(work, campaign_id).verdict
    return Standing(tested, leaving, waiting, test["winner"], decides_at, verdict)


@use_case(Permission.CAMPAIGNS_SEND)
def send_winner(work: Work, campaign_id: int, variant: str) -> int:
    """Send a variant to everybody who waited for the end of the test; returns to how many people.

    Whether they still may be written to is asked again when their message leaves.

    Raises:
        NotFound: no such campaign. Invalid: it has no such variant.
        Conflict: it has no test, the winner went out already, or it is not under way.
    """
    row = work.get(Campaign, campaign_id)
    test = row.plan.get("test")
    if test is None or row.state not in ("sending", "paused"):
        raise Conflict(f"Nobody waits for a winner of “{row.name}”.")
    if test["winner"]:
        raise Conflict(f"The rest got “{test['winner']}” already.")
    said = next((one.message for one in variants_of(work, row) if one.name == variant), None)
    if said is None:
        raise Invalid("There is no such variant.", fields={"variant": "Choose one of the test."})
    rest = work.get(CampaignVariant, test["rest_id"])
    rest.subject, rest.preheader = said.subject, said.preheader
    rest.body_html, rest.body_text = said.html, said.text
    row.plan = {**row.plan, "test": {**test, "winner": variant}}
    # The audience was decided when it was sent, whoever chooses the winner now.
    people = work.as_system().run(sql.release(rest.id, work.now))
    work.record("campaign.winner_sent", row, title=row.name, variant=variant, count=people)
    return people


def decide_due() -> bool:
    """Send the leaders of tests whose hours are over, where somebody asked for it; returns whether any."""
    with begin(SYSTEM, write=False) as work:
        found = [row.id for row in work.scalars(sql.under_way()) if _may_be_due(row, work.now)]
    has_sent = False
    for campaign_id in found:
        now = standing(SYSTEM, campaign_id)
        if now is None or now.decides_at is None or not now.verdict.leader:
            continue
        with begin(SYSTEM) as work:
            row = work.scalar(sending_sql.lock(campaign_id))
            if row is not None and not row.plan["test"]["winner"] and now.decides_at <= work.now:
                send_winner(work, campaign_id, now.verdict.leader)
                has_sent = True
    return has_sent


def _may_be_due(row: Campaign, now: datetime) -> bool:
    hours, test = plan_of(row).decide_after, row.plan.get("test")
    is_open = test is not None and not test["winner"]
    return bool(is_open and hours and row.started_at and row.started_at + timedelta(hours=hours) <= now)
