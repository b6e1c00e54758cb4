"""A lead becomes a customer: account, deal and contact at once, exactly once, and with a way back."""

from dataclasses import replace
from typing import Any, Final

from crm_core.kernel.access import Permission
from crm_core.kernel.errors import Conflict, NotFound
from crm_core.kernel.values.text import clean
from crm_core.kernel.work import Work, use_case
from crm_core.people import accounts, contacts
from crm_core.sales import deals
from crm_core.sales.lead_rules import CONVERTED, FREE_MAIL, OPEN
from crm_core.sales.lead_types import Conversion, NewConversion
from db.models import Account, Contact, Deal, LeadConversion
from db.queries import conversions as sql
from db.queries import leads as lead_sql

_BEFORE_CUSTOMERS: Final = ("", "subscriber", "lead", "qualified")


@use_case(Permission.DEALS_EDIT)
def convert(work: Work, lead_id: int, wanted: NewConversion) -> Conversion:
    """Make a customer of a lead; who comes second, or clicks twice, gets what the first one made.

    Args:
        lead_id: the lead.
        wanted: what it is to become; an account of its name or web domain is used where there is one.

    Raises:
        Conflict: the lead is closed already, without a conversion.
        Invalid: a value of the deal is wrong.
    """
    contact = _held(work, lead_id)
    if (made := of(work, lead_id)) is not None:
        return made
    if contact.lead_status not in OPEN:
        raise Conflict(f"“{contact.name}” is {contact.lead_status or 'no lead'}. Take it up again first.")
    before: dict[str, Any] = {
        "lead_status": contact.lead_status,
        "lifecycle": contact.lifecycle,
        "company": contact.company,
    }
    account, is_new = _account(work, contact, wanted)
    values: dict[str, Any] = {"lead_status": CONVERTED}
    if account is not None and account.id != contact.account_id:
        values["company"] = account.name
    if contact.lifecycle in _BEFORE_CUSTOMERS:
        values["lifecycle"] = "opportunity" if wanted.deal is not None else "qualified"
    contacts.change(work, lead_id, values, version=None)
    deal = _deal(work, contact, account, wanted)
    before |= {"account_is_new": is_new, "deal_version": deal.version if deal else None}
    work.add(
        LeadConversion(
            contact_id=lead_id, account_id=account.id if account else None, deal_id=deal.id if deal else None,
            actor_id=work.actor.id, before=before, converted_at=work.now,
        )
    )  # fmt: skip
    parts = [name for name in (account and account.name, deal and f"the deal “{deal.name}”") if name]
    work.record("lead.converted", contact, made=" and ".join(parts) or "a customer", before=before)
    found = of(work, lead_id)
    if found is None:
        raise NotFound("This lead does not exist, or it is not yours to see.")
    return replace(found, is_new=True)


@use_case(Permission.DEALS_EDIT)
def undo(work: Work, lead_id: int) -> None:
    """Take a conversion back: the deal goes, a company made for it too, the lead is what it was.

    Raises:
        NotFound: the lead was not converted.
        Conflict: something happened to the deal since; what others did is not thrown away.
    """
    contact = _held(work, lead_id)
    found = work.tuples(lead_sql.conversion(lead_id))
    if not found:
        raise NotFound("This lead was not converted here, so there is nothing to take back.")
    row: LeadConversion = found[0][0]
    if not _is_untouched(work, row):
        raise Conflict("Something happened to the deal since. Close the deal instead of taking it back.")
    before = row.before
    if row.deal_id is not None:
        deals.delete(work, [row.deal_id])
    values = {"lead_status": before["lead_status"], "lifecycle": before["lifecycle"]}
    contacts.change(work, lead_id, {**values, "company": before["company"]}, version=None)
    account_id = row.account_id if before.get("account_is_new") else None
    work.delete(row)
    work.flush()
    if account_id is not None and not work.scalar(sql.ties_of_account(account_id)):
        accounts.delete(work, [account_id])
    work.record("lead.conversion_undone", contact, to=before["lead_status"])


def of(work: Work, lead_id: int) -> Conversion | None:
    """What a lead became, and the way back; None when it was not converted here."""
    found = work.tuples(lead_sql.conversion(lead_id))
    if not found:
        return None
    row, by = found[0]
    account = work.session.get(Account, row.account_id) if row.account_id else None
    deal = work.session.get(Deal, row.deal_id) if row.deal_id else None
    return Conversion(
        lead_id, row.account_id, account.name if account else "", row.deal_id, deal.name if deal else "",
        row.converted_at, by, row.before.get("lead_status", ""), _is_untouched(work, row),
    )  # fmt: skip


def _held(work: Work, lead_id: int) -> Contact:
    """The contact, for this transaction alone: who converts it at the same time comes second."""
    found: Contact | None = work.scalar(lead_sql.locked(lead_id))
    if found is None:
        raise NotFound("This lead does not exist, or it is not yours to see.")
    return found


def _account(work: Work, contact: Contact, wanted: NewConversion) -> tuple[Account | None, bool]:
    """The company of the lead, and whether it is made for this: own, by name, by web domain, else new."""
    name = clean(wanted.company) or ("" if contact.account_id else contact.company)
    if not name and contact.account_id is not None:
        return work.session.get(Account, contact.account_id), False
    known = accounts.find(work, name) if name else None
    domain = contact.email.rpartition("@")[2]
    if known is None and domain and domain not in FREE_MAIL:
        known = work.scalar(lead_sql.accounts_of_domain(domain))
    if known is not None or not name:
        return known, False
    account = accounts.linked(work, name, contact.owner_id)
    work.flush()
    return account, account is not None


def _deal(work: Work, contact: Contact, account: Account | None, wanted: NewConversion) -> Deal | None:
    if wanted.deal is None:
        return None
    usual: dict[str, Any] = {
        "deal": (account.name if account else "") or contact.name,
        "contact_id": contact.id,
        "source": contact.source,
    }
    if account is not None:
        usual["account_id"] = account.id
    if contact.owner_id is not None and work.actor.may(Permission.CONTACTS_ASSIGN):
        usual["owner"] = contact.owner_id
    given = {name: value for name, value in wanted.deal.items() if value not in (None, "")}
    return work.get(Deal, deals.create(work, {**usual, **given}))


def _is_untouched(work: Work, row: LeadConversion) -> bool:
    """Is the deal as it was made, with nothing planned, quoted or told about it?"""
    if row.deal_id is None:
        return True
    deal = work.session.get(Deal, row.deal_id)
    if deal is None or deal.deleted_at is not None or deal.version != row.before.get("deal_version"):
        return False
    return not work.scalar(sql.ties_of_deal(row.deal_id))
