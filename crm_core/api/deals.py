"""Deals and pipelines for programs."""

from collections.abc import Callable, Mapping
from dataclasses import fields, replace
from datetime import date
from decimal import Decimal
from typing import Any

from crm_core.activity import history as told
from crm_core.api.answers import Answer, listed, with_version
from crm_core.api.calls import Call
from crm_core.kernel.errors import Invalid
from crm_core.kernel.values import decimals, money
from crm_core.kernel.values.problem import Problem
from crm_core.people.fields import CUSTOM
from crm_core.sales import deals, pipelines
from crm_core.sales.types import DealDetail, DealQuery, DealRow, PipelineRow, StageStay

_AMOUNTS = ("amount_from", "amount_to")
_DAYS = ("close_from", "close_to", "closed_from", "closed_to", "created_from", "created_to")
_NUMBERS = ("pipeline_id", "stage_id", "owner_id", "team_id", "contact_id", "account_id", "product_id")
_SWITCHES = ("mine", "rotting", "without_next_step")
INNER = ("name", "owner_id", "close_on", "deleted_at", "rank", "amount")
SHOWN: dict[str, Any] = {
    "deal": {"type": "string"},
    "amount": {"type": ["string", "null"]},
    "owner": {"type": ["integer", "null"]},
    "close_date": {"type": ["string", "null"], "format": "date"},
}
WHOLE: dict[str, Any] = {
    "description": {"type": "string"},
    "external_id": {"type": ["string", "null"]},
    "lines": {"type": "array", "items": {"type": "object"}},
    "people": {"type": "array", "items": {"type": "object"}},
}
_MOST = 10**15
_WORDS = ("status", "currency", "lost_reason")
QUERY = ("q", *_WORDS, *_NUMBERS, *_AMOUNTS, *_DAYS, *_SWITCHES)
"""What a list of deals can be narrowed down by."""
ASKED: Mapping[str, tuple[dict[str, Any], str]] = {
    **{name: ({"type": "integer", "minimum": 0}, "Only those with this number.") for name in _NUMBERS},
    **{name: ({"type": "string"}, "A bound for the amount; say `currency` too.") for name in _AMOUNTS},
    **{name: ({"type": "string", "format": "date"}, "A first or last day.") for name in _DAYS},
    "mine": ({"type": "boolean"}, "Only those of the token's owner."),
    "rotting": ({"type": "boolean"}, "Only open ones that stay in their stage for too long."),
    "without_next_step": ({"type": "boolean"}, "Only open ones without an open task."),
    "currency": ({"type": "string"}, "Only amounts in this currency."),
    "lost_reason": ({"type": "string"}, "Only those lost for this reason."),
}


def search(call: Call) -> Answer:
    """List deals: those that hold the words of `q` and fit the other names of the query."""
    return listed(call, deals.search(call.actor, query_of(call)), _row)


def create(call: Call) -> Answer:
    """Create a deal; `pipeline` and `stage` by name, or `stage_id`."""
    values = call.values
    number, is_new = call.once(
        lambda work: deals.create(work, values), lambda: deals.create(call.actor, values)
    )
    shown = with_version(_record(deals.get(call.actor, number)))
    return shown.created(f"/api/v1/deals/{number}", is_repeated=not is_new)


def get(call: Call) -> Answer:
    """Read one deal with its lines and people."""
    return with_version(_record(deals.get(call.actor, call.id)))


def change(call: Call) -> Answer:
    """Change the fields that are named; stage and status have verbs of their own."""
    deals.change(call.actor, call.id, call.values, version=call.version)
    return get(call)


def delete(call: Call) -> Answer:
    """Delete a deal; it can be restored."""
    deals.delete(call.actor, [call.id])
    return Answer(204)


def restore(call: Call) -> Answer:
    """Bring a deleted deal back."""
    deals.restore(call.actor, [call.id])
    return get(call)


def move(call: Call) -> Answer:
    """Put an open deal into a stage, above `before_id` or below `behind_id`, else at the top."""
    beside = {name: call.values.get(name) for name in ("before_id", "behind_id")}
    deals.move(call.actor, call.id, int(call.values["stage_id"] or 0), version=call.version, **beside)
    return get(call)


def win(call: Call) -> Answer:
    """Close an open deal as won."""
    deals.win(call.actor, call.id, version=call.version)
    return get(call)


def lose(call: Call) -> Answer:
    """Close an open deal as lost, for one of the known reasons."""
    reason, note = str(call.values["reason"]), str(call.values.get("note", ""))
    deals.lose(call.actor, call.id, reason, version=call.version, note=note)
    return get(call)


