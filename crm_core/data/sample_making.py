"""What made-up records of all areas need: a moment in the past, and names that nobody else has."""

from dataclasses import replace
from datetime import datetime
from typing import Any

from crm_core.kernel.values.text import fold
from crm_core.kernel.work import Work
from db.queries import sample as sql


def at(work: Work, moment: datetime) -> Work:
    """The same transaction at a moment of the past; what happens then has no consequences of its own."""
    return replace(work, now=moment, happened=[])


def free(work: Work, model: Any, name: str) -> str:
    """The name, or one that says where it comes from when somebody has a record of this name already."""
    return name if work.scalar(sql.named(model, fold(name))) is None else f"{name} (sample)"
