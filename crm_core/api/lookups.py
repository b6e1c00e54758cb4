"""What programs need to know beside the records: who they are, and which words can be used."""

from crm_core.api.answers import Answer
from crm_core.api.calls import Call
from crm_core.kernel.errors import Invalid
from crm_core.people import custom_fields, tags
from crm_core.team import users


def me(call: Call) -> Answer:
    """Say whose token this is, and what its owner may do."""
    actor = call.actor
    scope = actor.scope
    reach = "all" if scope.is_everything else "team" if scope.unowned else "own"
    who = {"id": actor.id, "name": actor.name, "role": actor.role, "reach": reach}
    return Answer(body=who | {"permissions": sorted(actor.permissions)})


def all_tags(call: Call) -> Answer:
    """List all tags, with the number of records that carry them."""
    return Answer(body={"items": tags.search(call.actor)})


def own_fields(call: Call) -> Answer:
    """List the fields that the administrator added to contacts, or with `record=accounts` to companies."""
    record = call.query.get("record", "contacts")
    if record not in custom_fields.RECORDS:
        hint = f"Choose one of: {', '.join(custom_fields.RECORDS)}."
        raise Invalid("The query needs correcting.", fields={"record": hint})
    return Answer(body={"items": custom_fields.search(call.actor, record)})


def owners(call: Call) -> Answer:
    """List the people to whom records may be given."""
    return Answer(body={"items": [{"id": id, "name": name} for id, name in users.choices(call.actor)]})
