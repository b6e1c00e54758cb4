"""What follows from what. The one place to read it: after X, do Y, in the same transaction."""

from crm_core.kernel.work import REACTIONS, Reaction

AFTER: dict[str, tuple[Reaction, ...]] = {}


def connect() -> None:
    """Make the table known to the kernel."""
    REACTIONS.clear()
    REACTIONS.update(AFTER)
