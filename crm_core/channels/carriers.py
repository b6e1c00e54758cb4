"""One interface for everything that takes messages out of the house: open it, send many, close it."""

from types import TracebackType
from typing import Protocol, Self

from crm_core.channels import wire
from crm_core.channels.smtp import Connection, Server
from crm_core.channels.types import Outcome, OutgoingMail
from crm_core.kernel.errors import CrmError


class Carrier(Protocol):
    """Takes messages one by one; use it in a ``with`` block.

    Raises:
        Unavailable: at the beginning, when the other side cannot be reached or refuses us.
    """

    def __enter__(self) -> Self:
        """Open the connection."""
        ...

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Close it."""
        ...

    def send(self, message: OutgoingMail) -> Outcome:
        """Hand one message over, and say what became of it; never raises."""
        ...


class MailCarrier:
    """Messages by SMTP, all over one connection."""

    def __init__(self, smtp_url: str, mail_from: str) -> None:
        self.connection = Connection(Server.of(smtp_url))
        self.mail_from = mail_from

    def __enter__(self) -> "MailCarrier":
        """Open the connection."""
        self.connection.__enter__()
        return self

    def __exit__(self, *_: object) -> None:
        """Close it."""
        self.connection.__exit__()

    def send(self, message: OutgoingMail) -> Outcome:
        """Hand one mail over."""
        try:
            content = wire.composed(message, self.mail_from)
        except (CrmError, ValueError) as error:
            return Outcome("failed", str(error)[:400])
        return self.connection.hand_over(content, message.return_path or self.mail_from, message.to_address)
