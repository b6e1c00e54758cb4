"""Reads what a database driver complains about: which columns clash, and whether to try again."""

import re

from sqlalchemy.exc import DBAPIError, IntegrityError

RETRY_STATES = frozenset({"40001", "40P01"})
BUSY_STATES = frozenset({"57014", "55P03"})  # the time for a statement, or for a lock, ran out


def clashing_columns(error: IntegrityError) -> frozenset[str]:
    """The columns of the broken rule, as far as the driver names them."""
    diagnosis = getattr(error.orig, "diag", None)
    constraint = getattr(diagnosis, "constraint_name", None)
    if constraint:
        table = getattr(diagnosis, "table_name", "") or ""
        return frozenset({re.sub(rf"^(uq|ix|ck|fk)_({re.escape(table)}_)?", "", constraint)})
    return frozenset(re.findall(r"\w+\.(\w+)", str(error.orig)))


def may_be_retried(error: DBAPIError) -> bool:
    """Did the transaction lose against another one, so that doing it again can succeed?"""
    state = getattr(error.orig, "sqlstate", None)
    return state in RETRY_STATES or "database is locked" in str(error.orig)


def is_busy(error: DBAPIError) -> bool:
    """Did the statement wait or run for longer than it may?"""
    return getattr(error.orig, "sqlstate", None) in BUSY_STATES


def is_out_of_reach(error: DBAPIError) -> bool:
    """Is the database itself gone (restarting, network), rather than the statement wrong?"""
    return bool(error.connection_invalidated) or "could not connect" in str(error.orig).lower()
