"""Each check finds exactly the records that it speaks of; scores and counts agree with the records."""

from datetime import timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from crm_core.data import quality, quality_counts
from crm_core.data.quality_checks import GROUPS, KINDS
from crm_core.data.quality_mending import REPAIRS
from crm_core.kernel.access import OPERATOR, SYSTEM, Actor
from crm_core.kernel.errors import Invalid, NotAllowed, NotFound
from crm_core.kernel.paging import Paging
from crm_core.kernel.work import Clock, begin
from crm_core.people import accounts, consents, contacts
from db.models import Account, Contact, Import
from db.queries import quality as sql
from db.queries.quality_conditions import CONDITIONS
from tests.conftest import at
from tests.people import GUEST, MONDAY, Cast

WHOLE = {
    "first_name": "Anna", "last_name": "Berg", "email": "anna@alder.example", "phone": "+46701234567",
    "company": "Alder", "country": "SE", "city": "Lund", "job_title": "Buyer", "lifecycle": "lead",
    "time_zone": "Europe/Stockholm",
}  # fmt: skip
WHOLE_COMPANY = {
    "company": "Birch", "website": "https://birch.example", "industry": "Wood", "country": "SE",
    "city": "Lund", "phone": "+46701234567", "employees": 12,
}  # fmt: skip
# Check -> what a whole record must hold instead, so that this check finds it.
BROKEN: dict[str, dict[str, Any]] = {
    "unreachable": {"email": "", "phone": ""},
    "no_email": {"email": ""},
    "no_phone": {"phone": ""},
    "no_first_name": {"first_name": ""},
    "no_last_name": {"last_name": ""},
    "no_company": {"company": "", "account_id": None},
    "no_country": {"country": ""},
    "no_city": {"city": ""},
    "no_job_title": {"job_title": ""},
    "no_lifecycle": {"lifecycle": ""},
    "no_time_zone": {"time_zone": ""},
    "no_owner": {"owner_id": None},
    "email_form": {"email": "anna@alder"},
    "email_untidy": {"email": "Anna@alder.example"},
    "email_role": {"email": "info@alder.example"},
    "phone_form": {"phone": "0701 23 45 67"},
    "name_case": {"first_name": "ANNA"},
    "name_unsplit": {"first_name": "Anna Berg", "last_name": ""},
    "name_email": {"last_name": "anna@alder.example"},
    "birthday_impossible": {"birthday": "2030-01-01"},
    "untouched": {"created_at": MONDAY - timedelta(days=366)},
    "card_not_customer": {"card_number": "C-1"},
    "opt_in_unproven": {"email_opt": "in"},
    "opted_out_subscriber": {"email_opt": "out", "lifecycle": "subscriber"},
    "country_differs": {"country": "NO"},
}
BROKEN_COMPANY: dict[str, dict[str, Any]] = {
    "no_domain": {"domain": ""},
    "no_country": {"country": ""},
    "no_industry": {"industry": ""},
    "no_phone": {"phone": ""},
    "no_employees": {"employees": None},
    "no_city": {"city": ""},
    "no_owner": {"owner_id": None},
    "phone_form": {"phone": "040 12 34"},
    "revenue_without_currency": {"annual_revenue": 5, "currency": ""},
    "untouched": {"last_touch_at": MONDAY - timedelta(days=400)},
}
# Findings that go along with the one that is meant.
ALONG = {
    "unreachable": {"no_email", "no_phone"},
    "name_unsplit": {"no_last_name"},
    "no_lifecycle": set(),
    "opted_out_subscriber": set(),
}


def whole(who: Actor, **other: Any) -> int:
    """A contact of whom nothing is wrong, at a company in the same country."""
    if accounts.search(who).total == 0:
        accounts.create(who, {"company": "Alder", "country": "SE"})
    return contacts.create(who, WHOLE, even_if_duplicate=True) if not other else changed(whole(who), **other)


def changed(contact_id: int, model: Any = Contact, **values: Any) -> int:
    """The record as another system may have left it: past every check of forms."""
    with begin(SYSTEM) as work:
        row = work.get(model, contact_id)
        for name, value in values.items():
            setattr(row, name, value)
    return contact_id


def found(who: Actor, record: str = "contacts") -> dict[str, list[int]]:
    """What each check lists, by its key."""
    listed = {
        check.key: [row.id for row in quality.search(who, record, check.key)]
        for check in KINDS[record].checks
    }
    return {key: ids for key, ids in listed.items() if ids}


def test_the_declarations_fit_the_conditions_and_make_up_a_hundred() -> None:
    for record, kind in KINDS.items():
        assert [check.key for check in kind.checks if check.share and not check.lacks] == []
        assert {check.key for check in kind.checks} == set(CONDITIONS[record])
        assert sum(kind.shares.values()) == 100
        assert {check.group for check in kind.checks} <= set(GROUPS)
        assert {key for check in kind.checks for key in check.repairs} <= set(REPAIRS)
    assert set(BROKEN) == set(CONDITIONS["contacts"])
    assert set(BROKEN_COMPANY) == set(CONDITIONS["accounts"]) - {"nobody_known"}


