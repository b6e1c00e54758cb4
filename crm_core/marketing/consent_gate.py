"""The one place that says whom one may write to; audiences and the moment of sending both ask it."""

from collections.abc import Sequence
from datetime import timedelta

from crm_core.kernel.work import Work
from crm_core.marketing.campaign_channels import CHANNELS
from crm_core.marketing.campaign_rules import plan_of
from db.models import Campaign
from db.queries import campaigns as sql
from db.queries.consent_gate import Gate


def gate_of(work: Work, campaign: Campaign, *, is_last_look: bool = False) -> Gate:
    """What is asked about everybody before a campaign.

    Args:
        is_last_look: asked right before a message leaves; how many others one gets was settled earlier.
    """
    plan = plan_of(campaign)
    return Gate(
        campaign_id=campaign.id,
        channel=CHANNELS[campaign.channel].consent,
        purpose=campaign.purpose,
        needs_consent=plan.needs_consent,
        cap=0 if is_last_look else plan.cap,
        since=work.now - timedelta(days=plan.cap_days),
    )


def reasons_now(work: Work, campaign: Campaign, contact_ids: Sequence[int]) -> dict[int, str]:
    """Of these contacts, those who may not be written to at this moment, and why."""
    gate = gate_of(work, campaign, is_last_look=True)
    found = {key: str(why) for key, why in work.tuples(sql.reasons_now(contact_ids, gate))}
    return {key: why for key in contact_ids if (why := found.get(key, "deleted"))}


def reason_against(work: Work, contact_id: int, purpose: str, channel: str = "email") -> str:
    """Why a single message outside of campaigns may not go to a contact now; empty when it may.

    Whoever did not refuse this purpose may get it; blocked addresses get nothing. The words for it stand in
    ``campaign_types.REASONS``.
    """
    gate = Gate(0, channel, purpose, needs_consent=False, cap=0, since=work.now)
    found = {key: str(why) for key, why in work.tuples(sql.reasons_now([contact_id], gate))}
    return found.get(contact_id, "deleted")
