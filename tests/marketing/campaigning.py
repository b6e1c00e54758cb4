"""Campaigns for tests: people with and without consent, drafts, and a mail server that keeps what it gets."""

from typing import Any

from crm_core.kernel.access import Actor
from crm_core.marketing import campaigns
from crm_core.marketing.campaign_types import Variant
from crm_core.marketing.rendering import Message
from crm_core.people import consents, contacts
from crm_core.people.consents import Proof

HELLO = Message(
    subject='Hello {{ first_name | or("there") }}',
    html='<p>Dear {{ first_name | or("friend") }}, <a href="https://alder.test/spring">spring</a> is on</p>',
)
EVERYBODY = "name is_filled"


def person(who: Actor, name: str, address: str | None = None, *, opt: str = "in") -> int:
    """A contact who agreed to e-mail, refused it, or said nothing."""
    email = f"{name.lower()}@x.test" if address is None else address
    key = contacts.create(who, {"first_name": name, "email": email}, even_if_duplicate=True)
    if opt == "in":
        consents.opt_in(who, key, Proof("signed form"))
    elif opt == "out":
        consents.opt_out(who, key, Proof("said so"))
    return key


def draft(who: Actor, name: str = "Spring", message: Message = HELLO, **values: Any) -> int:
    """A campaign to everybody, with one variant."""
    key = campaigns.create(who, {"name": name, "rule": EVERYBODY, **values})
    campaigns.put_variants(who, key, [Variant("A", message=message)])
    return key
