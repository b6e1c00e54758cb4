"""The worker's part of campaigns: claim, look once more, send, note what became of it.

As in the outbox, a message is ``sending`` from a committed moment before its text leaves until a committed
moment after the server's answer. Whoever dies in between leaves it so; a sweep calls it ``unclear``, and
nobody sends it again by itself. Whether one may still write to somebody is asked in the transaction that
starts.
"""

import hmac
import logging
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Any, Final
from zoneinfo import ZoneInfo

from crm_core.channels import mail_out, messages
from crm_core.channels.sending import MOST_ATTEMPTS, pause_after
from crm_core.channels.smtp import Connection, Server
from crm_core.channels.types import Outcome, OutgoingMail
from crm_core.kernel.access import SYSTEM
from crm_core.kernel.errors import CrmError, Invalid, Unavailable
from crm_core.kernel.work import Work, begin
from crm_core.marketing import consent_gate, launching, links, personal, unsubscribing
from crm_core.marketing.campaign_rules import next_opening, plan_of
from crm_core.marketing.rendering import Message, Places, render
from crm_core.settings import Settings
from crm_core.team.actors import actor_of
from crm_core.team.company import company
from db.models import Campaign, User
from db.queries import campaigns as campaign_sql
from db.queries import sending as sql

BATCH: Final = 50
HELD_FOR: Final = timedelta(minutes=5)
LATE: Final = timedelta(hours=12)
"""A scheduled campaign that begins later than this waits for a person to say that it still makes sense."""

_log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Claimed:
    """A recipient that a worker holds, with the person and the words."""

    id: int
    contact_id: int
    variant_id: int
    address: str
    message_id: str
    attempts: int
    campaign_id: int = 0
    places: Places | None = None
    created_at: datetime | None = None
    message: Message | None = None
    values: Any = None


def advance_next(worker: str, is_stopping: Callable[[], bool], settings: Settings | None = None) -> bool:
    """Begin campaigns whose time has come and send a batch of one; returns whether there was anything."""
    chosen = settings or Settings.from_environment()
    sweep()
    has_begun = begin_due()
    if not mail_out.is_set_up(chosen) or not chosen.public_url:
        return has_begun
    batch = claim(worker, chosen)
    if not batch:
        return has_begun
    try:
        with Connection(Server.of(chosen.smtp_url)) as connection:
            for position, one in enumerate(batch):
                if is_stopping() or not _send(connection, worker, one, chosen.mail_from):
                    give_back(worker, batch[position:])
                    break
    except (Unavailable, Invalid) as error:
        _log.warning("%s", error.message)
        give_back(worker, batch, error.message)
    return True


def begin_due() -> bool:
    """Begin scheduled campaigns; one that is far too late is paused and asks. Returns whether any was due."""
    with begin(SYSTEM, write=False) as work:
        due = work.scalars(campaign_sql.scheduled(work.now))
    for campaign_id in due:
        with begin(SYSTEM) as work:
            row = work.get(Campaign, campaign_id)
            sender = work.get(User, row.sender_id) if row.sender_id else None
            is_late = row.scheduled_at is None or work.now - row.scheduled_at > LATE
            if row.state != "scheduled":
                continue
            # Without a sender nobody's reach says who is meant.
            if is_late or (sender is not None and not sender.is_active):
                row.state, row.plan = "paused", {**row.plan, "is_overdue": True}
                work.record("campaign.paused", row, title=row.name)
                continue
            actor = actor_of(work, sender) if sender is not None else SYSTEM
        with begin(actor) as work:
            row = work.get(Campaign, campaign_id)
            if row.state == "scheduled":
                launching.begin_sending(work, row)
    return bool(due)


def claim(worker: str, settings: Settings, limit: int = BATCH) -> list[Claimed]:
    """Take recipients of one campaign that are due; a campaign with nobody left is done."""
    with begin(SYSTEM, write=False) as work:
        under_way = work.scalars(campaign_sql.sending())
    for campaign_id in under_way:
        with begin(SYSTEM) as work:
            row = work.scalar(sql.lock(campaign_id))
            taken = _take(work, row, worker, limit, settings) if row is not None else []
            if taken:
                return taken
            if row is not None and work.scalar(campaign_sql.is_unfinished(campaign_id)) is None:
                row.state, row.finished_at = "done", work.now
                work.record("campaign.finished", row, title=row.name)
    return []


def give_back(worker: str, batch: Sequence[Claimed], answer: str = "") -> None:
    """Let go of claimed messages that were not begun; after trouble they wait like after an attempt."""
    with begin(SYSTEM) as work:
        for one in batch:
            values: dict[str, Any] = {"next_try_at": work.now}
            if answer:
                again = work.now + pause_after(one.attempts + 1)
                values = {"next_try_at": again, "attempts": one.attempts + 1, "reason": answer[:200]}
            work.run(sql.let_go(one.id, worker, values))


