"""Members are compared with customers alike: what was planted is found, and nothing where nothing is."""

from random import Random

import pytest

from crm_core.insights import loyalty_matching as matching
from crm_core.insights.loyalty_matching import WINDOW, Buyer

PRESENT = 24_300
JOINED = PRESENT - WINDOW - 3


def crowd(seed: int, rise: float, people: int = 3_000) -> list[Buyer]:
    """Customers of whom the diligent join more often; members buy again more often by ``rise``."""
    chance = Random(seed)  # noqa: S311 - a made-up crowd
    found = []
    for contact_id in range(people):
        is_diligent = chance.random() < 0.5
        is_member = chance.random() < (0.6 if is_diligent else 0.1)
        spent = chance.randint(20_000, 30_000) if is_diligent else chance.randint(1_000, 2_000)
        months = [(JOINED - chance.randint(1, 3), 1, spent)]
        if chance.random() < (0.6 if is_diligent else 0.2) + (rise if is_member else 0):
            months.append((JOINED + chance.randint(1, WINDOW), 1, spent))
        found.append(Buyer(contact_id, JOINED if is_member else None, tuple(months)))
    return found


@pytest.mark.parametrize("rise", [0.0, 0.2])
def test_a_planted_difference_is_found_although_the_diligent_join(rise: float) -> None:
    found = matching.match(crowd(2, rise), PRESENT).estimate("converted")
    buyers = crowd(2, rise)
    naive = _share(one for one in buyers if one.joined) - _share(one for one in buyers if not one.joined)

    assert found is not None
    assert naive > rise + 0.1, "who does not match takes the diligence for an effect"
    assert found.low <= rise <= found.high
    assert (found.enough, found.low > 0) == (True, rise > 0)


def test_the_interval_holds_the_truth_about_as_often_as_it_says() -> None:
    held = 0
    for seed in range(60):
        found = matching.match(crowd(seed, 0.1, people=800), PRESENT).estimate("converted")
        assert found is not None
        held += found.low <= 0.1 <= found.high
    assert held >= 53, "95 of 100 are promised; 53 of 60 is what chance leaves of it"


def test_who_has_nobody_alike_is_told_and_not_compared() -> None:
    alone = Buyer(1, JOINED, ((JOINED - 30, 1, 500), (JOINED + 1, 1, 500)))
    early = Buyer(2, PRESENT - 1, ((JOINED, 1, 500),))
    first_order = Buyer(3, JOINED, ((JOINED, 1, 500),))
    others = [Buyer(number, None, ((JOINED - 2, 1, 500),)) for number in range(10, 15)]

    found = matching.match([alone, early, first_order, *others], PRESENT)

    assert (found.unmatched, found.estimate("converted"), found.estimate("revenue")) == (1, None, None)


def test_few_people_say_what_they_did_but_not_enough() -> None:
    members = [
        Buyer(n, JOINED, ((JOINED - 2, 1, 500), (JOINED, 1, 100), (JOINED + 1 + n, 1, 700))) for n in range(2)
    ]
    others = [Buyer(n, None, ((JOINED - 2, 1, 500), (JOINED, 1, 100))) for n in range(10, 14)]
    quiet = [Buyer(20, None, ((JOINED - 2, 1, 500),))]

    found = matching.match([*members, *others, *quiet], PRESENT)

    told = {measure: found.estimate(measure) for measure in ("converted", "revenue")}
    assert [(one.people, one.compared, one.difference, one.enough) for one in told.values() if one] == [
        (2, 4, 1.0, False),
        (2, 4, 700.0, False),
    ]


def _share(buyers: object) -> float:
    people = list(buyers)  # type: ignore[call-overload]
    return sum(len(one.months) > 1 for one in people) / len(people)
