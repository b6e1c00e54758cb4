"""Web forms without a database: their fields, the key of an opened form, and what is suspicious."""

import hmac
import re
import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from typing import Final

from crm_core.kernel.values.text import fold
from crm_core.sales.lead_types import FormField

MESSAGE: Final = "message"
"""What a visitor wants to say: kept with the touchpoint, not in a field of the contact."""
FIELDS: Final[Mapping[str, str]] = {
    "full_name": "Name", "first_name": "First name", "last_name": "Last name", "email": "E-mail",
    "phone": "Phone", "mobile": "Mobile", "company": "Company", "job_title": "Job title",
    "department": "Department", "industry": "Industry", "website": "Website", "street": "Street",
    "postal_code": "Postal code", "city": "City", "state": "State", "country": "Country",
    "language": "Language", MESSAGE: "Message",
}  # fmt: skip
USUAL_FIELDS: Final = (
    FormField("full_name", "Name", True), FormField("email", "E-mail", True),
    FormField("company", "Company"), FormField(MESSAGE, "Your message"),
)  # fmt: skip
USUAL_TEXTS: Final[Mapping[str, str]] = {
    "title": "Get in touch",
    "intro": "Tell us what you need. We answer within one working day.",
    "button": "Send",
    "thanks": "Thank you. We have your message and get back to you soon.",
    "consent": "",
}
LONGEST_TEXTS: Final[Mapping[str, int]] = {
    "title": 120, "intro": 1_000, "button": 40, "thanks": 1_000, "consent": 150,
}  # fmt: skip
LONGEST_ANSWER: Final = 5_000
LONGEST_LABEL: Final = 120
LONGEST_CODE: Final = 40
MOST_FIELDS: Final = 30
QUICKEST: Final = timedelta(seconds=3)
KEY_LASTS: Final = timedelta(hours=24)
MOST_LINKS: Final = 2
MANY_AN_HOUR: Final = 5
MOST_AN_HOUR: Final = 30
_LINK: Final = re.compile(r"https?://|www\.|\[url|<a\s", re.IGNORECASE)
_SLUG: Final = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")


@dataclass(frozen=True)
class Key:
    """The proof that a form was opened here: when, and a number that counts once."""

    opened_at: datetime
    nonce: str


def new_key(secret: str, form_id: int, now: datetime) -> str:
    """A key for a form that is being opened; it is good for a day and counts once."""
    content = f"{form_id}.{int(now.timestamp())}.{secrets.token_urlsafe(16)}"
    return f"{content}.{_signature(secret, content)}"


def read_key(secret: str, key: str, form_id: int) -> Key | None:
    """The key, provided that it was made here for this form; None when it was not."""
    content, _, signature = key.rpartition(".")
    parts = content.split(".")
    if not hmac.compare_digest(_signature(secret, content).encode(), signature.encode()) or len(parts) != 3:
        return None
    if parts[0] != str(form_id):
        return None
    return Key(datetime.fromtimestamp(int(parts[1]), UTC), parts[2])


def suspicion(answers: Mapping[str, str], *, trap: str, taken: timedelta, lately: int) -> str:
    """Why this may be a robot, in words; empty when nothing speaks for it.

    Args:
        answers: what was written.
        trap: what stood in the field that people do not see.
        taken: how long the form was open.
        lately: how often the same address sent something within the hour.
    """
    found = []
    if trap.strip():
        found.append("a hidden field was filled in")
    if taken < QUICKEST:
        found.append("sent faster than people type")
    links = sum(len(_LINK.findall(text)) for text in answers.values())
    if links > MOST_LINKS:
        found.append(f"{links} links")
    if lately >= MANY_AN_HOUR:
        found.append(f"{lately} messages from one address within the hour")
    return ", ".join(found)


def problems(fields: Sequence[FormField], answers: Mapping[str, str]) -> dict[str, str]:
    """What a visitor has to correct before anything else is looked at, field by field."""
    wrong: dict[str, str] = {}
    for field in fields:
        text = answers.get(field.name, "").strip()
        if field.is_required and not text:
            wrong[field.name] = "Please fill this in."
        elif len(text) > LONGEST_ANSWER:
            wrong[field.name] = f"Please use at most {LONGEST_ANSWER:,} characters."
    return wrong


def digest(secret: str, address: str) -> str:
    """An address of the network as it is kept: enough to count, too little to know it."""
    return _signature(secret, f"address:{address}") if address else ""


def slug_of(name: str) -> str:
    """The last part of the address of a form, from its name.

    >>> slug_of("Get a Quote – Über uns")
    'get-a-quote-uber-uns'
    """
    return re.sub(r"[^a-z0-9]+", "-", fold(name)).strip("-")[:80].strip("-") or "form"


def is_slug(text: str) -> bool:
    """Can this stand in an address?"""
    return len(text) <= 80 and _SLUG.fullmatch(text) is not None


def _signature(secret: str, content: str) -> str:
    return hmac.new(secret.encode(), content.encode(), sha256).hexdigest()
