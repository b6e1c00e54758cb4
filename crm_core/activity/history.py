"""The timeline: everything that happened to a contact, to a company, or lately."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from crm_core.activity import rules
from crm_core.activity.types import Entry
from crm_core.kernel.access import Permission
from crm_core.kernel.paging import Page, Paging
from crm_core.kernel.work import Work, use_case
from db.models import Account, Contact
from db.queries import activity as sql

LATELY = timedelta(days=30)


@use_case(Permission.INTERACTIONS_READ, read=True)
def of_contact(work: Work, contact_id: int, paging: Paging, groups: Sequence[str] = ()) -> Page[Entry]:
    """The timeline of a contact, latest first, all of it or only some groups (see ``rules.GROUPS``)."""
    work.get(Contact, contact_id)
    return work.page(sql.of_contact(contact_id, _names(groups)), paging, _entry)


@use_case(Permission.INTERACTIONS_READ, read=True)
def of_account(work: Work, account_id: int, paging: Paging, groups: Sequence[str] = ()) -> Page[Entry]:
    """The timeline of a company and its people, latest first."""
    work.get(Account, account_id)
    return work.page(sql.of_account(account_id, _names(groups)), paging, _entry)


@use_case(Permission.INTERACTIONS_READ, read=True)
def recent(work: Work, limit: int = 15) -> list[Entry]:
    """What happened lately to the customers that this person sees, latest first."""
    return work.rows(sql.recent(work.now - LATELY, limit), _entry)


def _names(groups: Sequence[str]) -> list[str]:
    return [name for group in groups for name in rules.GROUPS.get(group, ())]


def _entry(
    *,
    id: int,
    name: str,
    actor_name: str,
    happened_at: datetime,
    facts: dict[str, Any],
    body: str,
    **rest: Any,
) -> Entry:
    words = {key: rest[key] or "" for key in ("subject", "direction", "outcome", "about")}
    return Entry(
        id=id,
        name=name,
        sentence=rules.sentence(name, facts),
        actor=actor_name,
        happened_at=happened_at,
        contact_id=rest["contact_id"],
        account_id=rest["account_id"],
        interaction_id=rest["interaction_id"],
        duration_minutes=rest["duration_minutes"],
        text=body or "",
        changes={field: (pair[0], pair[1]) for field, pair in facts.get("changes", {}).items()},
        **words,
    )
