"""Duplicates on their page: searched, reviewed, merged, parted; and who may do that."""

from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from crm_core.data import duplicate_runs, duplicate_work, duplicates, reviewing
from crm_core.kernel.access import Actor
from crm_core.kernel.errors import NotAllowed, NotFound
from crm_core.kernel.paging import Paging
from crm_core.people import accounts, contacts
from tests.business_hash import business_hash
from tests.data.test_find_duplicates import STRANGERS
from tests.pages.conftest import OpenApp, press, said
from tests.people import Cast

FIRST = {"first_name": "Katarina", "last_name": "**Johansson**", "email": "kj@firma.example",
         "phone": "+46701234567", "city": "Uppsala"}  # fmt: skip
SECOND = {**FIRST, "first_name": "Katharina", "email": "katarina@home.example", "job_title": "Buyer"}


@pytest.fixture
def twins(mia: Actor) -> tuple[int, int]:
    """Eight strangers, and one Katarina who was typed in twice; nothing is searched yet."""
    for values in STRANGERS:
        contacts.create(mia, values)
    return contacts.create(mia, FIRST), contacts.create(mia, SECOND, even_if_duplicate=True)


@pytest.fixture
def pair_id(mia: Actor, twins: tuple[int, int]) -> int:
    """The pair that a search found."""
    search(mia)
    [pair] = duplicates.search(mia, "contacts", Paging())
    assert {pair.left_id, pair.right_id} == set(twins)
    return pair.id


def search(who: Actor, record: str = "contacts") -> None:
    duplicate_work.complete(who, duplicate_runs.search(who, record))


def opened(open_app: OpenApp, who: Actor, pair_id: int, **query: str) -> AppTest:
    return open_app(who, "data_quality", pair=str(pair_id), **query)


def choose(app: AppTest, start: str, value: object) -> AppTest:
    """Choose in the control whose key begins so."""
    found: Any = next(each for each in app.get("button_group") if (each.key or "").startswith(start))
    done: AppTest = found.set_value(value).run()
    return done


def test_a_search_is_asked_for_watched_and_its_pairs_are_listed(
    open_app: OpenApp, mia: Actor, twins: tuple[int, int]
) -> None:
    app = open_app(mia, "data_quality", tab="duplicates")
    assert "Find contacts that you have twice" in said(app)

    press(app, "Search for duplicates")
    assert "Comparing all contacts" in said(app)
    run = duplicate_runs.under_way(mia, "contacts")
    assert run is not None
    duplicate_work.complete(mia, run.id)
    app.run()

    assert "Last searched just now by Mia" in said(app)
    assert "phone and city the same" in said(app)
    assert "Katarina" in said(app)
    assert not app.exception


def test_a_pair_is_merged_as_it_was_shown_and_parted_again(
    open_app: OpenApp, mia: Actor, twins: tuple[int, int], pair_id: int
) -> None:
    before = business_hash()
    app = opened(open_app, mia, pair_id)
    keep = reviewing.compare(mia, "contacts", pair_id).keep_id
    other = twins[0] if keep == twins[1] else twins[1]

    choose(app, f"stays-{pair_id}-{keep}-first_name", other)
    shown = dict(zip(app.table[0].value["Field"], app.table[0].value["Value"], strict=True))
    press(app, "Merge")

    merged = contacts.get(mia, keep)
    assert (merged["first_name"], merged["job_title"]) == (shown["First name"], shown["Job title"])
    assert shown["First name"] == ("Katarina" if other == twins[0] else "Katharina")
    assert "is merged" in said(app)
    press(app, "Part them again")
    assert business_hash() == before
    assert not app.exception


def test_the_record_that_stays_is_chosen(
    open_app: OpenApp, mia: Actor, twins: tuple[int, int], pair_id: int
) -> None:
    app = opened(open_app, mia, pair_id)
    press(app, "Let this one stay")
    keep = app.session_state[f"quality.keep-{pair_id}"]
    press(app, "Merge")

    assert keep in twins
    assert contacts.get(mia, keep).id == keep
    [gone] = {*twins} - {keep}
    with pytest.raises(NotFound):
        contacts.get(mia, gone)


def test_not_the_same_is_remembered_and_can_be_taken_back(
    open_app: OpenApp, mia: Actor, pair_id: int
) -> None:
    app = opened(open_app, mia, pair_id)

    press(app, "Not the same")
    assert "remembered as two" in said(app)
    assert "No pairs are left" in app.success[0].value
    press(app, "Take it back")

    assert duplicates.get(mia, "contacts", pair_id).id == pair_id