@pytest.mark.usefixtures("clock")
def test_each_check_finds_the_contact_that_is_broken_so_and_no_other(olga: Actor) -> None:
    whole(olga)
    expected: dict[str, list[int]] = {}
    for key, values in BROKEN.items():
        broken = changed(whole(olga), **values)
        its_own = {key} | ALONG.get(key, set())
        for one in its_own:
            expected.setdefault(one, []).append(broken)
        lost = sum(KINDS["contacts"].shares.get(one, 0) for one in its_own)
        assert quality.of_record(olga, "contacts", broken).score == 100 - lost

    assert {key: sorted(ids) for key, ids in found(olga).items()} == expected


@pytest.mark.usefixtures("clock")
def test_each_check_finds_the_company_that_is_broken_so_and_no_other(olga: Actor) -> None:
    expected: dict[str, list[int]] = {}
    for key, values in {"": {}, **BROKEN_COMPANY}.items():
        one = accounts.create(olga, {**WHOLE_COMPANY, "company": f"Birch {key}"})
        contacts.create(olga, {"last_name": "Berg", "company": f"Birch {key}"})
        changed(one, Account, **values)
        if key:
            expected[key] = [one]

    assert found(olga, "accounts") == expected


@pytest.mark.usefixtures("clock")
def test_a_company_without_people_is_found_until_somebody_is_known_there(olga: Actor) -> None:
    birch = accounts.create(olga, WHOLE_COMPANY)
    assert found(olga, "accounts") == {"nobody_known": [birch]}

    person = contacts.create(olga, {"last_name": "Berg", "company": "Birch"})
    assert found(olga, "accounts") == {}

    contacts.delete(olga, [person])
    assert found(olga, "accounts") == {"nobody_known": [birch]}


@pytest.mark.parametrize(
    "name", ["Éric", "école", "McDonald", "J.R.", "LI", "van der Berg", "O'Neil", "李小龍"]
)
def test_names_that_are_right_as_they_are_are_left_alone(name: str, olga: Actor) -> None:
    changed(whole(olga), first_name=name)

    assert "name_case" not in found(olga)


@pytest.mark.usefixtures("clock")
@pytest.mark.parametrize(
    ("birthday", "is_impossible"),
    [
        ("2026-03-03", True),
        ("2026-03-02", False),
        ("1915-12-31", True),
        ("1916-01-01", False),
        ("--02-29", False),
    ],
)
def test_birthdays_are_possible_from_a_hundred_and_ten_years_ago_until_today(
    birthday: str, is_impossible: bool, olga: Actor
) -> None:
    changed(whole(olga), birthday=birthday)

    assert ("birthday_impossible" in found(olga)) == is_impossible


def test_a_consent_is_the_proof_of_an_opt_in(olga: Actor) -> None:
    one = whole(olga)
    consents.opt_in(olga, one, consents.Proof("signed form"))

    assert "opt_in_unproven" not in found(olga)


PEOPLE = st.lists(
    st.tuples(
        st.sampled_from(["ann", "bob", "mia", ""]), st.sets(st.sampled_from(sorted(BROKEN)), max_size=3)
    ),
    max_size=6,
)


@settings(
    max_examples=8, deadline=None, phases=[Phase.generate],
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)  # fmt: skip
@given(people=PEOPLE, dismissed=st.sampled_from(["", "no_email", "name_case", "no_owner"]))
def test_counts_are_the_lengths_of_the_lists_and_the_base_scores_the_mean(
    people: list[tuple[str, set[str]]], dismissed: str, cast: Cast
) -> None:
    with begin(SYSTEM, write=False) as work:
        everybody = [row.id for row in quality.search(work, "contacts", "untouched")]
    for owner, broken in people:
        values = {name: value for key in sorted(broken) for name, value in BROKEN[key].items()}
        owner_id = getattr(cast, owner).id if owner else None
        everybody.append(changed(whole(cast.olga), **{"owner_id": owner_id, **values}))
    listed = [row.id for row in quality.search(cast.olga, "contacts", dismissed)] if dismissed else []
    if listed:
        quality.dismiss(cast.olga, "contacts", dismissed, listed[:1])

    with begin(SYSTEM) as work:
        quality_counts.store(work, "contacts")

    for who in (cast.olga, cast.ann, cast.mia):
        seen = quality.overview(who, "contacts")
        assert {one.check.key: one.count for one in seen.findings} == {
            key: len(ids) for key, ids in found(who).items()
        }
        ids = contacts_of(who)
        scores = [quality.of_record(who, "contacts", one).score for one in ids]
        assert seen.records == len(ids)
        assert seen.score == (round(sum(scores) / len(scores), 1) if scores else None)


def contacts_of(who: Actor) -> list[int]:
    with begin(who, write=False) as work:
        return work.scalars(sql.numbers("contacts"))


