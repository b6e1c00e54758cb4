"""Companies: create, change, read, find by name, delete and restore. Values go by the import field names."""

from collections.abc import Mapping, Sequence
from typing import Any

from crm_core.kernel.access import Permission
from crm_core.kernel.errors import Conflict, NotFound
from crm_core.kernel.paging import Page, Paging
from crm_core.kernel.values.text import clean, fold
from crm_core.kernel.work import Work, use_case
from crm_core.people import account_records, like_companies, naming, owners
from crm_core.people.context import of_accounts
from crm_core.people.rules import derived_of_account, search_needle
from crm_core.people.types import AccountContact, AccountDetail, AccountHint, AccountRow, DeletedAccount
from crm_core.people.validation import read_account, same
from db import lengths
from db.models import Account
from db.queries import accounts as sql
from db.queries import contacts as contact_sql

_LONGEST = lengths.of(Account)["name"]


@use_case(Permission.CONTACTS_EDIT)
def create(work: Work, values: Mapping[str, Any], *, even_if_duplicate: bool = False) -> int:
    """Store a new company and return its number.

    Raises:
        Invalid: with a hint for every wrong field.
        Conflict: a visible company has this name; ``theirs`` names it.
        NotAllowed: the owner is not this person's to choose.
    """
    typed = read_account(values, of_accounts(work)).accepted()
    known = find(work, typed["company"])
    if known is not None and not even_if_duplicate:
        raise Conflict(
            f"There is a company “{known.name}” already. Open it, or create this one anyway.",
            fields={"company": f"Used by “{known.name}”."},
            theirs={"id": known.id, "name": known.name},
        )
    account = _new(work, typed["company"], owners.first(work))
    if typed.get("owner"):
        account.owner_id = owners.chosen(work, typed["owner"])
    account.created_at = min(typed.get("created_at") or work.now, work.now)
    account_records.fill(work, account, typed)
    work.add(account)
    work.flush()
    account_records.attach(work, account, typed)
    work.record("account.created", account, **({"duplicate_of": known.id} if known else {}))
    return account.id


@use_case(Permission.CONTACTS_EDIT)
def change(work: Work, account_id: int, values: Mapping[str, Any], *, version: int | None) -> None:
    """Change some fields of a company; a new name reaches all its people.

    Raises:
        Conflict: somebody else saved meanwhile; ``theirs`` holds all fields as they are now, and ``version``.
        Invalid, NotAllowed, NotFound: as in ``create`` and ``get``.
    """
    account = work.get(Account, account_id)
    stored = account_records.values(work, account)
    if version is not None and account.version != version:
        raise Conflict(
            f"Someone else changed “{account.name}” meanwhile. Look at both versions and choose.",
            theirs={**stored, "version": account.version},
        )
    given = {key: value for key, value in values.items() if key not in stored or not same(value, stored[key])}
    given.pop("created_at", None)
    if not given:
        return
    typed = read_account(given, of_accounts(work), stored).accepted()
    owner_id = account.owner_id
    if "owner" in typed:
        owner_id = owners.chosen(work, typed["owner"], current=owner_id)
    account_records.attach(work, account, typed)
    account_records.fill(work, account, typed)
    account.owner_id, account.updated_at = owner_id, work.now
    changed = account_records.changes(work, account, stored)
    work.record("account.changed", account, changes=changed)
    if "name" in changed:
        naming.reach_people(work, account)


@use_case(Permission.CONTACTS_READ, read=True)
def get(work: Work, account_id: int) -> AccountDetail:
    """One company with everything that its page shows.

    Raises:
        NotFound: there is none, or none that this person may see.
    """
    return account_records.detail(work, work.get(Account, account_id))


@use_case(Permission.CONTACTS_READ, read=True)
def search(work: Work, paging: Paging = Paging(), text: str = "") -> Page[AccountRow]:  # noqa: B008 - frozen
    """Companies by name; with a text those whose name, web domain or phone contains it."""
    return work.page(sql.containing(search_needle(text)), paging, AccountRow)


@use_case(Permission.CONTACTS_READ, read=True)
def similar(work: Work, values: Mapping[str, Any], *, besides: int | None = None) -> list[AccountHint]:
    """Which company may be meant already, for a warning while typing: see ``like_companies.similar``."""
    return like_companies.similar(work, values, besides=besides)


@use_case(Permission.CONTACTS_READ, read=True)
def contacts_of(work: Work, account_id: int, paging: Paging = Paging()) -> Page[AccountContact]:  # noqa: B008
    """The people at a company, by name.

    Raises:
        NotFound: no such company within reach.
    """
    work.get(Account, account_id)
    return work.page(contact_sql.of_account(account_id), paging, AccountContact)


@use_case(Permission.CONTACTS_DELETE)
def delete(work: Work, account_ids: Sequence[int]) -> int:
    """Hide companies; their people stay. They can be restored. Returns how many."""
    rows = _rows(work, account_ids, with_deleted=False)
    for account in rows:
        account.deleted_at = account.updated_at = work.now
        work.record("account.deleted", account)
    return len(rows)


@use_case(Permission.CONTACTS_DELETE)
def restore(work: Work, account_ids: Sequence[int]) -> int:
    """Bring deleted companies back. Returns how many."""
    rows = [row for row in _rows(work, account_ids, with_deleted=True) if row.deleted_at is not None]
    for account in rows:
        account.deleted_at, account.updated_at = None, work.now
        work.record("account.restored", account)
    return len(rows)


@use_case(Permission.CONTACTS_DELETE, read=True)
def deleted(work: Work, paging: Paging = Paging()) -> Page[DeletedAccount]:  # noqa: B008 - frozen
    """Companies that can be restored, the latest deletion first."""
    return work.page(sql.deleted(), paging, DeletedAccount)


@use_case(Permission.CONTACTS_EDIT)
def find_or_create(work: Work, name: str) -> int | None:
    """The number of the company of this name, whatever its case and accents; made if there is none.

    None for an empty name. A company that this person may not see is not found.
    """
    account = linked(work, name, owners.first(work))
    return account.id if account else None


def linked(work: Work, name: str | None, owner_id: int | None) -> Account | None:
    """The company that a contact of this owner belongs to; made if there is none of the name."""
    shown = clean(name or "")[:_LONGEST]
    if not shown:
        return None
    found = find(work, shown)
    if found is None:
        found = work.add(_new(work, shown, owner_id))
        work.record("account.created", found)
    return found


def find(work: Work, name: str) -> Account | None:
    """The oldest visible company of this name."""
    found: Account | None = work.scalar(sql.by_name_key(derived_of_account({"name": name})["name_key"]))
    return found if fold(name) else None


def _new(work: Work, name: str, owner_id: int | None) -> Account:
    account = Account(name=name, owner_id=owner_id, custom={}, created_at=work.now, updated_at=work.now)
    for column, value in derived_of_account({"name": name}).items():
        setattr(account, column, value)
    return account


def _rows(work: Work, account_ids: Sequence[int], *, with_deleted: bool) -> list[Account]:
    rows = work.scalars(sql.locked(account_ids, with_deleted=with_deleted))
    if account_ids and not rows:
        raise NotFound("None of these companies exists, or they are not yours to see.")
    return rows
