"""Companies for programs."""

from typing import Any

from crm_core.activity import history
from crm_core.api.answers import Answer, listed, with_version
from crm_core.api.calls import Call
from crm_core.people import accounts
from crm_core.people.types import AccountDetail, AccountRow


def search(call: Call) -> Answer:
    """List companies by name; with `q` those whose name, web domain or phone contains it."""
    return listed(call, accounts.search(call.actor, call.paging(), call.query.get("q", "")), _row)


def create(call: Call) -> Answer:
    """Create a company."""
    values, anyway = call.values, call.says("even_if_duplicate")
    number, is_new = call.once(
        lambda work: accounts.create(work, values, even_if_duplicate=anyway),
        lambda: accounts.create(call.actor, values, even_if_duplicate=anyway),
    )
    shown = with_version(_record(accounts.get(call.actor, number)))
    return shown.created(f"/api/v1/accounts/{number}", is_repeated=not is_new)


def get(call: Call) -> Answer:
    """Read one company."""
    return with_version(_record(accounts.get(call.actor, call.id)))


def change(call: Call) -> Answer:
    """Change the fields that are named; a new name reaches all its people."""
    accounts.change(call.actor, call.id, call.values, version=call.version)
    return get(call)


def delete(call: Call) -> Answer:
    """Delete a company; its people stay, and it can be restored."""
    accounts.delete(call.actor, [call.id])
    return Answer(204)


def restore(call: Call) -> Answer:
    """Bring a deleted company back."""
    accounts.restore(call.actor, [call.id])
    return get(call)


def people(call: Call) -> Answer:
    """List the people at a company, by name."""
    return listed(call, accounts.contacts_of(call.actor, call.id, call.paging()))


def timeline(call: Call) -> Answer:
    """List what happened to a company and its people, the latest first."""
    return listed(call, history.of_account(call.actor, call.id, call.paging()))


def _record(account: AccountDetail) -> dict[str, Any]:
    shown = ("id", "version", "name", "owner_name", "parent_id", "contact_count")
    times = ("last_touch_at", "created_at", "updated_at")
    return {name: getattr(account, name) for name in (*shown, *times)} | dict(account.values)


def _row(row: AccountRow) -> dict[str, Any]:
    return {
        "id": row.id, "name": row.name, "company": row.name, "industry": row.industry, "city": row.city,
        "country": row.country, "owner": row.owner_id, "contact_count": row.contact_count,
    }  # fmt: skip
