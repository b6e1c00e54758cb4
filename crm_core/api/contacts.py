"""Contacts for programs."""

from dataclasses import fields
from typing import Any

from crm_core.activity import history
from crm_core.activity.rules import GROUPS
from crm_core.api.answers import Answer, listed, with_version
from crm_core.api.calls import Call
from crm_core.kernel.errors import Invalid
from crm_core.marketing import rule_text
from crm_core.people import contacts, custom_fields, listing
from crm_core.people.fields import CUSTOM
from crm_core.people.types import ContactDetail
from crm_core.team.company import company
from db.rule_tree import Rule

_HIDDEN = frozenset(("custom", "owner_id", "deleted_at"))


def search(call: Call) -> Answer:
    """List contacts: those that hold the words of `q` and fit the rule `where`."""
    query = listing.Query(
        text=call.query.get("q", ""),
        rule=rule_of(call, call.query.get("where", "")),
        paging=call.paging(),
        zone=company().time_zone,
    )
    return listed(call, listing.search(call.actor, query), _row)


def create(call: Call) -> Answer:
    """Create a contact."""
    values, anyway = call.values, call.says("even_if_duplicate")
    number, is_new = call.once(
        lambda work: contacts.create(work, values, even_if_duplicate=anyway),
        lambda: contacts.create(call.actor, values, even_if_duplicate=anyway),
    )
    shown = with_version(_record(contacts.get(call.actor, number)))
    return shown.created(f"/api/v1/contacts/{number}", is_repeated=not is_new)


def get(call: Call) -> Answer:
    """Read one contact."""
    return with_version(_record(contacts.get(call.actor, call.id)))


def change(call: Call) -> Answer:
    """Change the fields that are named; an empty value empties its field."""
    contacts.change(call.actor, call.id, call.values, version=call.version)
    return get(call)


def delete(call: Call) -> Answer:
    """Delete a contact; it can be restored."""
    contacts.delete(call.actor, [call.id])
    return Answer(204)


def restore(call: Call) -> Answer:
    """Bring a deleted contact back."""
    contacts.restore(call.actor, [call.id])
    return get(call)


def timeline(call: Call) -> Answer:
    """List what happened to a contact, the latest first; `group` keeps one kind of entry."""
    wanted = call.query.get("group", "")
    if wanted and wanted not in GROUPS:
        raise Invalid("The query needs correcting.", fields={"group": f"Choose one of: {', '.join(GROUPS)}."})
    page = history.of_contact(call.actor, call.id, call.paging(), [wanted] if wanted else [])
    return listed(call, page)


def rule_of(call: Call, line: str) -> Rule | None:
    """The checked rule of a line; None for an empty one."""
    if not line.strip():
        return None
    try:
        return rule_text.read(line, custom_fields.search(call.actor))
    except Invalid as error:
        raise Invalid("The rule needs correcting.", fields={"where": error.message}) from error


def _record(contact: ContactDetail) -> dict[str, Any]:
    shown = ("id", "version", "name", "owner_name", "account_id", "email_opt", "is_sample")
    times = ("last_touch_at", "created_at", "updated_at")
    return {name: getattr(contact, name) for name in (*shown, *times)} | dict(contact.values)


def _row(row: listing.ContactRow) -> dict[str, Any]:
    found = {field.name: getattr(row, field.name) for field in fields(row) if field.name not in _HIDDEN}
    return found | {"owner": row.owner_id} | {CUSTOM + name: value for name, value in row.custom.items()}
