"""From a draft to messages that wait to be sent: the last look, what is kept for ever, and the beginning."""

from math import ceil

from crm_core.kernel.work import Work
from crm_core.marketing import audiences, channel_checks, link_checks, links
from crm_core.marketing.campaign_channels import CHANNELS
from crm_core.marketing.campaign_rules import plan_of
from crm_core.marketing.campaign_types import Review
from crm_core.marketing.campaign_views import variants_of
from crm_core.marketing.lift import HOLDOUT
from crm_core.settings import Settings
from db.models import Campaign
from db.queries import campaigns as sql


def review(work: Work, row: Campaign) -> Review:
    """Everything that one looks at before sending.

    Raises:
        Invalid: nobody is chosen yet, or the rule cannot be read.
    """
    audience = audiences.count(work, row.id)
    variants = variants_of(work, row)
    findings = {one.name: channel_checks.findings(one.message, row.channel) for one in variants}
    links_say = link_checks.report(work, [one.message for one in variants])
    cost = row.cost + row.cost_each * audience.count
    hindrances = CHANNELS[row.channel].problems(Settings.from_environment())
    if not audience.count:
        hindrances.append("Nobody would get this campaign.")
    for name, found in findings.items():
        hindrances += [f"Variant {name}: {one.sentence}" for one in found if one.level == "error"]
    if row.budget is not None and cost > row.budget:
        hindrances.append("It costs more than its budget.")
    pace = plan_of(row).per_minute
    minutes = ceil(audience.count / pace) if pace else 0
    return Review(audience, findings, tuple(hindrances), cost, minutes, links_say)


def freeze(work: Work, row: Campaign, found: Review) -> None:
    """Keep what is said and what was counted: changes of templates do not reach a campaign that was sent."""
    messages = {one.id: one.message for one in variants_of(work, row)}
    for variant in work.scalars(sql.variants(row.id)):
        if variant.name != HOLDOUT:
            said = messages[variant.id]
            variant.subject, variant.preheader = said.subject, said.preheader
            variant.body_html, variant.body_text = said.html, said.text
    links.store(work, row.id, messages.values())
    counted = found.audience
    row.audience = {"count": counted.count, "held": counted.held, "excluded": dict(counted.excluded)}


def begin_sending(work: Work, row: Campaign) -> None:
    """Write down everybody who gets it, and let the workers begin."""
    row.state, row.started_at, row.updated_at = "sending", work.now, work.now
    work.flush()
    audiences.build(work, row)
