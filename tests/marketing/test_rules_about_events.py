"""Rules about what happened: they pick the same people on both engines, and “not” is everybody else."""

from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from sqlalchemy import case, select

from crm_core.kernel.errors import Invalid
from crm_core.kernel.work import Work, begin
from crm_core.marketing import rule_fields, rule_text, rules
from crm_core.marketing.rule_events import EVENTS
from crm_core.marketing.rule_words import describe
from db import rfm, rule_store
from db.models import Contact
from db.queries.rules import condition
from db.rule_tree import Cuts, Moment, Not, Rule
from tests.marketing.buying_world import NAMES, BuyingWorld
from tests.people import MONDAY, Cast

# Fifths so that Kim and Iris bought lately, Iris often, and Jon for much.
CUTS = Cuts(
    tuple(MONDAY.replace(year=2025, month=month) for month in (3, 6, 9, 12)), (2, 2, 3, 3),
    (1001, 2001, 3001, 5001), "EUR",
)  # fmt: skip
AT_ONCE = 8
"""Questions in one statement, which asks much quicker than one by one."""

NOW = Moment(MONDAY.date(), "Europe/Berlin", None, "EUR", 2, cuts=lambda: CUTS)

ASKED = [
    ("has orders", "Iris Jon Kim Max"),
    ("not has orders", "Leo Nia Oda"),
    ("has purchases (category is tea)", "Iris Kim Max"),
    ("has purchases (category is Tea and ordered in_the_last_days 7)", "Iris"),
    ("has purchases (category is Tea and status is cancelled)", "Kim"),
    ("has purchases (product contains espresso)", "Jon Kim"),
    ("has purchases (product is CUP-1)", "Iris"),
    ("has purchases (category is Tea) count at_least 3", "Iris"),
    ("has purchases (category is Tea) count at_most 1", "Jon Kim Leo Max Nia Oda"),
    ("has purchases (category is Tea) count is 0", "Jon Leo Nia Oda"),
    ("has purchases (category is Tea) quantity more_than 3", "Iris"),
    ("has purchases (category is Tea) revenue between 10 and 12", "Kim"),
    ("has purchases (quantity at_least 4)", "Jon"),
    ("has purchases (amount more_than 19.99)", "Iris Jon Kim"),
    ("has purchases (not category is Tea)", "Iris Jon Kim"),
    ("has orders (ordered before 2025-06-01)", "Jon"),
    ("has orders (amount is 30)", "Kim"),
    ("has orders (channel is web) count is_not 0", "Iris Jon"),
    ("has orders revenue at_least 50", "Iris Jon"),
    ("orders.count is 0", "Leo Nia Oda"),
    ("orders.count at_least 2", "Iris"),
    ("orders.count is_not 1", "Iris Leo Nia Oda"),
    ("orders.count is_filled", "Iris Jon Kim Max"),
    ("orders.revenue more_than 50", "Jon"),
    ("orders.revenue less_than 35", "Kim Leo Max Nia Oda"),
    ("orders.average between 16 and 17", "Iris"),
    ("orders.average is 30", "Kim"),
    ("orders.average is_empty", "Leo Nia Oda"),
    ("orders.last in_the_last_days 15", "Iris Kim"),
    ("orders.last more_than_days_ago 15", "Jon Max"),
    ("orders.first in_the_last_days 30", "Kim Max"),
    ("has messages (campaign is spring and opened is_filled)", "Iris Nia"),
    ("has messages (campaign is Spring and clicked is_empty)", "Iris"),
    ("has messages (sent in_the_last_days 95) count at_least 2", "Iris"),
    ("has messages and not has messages (opened in_the_last_days 30)", "Nia"),
    ("has deals (status is won) amount at_least 1200", "Oda"),
    ("has deals (status is open and stage is Offer and amount more_than 999.99)", "Oda"),
    ("has deals (closes in_the_next_days 30)", "Oda"),
    ("has tasks (kind is call and due before 2026-03-05)", "Oda"),
    ("has interactions (kind is call and outcome is reached and happened in_the_last_days 8)", "Leo"),
    ("has interactions (happened in_the_last_days 7)", ""),
    ("has points (kind is earn) points more_than 100", "Kim"),
    ("has lots (expires in_the_next_days 30) points at_least 70", "Kim"),
    ("has lots (expires in_the_next_days 10)", ""),
    ("has coupons (name is Welcome and used in_the_last_days 7)", "Jon"),
    ("has coupons (code is hello and discount at_least 5) discount is 5", "Jon"),
    ("has referrals (state is waiting and referred in_the_last_days 3) count at_least 1", "Nia"),
    ("loyalty.points at_least 120", "Kim"),
    ("loyalty.tier is gold", "Kim"),
    ("loyalty.joined in_the_last_days 30", "Kim"),
    ("loyalty.points less_than 500", "Kim"),
    ("rfm.recency is 5", "Iris Kim"),
    ("rfm.frequency at_least 5", "Iris"),
    ("rfm.monetary is 5", "Jon"),
    ('rfm is "Potential Loyalist"', "Kim"),
    ("rfm is_any_of (Champions, Lost, Others)", "Iris Jon"),
]


def _found(work: Work, rule: Rule) -> set[str]:
    return set(work.scalars(select(Contact.name).where(condition(rule, NOW))))


