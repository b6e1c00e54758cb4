"""Days of buying as models and reports take them: which currency, which days, counted how."""

from datetime import date, datetime, time, timedelta

from crm_core.kernel.errors import Invalid
from crm_core.kernel.values.dates import zone_of
from crm_core.kernel.work import Work
from crm_core.team.company import company
from db.queries import customer_value as sql

_EPOCH = date(1970, 1, 1)


def number(day: date) -> int:
    """Days since 1970-01-01, as statements count them."""
    return (day - _EPOCH).days


def day_of(number: int) -> date:
    """The day of such a number."""
    return _EPOCH + timedelta(days=number)


def begin_of(day: date) -> datetime:
    """The first moment of a day where the company is."""
    return datetime.combine(day, time.min, zone_of(company().time_zone))


def local_day(moment: datetime) -> date:
    """The day of a moment where the company is."""
    return moment.astimezone(zone_of(company().time_zone)).date()


def currency(work: Work, wanted: str | None = None) -> str:
    """The currency of a report: the wanted one, else the company's, else the one of most customers."""
    if wanted:
        return wanted.upper()
    found = [row[0] for row in work.tuples(sql.currencies())]
    own = company().currency
    return own if own in found or not found else str(found[0])


def last_day(work: Work, currency: str) -> date:
    """The day of the last order in a currency; today where there is none."""
    [(moment,)] = work.tuples(sql.last_order(currency))
    return local_day(min(moment or work.now, work.now))


def bought(currency: str, as_of: date, until: date | None = None) -> sql.Bought:
    """The purchases up to ``as_of``; those after ``until`` count as later ones.

    Raises:
        Invalid: ``until`` does not lie before ``as_of``.
    """
    if until is not None and until >= as_of:
        raise Invalid(
            "The held-out time begins after the last day that is looked at. Choose an earlier beginning.",
            fields={"holdout_from": "Choose a day before the last one."},
        )
    before = begin_of(as_of + timedelta(days=1))
    return sql.Bought(currency, company().time_zone, before, number(until or as_of))
