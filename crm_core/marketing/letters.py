"""The message of a campaign for one of its recipients, as its channel takes it."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from crm_core.channels.types import OutgoingMail
from crm_core.marketing import unsubscribing
from crm_core.marketing.rendering import Message, Places, render


@dataclass(frozen=True)
class Claimed:
    """A recipient that a worker holds, with the person and the words."""

    id: int
    contact_id: int
    variant_id: int
    address: str
    message_id: str
    attempts: int
    wave: int = 0
    campaign_id: int = 0
    channel: str = "email"
    places: Places | None = None
    created_at: datetime | None = None
    message: Message | None = None
    values: Mapping[str, Any] = field(default_factory=dict)
    return_path: str = ""


def letter(one: Claimed) -> OutgoingMail:
    """What is said to a recipient, under the same name at every attempt.

    Raises:
        Invalid: the template is not allowed. ValueError: the recipient was not claimed.
    """
    if one.message is None or one.created_at is None or one.places is None:
        raise ValueError("This message was not claimed.")
    message, places, headers = one.message, one.places, dict[str, str]()
    if one.channel == "email":
        headers = {
            "List-Unsubscribe": f"<{places.unsubscribe_url}>",
            "List-Unsubscribe-Post": unsubscribing.HEADER,
            "Precedence": "bulk",
        }
    else:
        # A short text has no room for a line about leaving that nobody wrote into it.
        message = replace(message, html="")
        if "unsubscribe_url" not in message.text:
            places = replace(places, unsubscribe_url="")
    made = render(message, one.values, places)
    return OutgoingMail(
        id=one.id, to_address=one.address, subject=made.subject, body_text=made.text, body_html=made.html,
        headers=headers, attachments={}, message_id=one.message_id, attempts=one.attempts,
        created_at=one.created_at, return_path=one.return_path,
    )  # fmt: skip
