"""What the programme does by itself every day: points expire, birthdays bring points, tiers are counted."""

from collections.abc import Callable
from typing import Final

from crm_core.activity.task_days import today
from crm_core.kernel.access import SYSTEM
from crm_core.kernel.work import Work, begin
from crm_core.loyalty import earning, expiry, tiers
from db.models import Setting
from db.queries import loyalty_tiers as sql
from db.queries import settings

NAME: Final = "loyalty_night"
STEPS: Final = ("birthdays", "tiers")


def advance_next(_worker: str, is_stopping: Callable[[], bool]) -> bool:
    """Do the next part of what is due; returns whether there was anything."""
    if is_stopping():
        return False
    with begin(SYSTEM, write=False) as work:
        has_expired = bool(work.tuples(sql.due_lots(work.now, 1)))
        is_new_day = not _is_done(work)
    if has_expired:
        return expiry.expire_some(SYSTEM) > 0
    if is_new_day:
        with begin(SYSTEM) as work:
            _advance(work)
    return is_new_day


def _is_done(work: Work) -> bool:
    row: Setting | None = work.scalar(settings.by_name(NAME))
    return row is not None and row.value.get("day") == today().isoformat() and not row.value.get("step")


def _advance(work: Work) -> None:
    """One chunk of a step; where it stopped is noted in the same transaction."""
    row: Setting = work.scalar(sql.progress(NAME)) or work.add(
        Setting(name=NAME, value={}, updated_at=work.now)
    )
    day = today()
    is_new = row.value.get("day") != day.isoformat()
    step = STEPS[0] if is_new else row.value.get("step", "")
    if not step:
        return
    after = 0 if is_new else row.value.get("after", 0)
    go_on = (earning.birthdays if step == "birthdays" else tiers.count_some)(work, day, after)
    if go_on is None:
        place = STEPS.index(step) + 1
        step = STEPS[place] if place < len(STEPS) else ""
    row.value = {"day": day.isoformat(), "step": step, "after": go_on or 0}
    row.updated_at = work.now
