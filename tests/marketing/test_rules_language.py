"""The rule language: what is accepted, what is refused with a sentence, and its two other forms."""

import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from crm_core.kernel.errors import Invalid
from crm_core.marketing import rule_text, rules
from crm_core.marketing.rule_words import describe
from db.rule_tree import Group, Leaf, Rule
from tests.marketing import random_rules
from tests.marketing.random_rules import CUSTOM

LINE = "country is DE and (tag has VIP or created in_the_last_days 30)"


def _depth(levels: int) -> Any:
    rule: Any = {"field": "name", "is": "x"}
    for _ in range(levels):
        rule = {"not": rule}
    return rule


@settings(deadline=None)
@given(random_rules.rule())
def test_a_rule_survives_json_and_its_line(raw: dict[str, Any]) -> None:
    rule = _parsed(raw)
    if rule is None:
        return

    assert rules.parse(json.loads(json.dumps(rules.to_json(rule))), CUSTOM) == rule
    assert rule_text.read(rule_text.write(rule), CUSTOM) == rule
    assert describe(rule, CUSTOM)


def _parsed(raw: dict[str, Any]) -> Rule | None:
    """The rule, or None where chance nested it too deep."""
    try:
        return rules.parse(raw, CUSTOM)
    except Invalid as refused:
        if "nested" in refused.message:
            return None
        raise


@settings(deadline=None)
@given(st.text(max_size=80))
def test_any_line_is_read_or_refused_with_a_sentence(line: str) -> None:
    refusal = ""
    try:
        rule_text.read(line)
    except Invalid as refused:
        refusal = refused.message

    assert refusal == "" or refusal.endswith(".")


def test_a_line_is_read_as_people_mean_it() -> None:
    rule = rule_text.read(LINE)

    assert isinstance(rule, Group)
    assert rule.kind == "all"
    assert rule.parts[0] == Leaf("country", "choice", "is", ("DE",))
    assert rule_text.write(rule) == LINE
    assert describe(rule) == "country is Germany and (tag is “VIP” or created is in the last 30 days)"


def test_and_binds_tighter_than_or() -> None:
    loose = rule_text.read("city is A or city is B and not city is C")

    assert loose == rule_text.read("city is A or (city is B and (not city is C))")


def test_values_are_understood_as_people_write_them() -> None:
    assert rule_text.read("country is Germany") == rule_text.read("country is DE")
    assert rule_text.read('email_opt is "opted out"') == rule_text.read("email_opt is out")
    assert rule_text.read('phone contains "+49 (171) 23"').values == ("+4917123",)  # type: ignore[union-attr]


def test_owners_are_shown_by_name() -> None:
    assert (
        describe(rule_text.read("owner is_any_of (me, 7, 8)"), (), {7: "Ann"})
        == "owner is any of me or Ann or user 8"
    )


@pytest.mark.parametrize(
    ("raw", "sentence"),
    [
        ([], "A rule is an object"),
        ({}, "exactly one of"),
        ({"all": []}, "at least one part"),
        ({"none": [1]}, "but no “none”"),
        ({"field": "salary", "is": 1}, "no field “salary”"),
        ({"field": "custom.unknown", "is": 1}, "no field “custom.unknown”"),
        ({"field": "name", "like": "x"}, "can ask is, is_not"),
        ({"field": "name", "is": "x", "contains": "y"}, "“is”, “contains”"),
        ({"field": "name", "is": ""}, "Say what name"),
        ({"field": "name", "is": "\x00"}, "Say what name"),
        ({"field": "name", "is": None}, "needs a text"),
        ({"field": "name", "is": ["a"]}, "takes one value"),
        ({"field": "name", "is": "x" * 301}, "longer than 300"),
        ({"field": "owner", "is": "'; drop table users"}, "needs a number"),
        ({"field": "company.employees", "more_than": "NaN"}, "needs a number"),
        ({"field": "company.employees", "between": [3, 2]}, "is empty: the first"),
        ({"field": "company.employees", "between": 3}, "needs two values"),
        ({"field": "created", "before": "31.03.2026"}, "a day like 2026-03-31"),
        ({"field": "created", "in_the_last_days": -1}, "a whole number from 0"),
        ({"field": "created", "in_the_last_days": 1.5}, "a whole number from 0"),
        ({"field": "birthday", "in_the_next_days": 400}, "to 366"),
        ({"field": "tag", "has_any_of": []}, "between 1 and 200 values"),
        ({"field": "custom.vip", "is": "perhaps"}, "needs yes or no"),
        (_depth(6), "more than 6 levels"),
        ({"any": [{"field": "name", "is": "x"}] * 61}, "more than 60"),
    ],
)
def test_what_cannot_be_asked_is_refused_with_a_sentence(raw: Any, sentence: str) -> None:
    with pytest.raises(Invalid, match=sentence.replace("(", r"\(")):
        rules.parse(raw, CUSTOM)


@pytest.mark.parametrize(
    ("line", "sentence"),
    [
        ("", "At the start of the rule a field is expected, but there is nothing more."),
        ("country", "Behind “country” an operator, such as “is” is expected, but there is nothing more."),
        ("country is", "a value is expected, but there is nothing more."),
        ("country equals DE", "Behind “country” stands “equals”, which is not an operator"),
        ("(country is DE", "“)” is expected"),
        ("country is DE city is X", "“and”, “or” or the end is expected, but there is “city”."),
        ('name is "x', "A quotation mark is opened but not closed"),
        ("(" * 40, "nested too deep"),
        ("name is x and " * 2000, "longer than 20,000"),
    ],
)
def test_a_line_that_cannot_be_read_says_where(line: str, sentence: str) -> None:
    with pytest.raises(Invalid) as refused:
        rule_text.read(line)

    assert sentence in refused.value.message
