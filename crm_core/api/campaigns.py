"""Campaigns and templates for programs. Shares are in basis points; sending needs its own permission."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from crm_core.api.answers import Answer, listed
from crm_core.api.calls import Call
from crm_core.marketing import audiences, campaigns, templates
from crm_core.marketing.campaign_types import Audience, CampaignDetail, CampaignRow, Variant
from crm_core.marketing.rendering import Message
from crm_core.marketing.templates import TemplateDetail, TemplateRow

_SAID: Final = ("template_id", "subject", "preheader", "body_html", "body_text")


@dataclass(frozen=True)
class CampaignListed:
    """A campaign in a list; ``figures`` counts its recipients by state."""

    id: int
    name: str
    channel: str
    state: str
    scheduled_at: datetime | None
    started_at: datetime | None
    finished_at: datetime | None
    figures: Mapping[str, int]


@dataclass(frozen=True)
class CampaignShown:
    """One campaign; ``rule`` or ``segment_id`` say who is meant."""

    id: int
    version: int
    name: str
    channel: str
    state: str
    segment_id: int | None
    rule: str
    holdout: int
    goal: str
    window_days: int
    scheduled_at: datetime | None
    started_at: datetime | None
    finished_at: datetime | None
    variants: tuple[str, ...]
    figures: Mapping[str, int]


@dataclass(frozen=True)
class CampaignAudience:
    """Who would get a campaign now: how many, how many are held back, and who is left out by reason."""

    count: int
    held: int
    excluded: Mapping[str, int]


@dataclass(frozen=True)
class TemplateListed:
    """A template in a list."""

    id: int
    version: int
    name: str
    subject: str


@dataclass(frozen=True)
class TemplateShown:
    """One template; ``findings`` say what is wrong or unwise about it."""

    id: int
    version: int
    name: str
    subject: str
    preheader: str
    body_html: str
    body_text: str
    findings: tuple[str, ...]


SHAPES: Final[dict[str, tuple[type, tuple[str, ...]]]] = {
    "CampaignRow": (CampaignListed, ()),
    "Campaign": (CampaignShown, ()),
    "CampaignAudience": (CampaignAudience, ()),
    "TemplateRow": (TemplateListed, ()),
    "Template": (TemplateShown, ()),
}
EXAMPLES: Final = {
    "NewCampaign": {
        "name": "Spring sale", "rule": "country is DE", "holdout": 1000,
        "subject": 'Hello {{ first_name | or("there") }}', "body_text": "Spring is here.",
    },
    "CampaignChanges": {"holdout": 500},
    "CampaignTime": {"at": "2026-12-01T09:00:00Z"},
    "CampaignNewTime": {"at": "2026-12-01T09:00:00Z"},
    "SecondMessage": {"subject": "Did you see?", "after_days": 3},
    "NewCampaignList": {"measure": "clicked", "name": "Clicked in spring"},
    "CampaignWinner": {"variant": "B"},
    "NewTemplate": {"name": "Hello", "subject": "Hello", "body_text": "We are open on Sunday."},
    "TemplateChanges": {"subject": "Good morning"},
}  # fmt: skip


def search(call: Call) -> Answer:
    """List campaigns, the latest first; with `q` those whose name contains it."""
    return listed(call, campaigns.search(call.actor, call.query.get("q", ""), (), call.paging()), _row)


def get(call: Call) -> Answer:
    """Read one campaign."""
    return Answer(body=_shown(campaigns.get(call.actor, call.id)))


def create(call: Call) -> Answer:
    """Write the draft of a campaign by e-mail with one variant; `rule` or `segment_id` say who gets it."""
    values, said = _parted(call.values)
    variants = [_variant(said)]
    number, is_new = call.once(
        lambda work: campaigns.create(work, values, variants),
        lambda: campaigns.create(call.actor, values, variants),
    )
    answer = Answer(body=_shown(campaigns.get(call.actor, number)))
    return answer.created(f"/api/v1/campaigns/{number}", is_repeated=not is_new)


def change(call: Call) -> Answer:
    """Change a draft."""
    campaigns.change(call.actor, call.id, call.values, version=call.version)
    return get(call)


def delete(call: Call) -> Answer:
    """Delete a draft."""
    campaigns.delete(call.actor, call.id)
    return Answer(204)


def audience(call: Call) -> Answer:
    """Count who would get a campaign now, and who would not and why."""
    return Answer(body=_audience(audiences.count(call.actor, call.id)))


def send(call: Call) -> Answer:
    """Send a draft now, or `at` a time; answers who gets it."""
    at = call.values.get("at")
    when = datetime.fromisoformat(at) if at else None
    found = campaigns.send(call.actor, call.id, when, version=call.version)
    return Answer(body=_audience(found.audience))


def pause(call: Call) -> Answer:
    """Stop sending for now."""
    campaigns.pause(call.actor, call.id)
    return get(call)


def resume(call: Call) -> Answer:
    """Go on with a paused campaign."""
    campaigns.resume(call.actor, call.id)
    return get(call)


def cancel(call: Call) -> Answer:
    """Send nothing more of it; a scheduled one becomes a draft again."""
    campaigns.cancel(call.actor, call.id)
    return get(call)


def search_templates(call: Call) -> Answer:
    """List templates by name; with `q` those whose name contains it."""
    return listed(call, templates.search(call.actor, call.query.get("q", ""), call.paging()), _template_row)


def get_template(call: Call) -> Answer:
    """Read one template with what is wrong or unwise about it."""
    return Answer(body=_template(templates.get(call.actor, call.id)))


def create_template(call: Call) -> Answer:
    """Make a template for e-mail."""
    number, is_new = call.once(
        lambda work: templates.create(work, call.values), lambda: templates.create(call.actor, call.values)
    )
    answer = Answer(body=_template(templates.get(call.actor, number)))
    return answer.created(f"/api/v1/templates/{number}", is_repeated=not is_new)


def change_template(call: Call) -> Answer:
    """Change a template; campaigns that were sent keep what they said."""
    templates.change(call.actor, call.id, call.values, version=call.version)
    return get_template(call)


def archive_template(call: Call) -> Answer:
    """Put a template away."""
    templates.archive(call.actor, call.id)
    return Answer(204)


def _parted(values: Mapping[str, Any]) -> tuple[dict[str, Any], dict[str, Any]]:
    said = {name: value for name, value in values.items() if name in _SAID}
    return {name: value for name, value in values.items() if name not in _SAID}, said


def _variant(said: Mapping[str, Any]) -> Variant:
    texts = [str(said.get(name) or "") for name in _SAID[1:]]
    return Variant("A", template_id=said.get("template_id"), message=Message(*texts))


def _row(row: CampaignRow) -> CampaignListed:
    return CampaignListed(
        row.id, row.name, row.channel, row.state, row.scheduled_at, row.started_at, row.finished_at,
        dict(row.figures),
    )  # fmt: skip


def _shown(one: CampaignDetail) -> CampaignShown:
    return CampaignShown(
        one.id, one.version, one.name, one.channel, one.state, one.segment_id, one.rule, one.holdout,
        one.goal, one.window_days, one.scheduled_at, one.started_at, one.finished_at,
        tuple(variant.name for variant in one.variants), dict(one.figures),
    )  # fmt: skip


def _audience(found: Audience) -> CampaignAudience:
    return CampaignAudience(found.count, found.held, dict(found.excluded))


def _template_row(row: TemplateRow) -> TemplateListed:
    return TemplateListed(row.id, row.version, row.name, row.subject)


def _template(one: TemplateDetail) -> TemplateShown:
    said = one.message
    return TemplateShown(
        one.id, one.version, one.name, said.subject, said.preheader, said.html, said.text,
        tuple(found.sentence for found in one.findings),
    )  # fmt: skip