def reopen(call: Call) -> Answer:
    """Open a closed deal again."""
    deals.reopen(call.actor, call.id, version=call.version)
    return get(call)


def history(call: Call) -> Answer:
    """List the stages that a deal went through, the first one first."""
    return Answer(body={"items": [_stay(stay) for stay in deals.history(call.actor, call.id)]})


def timeline(call: Call) -> Answer:
    """List what happened to a deal, the latest first."""
    return listed(call, told.of_deal(call.actor, call.id, call.paging()))


def ways(call: Call) -> Answer:
    """List the pipelines with their stages."""
    return Answer(body={"items": [_pipeline(row) for row in pipelines.search(call.actor)]})


def reasons(call: Call) -> Answer:
    """List why deals can be lost."""
    return Answer(body={"items": [{"reason": reason} for reason in pipelines.lost_reasons(call.actor)]})


def query_of(call: Call) -> DealQuery:
    """The question that the names of a query ask.

    Raises:
        Invalid: a value that cannot be.
    """
    given, wrong = call.query, dict[str, str]()
    found: dict[str, Any] = {"text": given.get("q", ""), "paging": call.paging()}
    found |= {name: call.says(name) for name in _SWITCHES if name in given}
    found |= {name: given[name] for name in _WORDS if name in given}
    for names, read, hint in (
        (_NUMBERS, _whole, "Give a whole number."),
        (_DAYS, date.fromisoformat, "Give a day, such as 2026-03-31."),
    ):
        found |= _each(given, names, read, hint, wrong)
    if any(name in given for name in _AMOUNTS) and not given.get("currency"):
        wrong["currency"] = "Say in which currency the amounts are."
    else:
        currency = given.get("currency", "")
        found |= _each(given, _AMOUNTS, lambda text: _minor(text, currency), "Give an amount.", wrong)
    if given.get("status", "") not in ("", "open", "won", "lost"):
        wrong["status"] = "Choose one of: open, won, lost."
    if wrong:
        raise Invalid("The query needs correcting.", fields=wrong)
    return replace(DealQuery(), **found)


def _each(
    given: Mapping[str, str],
    names: tuple[str, ...],
    read: Callable[[str], Any],
    hint: str,
    wrong: dict[str, str],
) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for name in names:
        if name in given:
            try:
                found[name] = read(given[name])
            except (ValueError, ArithmeticError):
                wrong[name] = hint
    return found


def _whole(text: str) -> int:
    if not text.isascii() or not text.isdecimal() or len(text) > 18:
        raise ValueError(text)
    return int(text)


def _minor(text: str, currency: str) -> int:
    amount = decimals.parse(text)
    if isinstance(amount, Problem) or abs(amount) > _MOST:
        raise ValueError(text)
    return money.to_minor(amount, currency)


def _row(row: DealRow) -> dict[str, Any]:
    found = {field.name: getattr(row, field.name) for field in fields(row) if field.name not in INNER}
    amount = None if row.amount is None else str(money.to_decimal(row.amount, row.currency))
    return found | {"deal": row.name, "amount": amount, "owner": row.owner_id, "close_date": row.close_on}


def _record(deal: DealDetail) -> dict[str, Any]:
    lines = [
        {
            "product_id": line.product_id,
            "name": line.name,
            "quantity": str(Decimal(line.quantity) / 1000),
            "unit_price": str(money.to_decimal(line.unit_price, deal.row.currency)),
            "discount": str(money.to_decimal(line.discount, deal.row.currency)),
            "total": str(money.to_decimal(line.total, deal.row.currency)),
        }
        for line in deal.lines
    ]
    people = [{"contact_id": one.contact_id, "name": one.name, "role": one.role} for one in deal.people]
    own = {name: value for name, value in deal.values.items() if name.startswith(CUSTOM)}
    more = {"description": deal.description, "external_id": deal["external_id"] or None}
    return _row(deal.row) | more | {"lines": lines, "people": people} | own


def _stay(stay: StageStay) -> dict[str, Any]:
    found = {field.name: getattr(stay, field.name) for field in fields(stay)}
    amount = None if stay.amount is None else str(money.to_decimal(stay.amount, stay.currency or "EUR"))
    return found | {"amount": amount}


def _pipeline(row: PipelineRow) -> dict[str, Any]:
    stages = [{field.name: getattr(one, field.name) for field in fields(one)} for one in row.stages]
    return {"id": row.id, "name": row.name, "is_archived": row.is_archived, "stages": stages}
