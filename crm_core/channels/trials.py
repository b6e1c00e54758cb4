"""One message by hand, to see whether a channel works: handed over at once, with the words of the server."""

from dataclasses import dataclass
from datetime import UTC
from uuid import uuid4

from crm_core.channels import mail_out, messages, sms
from crm_core.channels.sms import Gateway, SmsCarrier
from crm_core.channels.smtp import Connection, Server
from crm_core.channels.types import Outcome, OutgoingMail
from crm_core.kernel.access import Actor, Permission
from crm_core.kernel.errors import Invalid, Unavailable
from crm_core.kernel.work import Clock
from crm_core.settings import Settings

WORDS = "This is a test message from Rapport."


@dataclass(frozen=True)
class Way:
    """How messages leave over a channel. ``problem`` is a sentence; empty where all is set."""

    server: str
    sender: str
    problem: str


def mail_way(settings: Settings | None = None) -> Way:
    """The mail server, without its password."""
    settings = settings or Settings.from_environment()
    if not mail_out.is_set_up(settings):
        return Way("", settings.mail_from, "Set `CRM_SMTP_URL` and `CRM_MAIL_FROM`.")
    wrong = mail_out.problems(settings)
    if wrong:
        return Way("", settings.mail_from, " ".join(wrong))
    server = Server.of(settings.smtp_url)
    return Way(f"{server.host}:{server.port}", settings.mail_from, "")


def sms_way(settings: Settings | None = None) -> Way:
    """The gateway of short messages, without its key."""
    settings = settings or Settings.from_environment()
    if not sms.is_set_up(settings):
        return Way("", settings.sms_sender, "Set `CRM_SMS_URL`, `CRM_SMS_KEY` and `CRM_SMS_SENDER`.")
    try:
        gateway = Gateway.of(settings)
    except Invalid as error:
        return Way("", settings.sms_sender, error.message)
    return Way(gateway.host, settings.sms_sender, "")


def try_mail(actor: Actor, address: str, settings: Settings | None = None) -> str:
    """Hand one mail to the mail server now; returns what the server answered.

    Raises:
        NotAllowed. Invalid: the address is none, or the settings cannot be. Unavailable: it was not taken.
    """
    actor.require(Permission.SETTINGS_MANAGE)
    chosen = settings or Settings.from_environment()
    mail = _mail(messages.address_of(address.strip()), chosen)
    with Connection(Server.of(chosen.smtp_url)) as connection:
        return _answer(connection.send(messages.message(mail, chosen.mail_from)))


def try_sms(actor: Actor, number: str, settings: Settings | None = None) -> str:
    """Hand one short message to the gateway now; returns what it answered.

    Raises:
        NotAllowed. Invalid: the settings cannot be. Unavailable: it was not taken, with the reason.
    """
    actor.require(Permission.SETTINGS_MANAGE)
    chosen = settings or Settings.from_environment()
    with SmsCarrier(Gateway.of(chosen)) as carrier:
        return _answer(carrier.send(_mail(number.strip(), chosen)))


def _mail(to: str, settings: Settings) -> OutgoingMail:
    domain = messages.sender(settings.mail_from).domain if settings.mail_from else "rapport.invalid"
    return OutgoingMail(
        id=0, to_address=to, subject="A test from Rapport", body_text=WORDS, body_html="", headers={},
        attachments={}, message_id=f"<{uuid4().hex}@{domain}>", attempts=0,
        created_at=Clock.now().astimezone(UTC),
    )  # fmt: skip


def _answer(outcome: Outcome) -> str:
    if outcome.state != "sent":
        raise Unavailable(f"The message was not taken: {outcome.answer or 'nothing was said'}")
    return outcome.answer or "taken"
