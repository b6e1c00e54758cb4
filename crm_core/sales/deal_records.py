"""A deal's row and what belongs to it, as field values; and field values put into the row."""

from collections.abc import Mapping
from typing import Any

from crm_core.kernel.errors import Invalid
from crm_core.kernel.values import money
from crm_core.kernel.values.text import fold
from crm_core.kernel.work import Work
from crm_core.people import accounts, owners
from crm_core.people.fields import CUSTOM
from crm_core.people.own_fields import merged
from crm_core.sales.types import DealPerson, LineRow
from db.models import Account, Contact, Deal, DealLine
from db.queries import deals as sql

_TEXTS = ("judgement", "source", "description")
_SHOWN = {"close_on": "close_date", "name": "deal"}


def values(work: Work, deal: Deal) -> dict[str, Any]:
    """Every field that can be edited, by its import name; the amount as a plain number."""
    company = work.session.get(Account, deal.account_id) if deal.account_id else None
    found = {
        "deal": deal.name,
        "amount": amount_text(deal.amount, deal.currency),
        "currency": deal.currency,
        "probability": "" if deal.probability is None else deal.probability,
        "close_date": deal.close_on or "",
        "contact_id": deal.contact_id or "",
        "account_id": deal.account_id or "",
        "company": company.name if company else "",
        "owner": deal.owner_id,
        "external_id": deal.external_id or "",
        "lost_reason": deal.lost_reason,
    }
    found |= {name: getattr(deal, name) for name in _TEXTS}
    return found | {f"{CUSTOM}{name}": value for name, value in deal.custom.items()}


def amount_text(minor: int | None, currency: str) -> str:
    """An amount as programs write it; empty when it is not known."""
    return "" if minor is None else str(money.to_decimal(minor, currency or "EUR"))


def fill(work: Work, deal: Deal, typed: Mapping[str, Any]) -> None:
    """Put typed values into the columns of a row, and derive what follows from them.

    Raises:
        Invalid: a contact or company that does not exist, or an amount beside lines.
    """
    # Asked first: what is half filled must not reach the table.
    contact_id, account_id = _about(work, deal, typed)
    _fill_amount(work, deal, typed)
    deal.name = typed.get("deal") or deal.name
    deal.contact_id, deal.account_id = contact_id, account_id
    for name in _TEXTS:
        if name in typed:
            setattr(deal, name, typed[name] or "")
    if "probability" in typed:
        deal.probability = typed["probability"]
    if "close_date" in typed:
        deal.close_on = typed["close_date"]
    if "external_id" in typed:
        deal.external_id = typed["external_id"] or None
    deal.custom = merged(deal.custom or {}, typed)
    deal.search_text = search_text(work, deal)


def search_text(work: Work, deal: Deal) -> str:
    """What a deal is found by: its name and those of its company and contact, folded."""
    company = work.session.get(Account, deal.account_id) if deal.account_id else None
    contact = work.session.get(Contact, deal.contact_id) if deal.contact_id else None
    names = (deal.name, company.name if company else "", contact.name if contact else "")
    return "\n".join(filter(None, map(fold, names)))


def changes(work: Work, deal: Deal, before: Mapping[str, Any]) -> dict[str, Any]:
    """What is about to change on a deal, old and new, in words: amounts with currency, people by name."""
    found: dict[str, Any] = work.changes(deal)["changes"]
    for name in ("rank", "stage_id", "pipeline_id"):
        found.pop(name, None)
    if {"amount", "currency"} & found.keys():
        old = f"{before['amount']} {before['currency']}".strip() if before["amount"] else ""
        new = amount_text(deal.amount, deal.currency)
        found.pop("currency", None)
        found["amount"] = [old, f"{new} {deal.currency}" if new else ""]
    if "account_id" in found:
        company = work.session.get(Account, deal.account_id) if deal.account_id else None
        found["company"] = [before["company"], company.name if company else ""]
    if "contact_id" in found:
        old_id, new_id = found.pop("contact_id")
        found["contact"] = [_contact_name(work, old_id), _contact_name(work, new_id)]
    return {_SHOWN.get(name, name): value for name, value in found.items()}