def test_every_question_about_what_happened_has_the_same_answer_on_both_engines(cast: Cast) -> None:
    with begin(cast.olga) as work:
        BuyingWorld(work)
        for line, expected in ASKED:
            rule = rule_text.read(line)

            assert _found(work, rule) == set(expected.split()), line
            assert _found(work, Not(rule)) == set(NAMES) - set(expected.split()), line


def test_a_seller_counts_only_what_happened_to_the_own_customers(cast: Cast) -> None:
    with begin(cast.olga) as work:
        world = BuyingWorld(work)
        work.get(Contact, world.ids["Iris"]).owner_id = cast.ann.id

    with begin(cast.ann) as work:
        assert _found(work, rule_text.read("has purchases (category is Tea)")) == {"Iris"}
        assert _found(work, rule_text.read("not has orders")) == set()


def _operand(field: rule_fields.Field, operator: str) -> Any:
    if operator in rule_fields.NO_VALUE:
        return True
    pools: dict[str, list[Any]] = {
        "instant": ["2026-02-01", "2026-03-01"], "day": ["2026-03-04", "2026-03-20"], "owner": ["me", 1],
        "number": [0, 1, 2.5], "money": [0, 10, 1200], "score": [1, 3], "measure": [0, 1, 3],
        "segment": ["x"], "text": ["Tea", "Spring", "web"], "choice": list(field.choices) or ["open"],
    }  # fmt: skip
    if operator in rule_fields.COUNTS_OF_DAYS:
        return 30
    pool = pools[field.type]
    if operator in rule_fields.TWO_VALUES:
        return [pool[0], pool[1]]
    return pool[:2] if operator in rule_fields.MANY_VALUES else pool[-1]


def _every_question() -> list[dict[str, Any]]:
    """Each field of each kind of event with each operator, and each measure."""
    found: list[dict[str, Any]] = []
    for event in EVENTS.values():
        for field in event.fields.values():
            found += [
                {"has": event.name, "where": {"field": field.name, operator: _operand(field, operator)}}
                for operator in field.operators
            ]
        for measure in event.measures:
            how = rule_fields.Field(measure, measure, "measure")
            found += [{"has": event.name, measure: {op: _operand(how, op)}} for op in how.operators]
    for field in rule_fields.of_contacts().values():
        if field.name.partition(".")[0] in ("orders", "rfm", "loyalty"):
            found += [{"field": field.name, op: _operand(field, op)} for op in field.operators]
    return found


def _answers(raw: dict[str, Any]) -> list[Any]:
    """Of each contact: is it meant by a rule, and by its opposite?"""
    rule = rules.parse(raw)
    return [case((condition(one, NOW), 1), else_=0).label(None) for one in (rule, Not(rule))]


def batched(questions: list[Any], most: int) -> list[list[Any]]:
    """The questions, so many at a time."""
    return [questions[start : start + most] for start in range(0, len(questions), most)]


def test_every_field_with_every_operator_has_an_answer_and_its_opposite(cast: Cast) -> None:
    with begin(cast.olga) as work:
        BuyingWorld(work)
        for some in batched(_every_question(), AT_ONCE):
            rows = work.tuples(select(*(column for raw in some for column in _answers(raw))))

            assert len(rows) == len(NAMES)
            for number, raw in enumerate(some):
                assert all(row[2 * number] + row[2 * number + 1] == 1 for row in rows), raw


@settings(max_examples=25, deadline=None, phases=[Phase.generate], suppress_health_check=list(HealthCheck))
@given(st.lists(st.sampled_from(_every_question()), min_size=1, max_size=4), st.sampled_from(["all", "any"]))
def test_rules_about_events_survive_their_line_their_json_and_the_store(parts: Any, kind: str) -> None:
    rule = rules.parse({kind: parts})

    assert rule_text.read(rule_text.write(rule)) == rule
    assert rules.parse(rules.to_json(rule)) == rule
    assert rule_store.load(rule_store.dump(rule)) == rule
    assert describe(rule)


@pytest.mark.parametrize(
    ("line", "sentence"),
    [
        ("has shoes", "but no “shoes”"),
        ("has orders (category is Tea)", "no field “category” of orders; they have ordered"),
        ("has purchases (has deals)", "“has deals” cannot stand inside “has purchases”"),
        ("has purchases (category is Tea", "“)” is expected"),
        ("has orders quantity more_than 2", "a rule can ask count, revenue; here stands “quantity”"),
        ("has orders count is_filled", "can ask is, is_not, more_than"),
        ("has", "what happened, such as “purchases” is expected"),
        ("rfm.recency is 6", "a whole number from 1 to 5"),
    ],
)
def test_what_cannot_be_asked_about_events_says_where(line: str, sentence: str) -> None:
    with pytest.raises(Invalid) as refused:
        rule_text.read(line)

    assert sentence in refused.value.message


def test_a_rule_about_events_reads_as_a_sentence() -> None:
    rule = rule_text.read("has purchases (category is Tea and ordered in_the_last_days 90) count at_least 3")

    assert describe(rule) == (
        "has purchases (category is “Tea” and day of the order is in the last 90 days), "
        "number of orders at least 3"
    )


def test_each_score_is_in_exactly_one_buying_class_and_equal_customers_have_equal_scores() -> None:
    codes = [code for name in rfm.CLASSES for code in rfm.codes([name])]

    assert sorted(codes) == sorted({r * 100 + f * 10 + m for r in range(1, 6) for f in range(1, 6)
                                    for m in range(1, 6)})  # fmt: skip
    assert [rfm.score(value, (2, 2, 2, 5)) for value in (1, 2, 4, 5)] == [1, 4, 4, 5]
