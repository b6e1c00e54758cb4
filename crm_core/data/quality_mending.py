"""Repairs: what a record should say instead, as far as that follows from what it says already.

Each proposes new values for one record and changes nothing; a record for which nothing follows is left.
"""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Final

import phonenumbers

from crm_core.data import selling_mending
from crm_core.kernel.access import Permission
from crm_core.kernel.errors import NotFound
from crm_core.kernel.values import emails, names, phones, regions
from crm_core.kernel.values.problem import Problem

Row = Any
Values = dict[str, Any]


@dataclass(frozen=True)
class Known:
    """What the records around the mended ones say, and how the company writes."""

    region: str | None = None
    owner_id: int | None = None
    companies: Mapping[str, tuple[int, str]] = field(default_factory=dict)
    countries: Mapping[int, str] = field(default_factory=dict)
    domains: Mapping[int, str] = field(default_factory=dict)
    sellers: Mapping[tuple[str, int | None], int] = field(default_factory=dict)
    categories: Mapping[str, str] = field(default_factory=dict)
    today: date | None = None


@dataclass(frozen=True)
class Repair:
    """One way to mend records: the button that people press, and what is read beside the records.

    A suggestion may be wrong, so it is only done for records that a person has chosen.
    """

    key: str
    label: str
    propose: Callable[[Row, Known], Values]
    needs: str = ""
    is_suggestion: bool = False
    permission: Permission = Permission.CONTACTS_EDIT


# Two letters that stand for a country, but are bought all over the world for how they read.
_NO_COUNTRY: Final = frozenset(
    ("ai", "ag", "cc", "co", "fm", "gg", "io", "ly", "me", "sh", "so", "to", "tv", "ws")
)
_ENDINGS: Final = {"uk": "GB"}
_FREE: Final = frozenset(
    "gmail.com googlemail.com yahoo.com outlook.com hotmail.com live.com icloud.com me.com aol.com gmx.de "
    "gmx.net gmx.at web.de t-online.de proton.me protonmail.com mail.com mail.ru yandex.ru qq.com 163.com "
    "orange.fr free.fr laposte.net libero.it msn.com yahoo.de yahoo.fr yahoo.co.uk hotmail.co.uk".split()
)
_SPOKEN_NAME: Final = re.compile(r"([^\W\d_]{2,})[._]([^\W\d_]{2,}(?:-[^\W\d_]{2,})?)")


def repair_of(key: str) -> Repair:
    """The repair of this key.

    Raises:
        NotFound: there is none.
    """
    if key not in REPAIRS:
        raise NotFound(f"There is no repair “{key}”.")
    return REPAIRS[key]


def own_domain(address: str) -> str:
    """The domain of an address when it is a company's own; empty for one that anybody can get."""
    domain = emails.domain_of(address.strip().lower())
    return "" if domain in _FREE else domain


def common_domain(addresses: Sequence[str]) -> str:
    """The one domain of its own that all these addresses share; empty when they disagree."""
    domains = {own_domain(address) for address in addresses} - {""}
    return domains.pop() if len(domains) == 1 else ""


def _normalise_phones(row: Row, known: Known) -> Values:
    region = row.country or known.region
    columns = [name for name in ("phone", "mobile") if getattr(row, name, "")]
    found = {name: phones.parse(getattr(row, name).strip(), region) for name in columns}
    return {name: number for name, number in found.items() if isinstance(number, str)}


def _recase_names(row: Row, _known: Known) -> Values:
    return {name: names.recase(getattr(row, name)) for name in ("first_name", "last_name")}


def _split_names(row: Row, _known: Known) -> Values:
    parts = names.split(row.first_name)
    if row.last_name or not (parts.first and parts.last):
        return {}
    last = " ".join(filter(None, (parts.last, parts.suffix)))
    found = {"first_name": parts.first, "last_name": last}
    kept = {"salutation": parts.salutation, "middle_name": parts.middle}
    return found | {name: value for name, value in kept.items() if value and not getattr(row, name)}


def _names_from_email(row: Row, _known: Known) -> Values:
    spoken = _SPOKEN_NAME.fullmatch(row.email.partition("@")[0])
    if spoken is None or row.first_name or row.last_name:
        return {}
    return {"first_name": spoken[1].title(), "last_name": spoken[2].title()}


def _tidy_emails(row: Row, _known: Known) -> Values:
    found, _problems = emails.parse_all(row.email.strip())
    return {"email": found[0]} if len(found) == 1 else {}


