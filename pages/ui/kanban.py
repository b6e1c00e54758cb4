"""A board of columns whose cards are moved by mouse or keyboard; it shows and reports, the page decides.

No component of the shelf reports single moves, keeps to the colours of the theme and works by keyboard.
"""

import json
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from hashlib import sha256
from pathlib import Path
from typing import Any

import streamlit as st

from pages.ui.component_events import hears

_FOLDER = Path(__file__).parent
_HOW = "Enter opens. Space picks up, arrow keys move, Space puts down, Escape puts back."
_draw = st.components.v2.component(
    "rapport.kanban",
    html=(
        '<div class="wrap"><div class="board"></div><div class="unseen said" aria-live="assertive"></div>'
        f'<div class="unseen" id="how">{_HOW}</div></div>'
    ),
    css=(_FOLDER / "kanban.css").read_text(encoding="utf-8"),
    js=(_FOLDER / "kanban.js").read_text(encoding="utf-8"),
)


@dataclass(frozen=True)
class Mark:
    """A short remark on a card; ``tone`` is ``plain``, ``good``, ``warn`` or ``bad``."""

    text: str
    tone: str = "plain"


@dataclass(frozen=True)
class Card:
    """One card; ``label`` is what a screen reader says, ``owner`` a name."""

    id: int
    version: int
    title: str
    who: str
    amount: str
    due: str
    owner: str
    label: str
    marks: tuple[Mark, ...] = ()


@dataclass(frozen=True)
class Column:
    """One column with the cards that are drawn; ``more`` is what the button for the others says.

    A narrow one is for dropping on, as “Won” and “Lost” are.
    """

    id: int
    title: str
    count: str
    sum: str
    cards: tuple[Card, ...]
    hint: str = "Nothing here"
    more: str = ""
    is_narrow: bool = False


@dataclass(frozen=True)
class Move:
    """A card was put into a column: before another card, or at its end, behind the last one (if any)."""

    card: int
    version: int
    column: int
    before: int | None
    behind: int | None


def draw(
    columns: Sequence[Column],
    *,
    key: str,
    is_movable: bool,
    moved: Callable[[Move], None],
    opened: Callable[[int], None],
    more: Callable[[int], None],
    turn: int = 0,
) -> None:
    """Show the board.

    Args:
        columns: what stands on it; texts are shown letter by letter.
        key: its name on the page.
        is_movable: may this person move cards?
        moved: called with a move, before the page is drawn again.
        opened: called with the id of a card that was clicked.
        more: called with the id of a column of which more should be shown.
        turn: another number draws the board anew even when nothing changed, as after a refused move.
    """
    shown = [asdict(column) | {"cards": [_shown(card) for card in column.cards]} for column in columns]
    told = json.dumps([turn, is_movable, shown], sort_keys=True, default=str)
    _draw(
        key=key,
        data={"rev": sha256(told.encode()).hexdigest()[:16], "movable": is_movable, "columns": shown},
        on_move_change=hears(key, "move", lambda said: moved(_move(said))),
        on_open_change=hears(key, "open", lambda said: opened(int(said["card"]))),
        on_more_change=hears(key, "more", lambda said: more(int(said["column"]))),
    )


def _move(said: dict[str, Any]) -> Move:
    before, behind = said.get("before"), said.get("behind")
    return Move(
        card=int(said["card"]),
        version=int(said["version"]),
        column=int(said["column"]),
        before=int(before) if before else None,
        behind=int(behind) if behind and not before else None,
    )


def _shown(card: Card) -> dict[str, Any]:
    initials = "".join(part[0] for part in card.owner.split()[:2]).upper()
    owner = {"initials": initials, "name": card.owner} if initials else None
    return asdict(card) | {"id": str(card.id), "owner": owner}
