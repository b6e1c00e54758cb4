"""Messages of journeys, by e-mail or SMS: each goes out as one of a campaign that never ends.

So they obey the same consents, suppressions and limits, carry the same ways to unsubscribe, are counted by
the same tracking, and are delivered by the same workers.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from secrets import token_hex
from typing import Any, Final

from crm_core.automation.types import Definition, Step
from crm_core.kernel.errors import Invalid
from crm_core.kernel.values.text import fold
from crm_core.kernel.work import Work
from crm_core.marketing import link_checks, links
from crm_core.marketing.campaign_rules import stored
from crm_core.marketing.campaign_types import REASONS, Plan
from crm_core.marketing.consent_gate import gate_of
from crm_core.marketing.rendering import Message
from crm_core.marketing.templates import message_of
from db.models import Campaign, CampaignVariant, Journey, Recipient, Template
from db.queries import campaigns as campaign_sql
from db.queries import journey_work as working
from db.queries import journeys as sql

CHANNEL_OF: Final[Mapping[str, str]] = {"mail": "email", "sms": "sms"}
"""By what a step does, the channel that its messages go over."""
SMS_HOURS: Final = ("08:00", "20:00")
"""By the clock of the reader: a telephone at night wakes people up."""
ONGOING: Final = "is_ongoing"
"""Mark in the plan of a campaign that waits for ever for the next reader."""
_COLUMNS: Final = (
    "campaign_id", "variant_id", "contact_id", "wave", "state", "reason", "address", "next_try_at",
    "is_visited", "is_converted",
)  # fmt: skip
_OPEN: Final = ("sending", "paused")


def freeze(work: Work, journey: Journey, number: int, definition: Definition) -> dict[str, Any]:
    """Keep the words of all messages as they are now; returns by place what holds them.

    Raises:
        Invalid: a template is not there.
    """
    found: dict[str, Any] = {}
    older = [row.messages for row in work.tuples(sql.versions(journey.id))]
    known = {one["template"]: one["campaign"] for row in older for one in row.values()}
    for step in definition:
        if step.do not in CHANNEL_OF:
            continue
        key, name, said = _words_of(work, step)
        campaign = _campaign(work, journey, step, (key, name), known)
        variant = CampaignVariant(
            campaign_id=campaign.id, name=f"v{number} step {step.place}"[:60],
            template_id=key if isinstance(key, int) else None, subject=said.subject,
            preheader=said.preheader, body_html=said.html, body_text=said.text,
        )  # fmt: skip
        work.add(variant)
        work.flush()
        links.store(work, campaign.id, [said])
        link_checks.note(work, [said])
        found[step.place] = {"template": key, "campaign": campaign.id, "variant": variant.id}
    return found


def write(work: Work, message: Mapping[str, Any], contact_ids: Sequence[int]) -> dict[int, str]:
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
            "excluded" if row.why else "pending", row.why, str(row.address)[:254].lower(),
            None if row.why else work.now, False, False,
        )
        for row in asked
    ]  # fmt: skip
    if rows:
        work.insert(Recipient, _COLUMNS, rows)
    return {row.id: REASONS.get(row.why, row.why) for row in asked}


def plan_for(step: Step) -> Plan:
    """How messages of a step are sent: marketing to those who agreed, and not too often."""
    is_marketing = step.options["purpose"] == "marketing"
    plan = Plan(needs_consent=is_marketing, cap=Plan.cap if is_marketing else 0, per_minute=0)
    return replace(plan, opens_at=SMS_HOURS[0], closes_at=SMS_HOURS[1]) if step.do == "sms" else plan


def _words_of(work: Work, step: Step) -> tuple[int | str, str, Message]:
    """What a step says: the key and the name of what it is taken from, and the words."""
    if step.do == "sms":
        return f"sms {step.options['purpose']}", "SMS", Message("", text=str(step.options["text"]))
    row: Template | None = work.scalar(sql.template(fold(str(step.options["template"]))))
    if row is None:
        raise Invalid(
            "This journey needs correcting.", fields={f"steps.{step.place}.template": "It is gone."}
        )
    return row.id, row.name, message_of(row)


def _campaign(
    work: Work, journey: Journey, step: Step, source: tuple[int | str, str], known: dict[int | str, int]
) -> Campaign:
    (key, title), purpose = source, str(step.options["purpose"])
    if key in known:
        there = work.get(Campaign, known[key])
        there.purpose, there.state = purpose, "sending"
        there.plan = {**there.plan, "needs_consent": purpose == "marketing"}
        return there
    name = _free_name(work, f"{journey.name}: {title}"[:190])
    campaign = Campaign(
        name=name, name_key=fold(name), channel=CHANNEL_OF[step.do], purpose=purpose, state="sending",
        salt=token_hex(16), plan={**stored(plan_for(step)), ONGOING: True}, started_at=work.now,
        created_at=work.now, updated_at=work.now, creator_id=work.actor.id, sender_id=work.actor.id,
    )  # fmt: skip
    work.add(campaign)
    work.flush()
    known[key] = campaign.id
    return campaign


def _free_name(work: Work, wanted: str) -> str:
    name, number = wanted, 1
    while work.scalar(campaign_sql.named(fold(name))) is not None:
        number += 1
        name = f"{wanted} ({number})"
    return name
