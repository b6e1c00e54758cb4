"""The bodies that programs send, name by name: the check and the documentation both follow from it."""

from collections.abc import Mapping
from typing import Final

from crm_core.activity import rules as activity_rules
from crm_core.activity import task_rules
from crm_core.activity.recurrence import REPEATS
from crm_core.api.kinds import (
    DAY,
    DECIMAL,
    ID,
    IDS,
    INSTANT,
    LARGEST_NUMBER,
    OBJECT,
    TEXTS,
    VERSION,
    YES_NO,
    Kind,
    Kinds,
    number,
    one_of,
    record,
    rows,
    text,
)
from crm_core.commerce import rules as commerce_rules
from crm_core.commerce.product_fields import TYPES as PRODUCT_TYPES
from crm_core.data.export_columns import KINDS as EXPORTED
from crm_core.data.exports import FORMATS
from crm_core.data.import_types import ON_DUPLICATE
from crm_core.people.fields import ACCOUNT_TYPES, CONTACT_TYPES
from crm_core.sales.rules import DEAL_TYPES
from crm_core.service import rules as service_rules
from crm_core.service import survey_rules

_TOUCHPOINT: Final = {
    "subject": text(activity_rules.LONGEST_SUBJECT),
    "body": text(activity_rules.LONGEST_BODY),
    "direction": one_of(activity_rules.DIRECTIONS),
    "outcome": text(60),
    "duration_minutes": number(1440, or_none=True),
}
_TASK: Final = {
    "title": text(task_rules.LONGEST_TITLE),
    "kind": one_of(task_rules.KINDS),
    "due_on": DAY,
    "starts_at": INSTANT,
    "duration_minutes": number(1440, or_none=True),
    "remind_at": INSTANT,
    "priority": one_of(task_rules.PRIORITIES),
    "notes": text(task_rules.LONGEST_NOTES),
    "owner_id": ID,
    "contact_id": ID,
    "account_id": ID,
    "deal_id": ID,
    "repeats": one_of(("", *REPEATS)),
    "repeat_every": number(task_rules.MOST_BETWEEN),
}


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
    "lines": rows(_LINE),
}  # fmt: skip
_BASKET: Final = {
    "total": DECIMAL, "currency": text(3), "shipping": DECIMAL, "contact_id": ID,
    "lines": rows({"product_id": ID, "category": text(120), "quantity": DECIMAL, "total": DECIMAL}),
}  # fmt: skip
_SEGMENT: Final = {
    "name": text(120), "rule": text(20_000), "description": text(4_000), "portrait": OBJECT,
}  # fmt: skip
_MESSAGE: Final = {
    "subject": text(500), "preheader": text(300), "body_html": text(262_144), "body_text": text(262_144),
}  # fmt: skip
_CAMPAIGN: Final = {
    "name": text(200), "segment_id": ID, "rule": text(20_000), "holdout": number(5_000), "goal": text(20),
    "window_days": number(366), "needs_consent": YES_NO, "cap": number(100), "cap_days": number(366),
    "per_minute": number(100_000), "opens_at": text(5), "closes_at": text(5), "test_share": number(90),
    "decide_after": number(720),
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
    "NewContact": Kinds(record(CONTACT_TYPES), own=True),
    "NewLead": Kinds(record(CONTACT_TYPES, "lead_status"), own=True),
    "ContactChanges": Kinds(record(CONTACT_TYPES, "created_at") | {"version": VERSION}, own=True),
    "NewAccount": Kinds(record(ACCOUNT_TYPES), ("company",), own=True),
    "AccountChanges": Kinds(record(ACCOUNT_TYPES, "created_at") | {"version": VERSION}, own=True),
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
    "NewFeedback": Kinds(
        {
            "contact_id": number(2**63 - 1),
            "kind": one_of(survey_rules.KINDS),
            "score": number(10),
            "comment": text(survey_rules.LONGEST_COMMENT),
            **dict.fromkeys(("case_id", "order_id", "product_id"), ID),
            "answered_at": INSTANT,
        },
        ("contact_id", "kind", "score"),
    ),
    "NewFeedbackRequest": Kinds(
        {
            "contact_id": number(2**63 - 1),
            "survey": text(120),
            "channel": one_of(("mail", "link")),
            "cause": text(120),
            **dict.fromkeys(("case_id", "order_id", "product_id"), ID),
        },
        ("contact_id", "survey"),
    ),
    "NewCase": Kinds(
        _CASE
        | {
            "contact_id": number(2**63 - 1),
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
    "CaseMerge": Kinds({"other_id": number(2**63 - 1)}, ("other_id",)),
    "NewProduct": Kinds(record(PRODUCT_TYPES), ("product",)),
    "ProductChanges": Kinds(record(PRODUCT_TYPES) | {"version": VERSION}),
    "NewDeal": Kinds(
        record(DEAL_TYPES) | {"pipeline": text(120), "stage": text(120), "stage_id": ID}, ("deal",), own=True
    ),
    "DealChanges": Kinds(record(DEAL_TYPES, "created_at") | {"version": VERSION}, own=True),
    "DealMove": Kinds({"stage_id": ID, "before_id": ID, "behind_id": ID, "version": VERSION}, ("stage_id",)),
    "DealLoss": Kinds({"reason": text(200), "note": text(4_000), "version": VERSION}, ("reason",)),
    "NewOrder": Kinds(_ORDER, ("lines",)),
    "OrderChanges": Kinds(
        {"status": one_of(commerce_rules.STATUSES[1:]), "at": INSTANT, "version": VERSION}
        | {name: _ORDER[name] for name in ("lines", "discount", "channel", "city", "postal_code", "country")}
    ),
    "NewReturns": Kinds({"lines": rows(_RETURN), "at": INSTANT, "version": VERSION}),
    "NewSegment": Kinds(_SEGMENT | {"is_static": YES_NO}, ("name",)),
    "SegmentChanges": Kinds(_SEGMENT | {"version": VERSION}),
    "SegmentMembers": Kinds({"contact_ids": _MEMBERS}, ("contact_ids",)),
    "NewCampaign": Kinds(_CAMPAIGN | _MESSAGE | {"template_id": ID}, ("name",)),
    "CampaignChanges": Kinds(_CAMPAIGN | {"version": VERSION}),
    "CampaignTime": Kinds({"at": INSTANT, "version": VERSION}),
    "CampaignNewTime": Kinds({"at": INSTANT}, ("at",)),
    "CampaignWinner": Kinds({"variant": text(60)}, ("variant",)),
    "SecondMessage": Kinds({"subject": text(500), "after_days": number(60)}, ("subject",)),
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
    "NewLines": Kinds({"lines": rows(_LINE), "replace": YES_NO, "version": VERSION}, ("lines",)),
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
