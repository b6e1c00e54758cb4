"""Segments for programs: list, read, make, change, and count what a rule means."""

from dataclasses import replace

from crm_core.api.answers import Answer, with_version
from crm_core.api.calls import Call
from crm_core.kernel.errors import Invalid
from crm_core.marketing import rule_text, segment_sizes, segments
from crm_core.marketing.segment_types import NewSegment
from crm_core.people import custom_fields


def search(call: Call) -> Answer:
    """List the segments with their sizes of the last sixty days."""
    return Answer(body={"items": segments.search(call.actor)})


def create(call: Call) -> Answer:
    """Make a segment: by a rule, or as a static list."""
    new = NewSegment(**call.values)
    number, is_new = call.once(
        lambda work: segments.create(work, new), lambda: segments.create(call.actor, new)
    )
    shown = with_version(segments.get(call.actor, number))
    return shown.created(f"/api/v1/segments/{number}", is_repeated=not is_new)


def get(call: Call) -> Answer:
    """Read one segment."""
    return with_version(segments.get(call.actor, call.id))


def change(call: Call) -> Answer:
    """Change the parts that are named."""
    there = segments.get(call.actor, call.id)
    known = NewSegment(there.name, there.rule, there.description, there.is_static, there.portrait)
    values = {name: value for name, value in call.values.items() if name != "version"}
    segments.change(call.actor, call.id, replace(known, **values), version=call.version)
    return get(call)


def count(call: Call) -> Answer:
    """Count the contacts that the rule in `where` means now."""
    line = call.query.get("where", "")
    if not line:
        raise Invalid("The query needs correcting.", fields={"where": "Give a rule, such as: country is DE."})
    rule = rule_text.read(line, custom_fields.search(call.actor))
    return Answer(body={"count": segments.count(call.actor, rule)})


def refresh(call: Call) -> Answer:
    """Count a segment now, and note who entered and left."""
    segment_sizes.refresh(call.actor, call.id)
    return get(call)


def add_members(call: Call) -> Answer:
    """Put contacts on a static list."""
    segments.add_members(call.actor, call.id, call.values["contact_ids"])
    return get(call)


def remove_members(call: Call) -> Answer:
    """Take contacts off a static list."""
    segments.remove_members(call.actor, call.id, call.values["contact_ids"])
    return get(call)


def archive(call: Call) -> Answer:
    """Put a segment away."""
    segments.archive(call.actor, call.id)
    return get(call)


def restore(call: Call) -> Answer:
    """Bring a segment back that was put away."""
    segments.restore(call.actor, call.id)
    return get(call)
