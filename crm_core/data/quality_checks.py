"""What is looked at in each kind of record: declared here, found by the conditions of ``db.queries``.

A new kind of record is one more entry of ``KINDS`` and one more table of conditions.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from crm_core.data import selling_checks
from crm_core.data.check_types import Check
from crm_core.kernel.errors import Invalid, NotFound

PEOPLE: Final = ("contacts", "accounts")
"""The kinds of record that can be the same twice."""

GROUPS: Final = ("missing", "ownerless", "invalid", "contradictory", "stale")


@dataclass(frozen=True)
class Kind:
    """The checks of one kind of record."""

    record: str
    checks: Sequence[Check]

    @property
    def shares(self) -> Mapping[str, int]:
        """Check -> points of the score, for those that cost some."""
        return {check.key: check.share for check in self.checks if check.share}

    def check(self, key: str) -> Check:
        """The check of this key.

        Raises:
            NotFound: there is none.
        """
        found = next((check for check in self.checks if check.key == key), None)
        if found is None:
            raise NotFound(f"There is no check “{key}”. The list of data quality names them all.")
        return found


CONTACTS: Final = (
    Check("unreachable", "They have neither an e-mail address nor a phone number", "missing", 5),
    Check("no_email", "They have no e-mail address", "missing", 3, 20, "e-mail address"),
    Check("no_last_name", "Their last name is missing", "missing", 3, 10, "last name",
          ("split_names", "names_from_email")),
    Check("no_first_name", "Their first name is missing", "missing", 2, 10, "first name",
          ("names_from_email",)),
    Check("no_company", "They belong to no company", "missing", 2, 10, "company", ("company_from_email",)),
    Check("no_country", "Their country is missing", "missing", 2, 10, "country",
          ("country_from_company", "country_from_phone", "country_from_email")),
    Check("no_phone", "They have no phone number", "missing", 1, 15, "phone number"),
    Check("no_city", "Their city is missing", "missing", 1, 5, "city"),
    Check("no_job_title", "Their job title is missing", "missing", 1, 5, "job title"),
    Check("no_lifecycle", "They stand at no lifecycle stage", "missing", 1, 5, "lifecycle stage"),
    Check("no_time_zone", "Their time zone is missing, though the country is known", "missing", 1,
          repairs=("time_zone_from_country",)),
    Check("no_owner", "Nobody looks after them", "ownerless", 4, 10, "owner", ("assign",)),
    Check("email_form", "Their e-mail address cannot be right", "invalid", 4, repairs=("tidy_emails",)),
    Check("email_untidy", "Their e-mail address has capitals or blanks", "invalid", 2,
          repairs=("tidy_emails",)),
    Check("email_role", "Their e-mail address is one of an office, not of a person", "invalid", 1),
    Check("phone_form", "Their phone number cannot be dialled from abroad", "invalid", 3,
          repairs=("normalise_phones",)),
    Check("name_case", "Their name is all in capitals, or all in small letters", "invalid", 2,
          repairs=("recase_names",)),
    Check("name_unsplit", "Their first name holds the whole name", "invalid", 3, repairs=("split_names",)),
    Check("name_email", "Their name holds an e-mail address", "invalid", 3, repairs=("email_out_of_name",)),
    Check("birthday_impossible", "They were born in the future, or over 110 years ago", "invalid", 3,
          repairs=("clear_birthday",)),
    Check("opt_in_unproven", "They are opted in, but nothing proves it", "contradictory", 4),
    Check("opted_out_subscriber", "They opted out, but their stage says subscriber", "contradictory", 2,
          repairs=("clear_lifecycle",)),
    Check("card_not_customer", "They hold a loyalty card, but are no customers", "contradictory", 2,
          repairs=("make_customer",)),
    Check("country_differs", "Their country is not that of their company", "contradictory", 1,
          repairs=("country_from_company",)),
    Check("untouched", "Nobody was in touch with them for a year", "stale", 1, repairs=("assign",)),
)  # fmt: skip
ACCOUNTS: Final = (
    Check("no_domain", "Their web address is missing", "missing", 3, 25, "web address",
          ("domain_from_people",)),
    Check("no_country", "Their country is missing", "missing", 2, 15, "country",
          ("country_from_phone", "country_from_domain")),
    Check("no_industry", "Their industry is missing", "missing", 2, 15, "industry"),
    Check("nobody_known", "Nobody is known there", "missing", 2),
    Check("no_phone", "They have no phone number", "missing", 1, 10, "phone number"),
    Check("no_employees", "Their number of employees is missing", "missing", 1, 10, "number of employees"),
    Check("no_city", "Their city is missing", "missing", 1, 5, "city"),
    Check("no_owner", "Nobody looks after them", "ownerless", 4, 20, "owner", ("assign",)),
    Check("phone_form", "Their phone number cannot be dialled from abroad", "invalid", 3,
          repairs=("normalise_phones",)),
    Check("revenue_without_currency", "Their revenue has no currency", "contradictory", 2),
    Check("untouched", "Nobody was in touch with them for a year", "stale", 1, repairs=("assign",)),
)  # fmt: skip
KINDS: Final[Mapping[str, Kind]] = {
    "contacts": Kind("contacts", CONTACTS),
    "accounts": Kind("accounts", ACCOUNTS),
    "deals": Kind("deals", selling_checks.DEALS),
    "orders": Kind("orders", selling_checks.ORDERS),
    "products": Kind("products", selling_checks.PRODUCTS),
}


def kind_of(record: str) -> Kind:
    """The checks of this kind of record.

    Raises:
        Invalid: nothing is checked there.
    """
    if record not in KINDS:
        raise Invalid(f"The quality of “{record}” is not looked at. Choose one of: {', '.join(KINDS)}.")
    return KINDS[record]
