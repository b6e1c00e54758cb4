"""Differences between those who got a campaign and those who did not: known figures, simulations, rules."""

import csv
import gzip
import json
from itertools import pairwise
from math import inf, isclose

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from crm_core.marketing import lift, significance
from crm_core.marketing.lift import Difference, Sample
from tests.shared_data import shared

HILLSTROM = "08_crm_campaigns/hillstrom_half.csv.gz"
CAMPAIGNS, ARM = 2_000, 3_000
SEED = 20_081_101


def of_money(values: "np.ndarray[tuple[int], np.dtype[np.float64]]") -> Sample:
    """An arm of people with what each spent."""
    return Sample(len(values), float(values.sum()), float((values**2).sum()), int((values > 0).sum()))


@pytest.fixture(scope="module")
def hillstrom() -> dict[str, list[dict[str, str]]]:
    """The rows of the published e-mail test, by arm."""
    arms: dict[str, list[dict[str, str]]] = {}
    with gzip.open(shared(HILLSTROM), "rt", encoding="ascii") as file:
        for row in csv.DictReader(file):
            arms.setdefault(row["segment"], []).append(row)
    return arms


def sample(rows: list[dict[str, str]], measure: str) -> Sample:
    """One arm by one measure."""
    if measure == "spend":
        return of_money(np.array([float(row[measure]) for row in rows]))
    return Sample.of_share(len(rows), sum(int(row[measure]) for row in rows))


@pytest.mark.parametrize("arm", ["Mens E-Mail", "Womens E-Mail"])
@pytest.mark.parametrize("measure", ["visit", "conversion", "spend"])
def test_lift_of_the_published_test_is_right(
    hillstrom: dict[str, list[dict[str, str]]], arm: str, measure: str
) -> None:
    text = shared(HILLSTROM).with_name("hillstrom_half.expected.json").read_text(encoding="utf-8")
    expected = json.loads(text)["lift_vs_no_email"][arm][measure]
    treated, held = sample(hillstrom[arm], measure), sample(hillstrom["No E-Mail"], measure)

    is_share = measure != "spend"
    compare = lift.difference_of_shares if is_share else lift.difference_of_means
    found = compare(treated, held)

    assert found.difference == pytest.approx(expected["lift_absolute"], abs=6e-6)
    assert (found.low, found.high) == pytest.approx(tuple(expected["ci95"]), abs=6e-5)
    assert lift.is_enough(found, treated, held, is_share=is_share)


def test_differences_of_shares_are_those_of_the_paper() -> None:
    """Table II of Newcombe 1998, method 10."""
    cases = {
        (56, 70, 48, 80): (0.0524, 0.3339),
        (9, 10, 3, 10): (0.1705, 0.8090),
        (6, 7, 2, 7): (0.0582, 0.8062),
        (5, 56, 0, 29): (-0.0381, 0.1926),
        (0, 10, 0, 20): (-0.1611, 0.2775),
        (10, 10, 0, 20): (0.6791, 1.0),
    }
    for (mine, people, theirs, others), bounds in cases.items():
        found = lift.difference_of_shares(Sample.of_share(people, mine), Sample.of_share(others, theirs))
        assert (found.low, found.high) == pytest.approx(bounds, abs=6e-5)


def test_campaigns_without_effect_raise_five_false_alarms_in_a_hundred() -> None:
    dice = np.random.default_rng(SEED)
    bought = dice.binomial(ARM, 0.03, size=(CAMPAIGNS, 2))

    alarms = [
        lift.difference_of_shares(Sample.of_share(ARM, int(a)), Sample.of_share(ARM, int(b))).is_clear
        for a, b in bought
    ]

    assert 0.035 <= sum(alarms) / CAMPAIGNS <= 0.065


def test_a_planted_effect_lies_inside_the_interval_as_often_as_promised() -> None:
    dice = np.random.default_rng(SEED)
    bought = dice.binomial(ARM, [0.05, 0.03], size=(CAMPAIGNS, 2))

    found = [
        lift.difference_of_shares(Sample.of_share(ARM, int(a)), Sample.of_share(ARM, int(b)))
        for a, b in bought
    ]

    assert 0.93 <= sum(one.low <= 0.02 <= one.high for one in found) / CAMPAIGNS <= 0.97


