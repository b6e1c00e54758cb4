"""Who did what, and when: the trace of everything, for those who may read it."""

from datetime import datetime

from crm_core.kernel.access import Permission
from crm_core.kernel.paging import Page, Paging
from crm_core.kernel.work import Work, use_case
from crm_core.team.types import AuditEntry
from db.queries import audit as sql


@use_case(Permission.AUDIT_READ, read=True)
def search(
    work: Work,
    paging: Paging,
    who: int | None = None,
    name: str | None = None,
    since: datetime | None = None,
) -> Page[AuditEntry]:
    """What happened, the latest first.

    Args:
        work: who asks.
        paging: which page; the order is fixed.
        who: the id of the user who did it.
        name: what happened, or how its name begins (``user.`` for everything about users).
        since: not before this instant.
    """
    return work.page(sql.entries(who, name, since), paging, AuditEntry)