def filled(work: Work, deal: Deal) -> dict[str, Any]:
    """What a deal has of everything that a stage may ask for."""
    return {
        "amount": deal.amount,
        "close_date": deal.close_on,
        "contact": deal.contact_id,
        "company": deal.account_id,
        "owner": deal.owner_id,
        "source": deal.source,
        "description": deal.description,
        "lines": deal.id is not None and bool(work.scalars(sql.lines(deal.id))),
        "next_step": deal.id is not None and work.scalar(sql.has_next_step(deal.id)),
    }


def lines(work: Work, deal_id: int) -> tuple[LineRow, ...]:
    """What is to be sold."""
    return tuple(_line(row) for row in work.scalars(sql.lines(deal_id)))


def people(work: Work, deal: Deal) -> tuple[DealPerson, ...]:
    """The main contact and everyone else who has a part, as far as this person may see them."""
    parts = [
        DealPerson(**row._mapping, is_main=row.contact_id == deal.contact_id)
        for row in work.tuples(sql.people(deal.id))
    ]
    main = work.session.get(Contact, deal.contact_id) if deal.contact_id else None
    if main is not None and not any(part.is_main for part in parts):
        parts.insert(0, DealPerson(main.id, main.name, main.job_title, main.email, main.phone, "", True))
    return tuple(sorted(parts, key=lambda part: not part.is_main))


def owner_of(work: Work, typed: Mapping[str, Any]) -> int | None:
    """Who owns a new deal: the one who is named, else the person who makes it."""
    return owners.chosen(work, typed["owner"]) if typed.get("owner") else owners.first(work)


def _about(work: Work, deal: Deal, typed: Mapping[str, Any]) -> tuple[int | None, int | None]:
    """The main contact and the company; a contact brings its company along."""
    contact_id, account_id = deal.contact_id, deal.account_id
    contact: Contact | None = None
    if "contact_id" in typed:
        contact = _existing(work, Contact, typed["contact_id"], "contact_id")
        contact_id = contact.id if contact else None
    elif emails := typed.get("contact_email"):
        contact = work.scalar(sql.contact_at(emails[0]))
        if contact is None:
            raise _refused("contact_email", f"No contact has the address {emails[0]}. Create it first.")
        contact_id = contact.id
    if "account_id" in typed:
        chosen = _existing(work, Account, typed["account_id"], "account_id")
        account_id = chosen.id if chosen else None
    elif "company" in typed:
        account = accounts.linked(work, typed["company"], deal.owner_id)
        work.flush()
        account_id = account.id if account else None
    elif account_id is None and contact is not None:
        account_id = contact.account_id
    return contact_id, account_id


def _existing(work: Work, model: Any, key: int | None, field: str) -> Any:
    if not key:
        return None
    found = work.session.get(model, key)
    if found is None or found.deleted_at is not None:
        raise _refused(field, f"This {model.noun} does not exist, or it is not yours to see.")
    return found


def _fill_amount(work: Work, deal: Deal, typed: Mapping[str, Any]) -> None:
    if "currency" not in typed and "amount" not in typed:
        return
    currency = typed.get("currency") or deal.currency
    has_lines = deal.id is not None and bool(work.scalars(sql.lines(deal.id)))
    if "amount" in typed:
        amount = typed["amount"]
    elif deal.amount is None:
        amount = None
    else:
        amount = money.to_minor(money.to_decimal(deal.amount, deal.currency), currency)
    if has_lines and (amount, currency) != (deal.amount, deal.currency):
        raise _refused("amount", "The amount follows from the products of this deal. Change those instead.")
    deal.amount, deal.currency = amount, currency


def _contact_name(work: Work, contact_id: int | None) -> str:
    contact = work.session.get(Contact, contact_id) if contact_id else None
    return contact.name if contact else ""


def _line(row: DealLine) -> LineRow:
    return LineRow(
        row.id,
        row.product_id,
        row.name,
        row.quantity,
        row.list_price,
        row.unit_price,
        row.discount,
        row.total,
    )


def _refused(field: str, hint: str) -> Invalid:
    return Invalid("Some fields need correcting.", fields={field: hint})
