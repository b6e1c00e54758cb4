"""E-mails of journeys: each goes out as a message of a campaign that never ends.

So they obey the same consents, suppressions and limits, carry the same ways to unsubscribe, are counted by
the same tracking, and are delivered by the same workers.
"""

from collections.abc import Sequence
from secrets import token_hex
from typing import Any, Final

from crm_core.automation.types import Definition
from crm_core.kernel.errors import Invalid
from crm_core.kernel.values.text import fold
from crm_core.kernel.work import Work
from crm_core.marketing import template_checks
from crm_core.marketing.campaign_rules import stored
from crm_core.marketing.campaign_types import REASONS, Plan
from crm_core.marketing.consent_gate import gate_of
from crm_core.marketing.templates import message_of
from db.models import Campaign, CampaignVariant, Journey, Recipient, Template
from db.queries import campaigns as campaign_sql
from db.queries import journey_work as working
from db.queries import journeys as sql

ONGOING: Final = "is_ongoing"
"""Mark in the plan of a campaign that waits for ever for the next reader."""
_COLUMNS: Final = (
    "campaign_id", "variant_id", "contact_id", "wave", "state", "reason", "address", "next_try_at",
    "is_visited", "is_converted",
)  # fmt: skip
_OPEN: Final = ("sending", "paused")


def missing(work: Work, definition: Definition) -> dict[str, str]:
    """By place, which e-mails cannot be sent: there is no such template, or it has errors."""
    wrong = {}
    for step in definition:
        if step.do == "mail":
            row = _template(work, str(step.options.get("template", "")))
            errors = [] if row is None else template_checks.findings(message_of(row))
            worst = next((one.sentence for one in errors if one.level == "error"), "")
            if row is None:
                wrong[f"steps.{step.place}.template"] = "There is no template of this name."
            elif worst:
                wrong[f"steps.{step.place}.template"] = worst
    return wrong


def freeze(work: Work, journey: Journey, number: int, definition: Definition) -> dict[str, Any]:
    """Keep the words of all e-mails as they are now; returns by place what holds them.

    Raises:
        Invalid: a template is not there.
    """
    found: dict[str, Any] = {}
    older = [row.messages for row in work.tuples(sql.versions(journey.id))]
    known = {one["template"]: one["campaign"] for row in older for one in row.values()}
    for step in definition:
        if step.do != "mail":
            continue
        row = _template(work, str(step.options["template"]))
        if row is None:
            raise Invalid(
                "This journey needs correcting.", fields={f"steps.{step.place}.template": "It is gone."}
            )
        campaign = _campaign(work, journey, row, known, str(step.options["purpose"]))
        variant = CampaignVariant(
            campaign_id=campaign.id, name=f"v{number} step {step.place}"[:60], template_id=row.id,
            subject=row.subject, preheader=row.preheader, body_html=row.body_html, body_text=row.body_text,
        )  # fmt: skip
        work.add(variant)
        work.flush()
        found[step.place] = {"template": row.id, "campaign": campaign.id, "variant": variant.id}
    return found


def write(work: Work, message: dict[str, int], contact_ids: Sequence[int]) -> dict[int, str]:
    """Put messages to these contacts among those that wait to be sent; returns why not, empty where it went.

    Everybody who may not be written to gets a row too, so that the results of the campaign say why.
    """
    campaign = work.get(Campaign, message["campaign"])
    if campaign.state not in _OPEN:
        return dict.fromkeys(contact_ids, "the e-mails of this step were stopped")
    asked = work.tuples(working.reasons(contact_ids, gate_of(work, campaign)))
    last = {row[0]: row[1] for row in work.tuples(working.waves(campaign.id, contact_ids))}
    rows = [
        (
            campaign.id, message["variant"], row.id, last.get(row.id, -1) + 1,
            "excluded" if row.why else "pending", row.why, row.email[:254].lower(),
            None if row.why else work.now, False, False,
        )
        for row in asked
    ]  # fmt: skip
    if rows:
        work.insert(Recipient, _COLUMNS, rows)
    return {row.id: REASONS.get(row.why, row.why) for row in asked}


def _template(work: Work, name: str) -> Template | None:
    row: Template | None = work.scalar(sql.template(fold(name)))
    return row


def _campaign(
    work: Work, journey: Journey, template: Template, known: dict[int, int], purpose: str
) -> Campaign:
    if template.id in known:
        there = work.get(Campaign, known[template.id])
        there.purpose, there.state = purpose, "sending"
        there.plan = {**there.plan, "needs_consent": purpose == "marketing"}
        return there
    plan = Plan(
        needs_consent=purpose == "marketing", cap=Plan.cap if purpose == "marketing" else 0, per_minute=0
    )
    name = _free_name(work, f"{journey.name}: {template.name}"[:190])
    campaign = Campaign(
        name=name, name_key=fold(name), channel="email", purpose=purpose, state="sending",
        salt=token_hex(16), plan={**stored(plan), ONGOING: True}, started_at=work.now, created_at=work.now,
        updated_at=work.now, creator_id=work.actor.id, sender_id=work.actor.id,
    )  # fmt: skip
    work.add(campaign)
    work.flush()
    known[template.id] = campaign.id
    return campaign


def _free_name(work: Work, wanted: str) -> str:
    name, number = wanted, 1
    while work.scalar(campaign_sql.named(fold(name))) is not None:
        number += 1
        name = f"{wanted} ({number})"
    return name
