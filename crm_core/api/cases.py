"""Cases of customers for programs: open, read, answer, solve."""

from dataclasses import asdict
from typing import Any, Final

from crm_core.api.answers import Answer, listed, with_version
from crm_core.api.calls import Call
from crm_core.kernel.errors import Invalid
from crm_core.service import answers, case_lists, case_merging, case_messages, cases, rules
from crm_core.service.answers import AnswerRow
from crm_core.service.case_types import CaseMessageRow, CaseQuery, CaseRow, NewCase, NewMessage

QUERY: Final = ("q", "tab", "status", "priority", "case_kind", "owner", "contact_id", "order")
_TEXT: Final = {"type": "string"}
_INSTANT: Final = {"anyOf": [{"type": "string", "format": "date-time"}, {"type": "null"}]}
_YES_NO: Final = {"type": ["boolean", "null"]}
_NUMBER: Final = {"type": ["integer", "null"]}
ASKED: Final[dict[str, tuple[dict[str, Any], str]]] = {
    "tab": ({"enum": [*rules.TABS]}, "Mine, nobody's, overdue or unanswered cases."),
    "priority": ({"enum": [*rules.PRIORITIES]}, "Only those of this priority."),
    "case_kind": ({"enum": [*rules.KINDS]}, "Only cases of this kind."),
    "order": ({"enum": [*rules.SORTS]}, "The most urgent, the latest opened or the latest touched first."),
}
SHAPES: Final[dict[str, tuple[type, tuple[str, ...]]]] = {
    "CaseRow": (CaseRow, ("number",)),
    "Case": (CaseRow, ("number",)),
    "CaseMessage": (CaseMessageRow, ()),
    "KnownAnswer": (AnswerRow, ()),
}
EXAMPLES: Final = {
    "NewCase": {"contact_id": 1, "subject": "The pump leaks", "kind": "problem", "body": "It drips."},
    "CaseChanges": {"priority": "high"},
    "NewCaseMessage": {"body": "We send a new one.", "by_mail": False, "channel": "phone"},
    "CaseOwner": {"owner_id": None},
    "CaseStep": {},
    "CaseMerge": {"other_id": 2},
}
_ROW: Final = {"number": _TEXT, "due_at": _INSTANT}
SHOWN: Final[dict[str, Any]] = {
    "CaseRow": _ROW,
    "Case": _ROW
    | {
        "tags": {"type": "array", "items": _TEXT},
        **dict.fromkeys(("product_id", "order_id", "merged_into"), _NUMBER),
        **dict.fromkeys(("response_seconds", "resolution_seconds"), _NUMBER),
        "is_response_in_time": _YES_NO,
        "is_resolution_in_time": _YES_NO,
        **dict.fromkeys(("product_name", "order_number"), _TEXT),
        "is_paused": {"type": "boolean"},
        "messages": {"type": "array", "items": {"$ref": "#/components/schemas/CaseMessage"}},
    },
}


def search(call: Call) -> Answer:
    """List cases, the most urgent first; unsolved ones unless `status` says otherwise (`all` for any)."""
    asked, wrong = call.query, {}
    owner, contact = asked.get("owner", ""), asked.get("contact_id", "")
    for name, text in (("owner", "" if owner == "me" else owner), ("contact_id", contact)):
        if text and not (text.isascii() and text.isdecimal() and len(text) < 19):
            wrong[name] = (
                "Write the id of a user, or me." if name == "owner" else "Write the id of a contact."
            )
    if wrong:
        raise Invalid("The query needs correcting.", fields=wrong)
    whose = call.actor.id if owner == "me" else int(owner) if owner else None
    status = asked.get("status", "")
    query = CaseQuery(
        tab=asked.get("tab", "all"),
        statuses={"": rules.UNSOLVED, "all": ()}.get(status, (status,)),
        priorities=tuple(filter(None, [asked.get("priority")])),
        kinds=tuple(filter(None, [asked.get("case_kind")])),
        owner_ids=() if whose is None else (whose,),
        text=asked.get("q", ""),
        contact_id=int(contact) if contact else None,
        sort=asked.get("order", "urgency"),
        paging=call.paging(),
    )
    return listed(call, case_lists.search(call.actor, query), _row)


def create(call: Call) -> Answer:
    """Open a case for a customer; the same `cause` opens it once."""
    values = {name: value for name, value in call.values.items() if value is not None}
    new = NewCase(**{**values, "tags": tuple(values.get("tags", ()))})
    number, is_new = call.once(lambda work: cases.open(work, new), lambda: cases.open(call.actor, new))
    return _shown(call, number).created(f"/api/v1/cases/{number}", is_repeated=not is_new)


def get(call: Call) -> Answer:
    """Read one case with all that was said in it."""
    return _shown(call, call.id)


def change(call: Call) -> Answer:
    """Change the fields that are named; the promised times follow priority and kind."""
    cases.change(call.actor, call.id, call.values, version=call.version)
    return get(call)


def delete(call: Call) -> Answer:
    """Delete a case; it can be restored."""
    cases.delete(call.actor, call.id)
    return Answer(204)


def restore(call: Call) -> Answer:
    """Bring a deleted case back."""
    cases.restore(call.actor, call.id)
    return get(call)


def speak(call: Call) -> Answer:
    """Answer the customer (`out`, by mail if wished), note what the customer said (`in`), or write a note."""
    said = dict(call.values)
    direction, body, channel = said.get("direction", "out"), said["body"], said.get("channel", "")
    if direction == "in":
        case_messages.receive(call.actor, call.id, body, channel=channel)
    elif direction == "note":
        case_messages.note(call.actor, call.id, body)
    else:
        by_mail, then = bool(said.get("by_mail")), said.get("then", "")
        new = NewMessage(body, by_mail=by_mail, channel=channel, then=then)
        case_messages.answer(call.actor, call.id, new, version=call.version)
    return get(call)


def assign(call: Call) -> Answer:
    """Give a case to a user; to nobody with null, to who has the fewest without `owner_id`."""
    if "owner_id" in call.values:
        cases.assign(call.actor, call.id, call.values["owner_id"], version=call.version)
    else:
        cases.assign_by_load(call.actor, call.id, version=call.version)
    return get(call)


def wait(call: Call) -> Answer:
    """Note that the customer has to do something first: the clock stands still."""
    cases.wait(call.actor, call.id, version=call.version)
    return get(call)


def solve(call: Call) -> Answer:
    """Note that the customer got what was needed."""
    cases.solve(call.actor, call.id, version=call.version)
    return get(call)


def close(call: Call) -> Answer:
    """Put a case away for good."""
    cases.close(call.actor, call.id, version=call.version)
    return get(call)


def reopen(call: Call) -> Answer:
    """Take a solved or closed case up again."""
    cases.reopen(call.actor, call.id, version=call.version)
    return get(call)


def merge(call: Call) -> Answer:
    """Move what was said in `other_id` to this case of the same customer, and close that one."""
    case_merging.merge(call.actor, call.id, call.values["other_id"])
    return get(call)


def known_answers(call: Call) -> Answer:
    """List known answers, those used most first."""
    return listed(call, answers.search(call.actor, call.query.get("q", ""), call.paging()))


def _shown(call: Call, case_id: int) -> Answer:
    found = cases.get(call.actor, case_id)
    whole = asdict(found)
    del whole["row"]
    return with_version(_row(found.row) | whole)


def _row(row: CaseRow) -> dict[str, Any]:
    return asdict(row) | {"number": rules.shown(row.number), "due_at": row.due_at}
