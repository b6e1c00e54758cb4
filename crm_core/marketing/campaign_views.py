"""A campaign as pages and programs read it."""

from collections import Counter

from crm_core.kernel.work import Work
from crm_core.marketing.campaign_rules import plan_of
from crm_core.marketing.campaign_types import CampaignDetail, Variant
from crm_core.marketing.lift import HOLDOUT
from crm_core.marketing.rendering import Message
from crm_core.marketing.templates import message_of
from db.models import Campaign, CampaignVariant, Segment, Template
from db.queries import campaigns as sql


def detail(work: Work, row: Campaign) -> CampaignDetail:
    """One campaign with its variants and where its messages stand."""
    figures: Counter[str] = Counter()
    for _, state, people, unsubscribed in work.tuples(sql.figures([row.id])):
        figures[state] += people
        figures["unsubscribed"] += unsubscribed
    segment = work.get(Segment, row.segment_id).name if row.segment_id else ""
    return CampaignDetail(
        id=row.id, version=row.version, name=row.name, channel=row.channel, state=row.state,
        segment_id=row.segment_id, segment=segment, rule=row.rule, holdout=row.holdout, goal=row.goal,
        window_days=row.window_days, plan=plan_of(row), budget=row.budget, cost=row.cost,
        cost_each=row.cost_each, currency=row.currency, scheduled_at=row.scheduled_at,
        started_at=row.started_at, finished_at=row.finished_at, variants=variants_of(work, row),
        counted=row.audience, figures=figures, is_overdue=bool(row.plan.get("is_overdue")),
        is_sent_again="again" in row.plan, is_over_budget=bool(row.plan.get("is_over_budget")),
    )  # fmt: skip


def variants_of(work: Work, row: Campaign) -> tuple[Variant, ...]:
    """What a campaign says, without the hold-out; while it is a draft, templates are read as they are now."""
    rest_id = row.plan.get("test", {}).get("rest_id")
    kept = work.scalars(sql.variants(row.id))
    found = [one for one in kept if one.name != HOLDOUT and one.id != rest_id]
    return tuple(
        Variant(one.name, one.share, one.template_id, _said(work, row, one), one.id) for one in found
    )


def _said(work: Work, row: Campaign, variant: CampaignVariant) -> Message:
    if row.state == "draft" and variant.template_id is not None:
        return message_of(work.get(Template, variant.template_id))
    return Message(variant.subject, variant.preheader, variant.body_html, variant.body_text)
