"""Who looks at a page takes an answer that is a little old, and waits not long for one that is missing."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from datetime import datetime
from typing import Final

PAGE_SECONDS: Final = 2.0
"""So long a page waits for an answer that nobody asked for before; then it says that it is being counted."""


@dataclass
class Told:
    """What was told inside ``patient``: ``made_at`` of the oldest answer, None when all were of now.

    ``limit`` is how many seconds one waits for an answer that is not kept; None for as long as it takes.
    """

    made_at: datetime | None = None
    limit: float | None = None

    def note(self, made_at: datetime) -> None:
        """One more answer of that moment was told."""
        self.made_at = min(self.made_at or made_at, made_at)


@contextmanager
def patient(limit: float | None = None) -> Iterator[Told]:
    """Inside the block answers may be a little old; what is yielded says of when the oldest one is.

    Args:
        limit: seconds to wait for an answer that nobody has asked for yet; then ``StillCounting`` is raised,
            while the answer is counted on and kept. None to wait until it is there.
    """
    found = Told(limit=limit)
    token = _patience.set(found)
    try:
        yield found
    finally:
        _patience.reset(token)


def told() -> Told | None:
    """What was told so far inside ``patient``; None outside."""
    return _patience.get()


_patience: ContextVar[Told | None] = ContextVar("patience", default=None)
