"""Who gets a campaign: counted as often as one likes, written down once, when it is sent."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace

from crm_core.kernel.access import Permission
from crm_core.kernel.errors import Invalid
from crm_core.kernel.work import Work, use_case
from crm_core.marketing import rule_text
from crm_core.marketing.campaign_rules import REST, plan_of
from crm_core.marketing.campaign_types import Audience
from crm_core.marketing.consent_gate import gate_of
from crm_core.marketing.lift import HOLDOUT
from crm_core.people import custom_fields
from crm_core.people.rule_moment import moment
from db.models import Campaign, CampaignVariant, Segment
from db.queries import campaigns as sql
from db.queries import rules as rule_sql
from db.queries.campaigns import Arms
from db.queries.rule_comparisons import Condition
from db.rule_tree import Rule

SAMPLE = 20
_BASIS_POINTS = 100
_UNKNOWN_REST = -2
"""Stands for the variant of those who wait for a winner, until it is written down."""


@use_case(Permission.CAMPAIGNS_READ, read=True)
def count(work: Work, campaign_id: int) -> Audience:
    """How many people a campaign would reach now, how many are held back, and who is left out and why.

    Raises:
        NotFound: no such campaign. Invalid: nobody is chosen yet, or the rule cannot be read.
    """
    campaign = work.get(Campaign, campaign_id)
    variants = work.scalars(sql.variants(campaign_id))
    arms = _arms(campaign, variants)
    rows = work.tuples(sql.counted(condition(work, campaign), gate_of(work, campaign), arms))
    names = {one.id: one.name for one in variants if one.id != arms.held_id} | {arms.rest_id: REST}
    excluded: Counter[str] = Counter()
    sent: Counter[str] = Counter()
    held = 0
    for why, variant_id, people in rows:
        if why:
            excluded[why] += people
        elif variant_id == arms.held_id:
            held += people
        else:
            sent[names.get(variant_id, "A")] += people
    return Audience(sent.total(), held, dict(excluded.most_common()), dict(sent))


@use_case(Permission.CAMPAIGNS_READ, read=True)
def sample(work: Work, campaign_id: int) -> list[tuple[int, str, str]]:
    """Some of those who would get it: id, name and address.

    Raises:
        NotFound: no such campaign. Invalid: nobody is chosen yet.
    """
    campaign = work.get(Campaign, campaign_id)
    found = condition(work, campaign)
    return [tuple(row) for row in work.tuples(sql.sample(found, gate_of(work, campaign), SAMPLE))]


def build(work: Work, campaign: Campaign) -> int:
    """Write down who gets a campaign, who is held back and who is left out; returns how many rows.

    One statement decides all of it, as ``count`` said before. Called once, when sending begins.
    """
    held = next((one for one in work.scalars(sql.variants(campaign.id)) if one.name == HOLDOUT), None)
    if held is None:
        work.add(CampaignVariant(campaign_id=campaign.id, name=HOLDOUT, share=0))
        work.flush()
    arms = _arms(campaign, work.scalars(sql.variants(campaign.id)))
    if arms.rest_id:
        rest = work.add(CampaignVariant(campaign_id=campaign.id, name=REST, share=0))
        work.flush()
        arms = replace(arms, rest_id=rest.id)
        campaign.plan = {**campaign.plan, "test": {"rest_id": rest.id, "winner": ""}}
    return work.run(
        sql.fill(condition(work, campaign), gate_of(work, campaign), arms, work.now, work.actor.scope)
    )


def condition(work: Work, campaign: Campaign) -> Condition:
    """What a contact must fulfil to be in the audience.

    Raises:
        Invalid: nobody is chosen yet, or the rule cannot be read.
    """
    if campaign.segment_id is not None:
        segment = work.get(Segment, campaign.segment_id)
        if segment.is_static:
            return sql.in_segment(segment.id)
        return _ruled(work, segment.rule)
    if campaign.rule:
        return _ruled(work, campaign.rule)
    raise Invalid(
        "Nobody is chosen yet. Pick a segment, or write a rule.", fields={"segment_id": "Pick one."}
    )


def parsed(work: Work, line: str) -> Rule:
    """A rule from its line, with the fields that the admin added.

    Raises:
        Invalid: it cannot be read.
    """
    return rule_text.read(line, custom_fields.search(work))


def _ruled(work: Work, line: str) -> Condition:
    return rule_sql.condition(parsed(work, line), moment(work))


def _arms(campaign: Campaign, variants: Sequence[CampaignVariant]) -> Arms:
    held = next((one.id for one in variants if one.name == HOLDOUT), 0)
    weights = tuple((one.id, one.share) for one in variants if one.name != HOLDOUT)
    share = plan_of(campaign).test_share if len(weights) > 1 else 0
    tested = (share * _BASIS_POINTS, _UNKNOWN_REST) if share else (sql.WHOLE, 0)
    return Arms(campaign.salt, campaign.holdout, held, weights or ((-1, 1),), tested[1], tested[0])
