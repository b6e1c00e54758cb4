"""How a reward goes out and comes back: one piece, one cause, and whose lock is taken first."""

from collections.abc import Iterator
from contextlib import contextmanager

from crm_core.kernel.errors import Conflict, Invalid, NotFound
from crm_core.kernel.work import Work
from crm_core.loyalty import members
from crm_core.loyalty.reward_types import RedemptionRow, Taken
from db.models import Membership, Redemption, Reward
from db.queries import rewards as sql

LONGEST_CAUSE = 180
LONGEST_REASON = 300


class RewardNotToBeHad(Conflict):
    """Something stands against this reward for this member now; the sentence says what."""


def lock(work: Work, reward_id: int) -> Reward:
    """A reward that nobody else gives away until the transaction ends; always before the member's lock.

    Raises:
        NotFound: there is none.
    """
    work.flush()
    found: Reward | None = work.scalar(sql.locked(reward_id))
    if found is None:
        raise NotFound("This reward does not exist. Choose one of the catalogue.")
    return found


def settling(work: Work, redemption_id: int) -> Redemption:
    """A redemption that nobody else settles until the transaction ends."""
    work.flush()
    found: Redemption | None = work.scalar(sql.locked_redemption(redemption_id))
    if found is None:
        raise NotFound("This redemption does not exist, or it is not yours to see.")
    return found


def ask(work: Work, member: Membership, reward: Reward, new: Redemption) -> Redemption:
    """Write down that a member takes one piece of a reward; the caller holds the locks of both."""
    if reward.stock is not None:
        reward.stock -= 1
    new.membership_id, new.reward_id, new.is_surprise = member.id, reward.id, new.points == 0
    new.value, new.currency, new.actor_id = reward.value, reward.currency, work.actor.id
    new.asked_at, new.facts = work.now, {}
    work.add(new)
    work.flush()
    return new


def put_back(work: Work, row: Redemption, reward: Reward, state: str) -> None:
    """The piece returns to the stock, and the redemption ends in this state."""
    if reward.stock is not None:
        reward.stock += 1
    row.state, row.settled_at = state, work.now
    work.flush()


def repeated(work: Work, cause: str, wanted: tuple[int, int]) -> Taken | None:
    """What this cause brought before, when it was the same: (membership, reward); None for nothing.

    Raises:
        Conflict: it brought something else.
    """
    first: Redemption | None = work.scalar(sql.of_cause(cause))
    if first is None:
        return None
    theirs = members.holder(work, work.get(Membership, first.membership_id))
    if (theirs.id, first.reward_id) != wanted or first.state not in sql.HELD:
        raise Conflict(f"“{cause}” brought another reward before, or one that was taken back. Use another.")
    return Taken(shown(work, first.id), is_new=False)


def shown(work: Work, redemption_id: int) -> RedemptionRow:
    """A redemption as it leaves this area."""
    work.flush()
    [row] = work.rows(sql.redemptions(sql.is_one(redemption_id)), RedemptionRow)
    return row


def caused(cause: str) -> str:
    """A cause without blanks around it.

    Raises:
        Invalid: there is none, or it is too long.
    """
    said = cause.strip()
    if not 0 < len(said) <= LONGEST_CAUSE:
        hint = f"Say what brings this, as a receipt number (at most {LONGEST_CAUSE} characters)."
        raise Invalid("Please correct the marked fields.", fields={"cause": hint})
    return said


def require_reason(reason: str) -> None:
    """Refuse an act by hand without a reason.

    Raises:
        Invalid: none is said, or it is too long.
    """
    if not 0 < len(reason.strip()) <= LONGEST_REASON:
        hint = f"Say why, in at most {LONGEST_REASON} characters: it stays with the entry."
        raise Invalid("Please correct the marked fields.", fields={"reason": hint})


@contextmanager
def beyond_reach(work: Work) -> Iterator[Work]:
    """The same transaction seeing everything, for counts that hold for everybody; and only that long."""
    reach = work.session.info["scope"]
    try:
        yield work.as_system()
        work.flush()
    finally:
        work.session.info["scope"] = reach
