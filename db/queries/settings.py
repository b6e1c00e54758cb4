"""The settings of the company, by name."""

from typing import Any

from sqlalchemy import Select, select

from db.models import Setting


def by_name(name: str) -> Select[Any]:
    """One setting."""
    return select(Setting).where(Setting.name == name)
