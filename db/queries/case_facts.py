"""Facts of service: cases that were opened, answered and solved, and those that are open."""

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Subquery, and_, case, func, literal, or_

from db.models import Case, User
from db.queries import Rows
from db.queries.facts import Asked, Expression, Facts, columns, dated, looked_up, narrowed, yes
from db.queries.replay import last_trace, later, was_there

_LONG_AGO = datetime(1990, 1, 1, tzinfo=UTC)
UNSOLVED = ("new", "open", "waiting")
_STEPS = ("case.solved", "case.closed", "case.reopened")


def opened(asked: Asked) -> Facts:
    """Cases that were opened in the period."""
    return _cases(dated(_there(columns(Case.id, Case.opened_at, literal(1)), asked), Case.opened_at, asked))


def first_responses(asked: Asked) -> Facts:
    """Cases whose customer was answered first in the period, worth the business seconds that it took."""
    at = Case.first_response_at
    rows = _there(columns(Case.id, at, func.coalesce(Case.response_seconds, 0)), asked)
    if asked.known is not None:
        rows = rows.where(at < asked.known)
    return _cases(dated(rows.where(at.is_not(None)), at, asked))


def solved(asked: Asked, *, is_promise: bool = False) -> Facts:
    """Cases that were solved in the period, worth 1 each; or, of those with a promise, 1 when it was kept.

    As of an earlier day, cases that were taken up again since count as solved; whether their promises were
    kept is not known any more, so they are left out there.
    """
    in_time = and_(Case.is_resolution_in_time.is_(True), func.coalesce(Case.is_response_in_time, True))
    value: Expression = yes(in_time) if is_promise else literal(1)
    at: Expression = Case.solved_at.expression
    steps = None
    if asked.known is not None:
        steps = later("cases", _STEPS, asked.known)
        was_again = steps.c.name == "case.reopened"
        at = case((was_again, last_trace("cases", "case.solved", Case.id, asked.known)), else_=at)
    rows = _there(columns(Case.id, at, value), asked)
    if steps is not None:
        rows = rows.outerjoin(steps, steps.c.subject_id == Case.id).where(at < asked.known)
    if is_promise:
        rows = rows.where(Case.is_resolution_in_time.is_not(None))
    return _cases(dated(rows.where(at.is_not(None)), at, asked))


def unsolved(asked: Asked) -> Facts:
    """Cases that were opened and not solved at the end of the period."""
    rows = _there(columns(Case.id, Case.opened_at, literal(1)), asked).where(Case.opened_at < asked.until)
    if asked.known is None:
        return _cases(rows.where(Case.status.in_(UNSOLVED)))
    steps = later("cases", _STEPS, asked.known)
    rows = rows.outerjoin(steps, steps.c.subject_id == Case.id)
    return _cases(rows.where(_was_open(steps, asked)))


def told(asked: Asked, members: Rows | None) -> Rows:
    """All that the report of service says of each case that was opened, solved or open in the period."""
    ended = func.coalesce(Case.solved_at, Case.closed_at)
    facts = opened(_until_its_end(asked))
    facts = replace(facts, rows=facts.rows.where(or_(ended.is_(None), ended >= asked.since)))
    names = (
        Case.opened_at, Case.solved_at, Case.closed_at, Case.first_response_at, Case.response_seconds,
        Case.resolution_seconds, Case.is_response_in_time, Case.is_resolution_in_time, Case.reopened_count,
        Case.kind, Case.priority,
    )  # fmt: skip
    team = looked_up(User, "team_id", Case.owner_id.expression).label("team_id")
    rows = narrowed(facts, asked.narrow, members)
    found = rows.with_only_columns(*names, Case.owner_id, team).order_by(Case.id)
    return found.execution_options(with_deleted=True)  # those that were there are chosen above


def _until_its_end(asked: Asked) -> Asked:
    """The same question about everything until the end of its period."""
    return asked._replace(since=_LONG_AGO)


def _was_open(steps: Subquery, asked: Asked) -> Expression:
    """Was a case not solved at the moment? The first step afterwards tells, else how it stands."""
    return case(
        (steps.c.name == "case.reopened", False),
        (steps.c.name == "case.solved", True),
        (steps.c.name == "case.closed", or_(Case.solved_at.is_(None), Case.solved_at >= asked.known)),
        else_=Case.status.in_(UNSOLVED),
    )


def _there(rows: Rows, asked: Asked) -> Rows:
    if asked.known is None:
        return rows.where(Case.deleted_at.is_(None))
    gone = later("cases", ["case.deleted", "case.restored"], asked.known)
    rows = rows.outerjoin(gone, gone.c.subject_id == Case.id)
    return rows.where(Case.created_at < asked.known, was_there(Case, gone, asked.known, "case"))


def _cases(rows: Rows) -> Facts:
    def of_product(product_id: int) -> Any:
        return Case.product_id == product_id

    return Facts(
        rows, Case.id.expression, "cases", Case.subject.expression, Case.owner_id.expression,
        Case.contact_id.expression, Case.account_id.expression, kind=Case.kind.expression,
        of_product=of_product,
    )  # fmt: skip
