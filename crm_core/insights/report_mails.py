"""The mail that brings a report: what it says, and the way to get no more of them."""

from typing import Final, NamedTuple

from crm_core.channels.types import Attachment, NewMail
from crm_core.insights.report_files import ReportFile
from crm_core.settings import Settings
from crm_core.team.company import company

_OFTEN: Final = {"day": "every day", "week": "every week", "month": "every month"}


class Reader(NamedTuple):
    """Who gets a report: the number, the name and the address of a user."""

    id: int
    name: str
    email: str


def letter(schedule_id: int, title: str, rhythm: str, user: Reader, file: ReportFile, cause: str) -> NewMail:
    """The mail to one person, with the report as a file."""
    address = Settings.from_environment().public_url
    way = f"{address}/reports?view=mailing&schedule={schedule_id}" if address else ""
    stop = f"To stop it or change it: {way}" if way else "To stop it: Reports, My reports, By mail."
    empty = "There is nothing in its time with its filters." if file.is_empty else ""
    said = [
        f"Hello {user.name},",
        f"“{title}” is attached, with the numbers that you may see.",
        empty,
        f"You get this {_OFTEN[rhythm]}. {stop}",
        company().name,
    ]
    headers = {"Auto-Submitted": "auto-generated"} | ({"List-Unsubscribe": f"<{way}>"} if way else {})
    return NewMail(
        cause=cause,
        to=user.email,
        subject=f"Report: {title}",
        text="\n\n".join(part for part in said if part) + "\n",
        purpose="report",
        headers=headers,
        attachments={file.name: Attachment(file.media_type, file.content)},
        user_id=user.id,
    )
