"""The file for those who write letters or posts of a campaign: addresses and the words for each."""

import secrets
from collections.abc import Iterator
from hashlib import file_digest
from pathlib import Path
from typing import Any, Final

from crm_core.data import exports
from crm_core.data.export_columns import ExportColumn
from crm_core.data.exports import KEPT_FOR, ExportDetail
from crm_core.data.spreadsheets import write_csv
from crm_core.kernel.access import Actor, Permission
from crm_core.kernel.errors import Conflict
from crm_core.kernel.values import countries
from crm_core.kernel.work import Work, use_case
from crm_core.marketing import personal
from crm_core.marketing.rendering import Message, render
from crm_core.settings import Settings
from db.models import Campaign, Export
from db.queries import campaign_lists as sql

PART: Final = 500
_NAMES: Final = ("Salutation", "Name", "Company", "Street", "Postal code", "City", "State", "Country")
HEADINGS: Final[dict[str, tuple[str, ...]]] = {
    "post": (*_NAMES, "Subject", "Text"),
    "social": ("Name", "Company", "Profile", "Text"),
}
"""What stands in the file of a channel."""


def create(who: Actor, campaign_id: int) -> ExportDetail:
    """A CSV file of those who get letters or posts of a campaign, kept a day for the person who asked.

    Raises:
        NotAllowed: the role includes no exports. NotFound: no such campaign.
        Conflict: it is not done by letters or posts.
    """
    who.require(Permission.CONTACTS_EXPORT)
    folder = Settings.from_environment().exports_dir
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    exports.sweep(who)
    path = folder / f"{secrets.token_hex(16)}.csv"
    try:
        path.touch(mode=0o600, exist_ok=False)
        return _keep(who, campaign_id, path, _write(who, campaign_id, path))
    except BaseException:
        path.unlink(missing_ok=True)
        raise


@use_case(Permission.CONTACTS_EXPORT, read=True)
def _write(work: Work, campaign_id: int, path: Path) -> int:
    """Write all of it in one reading transaction; returns the number of rows."""
    campaign = work.get(Campaign, campaign_id)
    if campaign.channel not in HEADINGS:
        raise Conflict(f"“{campaign.name}” goes neither by letters nor by posts, so there is no list of it.")
    columns = [ExportColumn(name, name, "text") for name in HEADINGS[campaign.channel]]
    return write_csv(path, columns, _records(work, campaign), raw=False)


@use_case(Permission.CONTACTS_EXPORT)
def _keep(work: Work, campaign_id: int, path: Path, count: int) -> ExportDetail:
    """Store where the file lies, and that it was made."""
    with path.open("rb") as file:
        digest = file_digest(file, "sha256").hexdigest()
    row = work.add(
        Export(
            owner_id=work.actor.id, kind="campaign", format="csv", file_name=f"campaign-{campaign_id}.csv",
            file_path=str(path), digest=digest, row_count=count, filters={"campaign_id": campaign_id},
            created_at=work.now, expires_at=work.now + KEPT_FOR,
        )
    )  # fmt: skip
    work.record("campaign.exported", row, count=count, sha256=digest, campaign_id=campaign_id)
    return ExportDetail(
        row.id, row.kind, row.format, row.file_name, row.row_count, row.digest, row.created_at, row.expires_at
    )


def _records(work: Work, campaign: Campaign) -> Iterator[dict[str, Any]]:
    last = 0
    while rows := work.tuples(sql.receivers(campaign.id, last, PART)):
        people = personal.values_of(work, [row.contact_id for row in rows])
        for row in rows:
            said = render(Message(row.subject, text=row.body_text), people.get(row.contact_id, {}))
            yield {
                "Salutation": row.salutation, "Name": row.name, "Company": row.company, "Street": row.street,
                "Postal code": row.postal_code, "City": row.city, "State": row.state,
                "Country": countries.name(row.country) if row.country else "", "Profile": row.address,
                "Subject": said.subject, "Text": said.text.strip(),
            }  # fmt: skip
        last = rows[-1].id