@pytest.mark.usefixtures("clock")
def test_what_is_right_is_remembered_and_can_be_taken_back(cast: Cast) -> None:
    one = whole(cast.ann, email="", lifecycle="")
    before = quality.of_record(cast.ann, "contacts", one)
    assert (before.score, before.lacks) == (75, ("e-mail address", "lifecycle stage"))

    assert quality.dismiss(cast.ann, "contacts", "no_email", [one]) == 1

    assert found(cast.ann) == {"no_lifecycle": [one]}
    assert quality.of_record(cast.ann, "contacts", one).score == 95
    assert quality.overview(cast.ann, "contacts").score == 95
    assert [row.id for row in quality.dismissed(cast.ann, "contacts", "no_email")] == [one]
    assert quality.reopen(cast.bob, "contacts", "no_email", [one]) == 0
    assert quality.reopen(cast.ann, "contacts", "no_email", [one]) == 1
    assert quality.overview(cast.ann, "contacts").score == 75
    with pytest.raises(NotFound):
        quality.dismiss(cast.ann, "contacts", "no_company", [one])


def test_the_most_urgent_comes_first(olga: Actor) -> None:
    for _ in range(3):
        whole(olga, city="")
    whole(olga, owner_id=None)
    with begin(OPERATOR) as work:
        quality_counts.store(work, "contacts")

    seen = quality.overview(olga, "contacts")

    assert [(one.check.key, one.count, one.urgency) for one in seen.findings] == [
        ("no_owner", 1, 4), ("no_city", 3, 3),
    ]  # fmt: skip


def test_the_trend_has_one_point_a_day(olga: Actor, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Clock, "now", at(MONDAY))
    one = whole(olga)
    for later, city in enumerate(("", "", "Lund")):
        monkeypatch.setattr(Clock, "now", at(MONDAY + timedelta(days=later)))
        changed(one, city=city)
        with begin(SYSTEM) as work:
            quality_counts.store(work, "contacts")
            quality_counts.store(work, "contacts")

    days = quality.trend(olga, "contacts")

    assert [(day.on.day, day.score, day.findings) for day in days] == [(2, 95, 1), (3, 95, 1), (4, 100, 0)]


def test_a_count_is_due_once_a_day_and_after_an_import(
    olga: Actor, monkeypatch: pytest.MonkeyPatch, clock: type[Clock]
) -> None:
    def due() -> bool:
        with begin(SYSTEM, write=False) as work:
            return quality_counts.is_due(work, "contacts")

    assert due()
    with begin(SYSTEM) as work:
        quality_counts.store(work, "contacts")
    assert not due()
    with begin(olga) as work:
        row = Import(
            owner_id=olga.id, kind="contacts", file_name="a.csv", file_digest="", file_path="", file_size=1,
            layout={}, state="done", wanted="", mapping={}, options={}, message="", rows_total=1, summary={},
            created_at=MONDAY, finished_at=MONDAY + timedelta(minutes=1),
        )  # fmt: skip
        work.add(row)
    assert due()
    monkeypatch.setattr(Clock, "now", at(MONDAY + timedelta(hours=1)))
    with begin(SYSTEM) as work:
        quality_counts.store(work, "contacts")
    assert not due()
    monkeypatch.setattr(Clock, "now", at(MONDAY + timedelta(days=1)))
    assert due()


def test_nothing_counted_and_nothing_there_read_as_such(olga: Actor) -> None:
    never = quality.overview(olga, "accounts")
    assert (never.counted_at, never.score, never.findings) == (None, None, ())

    with begin(SYSTEM) as work:
        quality_counts.store(work, "accounts")

    empty = quality.overview(olga, "accounts")
    assert (empty.counted_at is None, empty.records, empty.score) == (False, 0, None)
    assert quality.trend(olga, "accounts") == []


def test_who_may_not_read_or_edit_is_refused(cast: Cast) -> None:
    one = whole(cast.ann, email="")
    with begin(SYSTEM) as work:
        quality_counts.store(work, "contacts")

    with pytest.raises(NotAllowed):
        quality.overview(GUEST, "contacts")
    with pytest.raises(NotAllowed):
        quality.dismiss(cast.vera, "contacts", "no_email", [one])
    for act in (quality.of_record, contacts.get):
        with pytest.raises(NotFound):
            act(cast.bob, *(("contacts", one) if act is quality.of_record else (one,)))
    assert quality.search(cast.bob, "contacts", "no_email", Paging()).items == ()
    assert quality.overview(cast.bob, "contacts").findings == ()
    assert quality.overview(cast.ann, "contacts").pairs is None
    assert quality.overview(cast.mia, "contacts").pairs == 0
    with pytest.raises(Invalid, match="Choose one of"):
        quality.overview(cast.olga, "dreams")
    with pytest.raises(NotFound, match="no check"):
        quality.search(cast.olga, "contacts", "dreams")
