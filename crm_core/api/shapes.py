"""The bodies that programs send, name by name: the check and the documentation both follow from it."""

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import MAXYEAR, MINYEAR, UTC, date, datetime
from typing import Any, Final

from crm_core.activity import rules as activity_rules
from crm_core.activity import task_rules
from crm_core.activity.recurrence import REPEATS
from crm_core.commerce import rules as commerce_rules
from crm_core.commerce.product_fields import TYPES as PRODUCT_TYPES
from crm_core.data.export_columns import KINDS as EXPORTED
from crm_core.data.exports import FORMATS
from crm_core.data.import_types import ON_DUPLICATE
from crm_core.kernel.values.typed import LISTS
from crm_core.people.fields import ACCOUNT_TYPES, CONTACT_TYPES, CUSTOM, OPTIONS
from crm_core.sales.rules import DEAL_TYPES
from crm_core.service import rules as service_rules

Json = dict[str, Any]
LARGEST_NUMBER: Final = 10**15
MOST_ENTRIES: Final = 1_000


@dataclass(frozen=True)
class Kind:
    """What a value may be: its JSON schema, the check that keeps it, and the hint when it does not."""

    schema: Json
    fits: Callable[[Any], bool]
    hint: str


def _is_plain(value: Any) -> bool:
    """Could a form or a cell hold this?"""
    if isinstance(value, float):
        return math.isfinite(value) and abs(value) <= LARGEST_NUMBER
    if isinstance(value, int):
        return abs(value) <= LARGEST_NUMBER
    return value is None or isinstance(value, str)


def _is_list(value: Any, kind: type) -> bool:
    return (
        isinstance(value, list)
        and len(value) <= MOST_ENTRIES
        and all(type(entry) is kind and _is_plain(entry) for entry in value)
    )


def _is_instant(value: Any) -> bool:
    try:
        if value is None:
            return True
        moment = datetime.fromisoformat(value)
        # One that lies before or behind all calendars in some zone cannot be stored or shown.
        return moment.tzinfo is not None and MINYEAR < moment.astimezone(UTC).year < MAXYEAR
    except (TypeError, ValueError, OverflowError):
        return False


def _is_day(value: Any) -> bool:
    try:
        return value is None or date.fromisoformat(value) is not None
    except (TypeError, ValueError):
        return False


def text(longest: int) -> Kind:
    """A text of so many characters at most."""
    hint = f"Give a text of at most {longest:,} characters."
    return Kind(
        {"type": "string", "maxLength": longest},
        lambda value: isinstance(value, str) and len(value) <= longest and "\x00" not in value,
        hint,
    )


def one_of(words: Any) -> Kind:
    """One of some words."""
    known = [*words]
    return Kind(
        {"type": "string", "enum": known}, lambda value: value in known, f"Choose one of: {', '.join(known)}."
    )


def _number(largest: int, *, or_none: bool = False) -> Kind:
    schema = {"type": ["integer", "null"] if or_none else "integer", "minimum": 0, "maximum": largest}
    return Kind(
        schema,
        lambda value: (or_none and value is None) or (type(value) is int and 0 <= value <= largest),
        f"Give a whole number from 0 to {largest:,}.",
    )


ID: Final = _number(2**63 - 1, or_none=True)
VERSION: Final = _number(2**31 - 1)
YES_NO: Final = Kind({"type": "boolean"}, lambda value: isinstance(value, bool), "Write true or false.")
INSTANT: Final = Kind(
    {"type": ["string", "null"], "format": "date-time"},
    _is_instant,
    "Give an instant with its zone, such as 2026-03-02T09:00:00Z.",
)
DAY: Final = Kind({"type": ["string", "null"], "format": "date"}, _is_day, "Give a day such as 2026-03-02.")
TEXTS: Final = Kind(
    {"type": "array", "items": {"type": "string"}},
    lambda value: _is_list(value, str),
    "Give a list of texts.",
)
IDS: Final = Kind(
    {"type": "array", "items": {"type": "integer"}, "maxItems": MOST_ENTRIES},
    lambda value: _is_list(value, int),
    f"Give a list of at most {MOST_ENTRIES:,} ids.",
)
OBJECT: Final = Kind(
    {"type": "object", "additionalProperties": {"type": ["string", "null"]}},
    lambda value: isinstance(value, dict) and all(v is None or isinstance(v, str) for v in value.values()),
    "Give an object of names and texts.",
)


