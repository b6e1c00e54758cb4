"""Segments, templates and campaigns of the sample company. Nothing of it is ever sent."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from crm_core.data.sample_making import at, free
from crm_core.kernel.values.text import fold
from crm_core.kernel.work import Work
from crm_core.marketing import campaigns, links, segment_sizes, segments, templates
from crm_core.marketing.campaign_types import Variant
from crm_core.marketing.lift import HOLDOUT
from crm_core.marketing.rendering import Message
from crm_core.marketing.segment_types import NewSegment
from crm_core.team.company import company
from db.models import Campaign, CampaignEvent, CampaignVariant, Recipient, Segment, SegmentDay, Template
from db.queries import campaign_conversions
from db.seed import mailing
from db.seed.mailing import Letter

SHOWN_DAYS = 45
DRAFT = "Spring catalogue"
_ACTS = (("open", "opened_at"), ("click", "clicked_at"), ("unsubscribe", "unsubscribed_at"))
_RECIPIENT = (
    "id", "campaign_id", "variant_id", "wave", "state", "reason", "address", "message_id", "attempts",
    "worker", "contact_id", "account_id", "actor_id", "sent_at", "opened_at", "clicked_at", "unsubscribed_at",
    "is_visited", "visited_at", "is_converted", "revenue",
)  # fmt: skip
_EVENT = (
    "recipient_id", "contact_id", "account_id", "kind", "is_machine", "link_id", "cause", "happened_at",
    "facts",
)  # fmt: skip


def add(work: Work, people: Sequence[dict[str, Any]], letters: Sequence[Letter]) -> None:
    """Store what reaches the made-up people (each with its ``id``); their orders are there already."""
    chosen = [_segment(work, *one) for one in mailing.SEGMENTS]
    written = [_template(work, *one) for one in mailing.TEMPLATES]
    _finished(work, people, letters)
    values = {"name": free(work, Campaign, DRAFT), "segment_id": chosen[0], "holdout": 1000}
    draft_id = campaigns.create(
        at(work, work.now - timedelta(days=2)), values, [Variant("A", template_id=written[0])]
    )
    work.get(Campaign, draft_id).is_sample = True


def _segment(work: Work, name: str, description: str, rule: str, portrait: dict[str, str]) -> int:
    """A segment with the sizes that it would have had; they grow towards that of today."""
    then = at(work, work.now - timedelta(days=SHOWN_DAYS))
    new = NewSegment(free(work, Segment, name), rule, description, portrait=portrait)
    key = segments.create(then, new)
    row = work.get(Segment, key)
    row.is_sample = True
    # Most came in before the days that are shown, so that today tells only of today.
    segment_sizes.refresh(at(work, work.now - segments.SHOWN_DAYS - timedelta(days=1)), key)
    size = segment_sizes.refresh(at(work, work.now), key)
    today, before, days = work.now.date(), 0, []
    for ago in range(SHOWN_DAYS, 0, -1):
        now = round(size * (1 - 0.3 * ago / SHOWN_DAYS))
        entered = max(0, now - before) if before else 0
        days.append((key, today - timedelta(days=ago), now, entered, max(0, before - now)))
        before = now
    work.insert(SegmentDay, ("segment_id", "counted_on", "size", "entered", "left"), days)
    return key


def _template(work: Work, name: str, subject: str, lines: Sequence[str]) -> int:
    values = {"name": free(work, Template, name), "subject": subject, "body_html": _html(lines)}
    key = templates.create(at(work, work.now - timedelta(days=60)), values)
    work.get(Template, key).is_sample = True
    return key


def _html(lines: Sequence[str]) -> str:
    paragraphs = ('Dear {{ first_name | or("customer") }},', *lines, "{{ our_company }}")
    return "".join(f"<p>{line}</p>" for line in paragraphs)


def _finished(work: Work, people: Sequence[dict[str, Any]], letters: Sequence[Letter]) -> None:
    """A campaign that is over: two variants, a hold-out, and what people bought in the window behind it."""
    began = mailing.began(work.now)
    name, written_at = free(work, Campaign, mailing.NAME), began - timedelta(days=3)
    states = [one.state for one in letters]
    row = work.add(Campaign(
        name=name, name_key=fold(name), channel="email", state="done",
        rule="email is_filled", holdout=round(mailing.HELD * 10_000),
        salt="sample", goal="converted", window_days=mailing.WINDOW_DAYS, plan={}, cost=12_000, cost_each=2,
        audience={"count": states.count("sent"), "held": states.count("held"),
                  "excluded": {"opted_out": states.count("excluded")}},
        currency=company().currency, started_at=began, finished_at=began + timedelta(hours=1),
        creator_id=work.actor.id, sender_id=work.actor.id, created_at=written_at, updated_at=began,
        is_sample=True,
    ))  # fmt: skip
    work.flush()
    _, subject, lines = mailing.TEMPLATES[0]
    said = {"A": Message(subject, html=_letter(lines)), "B": Message("Standing desks", html=_letter(lines))}
    variants = {key: _variant(work, row.id, key, said.get(key)) for key in (*said, HOLDOUT)}
    links.store(work, row.id, said.values())
    _recipients(work, (row.id, variants), people, letters)
    for found, first, revenue in work.tuples(campaign_conversions.of_campaign(row.id)):
        found.is_converted, found.converted_at, found.revenue = first is not None, first, revenue


def _letter(lines: Sequence[str]) -> str:
    return f'{_html(lines)}<p><a href="{mailing.LINK}">See the offer</a></p>'


def _variant(work: Work, campaign_id: int, name: str, said: Message | None) -> int:
    words = {"subject": said.subject, "body_html": said.html} if said else {}
    row = work.add(CampaignVariant(campaign_id=campaign_id, name=name, share=int(said is not None), **words))
    work.flush()
    return row.id


def _recipients(
    work: Work,
    of: tuple[int, dict[str, int]],
    people: Sequence[dict[str, Any]],
    letters: Sequence[Letter],
) -> None:
    campaign_id, variants = of
    rows: list[tuple[Any, ...]] = []
    events: list[tuple[Any, ...]] = []
    link_id = links.tracked(work, campaign_id).links.get(mailing.LINK)
    for key, one in zip(work.reserve(Recipient, len(letters)), letters, strict=True):
        person = people[one.contact]
        about = (person["id"], person["account_id"])
        reason = "opted_out" if one.state == "excluded" else ""
        rows.append((
            key, campaign_id, variants[one.variant or HOLDOUT], 0, one.state, reason, person["email"], "",
            int(one.state == "sent"), "", *about, work.actor.id, one.sent_at, one.opened_at, one.clicked_at,
            one.unsubscribed_at, one.clicked_at is not None, one.clicked_at, False, 0,
        ))  # fmt: skip
        for kind, name in _ACTS:
            if (moment := getattr(one, name)) is not None:
                cause = f"sample:{key}:{kind}"
                link = link_id if kind == "click" else None
                events.append((key, *about, kind, False, link, cause, moment, {}))
    work.insert(Recipient, _RECIPIENT, rows)
    work.insert(CampaignEvent, _EVENT, events)
