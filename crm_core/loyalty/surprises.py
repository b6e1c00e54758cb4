"""Surprises: a reward for nothing, with a reason, a limit a month, and other eyes on costly ones."""

from dataclasses import asdict
from datetime import datetime, time
from typing import Any

from crm_core.activity.task_days import today, zone
from crm_core.kernel.access import Permission
from crm_core.kernel.errors import Conflict, Invalid, NotAllowed
from crm_core.kernel.values import money
from crm_core.kernel.work import Work, use_case
from crm_core.loyalty import lots, members, redeeming, reward_catalogue
from crm_core.loyalty import reward_rules as rules
from crm_core.loyalty.redeeming import RewardNotToBeHad
from crm_core.loyalty.reward_types import RedemptionRow, SurpriseLimits, Taken
from crm_core.team.company import company
from db.models import Membership, Redemption, Setting
from db.queries import rewards as sql
from db.queries import settings as setting_sql

NAME = "surprises"


class LimitReached(Conflict):
    """The giver gave enough this month."""


@use_case(Permission.LOYALTY_READ, read=True)
def limits(work: Work) -> SurpriseLimits:
    """How far a person may surprise members; what was never set takes its usual value."""
    return _limits(work)


@use_case(Permission.LOYALTY_ADJUST)
def set_limits(work: Work, wanted: SurpriseLimits) -> None:
    """Change how far a person may surprise members.

    Raises:
        Invalid: with a hint for each wrong field.
    """
    if wrong := rules.limit_problems(wanted):
        raise Invalid("Please correct the marked fields.", fields=wrong)
    row: Setting | None = work.scalar(setting_sql.by_name(NAME))
    row = row or work.add(Setting(name=NAME, value={}, updated_at=work.now))
    row.value, row.updated_at = asdict(wanted), work.now
    work.record("surprise.limits_changed", row, limits=asdict(wanted))


@use_case(Permission.LOYALTY_REDEEM)
def give(work: Work, member: str, reward_id: int, cause: str, *, reason: str) -> Taken:
    """Give a member a reward for nothing; above a worth it waits until somebody else approves it.

    Tier and limit of the reward do not count here: a surprise is a gesture.

    Raises:
        LimitReached: the giver gave enough this month. RewardNotToBeHad: none is there to be given.
        NotFound, Conflict, Invalid: as ``rewards.redeem``; no reason is said.
    """
    redeeming.require_reason(reason)
    said, allowed = redeeming.caused(cause), _limits(work)
    if work.actor.id is not None:
        work.tuples(sql.lock_giver(work.actor.id))
    reward = redeeming.lock(work, reward_id)
    found = lots.lock(work, members.resolve(work, member).id)
    if before := redeeming.repeated(work, said, (found.id, reward_id)):
        return before
    if sentence := rules.why_not_at_all(reward_catalogue.shown(work, reward_id), today()):
        raise RewardNotToBeHad(f"“{reward.name}” cannot be given now. {sentence}")
    _within(work, reward.value, allowed)
    waits = rules.needs_review(reward.value, allowed)
    row = redeeming.ask(
        work, found, reward,
        Redemption(state="waiting" if waits else "given", points=0, cause=said, reason=reason.strip()),
    )  # fmt: skip
    row.settled_at = None if waits else work.now
    work.record(
        "surprise.asked" if waits else "surprise.given", found, reward=reward.name, reason=row.reason,
        redemption_id=row.id,
    )  # fmt: skip
    return Taken(redeeming.shown(work, row.id))


@use_case(Permission.LOYALTY_ADJUST)
def approve(work: Work, redemption_id: int) -> RedemptionRow:
    """Say yes to a surprise of somebody else that waits.

    Raises:
        NotAllowed: it is one's own. NotFound, Conflict: there is none, or it waits no more.
    """
    row = _waiting(work, redemption_id)
    row.state, row.reviewer_id, row.settled_at = "given", work.actor.id, work.now
    return _settled(work, row, "surprise.approved")


@use_case(Permission.LOYALTY_ADJUST)
def refuse(work: Work, redemption_id: int, *, reason: str) -> RedemptionRow:
    """Say no to a surprise that waits; the piece returns to the stock.

    Raises:
        Invalid: no reason is said. NotAllowed, NotFound, Conflict: as ``approve``.
    """
    redeeming.require_reason(reason)
    reward = redeeming.lock(work, work.get(Redemption, redemption_id).reward_id)
    row = _waiting(work, redemption_id)
    row.reviewer_id = work.actor.id
    redeeming.put_back(work, row, reward, "refused")
    return _settled(work, row, "surprise.refused", reason=reason.strip())


@use_case(Permission.LOYALTY_READ, read=True)
def waiting(work: Work) -> list[RedemptionRow]:
    """Surprises that wait for a second pair of eyes, the latest first."""
    return work.rows(sql.redemptions(sql.chosen(None, "waiting", surprises_only=True)), RedemptionRow)


def _limits(work: Work) -> SurpriseLimits:
    row: Setting | None = work.scalar(setting_sql.by_name(NAME))
    stored: dict[str, Any] = row.value if row is not None else {}
    return SurpriseLimits(
        **{name: stored.get(name, value) for name, value in asdict(SurpriseLimits()).items()}
    )


def _within(work: Work, value: int, allowed: SurpriseLimits) -> None:
    """Refuse what goes beyond the month of the giver; the shell and the system have none."""
    if work.actor.id is None:
        return
    begin = datetime.combine(today().replace(day=1), time(), zone())
    # Counted for everybody: a giver does not see the surprises of customers that left the own reach.
    with redeeming.beyond_reach(work) as system:
        given = int(system.scalar(sql.given_since(work.actor.id, begin)) or 0)
    if given + value > allowed.monthly:
        left = money.to_decimal(max(allowed.monthly - given, 0), company().currency)
        raise LimitReached(
            f"You may give surprises worth {left} {company().currency} more this month. "
            "Choose a smaller one, or ask somebody else to give it."
        )


def _waiting(work: Work, redemption_id: int) -> Redemption:
    row = redeeming.settling(work, redemption_id)
    if row.state != "waiting":
        raise Conflict(f"This surprise is {row.state} already.")
    if row.actor_id == work.actor.id:
        raise NotAllowed("This surprise is your own: somebody else decides about it.")
    return row


def _settled(work: Work, row: Redemption, happened: str, **facts: Any) -> RedemptionRow:
    found = redeeming.shown(work, row.id)
    member = work.get(Membership, row.membership_id)
    work.record(happened, member, reward=found.reward, redemption_id=row.id, giver=found.giver, **facts)
    return found
