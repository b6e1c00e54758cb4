"""What the environment says: read once at the start, then frozen."""

import os
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import time
from pathlib import Path
from urllib.parse import urlsplit

from crm_core.kernel.errors import Invalid

ROOT = Path(__file__).resolve().parent.parent


@dataclass(frozen=True)
class Settings:
    """Where things are and how the app is reached.

    ``data_dir`` holds the SQLite database, secrets, uploaded files, exports and backups. ``https`` says
    that people reach the app through TLS, so cookies may be marked for it. Mail leaves by ``smtp_url`` in the
    name of ``mail_from``; without both it waits. What cannot be delivered of campaigns comes back to
    ``mail_return``, with a mark behind a plus that names the message. ``public_url`` is where customers
    reach this app, for links in their mail; without it no campaign is sent. What comes back is read from
    the mailbox at ``imap_url``. Short messages leave by the gateway at ``sms_url`` with its key, in the name
    of ``sms_sender``. ``backup_at`` is when the backup of a night is made, by the company's clock (None:
    not at all); so many days and weeks of them are kept.
    """

    database_url: str
    data_dir: Path
    port: int = 8501
    address: str = "0.0.0.0"  # noqa: S104 - a team shares the app in its own network
    https: bool = False
    worker: str = "process"
    smtp_url: str = field(default="", repr=False)
    mail_from: str = ""
    mail_return: str = ""
    public_url: str = ""
    imap_url: str = field(default="", repr=False)
    sms_url: str = ""
    sms_key: str = field(default="", repr=False)
    sms_sender: str = ""
    backup_at: time | None = time(2, 0)
    backup_days: int = 7
    backup_weeks: int = 4

    @classmethod
    def from_environment(cls, environment: Mapping[str, str] = os.environ) -> "Settings":
        """Read the ``CRM_…`` variables; what is not set gets the value that suits a first try.

        Raises:
            Invalid: the port is none, or the time or a number of backups.
        """
        data_dir = Path(environment.get("CRM_DATA_DIR") or ROOT / "data").resolve()
        return cls(
            database_url=environment.get("CRM_DATABASE_URL") or f"sqlite:///{data_dir / 'crm.db'}",
            data_dir=data_dir,
            port=_port(environment.get("CRM_PORT") or "8501"),
            address=environment.get("CRM_ADDRESS") or "0.0.0.0",  # noqa: S104 - as above
            https=environment.get("CRM_HTTPS") == "1",
            worker=environment.get("CRM_WORKER") or "process",
            smtp_url=environment.get("CRM_SMTP_URL") or "",
            mail_from=environment.get("CRM_MAIL_FROM") or "",
            mail_return=environment.get("CRM_MAIL_RETURN") or "",
            public_url=_address("CRM_PUBLIC_URL", environment.get("CRM_PUBLIC_URL") or ""),
            sms_url=environment.get("CRM_SMS_URL") or "",
            sms_key=environment.get("CRM_SMS_KEY") or "",
            sms_sender=environment.get("CRM_SMS_SENDER") or "",
            imap_url=environment.get("CRM_IMAP_URL") or "",
            backup_at=_time("CRM_BACKUP_AT", environment.get("CRM_BACKUP_AT") or "02:00"),
            backup_days=_some("CRM_BACKUP_DAYS", environment.get("CRM_BACKUP_DAYS") or "7"),
            backup_weeks=_some("CRM_BACKUP_WEEKS", environment.get("CRM_BACKUP_WEEKS") or "4"),
        )

    @property
    def imports_dir(self) -> Path:
        """Where files wait to be imported."""
        return self.data_dir / "imports"

    @property
    def exports_dir(self) -> Path:
        """Where exports lie until they expire."""
        return self.data_dir / "exports"

    @property
    def mail_in_dir(self) -> Path:
        """Where mails that came back may be put as files."""
        return self.data_dir / "mail-in"

    @property
    def backups_dir(self) -> Path:
        """Where the backups of every night lie."""
        return self.data_dir / "backups"

    def secret(self, name: str) -> str:
        """A random secret that is made at the first start and kept outside the code, readable by us alone."""
        path = self.data_dir / "secrets" / name
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        try:
            handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        except FileExistsError:
            return path.read_text().strip()
        with os.fdopen(handle, "w") as file:
            file.write(value := secrets.token_hex(32))
        return value


def _port(text: str) -> int:
    number = int(text) if text.isascii() and text.isdecimal() and len(text) <= len("65535") else 0
    if not 1 <= number <= 65_535:
        raise Invalid(f"CRM_PORT is “{text[:40]}”, which is no port. Set it to a number from 1 to 65535.")
    return number


def _address(name: str, text: str) -> str:
    parts = urlsplit(text)
    if text and (
        parts.scheme not in ("http", "https") or not parts.hostname or parts.query or parts.fragment
    ):
        raise Invalid(f"{name} is “{text[:80]}”. Set it to an address like https://crm.example.com")
    return text.rstrip("/")


def _time(name: str, text: str) -> time | None:
    if text == "off":
        return None
    try:
        return time.fromisoformat(text).replace(tzinfo=None)
    except ValueError as error:
        raise Invalid(f"{name} is “{text[:40]}”. Set it to a time like 02:00, or to off.") from error


def _some(name: str, text: str) -> int:
    number = int(text) if text.isascii() and text.isdecimal() and len(text) <= len("3650") else 0
    if number < 1:
        raise Invalid(f"{name} is “{text[:40]}”. Set it to a number from 1 to 9999.")
    return number