def sweep() -> int:
    """Messages whose sender died at the worst moment become ``unclear``; returns how many."""
    with begin(SYSTEM, write=False) as work:
        if work.scalar(sql.stuck(work.now)) is None:
            return 0
    with begin(SYSTEM) as work:
        return work.run(sql.call_unclear(work.now))


def _take(work: Work, row: Campaign, worker: str, limit: int, settings: Settings) -> list[Claimed]:
    plan = plan_of(row)
    if plan.per_minute:
        limit = min(limit, plan.per_minute - int(work.scalar(sql.lately(row.id, work.now)) or 0))
    if limit <= 0:
        return []
    found = work.rows(sql.due(row.id, work.now, limit), Claimed)
    people = personal.values_of(work, [one.contact_id for one in found])
    awake = list(_awake(work, row, found, people))
    said = {key: Message(*texts) for key, *texts in work.tuples(sql.variants(row.id))}
    counted = links.tracked(work, row.id)
    domain = messages.sender(settings.mail_from).domain
    taken = []
    for one in awake:
        values = people.get(one.contact_id, {})
        # What nobody agreed to is not counted: neither opens nor clicks.
        is_counted = plan.needs_consent or values.get("email_opt") == "in"
        places = links.places(one.id, row.salt, settings.public_url, counted if is_counted else None)
        message_id = one.message_id or f"<{_name(one.id, row.salt)}@{domain}>"
        if work.run(sql.hold(one.id, worker, work.now, work.now + HELD_FOR, message_id)):
            taken.append(
                replace(
                    one, campaign_id=row.id, message_id=message_id, places=places,
                    message=said[one.variant_id], values=values, created_at=row.started_at or work.now,
                )
            )  # fmt: skip
    return taken


def _awake(work: Work, row: Campaign, found: Sequence[Claimed], people: dict[int, Any]) -> Iterator[Claimed]:
    """Those by whose clocks messages may leave now; the others wait until their hours begin."""
    plan, waiting = plan_of(row), defaultdict[datetime, list[int]](list)
    for one in found:
        zone = _zone(str(people.get(one.contact_id, {}).get("time_zone") or ""))
        opening = next_opening(plan, work.now, zone)
        if opening is None:
            yield one
        else:
            waiting[opening].append(one.id)
    for opening, ids in waiting.items():
        work.run(sql.wait(ids, opening))


def _zone(name: str) -> ZoneInfo:
    try:
        return ZoneInfo(name or company().time_zone)
    except (ValueError, OSError, LookupError):
        return ZoneInfo(company().time_zone)


def _name(recipient_id: int, salt: str) -> str:
    """The name of a message in its Message-ID: the same at every attempt, and none that can be guessed."""
    return hmac.new(salt.encode(), f"message:{recipient_id}".encode(), sha256).hexdigest()[:40]


def _send(connection: Connection, worker: str, one: Claimed, mail_from: str) -> bool:
    """Send one claimed message; returns whether the connection can be used for the next."""
    try:
        built = messages.message(_mail(one), mail_from)
    except (CrmError, ValueError) as error:
        _settle(worker, one, Outcome("failed", str(error)))
        return True
    with begin(SYSTEM) as work:
        why = consent_gate.reason_now(work, work.get(Campaign, one.campaign_id), one.contact_id)
        if why:
            values = {"state": "excluded", "reason": why, "next_try_at": None}
            work.run(sql.let_go(one.id, worker, values))
            return True
        if not work.run(sql.start(one.id, worker, work.now + HELD_FOR)):
            work.run(sql.let_go(one.id, worker, {"next_try_at": work.now}))
            return True  # the campaign was stopped, or somebody else has it by now
    outcome = connection.send(built)
    _settle(worker, one, outcome)
    return not outcome.is_servers


def _mail(one: Claimed) -> OutgoingMail:
    if one.message is None or one.created_at is None or one.places is None:
        raise ValueError("This message was not claimed.")
    made = render(one.message, one.values, one.places)
    headers = {
        "List-Unsubscribe": f"<{one.places.unsubscribe_url}>",
        "List-Unsubscribe-Post": unsubscribing.HEADER,
        "Precedence": "bulk",
    }
    return OutgoingMail(
        id=one.id, to_address=one.address, subject=made.subject, body_text=made.text, body_html=made.html,
        headers=headers, attachments={}, message_id=one.message_id, attempts=one.attempts,
        created_at=one.created_at,
    )  # fmt: skip


def _settle(worker: str, one: Claimed, outcome: Outcome) -> None:
    attempts = one.attempts + 1
    with begin(SYSTEM) as work:
        values: dict[str, Any] = {
            "state": outcome.state,
            "attempts": attempts,
            "reason": "",
            "next_try_at": None,
        }
        if outcome.state == "sent":
            values["sent_at"] = work.now
        else:
            values["reason"] = outcome.answer[:200]
        if outcome.state == "later":
            is_last = attempts >= MOST_ATTEMPTS
            values |= {
                "state": "failed" if is_last else "pending", "worker": "",
                "next_try_at": None if is_last else work.now + pause_after(attempts),
            }  # fmt: skip
        work.run(sql.settle(one.id, worker, values))
