"""Which records are compared: few for each record, however often names repeat, and twins among them."""

import random

import numpy as np
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from crm_core.data import blocking, pairing, record_kinds

Texts = dict[str, list[str]]


def namesakes(count: int, seed: int = 3) -> Texts:
    """People of whom thousands have the same name and city, and of whom few work at the same company."""
    chance = random.Random(seed)  # noqa: S311 - stories, not secrets
    return {
        "first_name": [chance.choice(("anna", "ben", "carla", "dora", "emil")) for _ in range(count)],
        "last_name": [chance.choice(("smith", "jones", "weber")) for _ in range(count)],
        "city": [chance.choice(("lyon", "oslo")) for _ in range(count)],
        "company": [f"firm {chance.randrange(count // 4)}" for _ in range(count)],
        "email": [f"{number}@x.example" for number in range(count)],
        "phone": [f"{10**7 + number * 7919}" for number in range(count)],
    }


def pairs_of(texts: Texts, fresh: blocking.Mask | None = None) -> set[tuple[int, int]]:
    left, right = blocking.candidates(
        record_kinds.CONTACTS.keys, record_kinds.contact_columns(texts), len(texts["email"]), fresh
    )
    return set(zip(left.tolist(), right.tolist(), strict=True))


def test_the_pairs_grow_with_the_number_of_records_and_not_with_its_square() -> None:
    few, many = (len(pairs_of(namesakes(count))) / count for count in (30_000, 120_000))

    assert many < 3 * blocking.PAIRS_PER_RECORD
    assert many < 1.5 * few


def test_twins_among_thousands_of_namesakes_are_compared_because_they_share_something_else() -> None:
    texts = namesakes(60_000)
    twin = {"first_name": "anna", "last_name": "smith", "city": "lyon", "company": "only here"}
    for name, values in texts.items():
        values += [twin.get(name, "")] * 2

    assert (60_000, 60_001) in pairs_of(texts)


def test_records_without_any_value_are_not_compared() -> None:
    blank = {name: [""] * 50 for name in namesakes(8)}

    assert pairs_of(blank) == set()


@given(st.integers(0, 10_000), st.sets(st.integers(0, 399), max_size=20))
@settings(phases=[Phase.generate], max_examples=15, deadline=None)
def test_new_records_meet_everyone_whom_a_search_of_all_lets_them_meet(seed: int, new: set[int]) -> None:
    texts = namesakes(400, seed)
    fresh = np.isin(np.arange(400), sorted(new))

    expected = {pair for pair in pairs_of(texts) if not new.isdisjoint(pair)}
    assert pairs_of(texts, fresh) == expected


def test_new_records_get_the_probability_that_a_search_of_all_gives_them() -> None:
    texts = namesakes(2_000)
    for name, values in texts.items():
        values.append(values[7] if name != "email" else "annika@y.example")
    columns = record_kinds.contact_columns(texts)
    everyone = pairing.find(record_kinds.CONTACTS, columns)
    fresh = np.arange(2_001) == 2_000
    some = pairing.find(record_kinds.CONTACTS, columns, fresh, everyone.model.facts())

    known = dict(zip(zip(everyone.left, everyone.right, strict=True), everyone.probability, strict=True))
    found = dict(zip(zip(some.left, some.right, strict=True), some.probability, strict=True))
    assert found == {pair: chance for pair, chance in known.items() if 2_000 in pair}
    assert (7, 2_000) in found