@pytest.mark.parametrize(("effect", "asked"), [(0.0, 0.95), (0.8, 0.95)])
def test_money_that_few_spend_is_compared_as_well(effect: float, asked: float) -> None:
    """One in twenty buys, for amounts that differ widely; the effect is more per buyer."""
    dice = np.random.default_rng(SEED)
    covered = 0
    for _ in range(CAMPAIGNS):
        arms = [dice.gamma(2, 25, ARM) * (dice.random(ARM) < 0.05) for _ in range(2)]
        arms[0] = arms[0] * (1 + effect / 2.5)
        found = lift.difference_of_means(of_money(arms[0]), of_money(arms[1]))
        covered += found.low <= effect <= found.high

    assert covered / CAMPAIGNS == pytest.approx(asked, abs=0.015)


def test_looking_twenty_times_fools_the_plain_interval_and_not_the_sequence() -> None:
    dice = np.random.default_rng(SEED)
    fooled = {"plain": 0, "sequence": 0}
    for _ in range(500):
        arms = np.cumsum(dice.binomial(200, 0.1, size=(20, 2)), axis=0)
        looks = [
            (Sample.of_share(200 * at, int(a)), Sample.of_share(200 * at, int(b)))
            for at, (a, b) in enumerate(arms, 1)
        ]
        fooled["plain"] += any(lift.difference_of_shares(*look).is_clear for look in looks)
        fooled["sequence"] += any(lift.at_any_look(*look, planned=8_000).is_clear for look in looks)

    assert fooled["plain"] / 500 > 0.15
    assert fooled["sequence"] / 500 <= 0.05


def test_the_sequence_is_about_half_wider_where_it_was_meant_to_be_read() -> None:
    arms = (Sample.of_share(21_307, 3_894), Sample.of_share(21_306, 2_262))

    plain, always = lift.difference_of_shares(*arms), lift.at_any_look(*arms)

    assert always.reach / plain.reach == pytest.approx(1.55, abs=0.02)
    assert (always.low, always.high) == pytest.approx((0.0663, 0.0869), abs=2e-4)


COUNTS = st.integers(1, 5_000).flatmap(lambda people: st.tuples(st.just(people), st.integers(0, people)))


@given(COUNTS, COUNTS)
def test_the_interval_holds_the_difference_and_stays_possible(
    mine: tuple[int, int], theirs: tuple[int, int]
) -> None:
    treated, held = Sample.of_share(*mine), Sample.of_share(*theirs)

    found, turned = lift.difference_of_shares(treated, held), lift.difference_of_shares(held, treated)

    assert -1 - 1e-9 <= found.low <= found.difference + 1e-9
    assert found.difference - 1e-9 <= found.high <= 1 + 1e-9
    assert isclose(found.low, -turned.high, abs_tol=1e-9)
    assert isclose(found.high, -turned.low, abs_tol=1e-9)


@given(COUNTS, st.floats(0.5, 0.99), st.floats(0.0001, 0.009))
def test_more_certainty_is_a_wider_interval(arm: tuple[int, int], level: float, more: float) -> None:
    low, high = lift.wilson(arm[1], arm[0], level)
    wider_low, wider_high = lift.wilson(arm[1], arm[0], level + more)

    assert wider_low <= low <= arm[1] / arm[0] <= high <= wider_high


@given(st.integers(2, 40), COUNTS, COUNTS)
def test_the_same_people_many_times_over_make_the_interval_narrower(
    times: int, mine: tuple[int, int], theirs: tuple[int, int]
) -> None:
    once = lift.difference_of_shares(Sample.of_share(*mine), Sample.of_share(*theirs))
    many = lift.difference_of_shares(
        Sample.of_share(times * mine[0], times * mine[1]),
        Sample.of_share(times * theirs[0], times * theirs[1]),
    )

    assert many.reach <= once.reach + 1e-12


def test_arms_of_one_person_say_nothing_about_money() -> None:
    one, other = Sample(1, 5.0, 25.0, 1), Sample(1, 0.0, 0.0, 0)

    assert lift.difference_of_means(one, other) == Difference(5.0, -inf, inf)
    assert not lift.is_enough(Difference(5.0, -inf, inf), one, other, is_share=False)
    assert lift.p_value(one, other, is_share=False) == 1.0


def test_everybody_alike_is_no_division_by_zero() -> None:
    same = Sample(500, 0.0, 0.0, 0)

    assert lift.difference_of_means(same, same) == Difference(0.0, 0.0, 0.0)
    assert lift.p_value(same, same, is_share=True) == lift.p_value(same, same, is_share=False) == 1.0


