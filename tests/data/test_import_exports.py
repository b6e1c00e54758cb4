"""Exports of other systems arrive with nothing mapped by hand."""

import json
from datetime import UTC, datetime
from typing import Any

import pytest
from sqlalchemy import select

from crm_core.data import import_lines
from crm_core.kernel.access import SYSTEM, Actor
from crm_core.kernel.paging import Paging
from crm_core.kernel.work import begin
from db.models import Account, Consent, Contact, ContactPoint, ContactTag, Tag
from tests.data.importing import bring, inbox, undo
from tests.shared_data import shared

__all__ = ["inbox"]

CONTACTS = (
    "google_contacts_classic.csv", "outlook_com.csv", "thunderbird_us.csv", "linkedin_connections.csv",
    "hubspot_contacts.csv", "mailchimp_subscribed.csv", "shopify_customers.csv", "brevo.csv",
    "atomic_crm_export.csv",
    "salesforce_contacts_report.csv", "pipedrive_people.csv", "dynamics365_leads.csv", "ghost_members.csv",
    "chatwoot_contacts.csv",
)  # fmt: skip
ACCOUNTS = ("hubspot_companies.csv", "salesforce_accounts_latin1.csv")
# What no field of a contact holds.
NOT_KEPT = {"connected_on"}


def _expected(name: str) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(shared("03_crm_exports/expected.json").read_text())["files"][name]
    return found


def _contacts() -> list[dict[str, Any]]:
    with begin(SYSTEM, write=False) as work:
        found = []
        for contact in work.scalars(select(Contact).order_by(Contact.id)):
            points = work.scalars(select(ContactPoint).filter_by(contact_id=contact.id))
            marks = select(Tag.name).join(ContactTag, ContactTag.tag_id == Tag.id)
            consents = work.scalars(select(Consent).filter_by(contact_id=contact.id))
            record = {column.key: getattr(contact, column.key) for column in Contact.__mapper__.column_attrs}
            record["phones"] = [
                contact.phone,
                contact.mobile,
                *(one.value for one in points if one.kind == "phone"),
            ]
            record["tags"] = work.scalars(marks.where(ContactTag.contact_id == contact.id))
            record["email_consent"] = contact.email_opt == "in"
            record["unsubscribed"] = contact.email_opt == "out"
            record["opt_in_at"] = consents[0].happened_at if consents else None
            found.append(record)
        return found


def _agrees(stored: Any, wanted: Any) -> bool:
    if wanted is None:
        return stored in (None, "")
    if isinstance(wanted, list):
        return {_digits(one) or one for one in wanted} <= {_digits(one) or one for one in stored}
    if isinstance(stored, datetime):
        moment = datetime.fromisoformat(wanted)
        return stored.date() == moment.date() if len(wanted) == 10 else stored == moment.replace(tzinfo=UTC)
    if isinstance(wanted, str) and wanted.startswith("+"):
        return _digits(stored) == _digits(wanted)
    return bool(stored == wanted)


def _digits(text: str) -> str:
    return "".join(sign for sign in text if sign.isdigit()) if text[:1] == "+" else ""


@pytest.mark.parametrize("name", CONTACTS)
def test_contacts_arrive_as_expected(olga: Actor, inbox: Any, name: str) -> None:
    expected = _expected(name)

    done = bring(olga, shared(f"03_crm_exports/{name}"))

    assert done.counts["created"] == expected["data_rows"] - (2 if name.startswith("salesforce") else 0)
    stored = _contacts()
    for wanted in expected["expected_records"]:
        fields = wanted.keys() - NOT_KEPT
        assert any(all(_agrees(one[field], wanted[field]) for field in fields) for one in stored), wanted


@pytest.mark.parametrize("name", ACCOUNTS)
def test_companies_arrive_as_expected(olga: Actor, inbox: Any, name: str) -> None:
    expected = _expected(name)

    bring(olga, shared(f"03_crm_exports/{name}"), "accounts")

    [wanted] = expected["expected_records"]
    with begin(SYSTEM, write=False) as work:
        [stored] = work.scalars(select(Account).filter_by(name=wanted["company"]))
    assert stored.external_id == wanted.get("external_id", stored.external_id)
    assert stored.domain == wanted.get("website", stored.domain)
    assert stored.city == wanted.get("city", stored.city)
    if "created_at" in wanted:
        assert stored.created_at.date().isoformat() == wanted["created_at"]


def test_the_footer_of_a_report_is_refused_with_a_reason(olga: Actor, inbox: Any) -> None:
    done = bring(olga, shared("03_crm_exports/salesforce_contacts_report.csv"))

    lines = import_lines.rows(olga, done.id, "refuse", Paging())

    assert (done.counts["created"], done.counts["rejected"]) == (1, 2)
    assert all(line.problems for line in lines)
    refused = import_lines.rejects_csv(olga, done.id).read_text(encoding="utf-8-sig").splitlines()
    assert refused[0].endswith("Line,Reason")
    assert len(refused) == 3


def test_all_of_them_one_after_the_other_and_all_taken_back(olga: Actor, inbox: Any) -> None:
    done = [bring(olga, shared(f"03_crm_exports/{name}")) for name in CONTACTS]

    for one in reversed(done):
        undo(olga, one.id)

    assert _contacts() == []
    with begin(SYSTEM, write=False) as work:
        assert work.scalars(select(Account)) == work.scalars(select(Tag)) == []
