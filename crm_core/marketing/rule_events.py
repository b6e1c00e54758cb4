"""What may have happened to a contact, as rules speak of it: ``has purchases (category is Tea)``.

Orders that were cancelled are none, unless the rule asks about the status itself.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from crm_core.marketing.rule_fields import Field

_ORDER_STATUS = ("placed", "paid", "shipped", "delivered", "returned", "cancelled")
_SENT_STATES = {
    "held": "held back", "excluded": "excluded", "pending": "waiting", "sending": "being sent",
    "sent": "sent", "failed": "failed", "unclear": "unclear",
}  # fmt: skip
_OUTWARD = {"email": "e-mail", "sms": "SMS", "call": "call", "post": "post", "social": "social media"}


@dataclass(frozen=True)
class Event:
    """A kind of thing that happens: its fields, and what can be counted or summed of it."""

    name: str
    label: str
    fields: Mapping[str, Field]
    measures: Mapping[str, str]


def _same(words: tuple[str, ...] | list[str]) -> dict[str, str]:
    return {word: word for word in words}


def _fields(kind: str, **labels: str) -> list[Field]:
    return [Field(name, label, kind) for name, label in labels.items()]


def _event(name: str, label: str, fields: list[Field], **measures: str) -> Event:
    return Event(name, label, {field.name: field for field in fields}, measures)


_OF_ORDERS = [
    *_fields("instant", ordered="day of the order"),
    *_fields("text", channel="channel of the order", coupon="coupon of the order"),
    Field("status", "status of the order", "choice", _same(_ORDER_STATUS)),
]

EVENTS: Final[dict[str, Event]] = {
    event.name: event
    for event in (
        _event(
            "purchases", "purchases",
            [*_fields("text", product="product", category="category"), *_OF_ORDERS,
             *_fields("number", quantity="quantity"), *_fields("money", amount="amount of the line")],
            count="number of orders", quantity="pieces", revenue="revenue",
        ),
        _event(
            "orders", "orders", [*_OF_ORDERS, *_fields("money", amount="amount of the order")],
            count="number of orders", revenue="revenue",
        ),
        _event(
            "deals", "deals",
            [Field("status", "status of the deal", "choice", _same(["open", "won", "lost"])),
             *_fields("text", stage="stage of the deal", pipeline="pipeline",
                      lost_reason="reason of the loss"),
             *_fields("money", amount="amount of the deal"),
             *_fields("instant", opened="opening of the deal", closed="end of the deal"),
             *_fields("day", closes="expected end of the deal"),
             *_fields("owner", owner="owner of the deal")],
            count="number of deals", amount="amount of the deals",
        ),
        _event(
            "tasks", "tasks",
            [Field("kind", "kind of the task", "choice", _same(["todo", "call", "meeting", "email"])),
             Field("status", "status of the task", "choice", _same(["open", "done", "cancelled"])),
             *_fields("text", title="title of the task"), *_fields("day", due="due day"),
             *_fields("instant", done="end of the task"), *_fields("owner", owner="owner of the task")],
            count="number of tasks",
        ),
        _event(
            "interactions", "interactions",
            [Field("kind", "kind of touchpoint", "choice",
                   _same(["note", "call", "meeting", "email", "chat", "post"])),
             Field("direction", "direction", "choice", {"in": "incoming", "out": "outgoing"}),
             *_fields("text", outcome="outcome", subject="subject"),
             *_fields("instant", happened="day of the touchpoint")],
            count="number of touchpoints",
        ),
        _event(
            "messages", "messages of campaigns",
            [*_fields("text", campaign="campaign", variant="variant"),
             Field("channel", "channel of the campaign", "choice", _OUTWARD),
             Field("state", "state of the message", "choice", _SENT_STATES),
             *_fields("instant", sent="sent", opened="opened", clicked="clicked", replied="replied",
                      bounced="bounced", unsubscribed="unsubscribed", visited="visited", converted="bought")],
            count="number of messages", revenue="revenue",
        ),
        _event(
            "points", "entries of points",
            [Field("kind", "kind of entry", "choice",
                   _same(["earn", "redeem", "expire", "adjust", "reverse", "gift", "transfer"])),
             *_fields("number", points="points of the entry"),
             *_fields("instant", happened="day of the entry")],
            count="number of entries", points="points",
        ),
        _event(
            "lots", "points that can be spent",
            [*_fields("instant", earned="day on which they were earned", expires="day on which they expire"),
             *_fields("number", left="what is left of them")],
            count="number of lots", points="points",
        ),
        _event(
            "coupons", "coupons that were used",
            [*_fields("text", name="name of the coupon", code="code of the coupon"),
             *_fields("instant", used="day of the use"), *_fields("money", discount="what it took off")],
            count="number of uses", discount="what they took off",
        ),
        _event(
            "referrals", "friends who were brought",
            [Field("state", "state of the referral", "choice", _same(["waiting", "rewarded", "refused"])),
             *_fields("text", code="code of the referrer"),
             *_fields("instant", referred="day of the referral", settled="day of the reward")],
            count="number of friends",
        ),
        _event(
            "feedback", "answers to surveys",
            [Field("kind", "kind of the answer", "choice", _same(["nps", "csat", "ces", "review"])),
             Field("source", "way of the answer", "choice", _same(["mail", "link", "phone", "import"])),
             *_fields("number", score="score"), *_fields("text", comment="comment"),
             *_fields("instant", answered="day of the answer")],
            count="number of answers",
        ),
        _event(
            "texts", "texts that were written to us",
            [*_fields("number", mood="mood"), *_fields("instant", written="day of the text")],
            count="number of texts",
        ),
    )
}  # fmt: skip
"""All kinds of events by their names."""
