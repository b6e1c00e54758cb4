"""Which messages of a campaign may leave now: by the clock of the reader, by the minute, by the domain."""

import hmac
from collections import Counter, defaultdict
from collections.abc import Collection, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Any, Final
from zoneinfo import ZoneInfo

from crm_core.channels import messages
from crm_core.kernel.access import SYSTEM
from crm_core.kernel.work import Work, begin
from crm_core.marketing import budgets, links, personal
from crm_core.marketing.campaign_channels import CHANNELS
from crm_core.marketing.campaign_rules import next_opening, plan_of
from crm_core.marketing.campaign_types import Plan
from crm_core.marketing.letters import Claimed
from crm_core.marketing.rendering import Message
from crm_core.settings import Settings
from crm_core.team.company import company
from db.models import Campaign, Recipient
from db.queries import campaigns as campaign_sql
from db.queries import sending as sql
from db.queries import sending_limits as limits

BATCH: Final = 100
WINDOW: Final = 1_000
"""Messages that are looked at where some of them must wait for those before them in the same domain."""
HELD_FOR: Final = timedelta(minutes=5)
LATE: Final = timedelta(hours=12)
"""What begins or goes on later than this waits for a person to say that it still makes sense."""


def claim(
    worker: str, settings: Settings, channels: Collection[str] = tuple(CHANNELS), limit: int = BATCH
) -> list[Claimed]:
    """Take recipients of one campaign that are due; a campaign with nobody left is done.

    Args:
        channels: those that messages can leave over now.
    """
    with begin(SYSTEM, write=False) as work:
        under_way = work.tuples(campaign_sql.sending())
    for campaign_id, channel in under_way:
        with begin(SYSTEM) as work:
            row = work.scalar(sql.lock(campaign_id))
            if row is None:
                continue
            is_open = channel in channels and not _asks_first(work, row)
            taken = _take(work, row, worker, budgets.most_for(work, row, limit), settings) if is_open else []
            if taken:
                return taken
            is_over = row.state == "sending" and not row.plan.get("is_ongoing")
            if is_over and work.scalar(campaign_sql.is_unfinished(campaign_id)) is None:
                row.state, row.finished_at = "done", work.now
                work.record("campaign.finished", row, title=row.name)
    return []


def give_back(worker: str, batch: Sequence[Claimed], answer: str = "") -> None:
    """Let go of claimed messages that were not begun: that was no attempt of theirs."""
    if not batch:
        return
    with begin(SYSTEM) as work:
        values: dict[str, Any] = {"next_try_at": work.now}
        if answer:
            values["reason"] = answer[:200]
        work.run(sql.let_go([one.id for one in batch], worker, values))


def _asks_first(work: Work, row: Campaign) -> bool:
    """A campaign that nobody worked on for long waits until a person says that it still makes sense."""
    since = work.now - LATE
    if row.started_at is None or row.started_at > since:
        return False
    is_forgotten = work.scalar(limits.forgotten(row.id, since)) is not None
    if not is_forgotten or work.scalar(limits.last_signs(row.id, since)) is not None:
        return False
    row.state, row.plan = "paused", {**row.plan, "is_overdue": True}
    work.record("campaign.paused", row, title=row.name)
    return True


def _take(work: Work, row: Campaign, worker: str, limit: int, settings: Settings) -> list[Claimed]:
    plan = plan_of(row)
    if plan.per_minute:
        left = work.scalar(limits.lately(row.id, work.now, work.now + HELD_FOR)) or 0
        limit = min(limit, plan.per_minute - int(left))
    if limit <= 0:
        return []
    is_counted = bool(plan.per_domain) and row.channel == "email"
    found = work.rows(sql.due(row.id, work.now, WINDOW if is_counted else limit), Claimed)
    found = _awake(work, plan, found)
    if is_counted:
        found = _within_domains(work, row.id, plan.per_domain, found)
    chosen = found[:limit]
    work.run(sql.hold([one.id for one in chosen], worker, work.now + HELD_FOR))
    return _filled(work, row, chosen, settings)


