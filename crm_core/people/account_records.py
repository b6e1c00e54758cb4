"""A company's row and what belongs to it, as field values; and field values put into the row."""

from collections.abc import Mapping
from typing import Any

from crm_core.kernel.errors import Invalid
from crm_core.kernel.values import money, urls
from crm_core.kernel.work import Work
from crm_core.people import owners, rules, tags
from crm_core.people.fields import ACCOUNT_COLUMNS, CUSTOM
from crm_core.people.own_fields import merged
from crm_core.people.types import AccountDetail
from db.models import Account
from db.queries import accounts as sql

_DEEPEST = 20
_NUMBERS = ("employees", "external_id")


def values(work: Work, account: Account) -> dict[str, Any]:
    """Every field that can be edited, by its import name."""
    found: dict[str, Any] = {name: getattr(account, name) for name in ACCOUNT_COLUMNS}
    revenue = account.annual_revenue
    amount = "" if revenue is None else f"{money.to_decimal(revenue, account.currency)} {account.currency}"
    parent = work.session.get(Account, account.parent_id) if account.parent_id else None
    found |= {"company": account.name, "owner": account.owner_id, "annual_revenue": amount}
    found |= {"parent": parent.name if parent else "", "tags": work.scalars(sql.tags_of(account.id))}
    found = {name: "" if value is None else value for name, value in found.items()} | {
        "owner": account.owner_id
    }
    return found | {f"{CUSTOM}{name}": value for name, value in account.custom.items()}


def detail(work: Work, account: Account) -> AccountDetail:
    """The company as its page shows it."""
    stored = values(work, account)
    return AccountDetail(
        id=account.id,
        version=account.version,
        name=account.name,
        owner_id=account.owner_id,
        owner_name=owners.name_of(work, account.owner_id),
        parent_id=account.parent_id,
        tags=tuple(stored["tags"]),
        contact_count=work.scalar(sql.contact_count(account.id)),
        last_touch_at=account.last_touch_at,
        created_at=account.created_at,
        updated_at=account.updated_at,
        values=stored,
    )


def fill(work: Work, account: Account, typed: Mapping[str, Any]) -> None:
    """Put typed values into the columns of a row, and derive what follows from them.

    Raises:
        Invalid: the company above it does not exist, or stands below it.
    """
    # Asked first: what is half filled must not reach the table.
    parent_id = _parent(work, account, typed["parent"]) if "parent" in typed else account.parent_id
    for name in ACCOUNT_COLUMNS:
        if name in typed:
            empty = None if name in _NUMBERS else ""
            setattr(account, name, empty if typed[name] is None else typed[name])
    account.parent_id = parent_id
    account.name = typed.get("company") or account.name
    if "annual_revenue" in typed:
        account.annual_revenue, account.currency = typed["annual_revenue"] or (None, "")
    account.domain = urls.domain_of(account.website or "")
    account.custom = merged(account.custom, typed)
    columns = {name: getattr(account, name) for name in ("name", "domain", "phone")}
    for name, value in rules.derived_of_account(columns).items():
        setattr(account, name, value)


def attach(work: Work, account: Account, typed: Mapping[str, Any]) -> None:
    """Store the tags of a row that has its number."""
    if "tags" in typed:
        tags.put_on_account(work, account.id, typed["tags"] or [])
        work.flush()


def changes(work: Work, account: Account, before: Mapping[str, Any]) -> dict[str, Any]:
    """What is about to change on a company: columns and tags, old and new."""
    found: dict[str, Any] = work.changes(account)["changes"]
    found.pop("name_key", None)
    tagged = work.scalars(sql.tags_of(account.id))
    return found | ({"tags": [before["tags"], tagged]} if before["tags"] != tagged else {})


def _parent(work: Work, account: Account, name: str | None) -> int | None:
    if not name:
        return None
    named = work.scalars(sql.by_name_key(rules.derived_of_account({"name": name})["name_key"]))
    parent: Account | None = next((row for row in named if row.id != account.id), None)
    parent = parent or next(iter(work.scalars(sql.by_external_id(name))), None)
    if parent is None:
        raise _refused(f"There is no company “{name}”. Create it first.")
    above: Account | None = parent
    for _ in range(_DEEPEST):
        if above is None:
            return parent.id
        if account.id is not None and above.id == account.id:
            break
        above = work.session.get(Account, above.parent_id) if above.parent_id else None
    raise _refused(f"“{name}” stands below this company, so it cannot stand above it too.")


def _refused(hint: str) -> Invalid:
    return Invalid("Some fields need correcting.", fields={"parent": hint})
