"""What the sample company has to do, stored beside its contacts."""

from collections.abc import Sequence
from typing import Any

from crm_core.activity.task_days import zone
from crm_core.kernel.work import Work
from db.models import Task
from db.seed import tasks as seed

COLUMNS = (
    "id", "kind", "title", "notes", "priority", "status", "due_on", "starts_at", "duration_minutes",
    "outcome", "done_at", "owner_id", "contact_id", "account_id", "repeats", "repeat_every", "is_sample",
    "version", "created_at", "updated_at",
)  # fmt: skip


def add(work: Work, people: Sequence[dict[str, Any]]) -> int:
    """Plan something with some of these made-up contacts (with their ids and owners); returns how much."""
    plans = list(seed.plans(people, work.now, zone()))
    rows = []
    for key, plan in zip(work.reserve(Task, len(plans)), plans, strict=True):
        person = people[plan.contact]
        made = {"id": key, "notes": "", "repeats": "", "repeat_every": 1, "is_sample": True, "version": 1}
        made |= {
            "owner_id": person["owner_id"],
            "contact_id": person["id"],
            "account_id": person["account_id"],
        }
        made |= {"created_at": work.now, "updated_at": work.now}
        rows.append([made[name] if name in made else getattr(plan, name) for name in COLUMNS])
    work.insert(Task, COLUMNS, rows)
    return len(rows)
