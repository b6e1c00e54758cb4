"""Telling other systems: a call is a row first; a worker posts it later, signed, and tries again.

The body is signed with HMAC-SHA256 under a secret of this installation, over the time and the body, so that
the receiver can tell our calls from others' and old ones from new ones. Addresses inside the own network are
not called unless that was allowed: whoever may write a journey must not reach what only the server reaches.
"""

import hmac
import json
import logging
from collections.abc import Callable, Mapping
from datetime import timedelta
from hashlib import sha256
from http.client import HTTPConnection, HTTPException
from secrets import token_hex
from typing import Any, Final

from crm_core.channels import outside
from crm_core.channels.sending import pause_after
from crm_core.kernel.access import SYSTEM
from crm_core.kernel.work import Clock, Work, begin
from db.models import Setting, WebhookCall
from db.queries import settings
from db.queries import webhooks as sql
from db.upsert import insert_or_keep

BATCH: Final = 20
MOST_ATTEMPTS: Final = 8
HELD_FOR: Final = timedelta(minutes=5)
SECONDS: Final = 10
SECRET: Final = "webhook_secret"  # noqa: S105 - the name of a setting

_log = logging.getLogger(__name__)


def enqueue(work: Work, url: str, contact_id: int, body: Mapping[str, Any], cause: str) -> None:
    """Let another system be told; the same cause tells it once."""
    row = {
        "cause": cause, "url": url, "body": dict(body), "state": "pending", "contact_id": contact_id,
        "next_try_at": work.now, "created_at": work.now,
    }  # fmt: skip
    work.run(insert_or_keep(WebhookCall, [row], ["cause"]))


def advance_next(_worker: str, is_stopping: Callable[[], bool]) -> bool:
    """Post the calls that wait, some at most; returns whether there were any."""
    with begin(SYSTEM, write=False) as work:
        if work.scalar(sql.due(work.now, 1)) is None:
            return False
    with begin(SYSTEM) as work:
        secret = _secret(work)
        held = [(row.id, row.url, row.body, row.cause, row.attempts) for row in _hold(work)]
    for number, url, body, cause, attempts in held:
        if is_stopping():
            break  # the others are due again when their time is over
        is_sent, answer = post(url, body, cause, secret)
        with begin(SYSTEM) as work:
            _settle(work, work.get(WebhookCall, number), attempts + 1, is_sent=is_sent, answer=answer)
    return bool(held)


def post(url: str, body: Mapping[str, Any], cause: str, secret: str) -> tuple[bool, str]:
    """Post one call; returns whether it was taken, and what was answered. A redirect is a refusal."""
    content = json.dumps(dict(body), ensure_ascii=False).encode()
    connection: HTTPConnection | None = None
    try:
        connection, path = outside.connection(url, SECONDS)
        connection.request("POST", path, content, _headers(content, cause, secret))
        answer = connection.getresponse()
        is_taken = 200 <= answer.status < 300
        return is_taken, str(answer.status) if is_taken else f"{answer.status} {answer.reason}"[:300]
    except (OSError, ValueError, HTTPException) as error:
        return False, str(error)[:300]
    finally:
        if connection is not None:
            connection.close()


def signature(content: bytes, at: str, secret: str) -> str:
    """What the receiver computes too: HMAC-SHA256 of ``at.content`` in hex."""
    return hmac.new(secret.encode(), f"{at}.".encode() + content, sha256).hexdigest()


def _headers(content: bytes, cause: str, secret: str) -> dict[str, str]:
    at = str(int(Clock.now().timestamp()))
    return {
        "Content-Type": "application/json", "User-Agent": "Rapport", "X-Rapport-Cause": cause,
        "X-Rapport-Time": at, "X-Rapport-Signature": f"sha256={signature(content, at, secret)}",
    }  # fmt: skip


def _secret(work: Work) -> str:
    row: Setting | None = work.scalar(settings.by_name(SECRET))
    if row is None:
        row = work.add(Setting(name=SECRET, value={"secret": token_hex(32)}, updated_at=work.now))
        work.flush()
    return str(row.value["secret"])


def _hold(work: Work) -> list[WebhookCall]:
    rows: list[WebhookCall] = work.scalars(sql.due(work.now, BATCH))
    for row in rows:
        row.next_try_at = work.now + HELD_FOR
    return rows


def _settle(work: Work, row: WebhookCall, attempts: int, *, is_sent: bool, answer: str) -> None:
    row.attempts, row.answer = attempts, answer
    if is_sent:
        row.state, row.sent_at, row.next_try_at = "sent", work.now, None
    elif attempts >= MOST_ATTEMPTS:
        row.state, row.next_try_at = "failed", None
        _log.warning("The call %s to another system failed for good: %s", row.cause, answer)
    else:
        row.next_try_at = work.now + pause_after(attempts)
