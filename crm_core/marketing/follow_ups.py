"""After a campaign: a second message to those who did not open the first, and lists from what people did."""

from datetime import datetime, timedelta
from typing import Final

from crm_core.kernel.access import Permission
from crm_core.kernel.errors import Conflict, Invalid
from crm_core.kernel.values.text import clean, one_line
from crm_core.kernel.work import Work, use_case
from crm_core.marketing import placeholders, segments
from crm_core.marketing.campaign_channels import CHANNELS
from crm_core.marketing.consent_gate import gate_of
from crm_core.marketing.lift import HOLDOUT
from crm_core.marketing.results import MEASURES
from crm_core.marketing.segment_types import NewSegment
from crm_core.settings import Settings
from db.models import Campaign, Segment
from db.queries import follow_ups as sql
from db.queries import segments as segment_sql

NOT_OPENED: Final = "not_opened"
USUAL_DAYS: Final = 3
MOST_DAYS: Final = 60
LONGEST_SUBJECT: Final = 500


@use_case(Permission.CAMPAIGNS_READ, read=True)
def count_again(work: Work, campaign_id: int, after_days: int = USUAL_DAYS) -> int:
    """How many would get a second message now: they got the first so many days ago and did not open it.

    Raises:
        NotFound: no such campaign. Invalid: so many days cannot be.
    """
    campaign = work.get(Campaign, campaign_id)
    gate = gate_of(work, campaign)
    return int(work.scalar(sql.count_again(gate, _before(work, after_days))) or 0)


@use_case(Permission.CAMPAIGNS_SEND)
def send_again(work: Work, campaign_id: int, subject: str, after_days: int = USUAL_DAYS) -> int:
    """Send the same message once more, under another subject, to those who did not open it.

    Returns how many get it. Nobody of the hold-out is among them, and nobody who may not be written to.

    Raises:
        NotFound: no such campaign. Invalid: the subject is empty or not allowed, or nobody would get it.
        Conflict: the campaign is not done, was no e-mail, or was sent again before.
    """
    campaign = work.get(Campaign, campaign_id)
    if campaign.channel != "email" or campaign.state != "done":
        raise Conflict(
            "Only a campaign by e-mail that is done can be sent again to those who did not open it."
        )
    if "again" in campaign.plan:
        raise Conflict("This campaign was sent a second time already. People do not want a third.")
    said = one_line(clean(subject))[:LONGEST_SUBJECT]
    if not said:
        raise Invalid("Write another subject.", fields={"subject": "The first one was not opened."})
    placeholders.check(said)
    hindrances = CHANNELS[campaign.channel].problems(Settings.from_environment())
    people = count_again(work, campaign_id, after_days)
    if not people:
        hindrances.append("Nobody is left who got it, did not open it and may be written to.")
    if hindrances:
        raise Invalid(" ".join(hindrances))
    work.run(
        sql.write_again(
            gate_of(work, campaign), _before(work, after_days), work.now, work.actor.scope
        )
    )  # fmt: skip
    campaign.plan = {**campaign.plan, "again": {"subject": said, "at": work.now.isoformat()}}
    campaign.state, campaign.finished_at, campaign.sender_id = "sending", None, work.actor.id
    work.record("campaign.sent_again", campaign, title=campaign.name, count=people)
    return people


@use_case(Permission.SEGMENTS_EDIT)
def make_list(work: Work, campaign_id: int, measure: str, variant: str = "", name: str = "") -> int:
    """A static list of the people behind a number of a campaign; returns the number of the segment.

    Args:
        measure: one of ``results.MEASURES``, or ``not_opened``.
        variant: the name of one; empty for all, without the hold-out (unless ``held`` is asked for).
        name: of the list; made from the campaign where it is empty.

    Raises:
        NotFound: no such campaign. Invalid: no such measure. Conflict: there is a segment of this name.
    """
    campaign = work.get(Campaign, campaign_id)
    if measure not in (*MEASURES, NOT_OPENED):
        raise Invalid(
            "There is no such number.", fields={"measure": f"Choose one of: {', '.join(MEASURES)}."}
        )
    shown = f"{campaign.name[:80]}: {measure.replace('_', ' ')}{f', {variant}' if variant else ''}"
    key = segments.create(work, NewSegment(name.strip() or shown[: segments.LONGEST_NAME], is_static=True))
    scope = work.actor.scope
    if measure == NOT_OPENED:
        wanted = sql.who_did_not_open(campaign_id, scope)
    else:
        without = "" if measure == "held" else HOLDOUT
        wanted = sql.who_did(campaign_id, measure, variant, without, scope)
    added = segments.enter(work, key, wanted)
    row = work.get(Segment, key)
    row.size = int(work.scalar(segment_sql.size(key)) or 0)
    work.record("segment.members_added", row, segment=row.name, count=added)
    return key


def _before(work: Work, after_days: int) -> datetime:
    if not 0 <= after_days <= MOST_DAYS:
        raise Invalid("Choose another number of days.", fields={"after_days": f"From 0 to {MOST_DAYS}."})
    return work.now - timedelta(days=after_days)