def _filled(work: Work, row: Campaign, chosen: Sequence[Claimed], settings: Settings) -> list[Claimed]:
    """Those who are held, with everything that their messages are made of."""
    said = {key: Message(*texts) for key, *texts in work.tuples(sql.variants(row.id))}
    people = personal.values_of(work, [one.contact_id for one in chosen], said.values())
    again = str(row.plan.get("again", {}).get("subject", ""))
    counted, plan = links.tracked(work, row.id), plan_of(row)
    domain = messages.sender(settings.mail_from).domain if settings.mail_from else "rapport.invalid"
    filled = []
    for one in chosen:
        values = people.get(one.contact_id, {})
        # What nobody agreed to is not counted: neither opens nor clicks.
        may_count = plan.needs_consent or values.get("email_opt") == "in"
        places = links.places(one.id, row.salt, settings.public_url, counted if may_count else None)
        message = said[one.variant_id]
        filled.append(
            replace(
                one, campaign_id=row.id, channel=row.channel, places=places, values=values,
                message=replace(message, subject=again) if one.wave and again else message,
                message_id=one.message_id or f"<{_name(one.id, row.salt)}@{domain}>",
                created_at=work.now,
                return_path=links.return_path(settings.mail_return, one.id, row.salt),
            )
        )  # fmt: skip
    # The rows are locked by now, so what was read of them still holds.
    fresh = [(new.id, new.message_id) for new, old in zip(filled, chosen, strict=True) if not old.message_id]
    if fresh:
        work.change_many(Recipient, ("id", "message_id"), fresh)
    return filled


def _awake(work: Work, plan: Plan, found: Sequence[Claimed]) -> list[Claimed]:
    """Those by whose clocks messages may leave now; the others wait until their hours begin."""
    if not plan.opens_at:
        return list(found)
    zones = dict(work.tuples(limits.zones([one.contact_id for one in found])))
    openings = {name: next_opening(plan, work.now, _zone(name)) for name in {*zones.values(), ""}}
    awake, waiting = [], defaultdict[datetime, list[int]](list)
    for one in found:
        opening = openings[zones.get(one.contact_id, "")]
        if opening is None:
            awake.append(one)
        else:
            waiting[opening].append(one.id)
    _wait(work, waiting)
    return awake


def _within_domains(work: Work, campaign_id: int, most: int, found: Sequence[Claimed]) -> list[Claimed]:
    """As many as every domain takes in a minute; the others wait for one of the next minutes."""
    domains = sorted({_domain(one) for one in found})
    until = work.now + HELD_FOR
    gone: Counter[str] = Counter()
    for domain, count in work.tuples(limits.lately_by_domain(domains, work.now, until)):
        gone[domain] += count
    now, late = list[Claimed](), list[Claimed]()
    for one in found:
        gone[_domain(one)] += 1
        (now if gone[_domain(one)] <= most else late).append(one)
    if late:
        full = sorted({_domain(one) for one in late})
        queue = Counter(dict(work.tuples(limits.waiting_by_domain(campaign_id, full, work.now))))
        waiting = defaultdict[datetime, list[int]](list)
        for one in late:
            minutes = 1 + queue[_domain(one)] // most
            waiting[work.now + minutes * limits.MINUTE].append(one.id)
            queue[_domain(one)] += 1
        _wait(work, waiting)
    return now


def _wait(work: Work, waiting: dict[datetime, list[int]]) -> None:
    for moment, ids in waiting.items():
        work.run(sql.wait(ids, moment))


def _domain(one: Claimed) -> str:
    return one.address.partition("@")[2]


def _zone(name: str) -> ZoneInfo:
    try:
        return ZoneInfo(name or company().time_zone)
    except (ValueError, OSError, LookupError):
        return ZoneInfo(company().time_zone)


def _name(recipient_id: int, salt: str) -> str:
    """The name of a message in its Message-ID: the same at every attempt, and none that can be guessed."""
    return hmac.new(salt.encode(), f"message:{recipient_id}".encode(), sha256).hexdigest()[:40]