def _record_field(name: str, type_name: str) -> Kind:
    """A field of a record: read as in forms and imports, so texts are always welcome."""
    schema: Json = {"type": ["string", "null"]}
    if type_name in LISTS:
        schema = {"type": ["string", "array", "null"], "items": {"type": "string"}}
    elif type_name in ("yes_no", "consent"):
        schema = {"type": ["boolean", "string", "null"]}
    elif type_name in ("integer", "number", "money", "share") or name == "owner":
        schema = {"type": ["number", "string", "null"]}
    elif type_name == "instant":
        schema = {"type": ["string", "null"], "format": "date-time"}
    if name in OPTIONS:
        schema["description"] = f"One of: {', '.join(OPTIONS[name])}."
    if type_name in LISTS:
        return Kind(schema, _is_listed, "Give a text, a number, true or false, or a list of texts.")
    return Kind(schema, _is_plain, "Give a text, a number, or true or false.")


def _is_listed(value: Any) -> bool:
    return _is_plain(value) or _is_list(value, str)


OWN_FIELD: Final = _record_field("", "choices")


@dataclass(frozen=True)
class Kinds:
    """The names of a body with their kinds; ``required`` ones must be there, ``own`` lets custom ones in."""

    names: Mapping[str, Kind]
    required: tuple[str, ...] = ()
    own: bool = False

    def schema(self) -> Json:
        """As OpenAPI writes it."""
        found: Json = {
            "type": "object",
            "properties": {name: kind.schema for name, kind in self.names.items()},
            "additionalProperties": False,
        }
        if self.own:
            found["patternProperties"] = {r"^custom\.": {}}
        return found | ({"required": [*self.required]} if self.required else {})


def problems(values: Mapping[str, Any], kinds: Kinds) -> dict[str, str]:
    """A hint for every name that is unknown or missing, and every value of the wrong kind."""
    wrong = {name: "This is needed." for name in kinds.required if name not in values}
    for name, value in values.items():
        kind = kinds.names.get(name) or (OWN_FIELD if kinds.own and name.startswith(CUSTOM) else None)
        if kind is None:
            wrong[name] = f"There is no field called “{name[:60]}” here."
        elif not kind.fits(value):
            wrong[name] = kind.hint
    return wrong


def _record(types: Mapping[str, str], *left_out: str) -> dict[str, Kind]:
    return {name: _record_field(name, type_name) for name, type_name in types.items() if name not in left_out}


_TOUCHPOINT: Final = {
    "subject": text(activity_rules.LONGEST_SUBJECT),
    "body": text(activity_rules.LONGEST_BODY),
    "direction": one_of(activity_rules.DIRECTIONS),
    "outcome": text(60),
    "duration_minutes": _number(1440, or_none=True),
}
_TASK: Final = {
    "title": text(task_rules.LONGEST_TITLE),
    "kind": one_of(task_rules.KINDS),
    "due_on": DAY,
    "starts_at": INSTANT,
    "duration_minutes": _number(1440, or_none=True),
    "remind_at": INSTANT,
    "priority": one_of(task_rules.PRIORITIES),
    "notes": text(task_rules.LONGEST_NOTES),
    "owner_id": ID,
    "contact_id": ID,
    "account_id": ID,
    "deal_id": ID,
    "repeats": one_of(("", *REPEATS)),
    "repeat_every": _number(task_rules.MOST_BETWEEN),
}


def _rows(kinds: Mapping[str, Kind]) -> Kind:
    """A list of objects with these names."""
    properties = {name: kind.schema for name, kind in kinds.items()}
    row: Json = {"type": "object", "properties": properties, "additionalProperties": False}
    return Kind(
        {"type": "array", "items": row, "maxItems": commerce_rules.MOST_LINES},
        lambda value: (
            isinstance(value, list)
            and len(value) <= commerce_rules.MOST_LINES
            and all(isinstance(one, dict) and not problems(one, Kinds(kinds)) for one in value)
        ),
        f"Give a list of objects with some of: {', '.join(kinds)}. Money and quantities are decimal numbers.",
    )


