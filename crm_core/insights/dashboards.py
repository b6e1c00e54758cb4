"""Dashboards: reports side by side, in an order and widths that people choose."""

from collections.abc import Sequence
from dataclasses import asdict
from typing import Any, Final

from crm_core.insights import report_sharing, saved_reports
from crm_core.insights.report_types import Board, ReportCard, Tile
from crm_core.kernel.access import Permission
from crm_core.kernel.errors import Invalid
from crm_core.kernel.work import Work, use_case
from db.models import Dashboard
from db.queries import saved_reports as sql

MOST_TILES: Final = 24
WIDEST: Final = 3
HEIGHTS: Final = (1, 2)


@use_case(Permission.REPORTS_READ, read=True)
def search(work: Work) -> list[Board]:
    """The dashboards that this person may open, by name; without their reports."""
    rows = work.tuples(sql.visible(Dashboard, work.actor.id))
    return [_board(work, row, by or "", {}) for row, by in rows]


@use_case(Permission.REPORTS_READ, read=True)
def get(work: Work, dashboard_id: int) -> Board:
    """One dashboard with the reports on it: who may open it sees them there, also those that are not shared.

    Raises:
        NotFound: there is none, or it is private to somebody else.
    """
    row, by = report_sharing.opened(work, Dashboard, dashboard_id)
    wanted = [int(tile["report_id"]) for tile in row.tiles]
    found = {
        one.id: saved_reports.card(work, one, who or "") for one, who in work.tuples(sql.reports(wanted))
    }
    return _board(work, row, by, found)


@use_case(Permission.REPORTS_READ)
def create(work: Work, name: str, tiles: Sequence[Tile] = ()) -> int:
    """Make a dashboard of reports that one may open; returns its id.

    Raises:
        Invalid: the name is none, or a tile has no such width. Conflict: the name is taken.
        NotFound: a report is not this person's to open.
    """
    row = work.add(
        Dashboard(
            name=report_sharing.free_name(work, Dashboard, name),
            user_id=work.actor.id,
            tiles=_stored(work, tiles, known=()),
            created_at=work.now,
            updated_at=work.now,
        )
    )
    work.record("dashboard.saved", row, title=row.name)
    return row.id


@use_case(Permission.REPORTS_READ)
def put(work: Work, dashboard_id: int, report_id: int, width: int = 1) -> None:
    """Put a report that one may open at the end of an own dashboard; once there it stays once.

    Raises:
        NotFound: there is no such dashboard of this person, or no such report. Invalid: it is full.
    """
    tiles = _tiles(report_sharing.own(work, Dashboard, dashboard_id))
    if all(tile.report_id != report_id for tile in tiles):
        arrange(work, dashboard_id, (*tiles, Tile(report_id, width)))


@use_case(Permission.REPORTS_READ)
def arrange(work: Work, dashboard_id: int, tiles: Sequence[Tile]) -> None:
    """Give an own dashboard these tiles in this order.

    Raises:
        NotFound: there is no such dashboard of this person, or a new report is not to be opened.
        Invalid: too many, twice the same report, or no such width or height.
    """
    row = report_sharing.own(work, Dashboard, dashboard_id)
    row.tiles = _stored(work, tiles, known=[tile.report_id for tile in _tiles(row)])
    row.updated_at = work.now
    work.record("dashboard.changed", row, title=row.name)


@use_case(Permission.REPORTS_READ)
def rename(work: Work, dashboard_id: int, name: str) -> None:
    """Call an own dashboard something else.

    Raises:
        NotFound: there is no such dashboard of this person. Invalid, Conflict: as for ``create``.
    """
    row = report_sharing.own(work, Dashboard, dashboard_id)
    row.name, row.updated_at = report_sharing.free_name(work, Dashboard, name, but=row.id), work.now
    work.record("dashboard.changed", row, title=row.name)


@use_case(Permission.REPORTS_READ)
def share(work: Work, dashboard_id: int, shared: str) -> None:
    """Let the team (``team``) or everybody (``all``) open an own dashboard, or nobody else (empty).

    Raises:
        NotFound: there is no such dashboard of this person. NotAllowed: sharing needs a right of its own.
    """
    row = report_sharing.own(work, Dashboard, dashboard_id)
    report_sharing.share(work, row, shared)
    work.record("dashboard.shared", row, title=row.name, shared=shared)


@use_case(Permission.REPORTS_READ)
def remove(work: Work, dashboard_id: int) -> None:
    """Delete an own dashboard; its reports stay, and ``restore`` brings it back.

    Raises:
        NotFound: there is no such dashboard of this person.
    """
    row = report_sharing.own(work, Dashboard, dashboard_id)
    row.deleted_at = work.now
    work.record("dashboard.removed", row, title=row.name)


@use_case(Permission.REPORTS_READ)
def restore(work: Work, dashboard_id: int) -> None:
    """Bring a deleted own dashboard back.

    Raises:
        NotFound: there is no such dashboard of this person.
    """
    row = report_sharing.own(work, Dashboard, dashboard_id, with_deleted=True)
    row.name = report_sharing.copy_name(work, Dashboard, row.name)
    row.deleted_at = None
    work.record("dashboard.restored", row, title=row.name)


def _board(work: Work, row: Dashboard, by: str, reports: dict[int, ReportCard]) -> Board:
    return Board(row.id, row.name, by, row.user_id == work.actor.id, row.shared, _tiles(row), reports)


def _tiles(row: Dashboard) -> tuple[Tile, ...]:
    return tuple(Tile(**tile) for tile in row.tiles)


def _stored(work: Work, tiles: Sequence[Tile], known: Sequence[int]) -> list[dict[str, Any]]:
    keys = [tile.report_id for tile in tiles]
    if len(keys) > MOST_TILES or len(set(keys)) < len(keys):
        raise Invalid(f"A dashboard has up to {MOST_TILES} tiles, each with another report.")
    if any(not 1 <= tile.width <= WIDEST or tile.height not in HEIGHTS for tile in tiles):
        raise Invalid(f"A tile is 1 to {WIDEST} columns wide and one or two rows high.")
    for key in keys:
        if key not in known:
            saved_reports.get(work, key)
    return [asdict(tile) for tile in tiles]
