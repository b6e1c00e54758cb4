"""Rewards for members: what one can have, points against a reward in one transaction, and back again."""

from datetime import timedelta

from crm_core.activity.task_days import today
from crm_core.kernel.access import Permission
from crm_core.kernel.errors import Conflict, Invalid, NotAllowed
from crm_core.kernel.paging import Page, Paging
from crm_core.kernel.work import Work, use_case
from crm_core.loyalty import lots, members, points, redeeming, reward_catalogue
from crm_core.loyalty import reward_rules as rules
from crm_core.loyalty.lots import Posting
from crm_core.loyalty.redeeming import RewardNotToBeHad
from crm_core.loyalty.reward_types import Offer, RedemptionRow, RewardRow, Taken, Taker
from db.models import Membership, Redemption, Tier
from db.queries import rewards as sql

UNDO_FOR = timedelta(minutes=15)
STATES = ("waiting", "given", "cancelled", "refused")


@use_case(Permission.LOYALTY_READ, read=True)
def offers(work: Work, member: str) -> list[Offer]:
    """Every reward of the catalogue for a member: what can be had now, and what stands against the others.

    Args:
        member: card number, e-mail address, phone number, or number of the contact.

    Raises:
        NotFound, Conflict, Invalid: as ``members.resolve``.
    """
    found = members.resolve(work, member)
    catalogue = work.rows(sql.catalogue(), RewardRow)
    counts = dict(map(tuple, work.tuples(sql.taken_by(found.id, [row.id for row in catalogue]))))
    usable, rank, day = members.card(work, found).usable, _rank(work, found), today()
    return [
        Offer(row, rules.why_not(row, Taker(usable, rank, counts.get(row.id, 0)), day)) for row in catalogue
    ]


@use_case(Permission.LOYALTY_REDEEM)
def redeem(work: Work, member: str, reward_id: int, cause: str) -> Taken:
    """Give a member a reward for its points: stock and points go together, or nothing happens.

    Args:
        cause: what brings it, as the number of the receipt: it gives one reward.

    Raises:
        RewardNotToBeHad: with what stands against it. NotEnoughPoints: as ``points.redeem``.
        NotFound, Conflict, Invalid: as ``members.resolve``; there is no such reward, or no cause.
    """
    said = redeeming.caused(cause)
    reward = redeeming.lock(work, reward_id)
    found = lots.lock(work, members.resolve(work, member).id)
    if before := redeeming.repeated(work, said, (found.id, reward_id)):
        return before
    counts = dict(map(tuple, work.tuples(sql.taken_by(found.id, [reward_id]))))
    card = members.card(work, found)
    taker = Taker(card.usable, _rank(work, found), counts.get(reward_id, 0))
    if sentence := rules.why_not(reward_catalogue.shown(work, reward_id), taker, today()):
        raise RewardNotToBeHad(f"{card.name} cannot have “{reward.name}” now. {sentence}")
    row = redeeming.ask(
        work, found, reward, Redemption(state="given", points=reward.points, cause=said, reason="")
    )
    new = Posting(
        "redeem", -reward.points, f"reward:{row.id}", f"Reward: {reward.name}", "redemptions", row.id
    )
    row.entry_id = points.spend(work, found, reward.points, new).id
    row.settled_at = work.now
    work.record(
        "reward.redeemed", found, reward=reward.name, points=reward.points, redemption_id=row.id,
        balance=found.balance,
    )  # fmt: skip
    return Taken(redeeming.shown(work, row.id))


@use_case(Permission.LOYALTY_ADJUST)
def cancel(work: Work, redemption_id: int, *, reason: str) -> RedemptionRow:
    """Take a reward back: its points return to their lots, the piece to the stock. Again changes nothing.

    Raises:
        NotFound: there is none, or none that this person may see. Invalid: no reason is said.
        Conflict: it was never given.
    """
    work.get(Redemption, redemption_id)
    redeeming.require_reason(reason)
    return _take_back(work, redemption_id, reason.strip())


@use_case(Permission.LOYALTY_REDEEM)
def undo(work: Work, redemption_id: int) -> RedemptionRow:
    """Take back what one gave by mistake just now; later a manager cancels it.

    Raises:
        NotFound: there is none, or none that this person may see.
        NotAllowed: somebody else gave it, or it was given longer ago.
    """
    row = work.get(Redemption, redemption_id)
    if row.actor_id != work.actor.id or work.now > row.asked_at + UNDO_FOR:
        raise NotAllowed("Only what you gave in the last minutes can be undone. Ask a manager to cancel it.")
    return _take_back(work, redemption_id, "Undone")


@use_case(Permission.LOYALTY_READ, read=True)
def redemptions(
    work: Work, *, member_id: int | None = None, state: str = "", paging: Paging | None = None
) -> Page[RedemptionRow]:
    """Who had which reward, the latest first; of one member or in one state where that is said.

    Raises:
        Invalid: there is no such state.
    """
    if state and state not in STATES:
        hint = f"Choose one of: {', '.join(STATES)}."
        raise Invalid("The query needs correcting.", fields={"state": hint})
    return work.page(sql.redemptions(sql.chosen(member_id, state)), paging or Paging(), RedemptionRow)


def _rank(work: Work, member: Membership) -> int | None:
    return work.get(Tier, member.tier_id).rank if member.tier_id is not None else None


def _take_back(work: Work, redemption_id: int, reason: str) -> RedemptionRow:
    reward = redeeming.lock(work, work.get(Redemption, redemption_id).reward_id)
    row = redeeming.settling(work, redemption_id)
    if row.state == "cancelled":
        return redeeming.shown(work, row.id)
    if row.state != "given":
        raise Conflict(f"This reward is {row.state}: there is nothing to take back.")
    if row.entry_id is not None:
        points.reverse(work, row.entry_id, reason=reason)
    redeeming.put_back(work, row, reward, "cancelled")
    work.record(
        "reward.cancelled", work.get(Membership, row.membership_id), reward=reward.name, points=row.points,
        reason=reason, redemption_id=row.id,
    )  # fmt: skip
    return redeeming.shown(work, row.id)