DECIMAL: Final = Kind(
    {"type": ["number", "string", "null"]},
    lambda value: not isinstance(value, bool) and _is_plain(value),
    "Give a number, or a text such as 12.50.",
)
_LINE: Final = {
    "product_id": ID, "name": text(300), "quantity": DECIMAL, "unit_price": DECIMAL, "discount": DECIMAL,
}  # fmt: skip
_CASE: Final = {
    "subject": text(service_rules.LONGEST_SUBJECT), "kind": one_of(service_rules.KINDS),
    "priority": one_of(service_rules.PRIORITIES), "channel": one_of(service_rules.CHANNELS),
    "product_id": ID, "order_id": ID, "tags": TEXTS,
}  # fmt: skip
_RETURN: Final = {"line_id": ID, "quantity": DECIMAL, "amount": DECIMAL, "reason": text(200)}
_ORDER: Final = {
    "contact_id": ID, "account_id": ID, "deal_id": ID, "seller_id": ID, "number": text(120),
    "origin": text(60), "currency": text(3), "ordered_at": INSTANT, "discount": DECIMAL, "channel": text(60),
    "coupon": text(60), "city": text(120), "postal_code": text(30), "country": text(60),
    "lines": _rows(_LINE),
}  # fmt: skip
_BASKET: Final = {
    "total": DECIMAL, "currency": text(3), "shipping": DECIMAL, "contact_id": ID,
    "lines": _rows({"product_id": ID, "category": text(120), "quantity": DECIMAL, "total": DECIMAL}),
}  # fmt: skip
_SEGMENT: Final = {
    "name": text(120), "rule": text(20_000), "description": text(4_000), "portrait": OBJECT,
}  # fmt: skip
_MESSAGE: Final = {
    "subject": text(500), "preheader": text(300), "body_html": text(262_144), "body_text": text(262_144),
}  # fmt: skip
_CAMPAIGN: Final = {
    "name": text(200), "segment_id": ID, "rule": text(20_000), "holdout": _number(5_000), "goal": text(20),
    "window_days": _number(366), "needs_consent": YES_NO, "cap": _number(100), "cap_days": _number(366),
    "per_minute": _number(100_000), "opens_at": text(5), "closes_at": text(5), "test_share": _number(90),
    "decide_after": _number(720),
}  # fmt: skip
_MEMBERS: Final = Kind(
    {"type": "array", "items": {"type": "integer"}},
    lambda value: isinstance(value, list) and all(type(one) is int for one in value),
    "Give a list of ids of contacts.",
)
_PLAN: Final = {
    "mapping": OBJECT,
    "on_duplicate": one_of(ON_DUPLICATE),
    "match_by": TEXTS,
    "create_companies": YES_NO,
    "create_missing": TEXTS,
    "strict": YES_NO,
    "defaults": OBJECT,
    "region": text(2),
    "date_order": one_of(("", "DMY", "MDY", "YMD")),
    "origin": text(60),
    "owner_id": ID,
    "tag": text(60),
    "meanings": OBJECT,
}

_POINTS: Final = Kind(
    {"type": "integer", "minimum": -LARGEST_NUMBER, "maximum": LARGEST_NUMBER},
    lambda value: type(value) is int and abs(value) <= LARGEST_NUMBER,
    "Give a whole number of points.",
)
_POSTING: Final = Kinds(
    {"member": text(200), "points": _POINTS, "cause": text(180), "reason": text(300)},
    ("member", "points", "cause"),
)

