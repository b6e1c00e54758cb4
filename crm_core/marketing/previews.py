"""A message as one real person would read it, on the screen or in one's own mailbox."""

from collections.abc import Mapping
from typing import Any
from uuid import uuid4

from crm_core.channels import mail_out
from crm_core.channels.types import NewMail
from crm_core.kernel.access import Permission
from crm_core.kernel.errors import Conflict, NotFound
from crm_core.kernel.work import Work, use_case
from crm_core.marketing import personal
from crm_core.marketing.campaign_views import variants_of
from crm_core.marketing.rendering import Message, Rendered, render
from crm_core.settings import Settings
from db.models import Campaign, Contact, User

NOWHERE = "https://example.com/unsubscribe"
"""Where the links for the reader lead in previews: a preview must not unsubscribe anybody."""
EXAMPLE: Mapping[str, Any] = {
    "salutation": "Ms", "first_name": "Zoe", "last_name": "Ash", "name": "Zoe Ash", "company": "Alder & Sons",
    "email": "zoe@example.com", "city": "Lisbon", "country": "Portugal", "job_title": "Buyer",
    "products": (
        {"name": "Green tea", "price": "9.50 EUR", "category": "Tea", "sku": "T-1"},
        {"name": "Tea pot", "price": "24.00 EUR", "category": "Tableware", "sku": "P-7"},
    ),
}  # fmt: skip


@use_case(Permission.CAMPAIGNS_READ, read=True)
def show(work: Work, message: Message, contact_id: int | None = None) -> Rendered:
    """A message as this contact would read it; without one, as an example person would.

    Raises:
        NotFound: no such contact within reach. Invalid: the template is not allowed.
    """
    return render(message, _values(work, contact_id, message))


@use_case(Permission.CAMPAIGNS_READ, read=True)
def of_campaign(work: Work, campaign_id: int, variant: str = "", contact_id: int | None = None) -> Rendered:
    """What a variant of a campaign (the first, unless named) says to a contact.

    Raises:
        NotFound: no such campaign, variant or contact. Invalid: the template is not allowed.
    """
    message = _message(work, campaign_id, variant)
    return render(message, _values(work, contact_id, message))


@use_case(Permission.CAMPAIGNS_WRITE)
def send_to_me(work: Work, message: Message, contact_id: int | None = None) -> str:
    """Send a message to one's own address, as this contact would read it; returns the address.

    Raises:
        NotFound: no such contact. Invalid: the template is not allowed.
        Conflict: there is no mail server, or one has no address oneself.
    """
    if work.actor.id is None:
        raise Conflict("The command line has no mailbox. Name a user with --as.")
    address = work.get(User, work.actor.id).email
    if not address:
        raise Conflict("You have no e-mail address yet. Enter it in your profile.")
    if not mail_out.is_set_up(Settings.from_environment()):
        raise Conflict("There is no mail server yet. Set CRM_SMTP_URL and CRM_MAIL_FROM.")
    made = render(message, _values(work, contact_id, message))
    new = NewMail(
        f"test:{uuid4().hex}", address, f"[Test] {made.subject}", made.text, made.html, purpose="test",
        user_id=work.actor.id,
    )  # fmt: skip
    mail_out.write(work, new)
    return address


def _message(work: Work, campaign_id: int, variant: str) -> Message:
    found = variants_of(work, work.get(Campaign, campaign_id))
    for one in found:
        if one.name == variant or not variant:
            return one.message
    raise NotFound(f"This campaign has no variant “{variant[:60]}”.")


def _values(work: Work, contact_id: int | None, message: Message) -> dict[str, Any]:
    if contact_id is None:
        values = {**EXAMPLE, **personal.ours()}
    else:
        work.get(Contact, contact_id)
        values = personal.values_of(work, [contact_id], [message])[contact_id]
    return {**values, "unsubscribe_url": NOWHERE, "preferences_url": NOWHERE, "view_url": NOWHERE}
