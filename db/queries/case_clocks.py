"""Clocks of cases that ran out, and who is told of it."""

from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, case, select

from db.models import Case, Contact, User
from db.queries import Rows
from db.queries.cases import UNSOLVED


def unsolved() -> Select[Any]:
    """All cases whose clock may still run, as rows to change."""
    return select(Case).where(Case.status.in_(UNSOLVED)).order_by(Case.id)


def late_to_answer(now: datetime, limit: int) -> Select[Any]:
    """Cases whose promised first answer was missed and nobody noticed yet."""
    missed = (
        Case.first_response_at.is_(None),
        Case.response_breached_at.is_(None),
        Case.deleted_at.is_(None),
        Case.response_due_at < now,
    )
    return _late(*missed, limit=limit)


def late_to_solve(now: datetime, limit: int) -> Select[Any]:
    """Cases whose promised solution was missed and nobody noticed yet."""
    missed = (
        Case.resolution_due_at.is_not(None),
        Case.resolution_breached_at.is_(None),
        Case.deleted_at.is_(None),
        Case.resolution_due_at < now,
    )
    return _late(*missed, limit=limit)


def _late(*missed: ColumnElement[bool], limit: int) -> Select[Any]:
    # Nobody is to be told of a customer who was deleted.
    chosen = select(Case).join(Contact, Contact.id == Case.contact_id).where(*missed)
    return chosen.where(Case.status.in_(UNSOLVED)).order_by(Case.id).limit(limit)


def solved_before(moment: datetime, limit: int) -> Select[Any]:
    """Solved cases about which nobody came back."""
    return (
        select(Case)
        .where(Case.status == "solved", Case.solved_at < moment)
        .order_by(Case.solved_at, Case.id)
        .limit(limit)
    )


def leaders_of(user_id: int | None) -> Rows:
    """Who leads, and how near: managers of this user's team 0, other managers 1, administrators 2."""
    team = select(User.team_id).where(User.id == (user_id or 0)).scalar_subquery()
    distance = case((User.role == "admin", 2), (User.team_id == team, 0), else_=1).label("distance")
    leads = (User.is_active, User.role.in_(("manager", "admin")))
    return select(User.id, distance).where(*leads).order_by(distance, User.id)
