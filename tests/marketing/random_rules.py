"""Random rules over a small world of values, so that they match some contacts and miss others."""

from dataclasses import dataclass
from typing import Any

from hypothesis import strategies as st

from crm_core.marketing import rule_fields


@dataclass(frozen=True)
class Custom:
    """A custom field of the tests."""

    name: str
    label: str
    type: str
    choices: tuple[str, ...] = ()


CUSTOM = (
    Custom("shoe", "Shoe size", "number"),
    Custom("motto", "Motto", "text"),
    Custom("since", "Customer since", "date"),
    Custom("size", "Size", "choice", ("S", "M", "L")),
    Custom("hobby", "Hobbies", "choices", ("chess", "Tennis", "Öl malen")),
    Custom("vip", "Very important", "yes_no"),
)
WORDS = (
    "Anna",
    "anna",
    "Änne",
    "ÉCOLE",
    "école",
    "o'Brien",
    "100%",
    "a_b",
    "\\",
    "x",
    "Ltd.",
    '"quoted"',
    "王伟",
)
EMAILS = ("anna@example.test", "info@école.test", "b@x.test")
PHONES = ("+4917112345", "+33612", "017 11", "+1 (555) 0100", "ext. 12")
CODES: dict[str, tuple[str, ...]] = {
    "country": ("DE", "FR", "SE"),
    "company.country": ("DE", "FR"),
    "language": ("de", "en"),
    "lifecycle": ("lead", "customer", "other"),
    "email_opt": ("in", "out", "unknown"),
    "preferred_channel": ("email", "phone"),
    "custom.size": ("S", "M", "XXL"),
    "custom.hobby": ("chess", "Tennis", "Öl malen"),
}
TAGS = ("VIP", "vip", "Fête", "none such")
NUMBERS = (0, 1, 42, 42.5, -3, "7.25", 1000)
DAYS = ("2025-12-31", "2026-02-28", "2026-03-01", "2026-03-02", "2026-03-08", "2024-02-29")
COUNTS = (0, 1, 7, 30, 365)
BOUGHT = ("orders", "loyalty", "rfm", "segment", "feedback")
"""Areas that need more than a contact: they have a world and a meaning of their own (`buying_world`)."""
FIELDS = {
    name: field
    for name, field in rule_fields.of_contacts(CUSTOM).items()
    if name.partition(".")[0] not in BOUGHT
}


def _value(field: rule_fields.Field, operator: str) -> st.SearchStrategy[Any]:
    if operator in rule_fields.COUNTS_OF_DAYS:
        return st.sampled_from(COUNTS)
    if operator == "in_month":
        return st.integers(1, 12)
    pools: dict[str, tuple[Any, ...]] = {
        "points": EMAILS + WORDS, "phones": PHONES, "tags": TAGS, "owner": ("me", 1, 2, 3), "number": NUMBERS,
        "date": DAYS, "instant": DAYS, "yes_no": (True, False), "text": WORDS,
    }  # fmt: skip
    return st.sampled_from(CODES.get(field.name) or pools[field.type])


@st.composite
def leaf(draw: st.DrawFn) -> dict[str, Any]:
    """One comparison in JSON form."""
    field = FIELDS[draw(st.sampled_from(sorted(FIELDS)))]
    operator = draw(st.sampled_from(field.operators))
    if operator in rule_fields.NO_VALUE:
        return {"field": field.name, operator: True}
    one = _value(field, operator)
    if operator in rule_fields.MANY_VALUES:
        return {"field": field.name, operator: draw(st.lists(one, min_size=1, max_size=3))}
    if operator in rule_fields.TWO_VALUES:
        pair = [draw(one), draw(one)]
        return {
            "field": field.name,
            operator: sorted(pair, key=lambda x: x if field.type != "number" else float(x)),
        }
    return {"field": field.name, operator: draw(one)}


def rule() -> st.SearchStrategy[dict[str, Any]]:
    """A rule in JSON form, up to four levels deep."""
    return st.recursive(
        leaf(),
        lambda inner: st.one_of(
            st.builds(lambda part: {"not": part}, inner),
            st.builds(lambda parts: {"all": parts}, st.lists(inner, min_size=1, max_size=3)),
            st.builds(lambda parts: {"any": parts}, st.lists(inner, min_size=1, max_size=3)),
        ),
        max_leaves=6,
    )
