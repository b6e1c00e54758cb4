"""Leads for programs: what comes in from elsewhere, and what stands in the queue."""

from collections.abc import Mapping
from dataclasses import asdict
from typing import Any, Final

from crm_core.api.answers import Answer, listed
from crm_core.api.calls import Call
from crm_core.kernel.errors import Invalid, NotFound
from crm_core.kernel.work import Work
from crm_core.sales import lead_rules, leads
from crm_core.sales.lead_types import Arrived, LeadQuery, LeadRow

QUERY: Final = ("q", "status", "owner_id", "source", "band", "mine", "untouched", "sort")
"""What a list of leads can be narrowed down by."""
INNER: Final = ("owner_id",)
SHOWN: Final[dict[str, Any]] = {
    "owner": {"type": ["integer", "null"]},
    "band": {"enum": [*lead_rules.BANDS]},
}
ARRIVED: Final[dict[str, Any]] = {"owner": {"type": ["integer", "null"]}}
ASKED: Final[Mapping[str, tuple[dict[str, Any], str]]] = {
    "source": ({"type": "string"}, "Only those that came from here."),
    "band": ({"enum": [*lead_rules.BANDS]}, "Only those with a score of this band."),
    "untouched": ({"type": "boolean"}, "Only those nobody was in touch with."),
}


def search(call: Call) -> Answer:
    """List leads, the most promising first, with their scores and the reasons for them."""
    return listed(call, leads.search(call.actor, query_of(call)), _row)


def create(call: Call) -> Answer:
    """Take in a lead; without an `owner`, the rules of assignment say who gets it."""
    made: list[Arrived] = []

    def make(work: Work) -> int:
        made.append(leads.create(work, call.values, even_if_duplicate=anyway))
        return made[-1].id

    anyway = call.says("even_if_duplicate")
    number, is_new = call.once(make, lambda: _made(call, made, even_if_duplicate=anyway))
    found = _found(call, number) if not is_new else made[-1]
    shown = asdict(found)
    shown["owner"] = shown.pop("owner_id")
    return Answer(body=shown).created(f"/api/v1/contacts/{number}", is_repeated=not is_new)


def query_of(call: Call) -> LeadQuery:
    """The question that the names of a query ask.

    Raises:
        Invalid: a value that cannot be.
    """
    given = call.query
    owner = given.get("owner_id")
    if owner is not None and not (owner.isascii() and owner.isdecimal() and len(owner) <= 18):
        raise Invalid("The query needs correcting.", fields={"owner_id": "Give a whole number."})
    return LeadQuery(
        text=given.get("q", ""),
        status=given.get("status", ""),
        owner_id=None if owner is None else int(owner),
        mine=call.says("mine"),
        source=given.get("source", ""),
        band=given.get("band", ""),
        untouched=call.says("untouched"),
        paging=call.paging(),
    )


def _made(call: Call, made: list[Arrived], *, even_if_duplicate: bool) -> int:
    made.append(leads.create(call.actor, call.values, even_if_duplicate=even_if_duplicate))
    return made[-1].id


def _found(call: Call, number: int) -> Arrived:
    """What a request made before: whom it went to is told to those who see the lead."""
    try:
        lead = leads.get(call.actor, number)
    except NotFound:
        return Arrived(number, None, "", "")
    return Arrived(number, lead.row.owner_id, lead.row.owner_name, lead.because)


def _row(row: LeadRow) -> dict[str, Any]:
    shown = asdict(row)
    shown["owner"] = shown.pop("owner_id")
    return shown | {"band": lead_rules.band(row.score)}
