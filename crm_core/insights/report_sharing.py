"""Whose a report or dashboard is, who may open it, and who may change it."""

from typing import Any, Final, TypeVar

from crm_core.insights.report_types import PRIVATE, SHARING
from crm_core.kernel.access import Permission
from crm_core.kernel.errors import Conflict, Invalid, NotFound
from crm_core.kernel.values.text import clean, fold
from crm_core.kernel.work import Work
from db.models import Dashboard, SavedReport
from db.queries import saved_reports as sql

M = TypeVar("M", SavedReport, Dashboard)
MAX_NAME: Final = 120
MOST: Final = 200


def opened(work: Work, model: type[M], key: int) -> tuple[M, str]:
    """A row that this person may open, with the name of its owner.

    Raises:
        NotFound: there is none, or it is private to somebody else.
    """
    found = next(iter(work.tuples(sql.one_visible(model, work.actor.id, key))), None)
    if found is None:
        raise NotFound(f"This {model.noun} does not exist, or nobody shared it with you.")
    return found[0], found[1] or ""


def own(work: Work, model: type[M], key: int, *, with_deleted: bool = False) -> M:
    """A row that this person may change: an own one, and for administrators also a shared one.

    Raises:
        NotFound: there is no such row of this person.
    """
    row: Any = work.get(model, key, with_deleted=with_deleted)
    may_tidy = bool(row.shared) and work.actor.may(Permission.SETTINGS_MANAGE)
    if work.actor.id is not None and row.user_id != work.actor.id and not may_tidy:
        raise NotFound(f"This {model.noun} does not exist, or it belongs to somebody else.")
    found: M = row
    return found


def free_name(work: Work, model: type[M], name: str, but: int | None = None) -> str:
    """A name that this person has not given to another one.

    Raises:
        Invalid: it is empty or too long. Conflict: it is taken, or there are too many.
    """
    title = clean(name)
    if not title or len(title) > MAX_NAME:
        hint = f"Give the {model.noun} a name of at most {MAX_NAME} characters."
        raise Invalid(hint, fields={"name": hint})
    mine = names(work, model, but)
    if len(mine) >= MOST:
        raise Conflict(f"You have {MOST} already. Delete one that you no longer use.")
    if fold(title) in mine:
        raise Conflict(f"You already have a {model.noun} called “{title}”. Choose another name.")
    return title


def names(work: Work, model: type[M], but: int | None = None) -> set[str]:
    """The names, folded, that this person has given."""
    rows = work.tuples(sql.visible(model, work.actor.id))
    return {fold(row[0].name) for row in rows if row[0].user_id == work.actor.id and row[0].id != but}


def copy_name(work: Work, model: type[M], name: str) -> str:
    """A free name for a copy: ``Orders (2)``."""
    taken, number = names(work, model), 2
    stem = name[: MAX_NAME - 6]
    while fold(f"{stem} ({number})") in taken:
        number += 1
    return f"{stem} ({number})" if fold(name) in taken else name


def share(work: Work, row: SavedReport | Dashboard, shared: str) -> None:
    """Let the team or everybody open it, or nobody else.

    Raises:
        Invalid: it cannot be shared that way. NotAllowed: sharing needs a right of its own.
    """
    if shared not in SHARING:
        raise Invalid("Share it with the team, with everybody, or with nobody.")
    if shared != PRIVATE:
        work.actor.require(Permission.REPORTS_SHARE)
    row.shared, row.updated_at = shared, work.now
