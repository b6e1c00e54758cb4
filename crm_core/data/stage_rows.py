"""Files of deals with a row a step: all rows of a deal tell its way, the latest one how it is now."""

from collections import defaultdict
from collections.abc import Mapping
from contextlib import closing
from datetime import datetime
from typing import Final

from crm_core.data import chunks
from crm_core.data.frames import Job
from crm_core.data.stage_steps import History, Step

ENTERED: Final = "entered_at"
"""The field that says when the deal of a row entered the stage of the row."""


def histories(job: Job) -> Mapping[str, History]:
    """The way of each deal of a file that has a row a step, by the ID of the deal; empty for other files.

    The file is read once for it, so that its rows may stand in any order.
    """
    if job.entity.kind != "deals" or ENTERED not in job.frame.mapped:
        return {}
    latest: dict[str, tuple[datetime, int]] = {}
    steps: dict[str, list[Step]] = defaultdict(list)
    rows = chunks.stream(job.path, job.layout, job.plan, job.frame, repairs=job.repairs)
    with closing(rows):
        for row in (row for chunk in rows for row in chunk if not row.is_refused and not row.is_dropped):
            at = row.facts[ENTERED]
            if at is None:
                continue
            key = row.columns["external_id"]
            latest[key] = max(latest.get(key, (at, row.number)), (at, row.number))
            steps[key] += row.facts["steps"]
    return {
        key: History(number, tuple(sorted(set(steps[key]), key=lambda step: step[1])))
        for key, (_, number) in latest.items()
    }
