"""Calls to other systems, by hand: one that failed is made again, one that will not go is given up."""

from crm_core.kernel.access import Permission
from crm_core.kernel.errors import Conflict
from crm_core.kernel.work import Work, use_case
from db.models import WebhookCall


@use_case(Permission.SETTINGS_MANAGE)
def retry(work: Work, call_id: int) -> None:
    """Make a call again that failed for good; the receiver sees the same cause as before.

    Raises:
        NotFound: there is none. Conflict: it did not fail.
    """
    row = work.get(WebhookCall, call_id)
    if row.state != "failed":
        raise Conflict("Only a call that failed can be made again.")
    row.state, row.attempts, row.next_try_at = "pending", 0, work.now
    work.record("webhook.tried_again", row, url=row.url)


@use_case(Permission.SETTINGS_MANAGE)
def give_up(work: Work, call_id: int) -> None:
    """Try a call no further that was refused so far.

    Raises:
        NotFound: there is none. Conflict: it was made, or given up, already.
    """
    row = work.get(WebhookCall, call_id)
    if row.state != "pending":
        raise Conflict(f"This call is “{row.state}” already.")
    row.state, row.next_try_at = "failed", None
    work.record("webhook.given_up", row, url=row.url)
