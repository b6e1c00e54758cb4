"""When contacts were in touch with us first: kept by the database beside each of them, and compared here."""

from datetime import datetime

from crm_core.kernel.work import Work
from db.queries import activity as sql

MOST_SHOWN = 20


def differences(work: Work) -> list[tuple[int, datetime | None, datetime | None]]:
    """Contacts whose kept first touch is not that of their touchpoints: contact, kept one, true one."""
    return [tuple(row) for row in work.tuples(sql.wrong_first_touches(MOST_SHOWN))]
