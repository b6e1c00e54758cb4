"""What the checks of data quality look for, one condition a check.

A condition may see more than the person who asks: whether a record has a point must not depend on who looks.
"""

import string
from collections.abc import Callable, Mapping
from datetime import date, datetime, timedelta
from typing import Any, Final

from sqlalchemy import ColumnElement, and_, case, collate, func, not_, or_, select

from db.models import Account, Consent, Contact, Deal, DuplicatePair, Order, Product
from db.queries import quality_of_selling
from db.queries.rule_columns import lowered, position
from db.session import current

Condition = ColumnElement[bool]
Found = Callable[[datetime], Condition]
"""A condition at this moment."""

STALE_AFTER: Final = timedelta(days=365)
OLDEST_AGE: Final = 110
ROLES: Final = (
    "info", "office", "contact", "kontakt", "mail", "admin", "sales", "vertrieb", "support", "service",
    "help", "hello", "team", "noreply", "no-reply", "postmaster", "webmaster", "billing", "accounts",
    "marketing",
)  # fmt: skip
BUYING: Final = ("customer", "advocate", "former")

_SMALL: Final = tuple(string.ascii_lowercase)
_account: Any = Account.__table__.alias("company_of")
_person: Any = Contact.__table__.alias("person_of")


def empty(column: Any) -> Condition:
    """Nothing stands there."""
    found: Condition = column == ""
    return found


def _always(condition: Callable[[], Condition]) -> Found:
    return lambda _now: condition()


def _mail_in_wrong_form() -> Condition:
    """Not what any address looks like. Finer faults are found where an address is entered."""
    mail = Contact.email
    wrong = ("% %", "%@%@%", "%..%", "%.@%", "%@.%", ".%", "%.", "%,%", "%;%", "%<%")
    right = and_(mail.like("_%@_%._%"), not_(or_(*(mail.like(pattern) for pattern in wrong))))
    return and_(mail != "", not_(right))


def _mail_needs_tidying() -> Condition:
    return or_(Contact.email != lowered(Contact.email), Contact.email != func.trim(Contact.email))


def _mail_of_a_role() -> Condition:
    mail = lowered(Contact.email)
    sign = position(mail, "@")
    return func.substr(mail, 1, case((sign > 0, sign - 1), else_=0)).in_(ROLES)


def _written_small(name: Any) -> Condition:
    """All letters small. A first letter beyond A to Z cannot be judged alike on both engines."""
    return and_(lowered(name) == name, func.substr(name, 1, 1).in_(_SMALL), func.length(name) > 1)


def _written_large(name: Any) -> Condition:
    """All letters large, and not just initials."""
    large = func.upper(name) if current().is_sqlite else func.upper(collate(name, "C"))
    return and_(large == name, lowered(name) != name, func.length(name) > 2, not_(name.contains(".")))


def _name_in_wrong_case() -> Condition:
    parts = (Contact.first_name, Contact.last_name)
    tests = (_written_small, _written_large)
    return or_(*(and_(test(part), not_(part.contains("@"))) for part in parts for test in tests))


def _birthday_impossible(now: datetime) -> Condition:
    day = Contact.birthday
    eldest = date(now.year - OLDEST_AGE, 1, 1).isoformat()
    return and_(func.length(day) == 10, or_(day > now.date().isoformat(), day < eldest))


def _untouched(model: Any) -> Found:
    return lambda now: func.coalesce(model.last_touch_at, model.created_at) < now - STALE_AFTER


def _opted_in_without_proof() -> Condition:
    granted = (Consent.contact_id == Contact.id, Consent.channel == "email", Consent.is_granted)
    return and_(Contact.email_opt == "in", not_(select(Consent.id).where(*granted).exists()))


def _other_country_than_company() -> Condition:
    there = (
        _account.c.id == Contact.account_id,
        _account.c.deleted_at.is_(None),
        _account.c.country != "",
        _account.c.country != Contact.country,
    )
    return and_(Contact.country != "", select(_account.c.id).where(*there).exists())


