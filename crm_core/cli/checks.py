"""What ``doctor`` looks at. Each check gives sentences; none changes anything."""

import http.client
import importlib.util
import json
import os
import shutil
import stat
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from crm_core import start
from crm_core.channels import mail_out
from crm_core.cli import recounts
from crm_core.cli.findings import Finding
from crm_core.data import copies
from crm_core.kernel.access import OPERATOR
from crm_core.kernel.errors import CrmError
from crm_core.kernel.work import Clock
from crm_core.settings import ROOT, Settings
from crm_core.team import company

# What .streamlit/config.toml must say, and what goes wrong otherwise.
IN_FORCE: dict[tuple[str, str], tuple[object, str]] = {
    ("runner", "postScriptGC"): (False, "every click costs 50 to 80 ms more"),
    ("client", "showErrorDetails"): ("none", "texts from inside the program reach the browser"),
    ("browser", "gatherUsageStats"): (False, "browsers report to another company"),
    ("server", "enableStaticServing"): (False, "files are served to every origin"),
    ("server", "enableXsrfProtection"): (True, "other sites can send files"),
    ("server", "trustedUserHeaders"): ({"X-Crm-Bind": "bind"}, "open pages can be taken over by their id"),
}


def all_findings(settings: Settings) -> list[Finding]:
    """Every check, in order; those that need the tables are left out when there are none."""
    found = [*_tables(settings)]
    if all(finding.state != "fail" for finding in found):
        for check in (
            _in_charge,
            _search,
            *recounts.ALL,
            _worker,
            _mail,
            _backups,
        ):
            found += check(settings)
    for check in (_files, _config, _loop, _running):
        found += check(settings)
    return found


def variables(settings: Settings) -> dict[str, str]:
    """The variables that set Rapport up, with the values in force; passwords are left out."""
    url = settings.database_url
    return {
        "CRM_DATABASE_URL": _without_password(url),
        "CRM_DATA_DIR": str(settings.data_dir),
        "CRM_PORT": str(settings.port),
        "CRM_ADDRESS": settings.address,
        "CRM_HTTPS": "1" if settings.https else "0",
        "CRM_WORKER": settings.worker,
        "CRM_SMTP_URL": _without_password(settings.smtp_url),
        "CRM_SMS_URL": settings.sms_url,
        "CRM_SMS_SENDER": settings.sms_sender,
        "CRM_MAIL_FROM": settings.mail_from,
        "CRM_PUBLIC_URL": settings.public_url,
        "CRM_MAIL_RETURN": settings.mail_return,
        "CRM_IMAP_URL": _without_password(settings.imap_url),
        "CRM_BACKUP_AT": f"{settings.backup_at:%H:%M}" if settings.backup_at else "off",
        "CRM_BACKUP_DAYS": str(settings.backup_days),
        "CRM_BACKUP_WEEKS": str(settings.backup_weeks),
    }


def _tables(settings: Settings) -> Iterator[Finding]:
    try:
        start.start(settings)
    except CrmError as error:
        yield Finding("tables", "fail", error.message)
    except OSError as error:
        yield Finding("tables", "fail", f"The database cannot be opened: {error}.")
    else:
        yield Finding("tables", "ok", "The tables have the version of this program.")


def _in_charge(_settings: Settings) -> Iterator[Finding]:
    if company.is_set_up():
        yield Finding("administrator", "ok", "Somebody is in charge.")
    else:
        yield Finding("administrator", "warn", "Nobody is in charge yet: start the app and set it up.")


def _search(_settings: Settings) -> Iterator[Finding]:
    if start.has_trigrams():
        yield Finding("search", "ok", "Searching inside words uses an index.")
    else:
        sentence = "Postgres lacks pg_trgm, so searching reads whole tables. Run: CREATE EXTENSION pg_trgm;"
        yield Finding("search", "warn", sentence)


def _worker(settings: Settings) -> Iterator[Finding]:
    worker = start.health()["worker"]
    if worker == "ok":
        yield Finding("worker", "ok", "A worker is at work.")
    else:
        how = "python -m crm_core worker" if settings.worker == "none" else "python -m crm_core serve"
        yield Finding("worker", "warn", f"No worker is at work ({worker}): imports wait. Start one: {how}")


def _backups(settings: Settings) -> Iterator[Finding]:
    is_well, sentence = copies.health(Clock.now())
    if settings.backup_at is None:
        yield Finding("backups", "warn", "Backups are not made by themselves: CRM_BACKUP_AT is off.")
    elif shutil.which("pg_dump") is None and settings.database_url.startswith("postgresql"):
        yield Finding("backups", "warn", "pg_dump is missing: no backups. Install the Postgres tools.")
    else:
        yield Finding("backups", "ok" if is_well else "warn", sentence)


