"""Sums of moments and days, which the two engines write differently."""

from typing import Any

from sqlalchemy import ColumnElement, String, cast, func

from db.session import current


def days_after(moment: Any, days: Any) -> ColumnElement[Any]:
    """The moment some days of 24 hours after another one, to be compared with moments only."""
    if current().is_sqlite:
        # Moments are kept as text with six decimals.
        shown = func.strftime("%Y-%m-%d %H:%M:%f", moment, cast(days, String).concat(" days"))
        return shown.concat("000")
    later: ColumnElement[Any] = moment + func.make_interval(0, 0, 0, days)
    return later
