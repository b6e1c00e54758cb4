"""Who does how much with what, from the trace that every act leaves."""

from datetime import datetime

from sqlalchemy import case, func, literal, select

from db.models import Activity, Deal, Task, User
from db.queries import Rows

AREAS = {
    "customers": ("contacts", "accounts", "contact_points", "tags"),
    "activity": ("interactions",),
    "tasks": ("tasks",),
    "selling": ("deals", "quotes"),
    "orders": ("orders", "products"),
    "marketing": ("campaigns", "segments", "templates"),
    "data": ("imports", "duplicate_pairs", "quality_runs"),
}
"""The kinds of records whose changes count as work in an area."""

OTHER = "other"


def acts(since: datetime, until: datetime) -> Rows:
    """What each person did in a period: person, area, how often, when last."""
    areas = [(Activity.subject_type.in_(kinds), literal(area)) for area, kinds in AREAS.items()]
    area = case(*areas, else_=literal(OTHER)).label("area")
    rows = select(Activity.actor_id, area, Activity.recorded_at)
    rows = rows.where(Activity.recorded_at >= since, Activity.recorded_at < until)
    each = rows.where(Activity.actor_id.is_not(None)).subquery("acts")
    by = (each.c.actor_id, each.c.area)
    return select(*by, func.count().label("acts"), func.max(each.c.recorded_at).label("last_at")).group_by(
        *by
    )


def next_steps() -> Rows:
    """Open deals of each person, and those with a task ahead: person, deals, with a step."""
    ahead = select(Task.id).where(Task.deal_id == Deal.id, Task.status == "open", Task.deleted_at.is_(None))
    has_step = case((ahead.exists(), 1), else_=0).label("has_step")
    each = select(Deal.owner_id, has_step).where(Deal.status == "open", Deal.owner_id.is_not(None)).subquery()
    sums = (func.count().label("deals"), func.sum(each.c.has_step).label("planned"))
    return select(each.c.owner_id, *sums).group_by(each.c.owner_id)


def colleagues() -> Rows:
    """Everybody who works here, or did: id, name, team, whether they may sign in."""
    return select(User.id, User.name, User.team_id, User.is_active).order_by(User.name)