@pytest.mark.parametrize(
    ("people", "treated", "held", "is_enough"),
    [
        (99, 40, 15, False),  # a clear difference of too few people
        (5_000, 40, 9, False),  # too few who bought without it
        (5_000, 200, 100, True),
        (5_000, 110, 100, False),  # zero is inside, and half of the usual could be hidden
        (2_000_000, 200_100, 200_000, True),  # so narrow that there is no effect worth speaking of
    ],
)
def test_enough_is_a_stated_rule(people: int, treated: int, held: int, is_enough: bool) -> None:
    arms = (Sample.of_share(people, treated), Sample.of_share(people, held))

    assert lift.is_enough(lift.difference_of_shares(*arms), *arms, is_share=True) is is_enough


def test_as_many_people_as_needed_show_a_change_four_times_in_five() -> None:
    dice = np.random.default_rng(SEED)
    people = lift.people_needed(0.10, 0.13)
    bought = dice.binomial(people, [0.13, 0.10], size=(CAMPAIGNS, 2))

    seen = [
        lift.p_value(Sample.of_share(people, int(a)), Sample.of_share(people, int(b)), is_share=True) < 0.05
        for a, b in bought
    ]

    assert sum(seen) / CAMPAIGNS == pytest.approx(0.8, abs=0.03)
    smallest = lift.smallest_visible(0.10, people)
    assert smallest is not None
    assert smallest == pytest.approx(0.03, abs=2e-4)
    assert lift.smallest_visible(0.1, 3) is None


@pytest.mark.parametrize(("usual", "wanted"), [(0.1, 0.1), (-0.1, 0.2), (0.5, 1.2)])
def test_a_size_for_no_change_or_for_impossible_shares_is_refused(usual: float, wanted: float) -> None:
    with pytest.raises(ValueError, match="between 0 and 1"):
        lift.people_needed(usual, wanted)


@pytest.mark.parametrize(
    ("freedom", "known"), [(3, 3.1824), (5, 2.5706), (10, 2.2281), (30, 2.0423), (1000, 1.9623)]
)
def test_quantiles_of_student_are_those_of_the_tables(freedom: float, known: float) -> None:
    found = lift.student_quantile(0.975, freedom)

    assert known - 5e-5 <= found <= known * 1.012
    assert lift.student_quantile(0.025, freedom) == pytest.approx(-found)


def test_a_winner_beats_all_others_beyond_chance() -> None:
    arms = {
        "A": Sample.of_share(5_000, 150),
        "B": Sample.of_share(5_000, 250),
        "C": Sample.of_share(5_000, 160),
    }

    assert significance.verdict(arms, "converted").winner == "B"
    close = significance.verdict({**arms, "C": Sample.of_share(5_000, 240)}, "converted")
    assert (close.leader, close.winner) == ("B", "")


def test_tests_of_many_variants_make_no_more_false_winners() -> None:
    dice = np.random.default_rng(SEED)
    opened = dice.binomial(1_000, 0.2, size=(1_000, 5))

    tests = [
        {name: Sample.of_share(1_000, int(n)) for name, n in zip("ABCDE", row, strict=True)} for row in opened
    ]
    winners = [significance.verdict(arms, "opened").winner for arms in tests]

    assert sum(map(bool, winners)) / 1_000 <= 0.05


def test_few_people_have_no_winner_and_one_variant_no_test() -> None:
    few = significance.verdict({"A": Sample.of_share(50, 1), "B": Sample.of_share(50, 30)}, "clicked")

    assert few.winner == ""
    assert "Not enough" in few.sentence
    assert significance.verdict({"A": Sample.of_share(50, 1)}, "clicked").p is None


def test_corrected_values_are_those_of_holm() -> None:
    assert significance.holm([0.01, 0.04, 0.03, 0.005]) == pytest.approx([0.03, 0.06, 0.06, 0.02])


@given(st.lists(st.floats(0, 1), min_size=1, max_size=8))
def test_correction_never_helps_and_keeps_the_order(values: list[float]) -> None:
    corrected = significance.holm(values)

    assert all(before <= after <= 1 for before, after in zip(values, corrected, strict=True))
    ranked = [corrected[at] for at in sorted(range(len(values)), key=lambda at: values[at])]
    assert all(one <= other for one, other in pairwise(ranked))
