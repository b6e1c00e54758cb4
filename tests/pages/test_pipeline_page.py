"""The pipeline on its pages: filters, moves of cards, what a refused move asks for, and who may do that."""

from typing import Any

import pytest
import streamlit as st
from streamlit.testing.v1 import AppTest

from crm_core.activity import tasks
from crm_core.activity.task_types import NewTask
from crm_core.kernel.access import Actor
from crm_core.kernel.errors import Conflict
from crm_core.people import contacts, custom_fields
from crm_core.sales import deals, pipelines
from crm_core.sales.types import PipelineRow
from pages.ui import deal_dialogs, kanban, pipeline_board
from tests.pages.conftest import OpenApp, field, press, said
from tests.people import Cast

Columns = list[kanban.Column]


@pytest.fixture
def sales(mia: Actor) -> PipelineRow:
    """The usual pipeline."""
    return pipelines.get(mia, pipelines.add(mia, "Sales"))


@pytest.fixture
def ovens(ann: Actor, sales: PipelineRow) -> int:
    """A deal of Ann in the first stage, without amount and close date."""
    contact = contacts.create(ann, {"first_name": "Nadia", "last_name": "Chérif", "company": "Durand"})
    return deals.create(ann, {"deal": "Ovens *big*", "contact_id": contact, "stage_id": sales.stages[0].id})


@pytest.fixture
def board(monkeypatch: pytest.MonkeyPatch) -> Any:
    """What the board was told to show, and how to say that somebody moved a card on it."""
    told: dict[str, Any] = {}
    monkeypatch.setattr(kanban, "draw", lambda columns, **rest: told.update(rest, columns=columns))
    return told


def cards(told: dict[str, Any]) -> dict[str, list[str]]:
    return {column.title: [card.title for card in column.cards] for column in told["columns"]}


def test_without_any_deal_the_page_says_how_to_begin(open_app: OpenApp, ann: Actor) -> None:
    app = open_app(ann, "pipeline")

    assert "No deals yet" in said(app)
    assert "Add a deal" in said(app)


def test_the_board_shows_each_deal_in_its_stage_with_what_is_missing(
    open_app: OpenApp, ann: Actor, ovens: int, board: dict[str, Any]
) -> None:
    open_app(ann, "pipeline")

    shown = cards(board)
    assert shown["New"] == ["Ovens *big*"]
    assert shown["Qualified"] == []
    [card] = board["columns"][0].cards
    assert (card.who, card.amount) == ("Durand · Nadia Chérif", "No amount")
    assert [mark.text for mark in card.marks] == ["No next step"]
    assert board["is_movable"]


def test_who_only_looks_moves_nothing_and_gets_no_place_to_drop(
    open_app: OpenApp, vera: Actor, ovens: int, board: dict[str, Any]
) -> None:
    app = open_app(vera, "pipeline")

    assert not board["is_movable"]
    assert set(cards(board)) == {"New", "Qualified", "Proposal", "Negotiation"}
    assert "Add deal" not in said(app)


def test_deals_of_others_stay_unseen(
    open_app: OpenApp, bob: Actor, ovens: int, board: dict[str, Any]
) -> None:
    open_app(bob, "pipeline")

    assert cards(board)["New"] == []


def test_a_search_narrows_board_and_list_alike(
    open_app: OpenApp, ann: Actor, ovens: int, board: dict[str, Any], sales: PipelineRow
) -> None:
    deals.create(ann, {"deal": "Coffee", "amount": "100", "stage_id": sales.stages[0].id})

    open_app(ann, "pipeline", q="coff")
    assert cards(board)["New"] == ["Coffee"]

    app = open_app(ann, "pipeline", q="coff", view="List")
    assert "1 deal" in said(app)


def test_a_drop_moves_the_deal(open_app: OpenApp, ann: Actor, ovens: int, board: dict[str, Any]) -> None:
    app = open_app(ann, "pipeline")
    move(app, board, ovens, column="Qualified")

    assert deals.get(ann, ovens).row.stage == "Qualified"


def test_a_stage_that_asks_for_more_opens_a_form_for_it(
    open_app: OpenApp, ann: Actor, ovens: int, board: dict[str, Any]
) -> None:
    app = open_app(ann, "pipeline")
    asked = move(app, board, ovens, column="Proposal")

    assert deals.get(ann, ovens).row.stage == "New"
    question = asked[deal_dialogs._KEY]
    assert question.name == "fill"
    assert "amount, close date" in question.said


