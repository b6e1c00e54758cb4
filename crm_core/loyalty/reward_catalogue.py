"""The catalogue of rewards: what members can have for points."""

from typing import Any, Final

from crm_core.kernel.access import Permission
from crm_core.kernel.errors import Conflict, Invalid, NotFound
from crm_core.kernel.values.text import fold
from crm_core.kernel.work import Work, use_case
from crm_core.loyalty import reward_rules as rules
from crm_core.loyalty.reward_types import NewReward, RewardRow
from crm_core.team.company import company
from db.models import Product, Reward, Tier
from db.queries import rewards as sql

_FIELDS: Final = (
    "points", "value", "stock", "limit_per_member", "starts_on", "ends_on", "tier_id", "product_id",
)  # fmt: skip


@use_case(Permission.LOYALTY_READ, read=True)
def search(work: Work, *, with_archived: bool = False) -> list[RewardRow]:
    """The catalogue, the cheapest first."""
    return work.rows(sql.catalogue(with_archived=with_archived), RewardRow)


@use_case(Permission.LOYALTY_READ, read=True)
def get(work: Work, reward_id: int) -> RewardRow:
    """One reward.

    Raises:
        NotFound: there is none.
    """
    return shown(work, reward_id)


@use_case(Permission.LOYALTY_MANAGE)
def add(work: Work, new: NewReward) -> int:
    """Put a reward into the catalogue and return its number; its worth is in the company's currency.

    Raises:
        Invalid: with a hint for each wrong field. Conflict: there is a reward of this name.
    """
    values = _checked(work, new, None)
    row = work.add(Reward(is_active=True, is_sample=False, created_at=work.now, **values))
    work.record("reward.added", row, reward=row.name, points=row.points)
    return row.id


@use_case(Permission.LOYALTY_MANAGE)
def change(work: Work, reward_id: int, wanted: NewReward, *, version: int | None) -> None:
    """Change a reward; who had it before keeps it, at the points of then.

    Raises:
        NotFound, Invalid: as ``add``.
        Conflict: the name is taken, or the reward was changed or given away since ``version``.
    """
    row: Reward = work.fresh(Reward, reward_id, version)
    for name, value in _checked(work, wanted, reward_id).items():
        setattr(row, name, value)
    changed = work.changes(row)
    if changed["changes"]:
        work.record("reward.edited", row, reward=row.name, **changed)


@use_case(Permission.LOYALTY_MANAGE)
def set_active(work: Work, reward_id: int, *, is_active: bool) -> None:
    """Put a reward away, or bring it back.

    Raises:
        NotFound: there is none.
    """
    row = work.get(Reward, reward_id)
    if row.is_active != is_active:
        row.is_active, row.updated_at = is_active, work.now
        work.record("reward.restored" if is_active else "reward.archived", row, reward=row.name)


def shown(work: Work, reward_id: int) -> RewardRow:
    """A reward as it leaves this area."""
    work.flush()
    found = work.first(sql.one(reward_id), RewardRow)
    if found is None:
        raise NotFound("This reward does not exist. Choose one of the catalogue.")
    return found


def _checked(work: Work, new: NewReward, reward_id: int | None) -> dict[str, Any]:
    wrong = rules.problems(new)
    for name, model, key in (("tier_id", Tier, new.tier_id), ("product_id", Product, new.product_id)):
        if key is not None and work.session.get(model, key) is None:
            wrong[name] = "This is there no more. Choose another one."
    if wrong:
        raise Invalid("Please correct the marked fields.", fields=wrong)
    name = " ".join(new.name.split())
    same: Reward | None = work.scalar(sql.named(fold(name)))
    if same is not None and same.id != reward_id:
        away = "" if same.is_active else " (it was put away; bring it back instead)"
        raise Conflict(f"There is a reward “{same.name}” already{away}. Choose another name.")
    values = {field: getattr(new, field) for field in _FIELDS}
    return {
        **values, "name": name, "name_key": fold(name), "description": new.description.strip(),
        "currency": company().currency, "updated_at": work.now,
    }  # fmt: skip
