"""A mail server on loopback that also fails, and workers that do nothing but send, to be killed."""

import asyncio
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from multiprocessing.context import ForkServerProcess
from pathlib import Path
from typing import Any

from aiosmtpd.smtp import SMTP, Envelope, Session

from crm_core.channels import smtp
from crm_core.kernel.work import Clock
from crm_core.marketing import sending
from crm_core.settings import Settings
from db import session
from tests.warm import FORKS

FROM = "Alder & Sons <crm@alder.test>"
PUBLIC = "https://crm.alder.test"
PATIENCE = 1.6
"""Seconds that workers wait for an answer here; the server that hangs takes longer."""


@dataclass
class FailingPost:
    """A mail server that keeps whom it took mail for. How it fails is said by the beginning of the address:

    ``perm`` no such person; ``temp`` later, once; ``hang`` no answer to the address, once; ``drop`` hangs up
    at the address, once; ``lost`` takes the mail and hangs up without an answer; ``mute`` takes the mail and
    never answers. All others are fine.
    """

    taken: list[str] = field(default_factory=list)
    asked: Counter[str] = field(default_factory=Counter)

    async def handle_RCPT(  # noqa: N802 - the name that the server library calls
        self, server: SMTP, _session: Session, envelope: Envelope, address: str, _options: list[str]
    ) -> str:
        self.asked[address] += 1
        is_first = self.asked[address] == 1
        if address.startswith("perm"):
            return "550 no such person"
        if is_first and address.startswith("temp"):
            return "451 later"
        if is_first and address.startswith("hang"):
            await asyncio.sleep(PATIENCE * 1.5)
        if is_first and address.startswith("drop"):
            server.transport.abort()  # type: ignore[union-attr]
            return "250 gone"
        envelope.rcpt_tos.append(address)
        return "250 fine"

    async def handle_DATA(self, server: SMTP, _session: Session, envelope: Envelope) -> str:  # noqa: N802
        [address] = envelope.rcpt_tos
        self.taken.append(address)
        if address.startswith("mute"):
            await asyncio.sleep(PATIENCE * 1.5)
        if address.startswith("lost"):
            server.transport.abort()  # type: ignore[union-attr]
        return "250 taken"


@dataclass
class Fleet:
    """Workers that send, and one clock for all of them, which can be put forward."""

    database_url: str
    smtp_url: str
    folder: Path
    ahead: Any = field(default_factory=lambda: FORKS.Value("d", 0.0))
    crew: list[ForkServerProcess] = field(default_factory=list)
    hired: int = 0

    def hire(self) -> None:
        """One more worker."""
        self.hired += 1
        given = (self.database_url, self.smtp_url, str(self.folder), self.ahead, f"w/{self.hired}")
        process = FORKS.Process(target=work, args=given, daemon=True)
        process.start()
        self.crew.append(process)

    def kill(self) -> None:
        """The oldest worker dies at once; what it held is free in five minutes, which are over now."""
        oldest = self.crew.pop(0)
        oldest.kill()
        oldest.join()
        oldest.close()
        self.put_forward(6 * 60)

    def put_forward(self, seconds: float) -> None:
        """Let time pass for the workers."""
        with self.ahead.get_lock():
            self.ahead.value += seconds


@contextmanager
def fleet(database_url: str, smtp_url: str, folder: Path) -> Iterator[Fleet]:
    """Workers that are gone at the end."""
    made = Fleet(database_url, smtp_url, folder)
    try:
        yield made
    finally:
        while made.crew:
            made.kill()


def work(database_url: str, smtp_url: str, folder: str, ahead: Any, name: str) -> None:
    """Send until killed."""
    smtp.TIMEOUT = PATIENCE
    Clock.now = staticmethod(lambda: datetime.now(UTC) + timedelta(seconds=ahead.value))
    session.connect(database_url)
    chosen = Settings(database_url, Path(folder), smtp_url=smtp_url, mail_from=FROM, public_url=PUBLIC)
    while True:
        if not sending.advance_next(name, lambda: False, chosen):
            time.sleep(0.01)