def test_two_people_with_the_same_card_do_not_overwrite_each_other(
    open_app: OpenApp, ann: Actor, mia: Actor, ovens: int, sales: PipelineRow, board: dict[str, Any]
) -> None:
    app = open_app(ann, "pipeline")
    deals.move(mia, ovens, sales.stages[1].id, version=None)
    asked = move(app, board, ovens, column="New", version=1)

    assert deals.get(ann, ovens).row.stage == "Qualified"
    assert isinstance(asked[pipeline_board._REFUSED], Conflict)


def test_a_deal_is_won_by_a_drop_and_lost_only_with_a_reason(
    open_app: OpenApp, ann: Actor, ovens: int, board: dict[str, Any]
) -> None:
    app = open_app(ann, "pipeline")
    asked = move(app, board, ovens, column="Lost")
    assert asked[deal_dialogs._KEY].name == "lose"
    assert deals.get(ann, ovens).row.status == "open"

    move(app, board, ovens, column="Won")
    assert deals.get(ann, ovens).row.status == "won"


def test_the_page_of_a_deal_tells_everything_and_its_name_stays_text(
    open_app: OpenApp, ann: Actor, ovens: int
) -> None:
    app = open_app(ann, "deal", id=str(ovens))

    told = said(app)
    assert "Ovens \\*big\\*" in told
    assert "Nadia Chérif" in told
    assert "Way through the stages" in told
    press(app, "Won")
    assert deals.get(ann, ovens).row.status == "won"


def test_the_admins_own_field_is_on_the_page_and_on_the_form(
    open_app: OpenApp, ann: Actor, olga: Actor, ovens: int
) -> None:
    custom_fields.add(olga, "deals", "Contract ends", "text")
    deals.change(ann, ovens, {"custom.contract_ends": "never"}, version=None)

    app = open_app(ann, "deal", id=str(ovens))
    assert "Contract ends" in said(app)
    assert "never" in said(app)
    press(app, "Edit")
    assert field(app, "Contract ends").value == "never"


def test_the_page_of_a_deal_shows_what_comes_next_or_that_nothing_does(
    open_app: OpenApp, ann: Actor, ovens: int
) -> None:
    assert "No next step" in said(open_app(ann, "deal", id=str(ovens)))
    tasks.add(ann, NewTask("Send the offer", deal_id=ovens))

    told = said(open_app(ann, "deal", id=str(ovens)))
    assert "Next steps" in told
    assert "Send the offer" in told


@pytest.mark.parametrize("number", ["0", "99999999", "x", "9" * 30])
def test_an_address_that_leads_nowhere_says_so(open_app: OpenApp, ann: Actor, number: str) -> None:
    app = open_app(ann, "deal", id=number)

    assert "Nothing to see here" in said(app)
    assert not app.exception


def test_a_foreign_deal_is_not_shown(open_app: OpenApp, bob: Actor, ovens: int) -> None:
    assert "Nothing to see here" in said(open_app(bob, "deal", id=str(ovens)))


@pytest.mark.parametrize("name", ["olga", "mia", "mark", "ann", "sue", "vera"])
def test_every_role_can_open_pipeline_and_deal(open_app: OpenApp, cast: Cast, ovens: int, name: str) -> None:
    for page in ("pipeline", "deal"):
        app = open_app(cast.everybody[name], page, id=str(ovens))
        assert not app.exception
        assert not app.error


def move(
    app: AppTest, told: dict[str, Any], deal_id: int, *, column: str, version: int | None = None
) -> dict[str, Any]:
    """What the component reports when somebody drops a card; returns what the page remembers of it."""
    columns: Columns = told["columns"]
    [target] = [each for each in columns if each.title == column]
    versions = {card.id: card.version for each in columns for card in each.cards}
    known = versions.get(deal_id, 1) if version is None else version
    remembered: dict[str, Any] = {}
    who = app.session_state["_sign_in"]

    class State(dict[str, Any]):
        """The memory of a page, as far as callbacks use it."""

    state = State({"_sign_in": who})
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(st, "session_state", state)
        told["moved"](kanban.Move(deal_id, known, target.id, None, None))
    remembered.update(state)
    return remembered
