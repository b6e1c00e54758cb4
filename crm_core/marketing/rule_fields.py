"""What a rule may speak about: the fields of a contact, and the operators that each kind of field knows."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cache
from typing import Protocol

from crm_core.people.rules import LIFECYCLES
from db import rfm

CUSTOM = "custom."

TEXT = ("is", "is_not", "contains", "contains_not", "starts_with", "is_any_of", "is_none_of")
FILLED = ("is_filled", "is_empty")
NUMBERS = ("is", "is_not", "more_than", "less_than", "at_least", "at_most", "between")
DAYS = ("before", "after", "between", "in_the_last_days", "in_the_next_days", "more_than_days_ago")

OPERATORS: dict[str, tuple[str, ...]] = {
    "text": TEXT + FILLED,
    "points": TEXT + FILLED,
    "phones": TEXT + FILLED,
    "choice": ("is", "is_not", "is_any_of", "is_none_of", *FILLED),
    "tags": ("has", "has_no", "has_any_of", *FILLED),
    "many": ("has", "has_no", "has_any_of", *FILLED),
    "owner": ("is", "is_not", "is_any_of", *FILLED),
    "number": (*NUMBERS, *FILLED),
    "money": (*NUMBERS, *FILLED),
    "score": NUMBERS,
    "measure": NUMBERS,
    "segment": ("is", "is_not", "is_any_of", "is_none_of"),
    "date": ("is", *DAYS, *FILLED),
    "day": ("is", *DAYS, *FILLED),
    "instant": (*DAYS, *FILLED),
    "birthday": ("in_the_next_days", "in_month", *FILLED),
    "yes_no": ("is", *FILLED),
}
NO_VALUE = frozenset(FILLED)
TWO_VALUES = frozenset({"between"})
MANY_VALUES = frozenset({"is_any_of", "is_none_of", "has_any_of"})
COUNTS_OF_DAYS = frozenset({"in_the_last_days", "in_the_next_days", "more_than_days_ago"})

TYPE_OF_CUSTOM: dict[str, str] = {
    "text": "text",
    "url": "text",
    "number": "number",
    "date": "date",
    "choice": "choice",
    "choices": "many",
    "yes_no": "yes_no",
}


@dataclass(frozen=True)
class Field:
    """One thing to compare. ``choices`` maps stored codes to words, where the list is closed."""

    name: str
    label: str
    type: str
    choices: Mapping[str, str] = field(default_factory=dict)

    @property
    def operators(self) -> tuple[str, ...]:
        """What can be asked about it."""
        return OPERATORS[self.type]


class Defined(Protocol):
    """A field that the admin added."""

    @property
    def name(self) -> str: ...
    @property
    def label(self) -> str: ...
    @property
    def type(self) -> str: ...
    @property
    def choices(self) -> Iterable[str]: ...


_TEXTS = {
    "name": "name", "first_name": "first name", "middle_name": "middle name", "last_name": "last name",
    "salutation": "salutation", "job_title": "job title", "department": "department", "company": "company",
    "street": "street", "city": "city", "state": "state", "postal_code": "postal code",
    "lead_status": "lead status", "rating": "rating", "source": "source", "campaign": "campaign",
    "industry": "industry", "likes": "likes", "dislikes": "dislikes", "notes": "notes",
    "card_number": "loyalty card", "external_id": "ID in the other system", "origin": "other system",
    "time_zone": "time zone", "company.industry": "industry of the company",
    "company.type": "type of the company", "company.city": "city of the company",
    "company.website": "website of the company", "loyalty.tier": "loyalty tier",
}  # fmt: skip
_POINTS = {
    "email": "any e-mail", "website": "any website", "linkedin": "LinkedIn", "x": "X (Twitter)",
    "facebook": "Facebook", "instagram": "Instagram",
}  # fmt: skip
_INSTANTS = {
    "created": "created", "updated": "changed", "last_touch": "last touch", "orders.first": "first order",
    "orders.last": "last order", "loyalty.joined": "member since", "feedback.last": "last answer",
}  # fmt: skip
_NUMBERS = {
    "company.employees": "employees of the company",
    "company.annual_revenue": "annual revenue of the company",
    "import": "number of the import",
    "orders.count": "number of orders",
    "loyalty.points": "loyalty points",
    "feedback.nps": "last NPS score",
    "feedback.csat": "last satisfaction score",
    "feedback.mood": "mood of the last text",
}
_MONEY = {"orders.revenue": "revenue", "orders.average": "average order"}
_SCORES = {
    "rfm.recency": "recency score", "rfm.frequency": "frequency score", "rfm.monetary": "monetary score",
}  # fmt: skip
_OPT = {"unknown": "not asked", "in": "opted in", "out": "opted out"}
_CHANNELS = {"email": "e-mail", "phone": "phone", "sms": "SMS", "post": "post", "social": "social media"}


@cache
def _fixed() -> dict[str, Field]:
    found = [
        *(Field(name, label, "text") for name, label in _TEXTS.items()),
        *(Field(name, label, "points") for name, label in _POINTS.items()),
        Field("phone", "any phone", "phones"),
        Field("tag", "tag", "tags"),
        Field("owner", "owner", "owner"),
        Field("lifecycle", "lifecycle stage", "choice", {name: name for name in LIFECYCLES}),
        Field("country", "country", "choice"),
        Field("language", "language", "choice"),
        Field("company.country", "country of the company", "choice"),
        Field("email_opt", "consent to e-mail", "choice", _OPT),
        Field("preferred_channel", "preferred channel", "choice", _CHANNELS),
        Field("birthday", "birthday", "birthday"),
        Field("sample", "sample record", "yes_no"),
        *(Field(name, label, "instant") for name, label in _INSTANTS.items()),
        *(Field(name, label, "number") for name, label in _NUMBERS.items()),
        *(Field(name, label, "money") for name, label in _MONEY.items()),
        *(Field(name, label, "score") for name, label in _SCORES.items()),
        Field("rfm", "buying class", "choice", {name: name for name in rfm.CLASSES}),
        Field("segment", "segment", "segment"),
    ]
    return {one.name: one for one in found}


def of_contacts(custom: Iterable[Defined] = ()) -> dict[str, Field]:
    """All fields of contacts by name; the admin's own stand as ``custom.<name>``."""
    own = {
        CUSTOM + one.name: Field(
            CUSTOM + one.name, one.label, TYPE_OF_CUSTOM[one.type], {choice: choice for choice in one.choices}
        )
        for one in custom
        if one.type in TYPE_OF_CUSTOM
    }
    return {**_fixed(), **own}