def test_later_leaves_the_pair_open_and_goes_on(open_app: OpenApp, mia: Actor, pair_id: int) -> None:
    app = opened(open_app, mia, pair_id)

    press(app, "Later")

    assert "Last searched" in said(app)
    assert sum(duplicates.counts(mia, "contacts").values()) == 1


def test_all_sure_ones_are_merged_after_a_question_and_parted_after_another(
    open_app: OpenApp, mia: Actor
) -> None:
    for values in STRANGERS:
        for _ in range(2):
            phone = f"+4670111{1000 + STRANGERS.index(values)}"
            contacts.create(mia, {**values, "phone": phone}, even_if_duplicate=True)
    before = business_hash()
    search(mia)
    app = open_app(mia, "data_quality", tab="duplicates")

    press(app, "Merge all 8 sure pairs")
    press(app, "Merge 8 sure pairs", dialog="Merge all 8 sure pairs")
    assert "Merging the sure pairs" in said(app)
    finish(mia)
    app.run()
    assert "8 pairs merged at once" in said(app)

    press(app, "Part all 8 pairs")
    press(app, "Part 8 pairs", dialog="Part all 8 pairs")
    finish(mia)
    app.run()
    assert "8 pairs merged at once" not in said(app)
    assert business_hash() == before


def finish(who: Actor) -> None:
    run = duplicate_runs.under_way(who, "contacts")
    assert run is not None
    assert duplicate_work.complete(who, run.id).state == "done"


def test_companies_are_reviewed_too(open_app: OpenApp, mia: Actor) -> None:
    for name, city in (
        ("Nordwind GmbH", "Lund"),
        ("Acme Ltd", "Oslo"),
        ("Delta SA", "Bern"),
        ("Orion AB", "Graz"),
    ):
        accounts.create(
            mia, {"company": name, "city": city, "website": f"https://{name[:4].lower()}.example"}
        )
    accounts.create(mia, {"company": "Nordwind", "city": "Lund", "website": "https://www.nord.example"})
    search(mia, "accounts")
    [pair] = duplicates.search(mia, "accounts", Paging())

    app = opened(open_app, mia, pair.id, of="accounts")

    assert "Nordwind" in said(app)
    press(app, "Merge")
    assert not app.exception
    assert duplicates.counts(mia, "accounts") == {}


def test_what_records_are_called_is_shown_as_text(open_app: OpenApp, mia: Actor, pair_id: int) -> None:
    for app in (open_app(mia, "data_quality", tab="duplicates"), opened(open_app, mia, pair_id)):
        assert "\\*\\*Johansson\\*\\*" in said(app)
        assert not app.exception


def test_a_pair_that_is_gone_leads_back_to_the_list(open_app: OpenApp, mia: Actor, pair_id: int) -> None:
    for text in ("x", "9" * 30, str(pair_id + 1000)):
        app = open_app(mia, "data_quality", pair=text)
        assert not app.exception
        assert "Last searched" in said(app)


@pytest.mark.parametrize("name", ["ann", "sue", "vera"])
def test_who_may_not_merge_sees_no_duplicates(open_app: OpenApp, cast: Cast, name: str, pair_id: int) -> None:
    person = getattr(cast, name)

    for app in (opened(open_app, person, pair_id), open_app(person, "data_quality", tab="duplicates")):
        assert ("This page is not open to you" in said(app)) == (name == "vera")
        assert "Katarina" not in said(app)
        assert "Search again" not in said(app)
    for act in (reviewing.compare, duplicates.get):
        with pytest.raises(NotAllowed):
            act(person, "contacts", pair_id)


def test_nobody_opens_a_pair_whose_other_side_is_hidden(open_app: OpenApp, cast: Cast) -> None:
    ours = contacts.create(cast.mia, FIRST)
    contacts.create(cast.mark, {**FIRST, "owner": "mark"}, even_if_duplicate=True)
    for values in STRANGERS:
        contacts.create(cast.mia, values)
    search(cast.olga)
    [pair] = duplicates.search(cast.olga, "contacts", Paging())
    assert ours in (pair.left_id, pair.right_id)

    app = opened(open_app, cast.mia, pair.id)

    assert "No pairs are left" in app.success[0].value
    assert duplicates.counts(cast.mia, "contacts") == {}
    with pytest.raises(NotFound):
        reviewing.merge(cast.mia, "contacts", pair.id, ours, {})
