"""The pipeline on its pages: filters, moves of cards, what a refused move asks for, and who may do that."""

from typing import Any

import pytest
import streamlit as st
from streamlit.testing.v1 import AppTest

from crm_core.kernel.access import Actor
from crm_core.kernel.errors import Conflict
from crm_core.people import contacts
from crm_core.sales import deals, pipelines
from crm_core.sales.types import PipelineRow
from pages.ui import deal_dialogs, kanban, pipeline_board
from tests.pages.conftest import OpenApp, press, said
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
