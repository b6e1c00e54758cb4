"""Requests that were answered, by the keys that programs gave them."""

from datetime import datetime
from typing import Any

from sqlalchemy import Delete, Executable, Update, delete, select, update

from db.models import IdempotencyKey
from db.queries import Rows
from db.upsert import insert_or_keep


def claim(user_id: int, key: str, request_digest: str, now: datetime) -> Executable:
    """Take the key for this request and return the row's id.

    Where somebody was quicker, this waits for that request, changes nothing and returns nothing.
    """
    row = {"user_id": user_id, "key": key, "request_digest": request_digest, "response": {}}
    claimed: Any = insert_or_keep(IdempotencyKey, [{**row, "created_at": now}], ("user_id", "key"))
    taken: Executable = claimed.returning(IdempotencyKey.id)
    return taken


def of_key(user_id: int, key: str) -> Rows:
    """The digest of the request that holds a key, and its answer."""
    return select(IdempotencyKey.request_digest, IdempotencyKey.response).where(
        IdempotencyKey.user_id == user_id, IdempotencyKey.key == key
    )


def answered(user_id: int, key: str, response: dict[str, Any]) -> Update:
    """Keep the answer beside its key."""
    return (
        update(IdempotencyKey)
        .where(IdempotencyKey.user_id == user_id, IdempotencyKey.key == key)
        .values(response=response)
    )


def expired(before: datetime) -> Delete:
    """Forget the keys that are older than this."""
    return delete(IdempotencyKey).where(IdempotencyKey.created_at < before)
