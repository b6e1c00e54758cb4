"""The work list on its page: counted, opened, mended as shown, taken back; and who sees what."""

from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from crm_core.data import quality, quality_counts, quality_runs, quality_work
from crm_core.kernel.access import SYSTEM, Actor
from crm_core.kernel.work import begin
from crm_core.people import contacts
from tests.business_hash import business_hash
from tests.data.test_quality_repairs import kept
from tests.pages.conftest import OpenApp, press, said
from tests.people import Cast


@pytest.fixture
def loud(olga: Actor) -> list[int]:
    """Three contacts in capitals; one of them holds what reads like markup."""
    ids = [kept(olga, first_name=name, last_name="Berg") for name in ("ANNA", "BRITA", "**CLARA**")]
    with begin(SYSTEM) as work:
        quality_counts.store(work, "contacts")
    return ids


def names(ids: list[int]) -> list[str]:
    return [contacts.get(SYSTEM, one)["first_name"] for one in ids]


def tick(app: AppTest, *rows: int) -> AppTest:
    """Tick rows of the grid, as a click does."""
    grid: Any = app.dataframe[0]
    app.session_state[grid.key] = {"selection": {"rows": list(rows), "columns": [], "cells": []}}
    return app.run()


def test_nothing_is_counted_until_somebody_asks_or_the_night_comes(open_app: OpenApp, olga: Actor) -> None:
    kept(olga, email="")
    app = open_app(olga, "data_quality")
    assert "See what your contacts lack" in said(app)

    press(app, "Look now")

    assert "1 contact, as of just now" in said(app)
    assert "They have no e-mail address" in said(app)
    assert not app.exception


def test_a_point_is_opened_mended_as_shown_and_taken_back(
    open_app: OpenApp, olga: Actor, loud: list[int]
) -> None:
    before = business_hash()
    app = open_app(olga, "data_quality", point="name_case")
    assert "3 contacts" in said(app)
    shown = app.table[0].value
    assert list(shown["Before"]) == ["ANNA", "BRITA", "\\*\\*CLARA\\*\\*"]
    assert list(shown["After"]) == ["**Anna**", "**Brita**", "**\\*\\*Clara\\*\\***"]

    press(app, "Mend 3 contacts")

    assert names(loud) == ["Anna", "Brita", "**Clara**"]
    assert "Nothing is left to mend here" in app.success[0].value
    press(app, "Take it back")
    assert business_hash() == before
    assert not app.exception


def test_only_ticked_rows_are_mended_or_said_to_be_right(
    open_app: OpenApp, olga: Actor, loud: list[int]
) -> None:
    app = tick(open_app(olga, "data_quality", point="name_case"), 0)
    assert "Mend the ticked one" in said(app)
    press(app, "Mend 1 contact")
    assert sum(name.isupper() for name in names(loud)) == 2

    app = tick(open_app(olga, "data_quality", point="name_case"), 0)
    press(app, "This is right")

    assert quality.search(olga, "contacts", "name_case").total == 1
    press(app, "List again")
    assert quality.search(olga, "contacts", "name_case").total == 2
    assert not app.exception


def test_what_a_worker_does_is_watched_and_can_be_taken_back_from_the_list(
    open_app: OpenApp, olga: Actor, loud: list[int], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(quality_runs, "AT_ONCE", 1)
    app = open_app(olga, "data_quality", point="name_case")
    press(app, "Mend 3 contacts")
    assert "Mending." in said(app)
    run = quality_runs.under_way(olga, "contacts")
    assert run is not None

    quality_work.complete(olga, run.id)
    app = open_app(olga, "data_quality")

    assert "Write names in usual capitals" in said(app)
    assert "3 contacts" in said(app)
    press(app, "Take it back")
    assert "Taking the repair back" in said(app)
    assert not app.exception


def test_a_point_that_does_not_exist_leads_back_to_the_list(
    open_app: OpenApp, olga: Actor, loud: list[int]
) -> None:
    app = open_app(olga, "data_quality", point="dreams")

    assert "What to mend" in said(app)
    assert not app.exception


def test_a_whole_base_has_nothing_to_mend(open_app: OpenApp, olga: Actor, loud: list[int]) -> None:
    for key in {one.check.key for one in quality.overview(olga, "contacts").findings}:
        ids = [row.id for row in quality.search(olga, "contacts", key)]
        quality.dismiss(olga, "contacts", key, ids)

    app = open_app(olga, "data_quality")

    assert "Nothing to mend" in app.success[0].value
    assert "Score 100 of 100" in said(app)


def test_sellers_mend_their_own_and_viewers_nothing(open_app: OpenApp, cast: Cast) -> None:
    mine, theirs = kept(cast.ann, first_name="ANNA"), kept(cast.bob, first_name="BRITA")
    with begin(SYSTEM) as work:
        quality_counts.store(work, "contacts")

    app = open_app(cast.ann, "data_quality", point="name_case")
    assert "1 contact" in said(app)
    assert "Duplicates" not in said(app)
    press(app, "Mend 1 contact")

    assert names([mine, theirs]) == ["Anna", "BRITA"]
    assert "This page is not open to you" in said(open_app(cast.vera, "data_quality"))


def test_a_customer_s_page_tells_how_complete_the_record_is(open_app: OpenApp, olga: Actor) -> None:
    one = contacts.create(olga, {"last_name": "Berg", "email": "a@berg.example", "company": "Berg & Co"})
    company = contacts.get(olga, one).account_id

    person = open_app(olga, "customer", id=str(one))
    assert "50 of 100" in said(person)
    assert "Missing: phone number, first name, country, city and 2 more." in said(person)

    assert "20 of 100" in said(open_app(olga, "customer", account=str(company)))