def _email_out_of_name(row: Row, _known: Known) -> Values:
    held = {name: getattr(row, name) for name in ("first_name", "last_name") if "@" in getattr(row, name)}
    found = {name: emails.parse(text.strip()) for name, text in held.items()}
    right = {name: address for name, address in found.items() if not isinstance(address, Problem)}
    if not right or (row.email and set(right.values()) != {row.email}):
        return {}
    return dict.fromkeys(right, "") | {"email": next(iter(right.values()))}


def _country_from_company(row: Row, known: Known) -> Values:
    return _some(country=known.countries.get(row.account_id or 0, ""))


def _country_from_phone(row: Row, _known: Known) -> Values:
    numbers = [getattr(row, name, "") for name in ("phone", "mobile")]
    found = {_region_of(number) for number in numbers if number.startswith("+")} - {""}
    return {"country": found.pop()} if len(found) == 1 else {}


def _region_of(number: str) -> str:
    try:
        read = phonenumbers.parse(number)
    except phonenumbers.NumberParseException:
        return ""
    region = phonenumbers.region_code_for_number(read) or ""
    return region if region in regions.countries() else ""


def _country_from_email(row: Row, _known: Known) -> Values:
    return _some(country=_country_of(emails.domain_of(row.email)))


def _country_from_domain(row: Row, _known: Known) -> Values:
    return _some(country=_country_of(row.domain))


def _country_of(domain: str) -> str:
    ending = domain.rpartition(".")[2].lower()
    code = _ENDINGS.get(ending, ending.upper())
    return code if ending not in _NO_COUNTRY and code in regions.countries() else ""


def _company_from_email(row: Row, known: Known) -> Values:
    found = known.companies.get(own_domain(row.email))
    return {"account_id": found[0], "company": found[1]} if found else {}


def _domain_from_people(row: Row, known: Known) -> Values:
    domain = known.domains.get(row.id, "")
    return {"website": f"https://{domain}", "domain": domain} if domain and not row.website else {}


def _time_zone_from_country(row: Row, _known: Known) -> Values:
    return _some(time_zone=regions.time_zone_of(row.country) if row.country in regions.countries() else "")


def _assign(_row: Row, known: Known) -> Values:
    return {"owner_id": known.owner_id}


def _clear_birthday(_row: Row, _known: Known) -> Values:
    return {"birthday": ""}


def _clear_lifecycle(_row: Row, _known: Known) -> Values:
    return {"lifecycle": ""}


def _make_customer(_row: Row, _known: Known) -> Values:
    return {"lifecycle": "customer"}


def _some(**values: str) -> Values:
    return {name: value for name, value in values.items() if value}


_ALL: Final = (
    Repair("normalise_phones", "Write phone numbers as in +44 20 7946 0018", _normalise_phones),
    Repair("recase_names", "Write names in usual capitals", _recase_names),
    Repair("split_names", "Part whole names into first and last name", _split_names),
    Repair("names_from_email", "Take the name from the e-mail address", _names_from_email,
           is_suggestion=True),
    Repair("tidy_emails", "Tidy the e-mail addresses up", _tidy_emails),
    Repair("email_out_of_name", "Move the address from the name to its field", _email_out_of_name),
    Repair("clear_birthday", "Remove the birthday", _clear_birthday, is_suggestion=True),
    Repair("country_from_company", "Take the country of the company", _country_from_company, "countries"),
    Repair("country_from_phone", "Take the country of the phone number", _country_from_phone),
    Repair("country_from_email", "Take the country of the e-mail address", _country_from_email),
    Repair("country_from_domain", "Take the country of the web address", _country_from_domain),
    Repair("company_from_email", "Find the company by the e-mail address", _company_from_email, "companies"),
    Repair("domain_from_people", "Take the web address from the e-mail of its people", _domain_from_people,
           "domains"),
    Repair("time_zone_from_country", "Take the time zone of the country", _time_zone_from_country),
    Repair("make_customer", "Put them at the stage “customer”", _make_customer),
    Repair("clear_lifecycle", "Take them off the stage", _clear_lifecycle),
    Repair("close_soon", "Expect them in thirty days", selling_mending.close_soon, "today",
           is_suggestion=True, permission=Permission.DEALS_EDIT),
    Repair("seller_of_customer", "Name the owner of the customer", selling_mending.seller_of_customer,
           "sellers", permission=Permission.ORDERS_EDIT),
    Repair("category_of_kin", "Take the category of products whose article number begins alike",
           selling_mending.category_of_kin, "categories", permission=Permission.PRODUCTS_MANAGE),
    Repair("assign", "Give them to an owner", _assign, permission=Permission.CONTACTS_ASSIGN),
)  # fmt: skip
REPAIRS: Final[Mapping[str, Repair]] = {repair.key: repair for repair in _ALL}
