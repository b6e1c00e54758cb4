"""The ways a campaign reaches people, and what each of them needs.

A message either leaves the house by a carrier (e-mail, SMS), or people of the house do the rest: they call,
post letters, or write on social media. Every way leaves the same rows behind.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final

from crm_core.channels import mail_out, sms
from crm_core.channels.carriers import Carrier, MailCarrier
from crm_core.channels.sms import Gateway, SmsCarrier
from crm_core.kernel.errors import Invalid
from crm_core.settings import Settings


@dataclass(frozen=True)
class Channel:
    """A way to reach people.

    ``consent`` is the channel that people agree to; ``address`` says what one needs to be reached.
    ``has_html`` and ``has_subject`` say what its messages consist of besides text. ``open`` opens a carrier;
    without one the work is handed over to people. ``server`` names what a carrier depends on.
    """

    label: str
    by: str
    consent: str
    address: str
    has_subject: bool = True
    has_html: bool = False
    open: Callable[[Settings], Carrier] | None = None
    server: Callable[[Settings], str] = lambda _settings: ""
    problems: Callable[[Settings], list[str]] = lambda _settings: []


def _mail_problems(settings: Settings) -> list[str]:
    found = []
    if not mail_out.is_set_up(settings):
        found.append("There is no mail server yet. Set CRM_SMTP_URL and CRM_MAIL_FROM.")
    if not settings.public_url:
        found.append(
            "Readers could not unsubscribe: set CRM_PUBLIC_URL to the address where they reach Rapport."
        )
    return found


def _sms_problems(settings: Settings) -> list[str]:
    if not sms.is_set_up(settings):
        return ["There is no SMS gateway yet. Set CRM_SMS_URL, CRM_SMS_KEY and CRM_SMS_SENDER."]
    try:
        Gateway.of(settings)
    except Invalid as error:
        return [error.message]
    return []


CHANNELS: Final[Mapping[str, Channel]] = {
    "email": Channel(
        "E-mail", "by e-mail", "email", "an e-mail address", has_html=True,
        open=lambda settings: MailCarrier(settings.smtp_url, settings.mail_from),
        server=lambda settings: settings.smtp_url, problems=_mail_problems,
    ),
    "sms": Channel(
        "SMS", "by SMS", "sms", "a mobile number", has_subject=False,
        open=lambda settings: SmsCarrier(Gateway.of(settings)),
        server=lambda settings: settings.sms_url, problems=_sms_problems,
    ),
    "call": Channel("Calls", "by calls", "phone", "a telephone number"),
    "post": Channel("Letters", "by post", "post", "a street and a town"),
    "social": Channel("Social media", "on social media", "social", "a profile", has_subject=False),
}  # fmt: skip
"""By the names that campaigns store."""


def is_open(name: str, settings: Settings) -> bool:
    """Can messages leave over this channel, with these settings?"""
    return name in CHANNELS and not CHANNELS[name].problems(settings)
