"""How the queues stand: what waits, what is in work, what failed, and when something went well last."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import and_, case, func, or_, select

from db.base import Base
from db.models import (
    Campaign,
    CampaignEvent,
    Copy,
    DuplicateRun,
    Import,
    Journey,
    JourneyRun,
    JourneyStep,
    Mail,
    QualityRun,
    Recipient,
    WebhookCall,
)
from db.queries import Rows

WAITING, WORKING, FAILED = "waiting", "working", "failed"


@dataclass(frozen=True)
class Queue:
    """Rows with a state: which states mean what, since when they wait, and when they ended."""

    model: type[Base]
    waiting: tuple[str, ...]
    working: tuple[str, ...]
    failed: tuple[str, ...]
    since: str
    ended: str
    done: str = "done"
    about: str = "id"
    reason: str = "message"


QUEUES = {
    "imports": Queue(
        Import, ("queued",), ("checking", "running", "undoing"), ("failed",), "created_at", "finished_at",
        about="file_name",
    ),
    "copies": Queue(
        Copy, ("queued",), ("running",), ("failed",), "asked_at", "finished_at", about="act",
    ),
    "duplicates": Queue(
        DuplicateRun, ("queued",), ("running",), ("failed",), "asked_at", "finished_at", about="record",
    ),
    "quality": Queue(
        QualityRun, ("queued",), ("running",), ("failed",), "asked_at", "finished_at", about="record",
    ),
    "mail": Queue(
        Mail, ("pending",), ("sending",), ("failed", "unclear"), "created_at", "sent_at", "sent",
        about="subject", reason="answer",
    ),
    "campaigns": Queue(
        Recipient, ("pending",), ("sending",), ("failed", "unclear"), "next_try_at", "sent_at", "sent",
        about="address", reason="reason",
    ),
    "journeys": Queue(
        JourneyRun, ("waiting",), ("running",), ("failed",), "created_at", "ended_at",
        about="journey_id", reason="reason",
    ),
    "webhooks": Queue(
        WebhookCall, ("pending",), (), ("failed",), "created_at", "sent_at", "sent",
        about="url", reason="answer",
    ),
}  # fmt: skip
"""Every queue by its name."""


def standing(name: str, since: datetime) -> Rows:
    """How many rows of a queue wait, are in work, or failed since then, and the oldest that waits."""
    queue = QUEUES[name]
    state, at = _column(queue, "state"), _column(queue, queue.since)
    kind = case(
        (state.in_(queue.waiting), WAITING), (state.in_(queue.working or ("",)), WORKING), else_=FAILED
    )
    open_now = state.in_((*queue.waiting, *queue.working))
    lately = and_(state.in_(queue.failed), _failed_at(name, queue) >= since)
    return (
        select(
            kind.label("kind"), func.count().label("count"), func.min(at, type_=at.type).label("oldest_at")
        )
        .where(or_(open_now, lately), *_within(name, since))
        .group_by(kind)
    )


def last_success(name: str) -> Rows:
    """When something of a queue came to a good end last."""
    queue = QUEUES[name]
    if name == "journeys":
        return select(JourneyStep.happened_at).order_by(JourneyStep.id.desc()).limit(1)
    if name == "campaigns":
        return select(func.max(Recipient.sent_at, type_=Recipient.sent_at.type))
    ended = _column(queue, queue.ended)
    done = select(ended).where(_column(queue, "state") == queue.done, ended.is_not(None))
    return done.order_by(_column(queue, "id").desc()).limit(1)


def overdue(now: datetime) -> Rows:
    """How many runs of journeys are due for their next step, and since when."""
    is_due = (JourneyRun.state == "running", or_(JourneyRun.due_at.is_(None), JourneyRun.due_at <= now))
    oldest = func.min(JourneyRun.due_at, type_=JourneyRun.due_at.type)
    return select(func.count().label("count"), oldest.label("oldest_at")).where(
        *is_due, JourneyRun.journey_id.in_(_live())
    )


def failures(name: str, since: datetime, limit: int) -> Rows:
    """What failed in a queue since then, the latest first: id, instant, what it was, why."""
    queue = QUEUES[name]
    at = _failed_at(name, queue)
    about: Any = _column(queue, queue.about)
    found = select(
        _column(queue, "id").label("id"), at.label("at"), about.label("about"),
        _column(queue, queue.reason).label("reason"), _column(queue, "state").label("state"),
    )  # fmt: skip
    if name == "journeys":
        found = select(
            JourneyRun.id, at.label("at"), Journey.name.label("about"), JourneyRun.reason, JourneyRun.state
        ).join(Journey, Journey.id == JourneyRun.journey_id)
    chosen = found.where(_column(queue, "state").in_(queue.failed), at >= since, *_within(name, since))
    return chosen.order_by(_column(queue, "id").desc()).limit(limit)


def trying_again(limit: int) -> Rows:
    """Calls to other systems that were refused and are tried again: the shape of ``failures``."""
    columns = (WebhookCall.id, WebhookCall.created_at.label("at"), WebhookCall.url.label("about"))
    return (
        select(*columns, WebhookCall.answer.label("reason"), WebhookCall.state)
        .where(WebhookCall.state == "pending", WebhookCall.attempts > 0)
        .order_by(WebhookCall.id.desc())
        .limit(limit)
    )


def mails_since(since: datetime) -> Rows:
    """Single mails by state, of those written since then."""
    return select(Mail.state, func.count()).where(Mail.created_at >= since).group_by(Mail.state)


def messages_since(since: datetime) -> Rows:
    """Messages of campaigns that went out since then: how many, and how many of them came back."""
    by_mail = select(Campaign.id).where(Campaign.channel == "email", Campaign.state != "imported")
    return select(func.count(Recipient.id), func.count(Recipient.bounced_at)).where(
        Recipient.sent_at >= since, Recipient.campaign_id.in_(by_mail)
    )


def troubles_since(since: datetime) -> Rows:
    """Messages of campaigns that wait after an attempt, or failed: by state."""
    return (
        select(Recipient.state, func.count())
        .where(
            Recipient.campaign_id.in_(_campaigns_since(since)),
            Recipient.attempts > 0,
            Recipient.state.in_(("pending", "failed", "unclear")),
        )
        .group_by(Recipient.state)
    )


def deferred() -> Rows:
    """How many single mails wait after an attempt."""
    return select(func.count()).where(Mail.state == "pending", Mail.attempts > 0)


def complaints_since(since: datetime) -> Rows:
    """How many people called a message unwanted since then."""
    chosen = (CampaignEvent.kind == "complaint", CampaignEvent.happened_at >= since)
    return select(func.count()).where(*chosen)


def last_answer() -> Rows:
    """What the mail server said last to somebody's disadvantage, and about which state."""
    chosen = (Mail.answer != "", Mail.state != "sent")
    return select(Mail.answer).where(*chosen).order_by(Mail.id.desc()).limit(1)


def _column(queue: Queue, name: str) -> Any:
    return getattr(queue.model, name)


def _failed_at(name: str, queue: Queue) -> Any:
    """The nearest that is known of when it failed."""
    if name == "campaigns":
        return func.coalesce(Recipient.sent_at, Campaign.started_at, type_=Campaign.started_at.type)
    if name in ("mail", "webhooks"):
        return _column(queue, queue.since)
    ended, since = _column(queue, queue.ended), _column(queue, queue.since)
    return func.coalesce(ended, since, type_=since.type)


def _within(name: str, since: datetime) -> tuple[Any, ...]:
    """Campaigns and journeys that are still of interest: the rows of all others are many and at rest."""
    if name == "campaigns":
        return (Recipient.campaign_id == Campaign.id, Recipient.campaign_id.in_(_campaigns_since(since)))
    if name == "journeys":
        return (JourneyRun.journey_id.in_(_live()),)
    return ()


def _campaigns_since(since: datetime) -> Rows:
    is_open = Campaign.state.in_(("sending", "paused"))
    return select(Campaign.id).where(or_(is_open, Campaign.started_at >= since))


def _live() -> Rows:
    return select(Journey.id).where(Journey.state.in_(("live", "paused")))
