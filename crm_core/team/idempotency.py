"""Requests that are sent twice and happen once: a program names each request by a key of its own."""

from collections.abc import Callable
from datetime import timedelta

from crm_core.kernel.access import Permission
from crm_core.kernel.errors import Invalid
from crm_core.kernel.work import Work, use_case
from db.queries import idempotency as sql

KEPT_FOR = timedelta(hours=24)
LONGEST_KEY = 200


@use_case(Permission.TOKENS_USE)
def once(work: Work, key: str, request_digest: str, make: Callable[[Work], int]) -> tuple[int, bool]:
    """Make a record, unless the same person did so with this key within a day.

    The key and the record are stored in one transaction: there are both or none. Of requests that arrive
    together, one makes the record and the others wait for it.

    Args:
        key: as the program chose it, 1 to 200 characters.
        request_digest: of everything that the request said.
        make: makes the record and returns its number.

    Returns:
        The number of the record, and whether it was made by this call.

    Raises:
        Invalid: the key is none, or it was used for another request.
    """
    if not 1 <= len(key) <= LONGEST_KEY or not key.isprintable() or work.actor.id is None:
        raise Invalid(f"An Idempotency-Key has 1 to {LONGEST_KEY} printable characters.")
    user_id = work.actor.id
    work.run(sql.expired(work.now - KEPT_FOR))
    if work.scalars(sql.claim(user_id, key, request_digest, work.now)):
        made = make(work)
        work.run(sql.answered(user_id, key, {"id": made}))
        return made, True
    [(digest, response)] = work.tuples(sql.of_key(user_id, key))
    if digest != request_digest:
        raise Invalid(
            "This Idempotency-Key was used for another request. Choose a new key for a new request."
        )
    return int(response["id"]), False