def _mail(settings: Settings) -> Iterator[Finding]:
    found = mail_out.status(OPERATOR)
    if not found.is_set_up:
        sentence = f"Mail is not set up, {found.waiting} waiting. Set CRM_SMTP_URL and CRM_MAIL_FROM."
        yield Finding("mail", "warn", sentence)
        return
    for problem in mail_out.problems(settings):
        yield Finding("mail", "fail", problem)
    if found.unclear or found.failed:
        sentence = f"{found.failed} mails failed and {found.unclear} are unclear. See Admin, Channels."
        yield Finding("mail", "warn", sentence)
    else:
        yield Finding("mail", "ok", f"Mail is set up, {found.waiting} waiting.")


def _files(settings: Settings) -> Iterator[Finding]:
    secrets = settings.data_dir / "secrets"
    open_to_others = [path for path in (secrets, *secrets.glob("*")) if _others_may(path)]
    for path in open_to_others:
        yield Finding(
            "secrets", "fail", f"Other users of this machine can read {path}. Run: chmod go= {path}"
        )
    if not open_to_others:
        yield Finding("secrets", "ok", "Nobody else on this machine can read the secrets.")
    if settings.data_dir.exists() and not os.access(settings.data_dir, os.W_OK):
        yield Finding("data folder", "fail", f"Nothing can be written to {settings.data_dir}.")


def _config(_settings: Settings) -> Iterator[Finding]:
    path = ROOT / ".streamlit" / "config.toml"
    stated: dict[str, Any] = tomllib.loads(path.read_text()) if path.exists() else {}
    wrong = False
    for (section, option), (wanted, otherwise) in IN_FORCE.items():
        # What the file says counts more than the environment.
        found = stated.get(section, {}).get(option, os.environ.get(_variable(section, option)))
        if found != wanted and str(found).lower() != str(wanted).lower():
            wrong = True
            yield Finding("config", "fail", f"{section}.{option} is {found}, not {wanted}: {otherwise}.")
    if not wrong:
        yield Finding("config", "ok", "Streamlit is set up as Rapport needs it.")


def _loop(_settings: Settings) -> Iterator[Finding]:
    if importlib.util.find_spec("uvloop"):
        yield Finding("event loop", "ok", "uvloop is installed.")
    else:
        yield Finding("event loop", "warn", "uvloop is not installed; each answer takes up to 40 ms longer.")


def _running(settings: Settings) -> Iterator[Finding]:
    try:
        status, answer = _get(settings.port, "/healthz")
        media, _ = _get(settings.port, "/media/doctor")
    except (OSError, http.client.HTTPException):
        yield Finding("server", "warn", f"Rapport is not running on port {settings.port}.")
        return
    if status != 200 or answer.get("status") != "ok":
        yield Finding(
            "server", "fail", f"The server on port {settings.port} is not well: {answer or status}."
        )
        return
    yield Finding("server", "ok", f"The server on port {settings.port} is well.")
    if not answer.get("frozen"):
        yield Finding(
            "memory", "warn", "The server did not set its modules aside (gc.freeze): clicks are slower."
        )
    if media != 401:
        yield Finding("guards", "fail", "The guards do not stand in front of the pages. Start with: serve")


def _get(port: int, path: str) -> tuple[int, dict[str, Any]]:
    connection = http.client.HTTPConnection("localhost", port, timeout=5)
    try:
        connection.request("GET", path)
        response = connection.getresponse()
        body = response.read(100_000)
        is_json = response.headers.get("content-type", "").startswith("application/json")
        return response.status, dict(json.loads(body)) if is_json else {}
    finally:
        connection.close()


def _others_may(path: Path) -> bool:
    if os.name == "nt" or not path.exists():
        return False
    return bool(path.stat().st_mode & (stat.S_IRWXG | stat.S_IRWXO))


def _variable(section: str, option: str) -> str:
    snake = "".join(f"_{letter}" if letter.isupper() else letter for letter in option)
    return f"STREAMLIT_{section}_{snake}".upper()


def _without_password(url: str) -> str:
    scheme, separator, rest = url.partition("://")
    person, at, place = rest.rpartition("@")
    return f"{scheme}{separator}{person.partition(':')[0]}{':…' if ':' in person else ''}{at}{place}"
