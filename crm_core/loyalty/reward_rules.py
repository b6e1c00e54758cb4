"""What can be decided about rewards without a database: who can have one, what is wrong with one."""

from datetime import date

from crm_core.loyalty.ledger_rules import LARGEST
from crm_core.loyalty.reward_types import NewReward, RewardRow, SurpriseLimits, Taker

LONGEST_NAME = 120
LONGEST_TEXT = 2_000
MOST_PIECES = 10_000_000


def why_not(reward: RewardRow, taker: Taker, today: date) -> str:
    """What stands against a member having a reward now, as a sentence; nothing when it can be had."""
    if sentence := why_not_at_all(reward, today):
        return sentence
    if reward.tier_rank is not None and (taker.rank is None or taker.rank < reward.tier_rank):
        return f"It is for members from the tier {reward.tier} on."
    if reward.limit_per_member is not None and taker.taken >= reward.limit_per_member:
        often = "once" if reward.limit_per_member == 1 else f"{reward.limit_per_member:,} times"
        return f"Each member can have it {often}, and this one had it."
    if taker.usable < reward.points:
        return f"{reward.points - taker.usable:,} points are missing."
    return ""


def why_not_at_all(reward: RewardRow, today: date) -> str:
    """What stands against anybody having a reward now; nothing when it is there to be given."""
    if not reward.is_active:
        return "It is put away."
    if reward.starts_on is not None and today < reward.starts_on:
        return f"It can be had from {reward.starts_on:%d %b %Y} on."
    if reward.ends_on is not None and today > reward.ends_on:
        return f"It could be had until {reward.ends_on:%d %b %Y}."
    if reward.stock is not None and reward.stock < 1:
        return "None is left."
    return ""


def problems(new: NewReward) -> dict[str, str]:
    """What is wrong with a reward to be: field -> hint."""
    wrong: dict[str, str] = {}
    if not 0 < len(" ".join(new.name.split())) <= LONGEST_NAME:
        wrong["name"] = f"Give a name of at most {LONGEST_NAME} characters."
    if len(new.description) > LONGEST_TEXT:
        wrong["description"] = f"Use at most {LONGEST_TEXT:,} characters."
    if not 0 < new.points <= LARGEST:
        wrong["points"] = "Give a whole number of points above zero."
    if not 0 <= new.value <= LARGEST:
        wrong["value"] = "Give an amount that is not negative."
    if new.stock is not None and not 0 <= new.stock <= MOST_PIECES:
        wrong["stock"] = f"Give a number from 0 to {MOST_PIECES:,}, or none for “without limit”."
    if new.limit_per_member is not None and not 1 <= new.limit_per_member <= MOST_PIECES:
        wrong["limit_per_member"] = "Give a number above zero, or none for “without limit”."
    if new.starts_on is not None and new.ends_on is not None and new.ends_on < new.starts_on:
        wrong["ends_on"] = "The last day lies before the first."
    return wrong


def limit_problems(wanted: SurpriseLimits) -> dict[str, str]:
    """What is wrong with limits to be: field -> hint."""
    return {
        name: "Give an amount that is not negative."
        for name in ("monthly", "review_above")
        if not 0 <= getattr(wanted, name) <= LARGEST
    }


def needs_review(value: int, limits: SurpriseLimits) -> bool:
    """Is a surprise of this worth looked at by somebody else first?"""
    return value > limits.review_above
