"""The timeline: everything that happened to a contact, to a company, or lately."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from crm_core.activity import rules
from crm_core.activity.types import Arrival, Entry
from crm_core.kernel.access import Permission
from crm_core.kernel.paging import Page, Paging
from crm_core.kernel.work import Work, use_case
from db.models import Account, Contact, Deal
from db.queries import activity as sql

LATELY = timedelta(days=30)
BY = {
    "email": "by e-mail", "sms": "by SMS", "call": "as a call to make", "post": "by post",
    "social": "on social media",
}  # fmt: skip
_FIELDS = re.compile(r"\{\{.*?\}\}|\{%.*?%\}")


@use_case(Permission.INTERACTIONS_READ, read=True)
def of_contact(work: Work, contact_id: int, paging: Paging, groups: Sequence[str] = ()) -> Page[Entry]:
    """The timeline of a contact, latest first, all of it or only some groups (see ``rules.GROUPS``)."""
    work.get(Contact, contact_id)
    return _with_owners(work, work.page(sql.of_contact(contact_id, _names(groups)), paging, _entry))


@use_case(Permission.INTERACTIONS_READ, read=True)
def of_account(work: Work, account_id: int, paging: Paging, groups: Sequence[str] = ()) -> Page[Entry]:
    """The timeline of a company and its people, latest first."""
    work.get(Account, account_id)
    return _with_owners(work, work.page(sql.of_account(account_id, _names(groups)), paging, _entry))


@use_case(Permission.DEALS_READ, read=True)
def of_deal(work: Work, deal_id: int, paging: Paging) -> Page[Entry]:
    """What happened to a deal, latest first, whoever did it.

    Raises:
        NotFound: no such deal within reach.
    """
    work.get(Deal, deal_id)
    # A deal without a customer leaves traces that only their makers see: who sees the deal sees them all.
    page = work.as_system().page(sql.of_deal(deal_id), paging, _entry)
    work.session.info["scope"] = work.actor.scope
    return _with_owners(work, page)


@use_case(Permission.INTERACTIONS_READ, read=True)
def recent(work: Work, limit: int = 15) -> list[Entry]:
    """What happened lately to the customers that this person sees, latest first."""
    return work.rows(sql.recent(work.now - LATELY, limit), _entry)


@use_case(Permission.INTERACTIONS_READ, read=True)
def arrival(work: Work, contact_id: int) -> Arrival | None:
    """The file that brought a contact in; None when a person or a program added it.

    The import itself may be somebody else's: who sees the contact may know the name of its file.
    """
    work.get(Contact, contact_id)
    return work.as_system().first(sql.arrival_of_contact(contact_id), Arrival)


def _with_owners(work: Work, page: Page[Entry]) -> Page[Entry]:
    """Owners by their names: changes are kept with their numbers."""
    numbers = {one for entry in page for one in entry.changes.get("owner", ()) if isinstance(one, int)}
    if not numbers:
        return page
    names = {row.id: row.name for row in work.tuples(sql.user_names(numbers))}
    return replace(page, items=tuple(_named(entry, names) for entry in page))


def _named(entry: Entry, names: Mapping[int, str]) -> Entry:
    if "owner" not in entry.changes:
        return entry
    old, new = entry.changes["owner"]
    return replace(entry, changes={**entry.changes, "owner": (names.get(old, ""), names.get(new, ""))})


def _names(groups: Sequence[str]) -> list[str]:
    return [name for group in groups for name in rules.GROUPS.get(group, ())]


def _entry(
    *,
    id: int,
    name: str,
    actor_id: int | None,
    actor_name: str,
    happened_at: datetime,
    facts: dict[str, Any] | None,
    body: str,
    **rest: Any,
) -> Entry:
    facts = facts or {}
    words = {key: rest[key] or "" for key in ("subject", "direction", "outcome", "about")}
    if name == sql.RECEIVED:  # the row of a message, which says what it was in other words
        facts = {"campaign": body, "by": BY.get(words["outcome"], "")}
        words |= {"subject": _FIELDS.sub("…", words["subject"]), "outcome": ""}
        body = ""
    tells_itself = name.startswith("interaction.")  # the entry with the words stands further down
    return Entry(
        id=id,
        name=name,
        sentence=rules.sentence(name, facts),
        actor=actor_name,
        actor_id=actor_id,
        happened_at=happened_at,
        contact_id=rest["contact_id"],
        account_id=rest["account_id"],
        interaction_id=rest["interaction_id"],
        duration_minutes=rest["duration_minutes"],
        case_id=rest["case_id"],
        text="" if tells_itself else body or "",
        changes=rules.shown_changes(facts),
        **words,
    )
