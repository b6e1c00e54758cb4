"""The address that customers write to when they need help: mail to it becomes a case."""

from collections.abc import Collection

from crm_core.kernel.work import Work
from db.models import Setting
from db.queries import settings as sql

NAME = "service"


def address(work: Work) -> str:
    """The service address in small letters; empty when there is none."""
    row: Setting | None = work.scalar(sql.by_name(NAME))
    return str(row.value.get("address", "")) if row is not None else ""


def is_for_service(work: Work, recipients: Collection[str]) -> bool:
    """Was a mail to these addresses meant for the service?"""
    ours = address(work)
    return bool(ours) and ours in recipients
