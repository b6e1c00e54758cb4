"""Days of buying as models and reports take them: which currency, which days, counted how."""

from datetime import date, timedelta
from typing import Any

from crm_core.kernel.errors import Invalid
from crm_core.people.buying_classes import begin_of, currency, last_day, local_day
from crm_core.team.company import company
from db.queries import customer_value as sql

__all__ = ["begin_of", "bought", "currency", "day_of", "last_day", "local_day", "number"]

_EPOCH = date(1970, 1, 1)


def number(day: date) -> int:
    """Days since 1970-01-01, as statements count them."""
    return (day - _EPOCH).days


def day_of(number: int) -> date:
    """The day of such a number."""
    return _EPOCH + timedelta(days=number)


def bought(currency: str, as_of: date, until: date | None = None, among: Any = None) -> sql.Bought:
    """The purchases up to ``as_of``; those after ``until`` count as later ones.

    ``among``: only those of these contacts, as ``customer_sets.ids`` has them.

    Raises:
        Invalid: ``until`` does not lie before ``as_of``.
    """
    if until is not None and until >= as_of:
        raise Invalid(
            "The held-out time begins after the last day that is looked at. Choose an earlier beginning.",
            fields={"holdout_from": "Choose a day before the last one."},
        )
    before = begin_of(as_of + timedelta(days=1))
    return sql.Bought(currency, company().time_zone, before, number(until or as_of), among)