BODIES: Final[Mapping[str, Kinds]] = {
    "NewContact": Kinds(_record(CONTACT_TYPES), own=True),
    "NewLead": Kinds(_record(CONTACT_TYPES, "lead_status"), own=True),
    "ContactChanges": Kinds(_record(CONTACT_TYPES, "created_at") | {"version": VERSION}, own=True),
    "NewAccount": Kinds(_record(ACCOUNT_TYPES), ("company",), own=True),
    "AccountChanges": Kinds(_record(ACCOUNT_TYPES, "created_at") | {"version": VERSION}, own=True),
    "NewInteraction": Kinds(
        {
            "kind": one_of(activity_rules.KINDS),
            "contact_id": ID,
            "account_id": ID,
            "happened_at": INSTANT,
            **_TOUCHPOINT,
        },
        ("kind",),
    ),
    "InteractionChanges": Kinds(_TOUCHPOINT | {"version": VERSION}),
    "NewTask": Kinds(_TASK, ("title",)),
    "TaskChanges": Kinds(_TASK | {"version": VERSION}),
    "TaskOutcome": Kinds(
        {"outcome": text(60), "log_body": text(activity_rules.LONGEST_BODY), "version": VERSION}
    ),
    "NewCase": Kinds(
        _CASE
        | {
            "contact_id": _number(2**63 - 1),
            "owner_id": ID,
            "cause": text(160),
            "body": text(activity_rules.LONGEST_BODY),
            "direction": one_of(activity_rules.DIRECTIONS),
        },
        ("contact_id", "subject"),
    ),
    "CaseChanges": Kinds(_CASE | {"version": VERSION}),
    "NewCaseMessage": Kinds(
        {
            "body": text(activity_rules.LONGEST_BODY),
            "direction": one_of(("out", "in", "note")),
            "by_mail": YES_NO,
            "channel": one_of(("", *service_rules.CHANNELS)),
            "then": one_of(("", "waiting", "solved")),
            "version": VERSION,
        },
        ("body",),
    ),
    "CaseOwner": Kinds({"owner_id": ID, "version": VERSION}),
    "CaseStep": Kinds({"version": VERSION}),
    "CaseMerge": Kinds({"other_id": _number(2**63 - 1)}, ("other_id",)),
    "NewProduct": Kinds(_record(PRODUCT_TYPES), ("product",)),
    "ProductChanges": Kinds(_record(PRODUCT_TYPES) | {"version": VERSION}),
    "NewDeal": Kinds(
        _record(DEAL_TYPES) | {"pipeline": text(120), "stage": text(120), "stage_id": ID}, ("deal",), own=True
    ),
    "DealChanges": Kinds(_record(DEAL_TYPES, "created_at") | {"version": VERSION}, own=True),
    "DealMove": Kinds({"stage_id": ID, "before_id": ID, "behind_id": ID, "version": VERSION}, ("stage_id",)),
    "DealLoss": Kinds({"reason": text(200), "note": text(4_000), "version": VERSION}, ("reason",)),
    "NewOrder": Kinds(_ORDER, ("lines",)),
    "OrderChanges": Kinds(
        {"status": one_of(commerce_rules.STATUSES[1:]), "at": INSTANT, "version": VERSION}
        | {name: _ORDER[name] for name in ("lines", "discount", "channel", "city", "postal_code", "country")}
    ),
    "NewReturns": Kinds({"lines": _rows(_RETURN), "at": INSTANT, "version": VERSION}),
    "NewSegment": Kinds(_SEGMENT | {"is_static": YES_NO}, ("name",)),
    "SegmentChanges": Kinds(_SEGMENT | {"version": VERSION}),
    "SegmentMembers": Kinds({"contact_ids": _MEMBERS}, ("contact_ids",)),
    "NewCampaign": Kinds(_CAMPAIGN | _MESSAGE | {"template_id": ID}, ("name",)),
    "CampaignChanges": Kinds(_CAMPAIGN | {"version": VERSION}),
    "CampaignTime": Kinds({"at": INSTANT, "version": VERSION}),
    "CampaignNewTime": Kinds({"at": INSTANT}, ("at",)),
    "CampaignWinner": Kinds({"variant": text(60)}, ("variant",)),
    "SecondMessage": Kinds({"subject": text(500), "after_days": _number(60)}, ("subject",)),
    "NewCampaignList": Kinds({"measure": text(40), "variant": text(60), "name": text(120)}, ("measure",)),
    "NewTemplate": Kinds({"name": text(120), **_MESSAGE}, ("name",)),
    "TemplateChanges": Kinds({"name": text(120), **_MESSAGE, "version": VERSION}),
    "NewReferral": Kinds({"code": text(40), "contact_id": ID}, ("code", "contact_id")),
    "NewMember": Kinds({"contact_id": ID, "card_number": text(60)}, ("contact_id",)),
    **dict.fromkeys(("EarnedPoints", "SpentPoints", "PointChange", "PointGift"), _POSTING),
    "Reversal": Kinds({"reason": text(300)}),
    "CouponBasket": Kinds(_BASKET),
    "CouponRedemption": Kinds(_BASKET | {"cause": text(180), "order_id": ID}),
    "RewardRequest": Kinds({"member": text(200), "cause": text(180)}),
    "ImportPlan": Kinds(_PLAN),
    "NewLines": Kinds({"lines": _rows(_LINE), "replace": YES_NO, "version": VERSION}, ("lines",)),
    "NewQuote": Kinds({"valid_until": DAY, "note": text(4_000)}, ("valid_until",)),
    "NewExport": Kinds(
        {
            "kind": one_of((*EXPORTED, "all")),
            "format": one_of(FORMATS),
            "where": text(4_000),
            "q": text(500),
            "ids": IDS,
            "columns": TEXTS,
            "raw": YES_NO,
        }
    ),
}
"""Every body that is read, by its name in the documentation."""
