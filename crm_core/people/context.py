"""What reading a value depends on: the company's conventions and the fields that the admin added."""

from crm_core.kernel.values import dates
from crm_core.kernel.values.date_styles import DateOrder, DateStyle
from crm_core.kernel.values.typed import Conventions
from crm_core.kernel.work import Work
from crm_core.people import custom_fields
from crm_core.people.validation import Context
from crm_core.team.company import company

_MONTH_FIRST = frozenset(("US", "PH"))


def of_contacts(work: Work) -> Context:
    """For values of contacts."""
    return Context(usual(), custom_fields.by_name(work, "contacts"))


def of_accounts(work: Work) -> Context:
    """For values of companies."""
    return Context(usual(), custom_fields.by_name(work, "accounts"))


def usual() -> Conventions:
    """How the company writes: its country for phone numbers, its currency, its time zone."""
    settings = company()
    order = DateOrder.MDY if settings.country in _MONTH_FIRST else DateOrder.DMY
    return Conventions(
        region=settings.country or None,
        currency=settings.currency,
        zone=dates.zone_of(settings.time_zone),
        dates=DateStyle(order),
    )