def _nobody_known() -> Condition:
    people = (_person.c.account_id == Account.id, _person.c.deleted_at.is_(None))
    return not_(select(_person.c.id).where(*people).exists())


def _phone_as_written(*columns: Any) -> Condition:
    return or_(*(and_(column != "", not_(column.like("+%"))) for column in columns))


def open_pairs(record: str) -> Any:
    """The pairs of likely duplicates that wait for a decision."""
    return select(DuplicatePair.id).where(DuplicatePair.record == record, DuplicatePair.state == "open")


CONTACTS: Final[Mapping[str, Found]] = {
    "unreachable": _always(lambda: and_(empty(Contact.email), empty(Contact.phone), empty(Contact.mobile))),
    "no_email": _always(lambda: empty(Contact.email)),
    "no_phone": _always(lambda: and_(empty(Contact.phone), empty(Contact.mobile))),
    "no_first_name": _always(lambda: empty(Contact.first_name)),
    "no_last_name": _always(lambda: empty(Contact.last_name)),
    "no_company": _always(lambda: empty(Contact.company)),
    "no_country": _always(lambda: empty(Contact.country)),
    "no_city": _always(lambda: empty(Contact.city)),
    "no_job_title": _always(lambda: empty(Contact.job_title)),
    "no_lifecycle": _always(lambda: empty(Contact.lifecycle)),
    "no_time_zone": _always(lambda: and_(empty(Contact.time_zone), Contact.country != "")),
    "no_owner": _always(lambda: Contact.owner_id.is_(None)),
    "email_form": _always(_mail_in_wrong_form),
    "email_untidy": _always(_mail_needs_tidying),
    "email_role": _always(_mail_of_a_role),
    "phone_form": _always(lambda: _phone_as_written(Contact.phone, Contact.mobile)),
    "name_case": _always(_name_in_wrong_case),
    "name_unsplit": _always(lambda: and_(Contact.first_name.contains(" "), empty(Contact.last_name))),
    "name_email": _always(lambda: or_(Contact.first_name.contains("@"), Contact.last_name.contains("@"))),
    "birthday_impossible": _birthday_impossible,
    "untouched": _untouched(Contact),
    "card_not_customer": _always(lambda: and_(Contact.card_number != "", Contact.lifecycle.not_in(BUYING))),
    "opt_in_unproven": _always(_opted_in_without_proof),
    "opted_out_subscriber": _always(
        lambda: and_(Contact.email_opt == "out", Contact.lifecycle == "subscriber")
    ),
    "country_differs": _always(_other_country_than_company),
}
ACCOUNTS: Final[Mapping[str, Found]] = {
    "no_domain": _always(lambda: empty(Account.domain)),
    "no_industry": _always(lambda: empty(Account.industry)),
    "no_country": _always(lambda: empty(Account.country)),
    "no_city": _always(lambda: empty(Account.city)),
    "no_phone": _always(lambda: empty(Account.phone)),
    "no_employees": _always(lambda: Account.employees.is_(None)),
    "nobody_known": _always(_nobody_known),
    "no_owner": _always(lambda: Account.owner_id.is_(None)),
    "phone_form": _always(lambda: _phone_as_written(Account.phone)),
    "untouched": _untouched(Account),
    "revenue_without_currency": _always(
        lambda: and_(Account.annual_revenue.is_not(None), empty(Account.currency))
    ),
}
CONDITIONS: Final[Mapping[str, Mapping[str, Found]]] = {
    "contacts": CONTACTS, "accounts": ACCOUNTS, "deals": quality_of_selling.DEALS,
    "orders": quality_of_selling.ORDERS, "products": quality_of_selling.PRODUCTS,
}  # fmt: skip
MODELS: Final[Mapping[str, Any]] = {
    "contacts": Contact, "accounts": Account, "deals": Deal, "orders": Order, "products": Product,
}  # fmt: skip
