"""Lists as people like them: columns, filter and order under a name, private or shared with everyone."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from crm_core.kernel.access import Permission
from crm_core.kernel.errors import Conflict, Invalid, NotFound
from crm_core.kernel.values.text import clean, fold
from crm_core.kernel.work import Work, use_case
from db.models import SavedView
from db.queries import contact_list as sql

RECORDS = ("contacts", "accounts")
MAX_NAME = 120
MAX_VIEWS = 100


@dataclass(frozen=True)
class View:
    """A saved view. ``state`` is what the page keeps of itself: texts, numbers and lists under known names.

    The page checks it again when it is opened: fields and choices may be gone meanwhile.
    """

    id: int
    name: str
    is_shared: bool
    is_mine: bool
    by: str
    state: Mapping[str, Any]


@use_case(Permission.VIEWS_USE, read=True)
def search(work: Work, record: str) -> list[View]:
    """The views that this person may open: own ones and those that are shared, by name."""
    return [_view(work, row, by) for row, by in work.tuples(sql.views(record, work.actor.id))]


@use_case(Permission.VIEWS_USE)
def save(work: Work, record: str, name: str, state: Mapping[str, Any], *, is_shared: bool = False) -> int:
    """Keep a view under a new name; returns its id.

    Raises:
        Invalid: the name is empty or too long.
        Conflict: there is such a view already, or too many.
        NotAllowed: sharing needs a right of its own.
    """
    if record not in RECORDS:
        raise Invalid(f"There are no views of “{record[:40]}”.")
    title = _checked_name(name)
    if is_shared:
        work.actor.require(Permission.VIEWS_SHARE)
    known = [view for view in search(work, record) if view.is_mine]
    if len(known) >= MAX_VIEWS:
        raise Conflict(f"You have {MAX_VIEWS} views. Delete one that you no longer use.")
    if any(fold(view.name) == fold(title) for view in known):
        raise Conflict(f"You already have a view called “{title}”. Choose another name, or update that view.")
    row = work.add(
        SavedView(
            record=record,
            name=title,
            user_id=work.actor.id,
            is_shared=is_shared,
            state=dict(state),
            created_at=work.now,
        )
    )
    work.record("view.saved", row, title=title, is_shared=is_shared)
    return row.id


@use_case(Permission.VIEWS_USE)
def update(
    work: Work, view_id: int, *, state: Mapping[str, Any] | None = None, is_shared: bool | None = None
) -> None:
    """Keep the list as it is now under the name of a view of one's own; share it, or take it back.

    Raises:
        NotFound: there is no such view of this person.
        NotAllowed: sharing needs a right of its own.
    """
    row = _own(work, view_id)
    if is_shared and not row.is_shared:
        work.actor.require(Permission.VIEWS_SHARE)
    row.state = dict(state) if state is not None else row.state
    row.is_shared = row.is_shared if is_shared is None else is_shared
    work.record("view.changed", row, title=row.name, is_shared=row.is_shared)


@use_case(Permission.VIEWS_USE)
def remove(work: Work, view_id: int) -> None:
    """Delete a view of one's own.

    Raises:
        NotFound: there is no such view of this person.
    """
    row = _own(work, view_id)
    work.record("view.removed", row, title=row.name)
    work.delete(row)


def _own(work: Work, view_id: int) -> SavedView:
    """A view that this person may change: the own ones, and for administrators all that are shared."""
    row = work.get(SavedView, view_id)
    may_tidy = row.is_shared and work.actor.may(Permission.SETTINGS_MANAGE)
    if row.user_id != work.actor.id and not may_tidy:
        raise NotFound("This view does not exist, or it belongs to somebody else.")
    return row


def _view(work: Work, row: SavedView, by: str | None) -> View:
    return View(row.id, row.name, row.is_shared, row.user_id == work.actor.id, by or "", dict(row.state))


def _checked_name(name: str) -> str:
    title = clean(name)
    if not title:
        raise Invalid("Give the view a name.", fields={"name": "Give the view a name."})
    if len(title) > MAX_NAME:
        raise Invalid(
            "The name is too long.", fields={"name": f"At most {MAX_NAME} characters, not {len(title)}."}
        )
    return title
