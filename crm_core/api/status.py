"""How the background work stands, for programs that watch over it."""

from typing import Final

from crm_core.api.answers import Answer
from crm_core.api.calls import Call
from crm_core.insights import status
from crm_core.insights.status import FailureRow, MailFlow, MailHealth, QueueRow, Status
from crm_core.team.turns import TurnRow, WorkerRow

SHAPES: Final[dict[str, tuple[type, tuple[str, ...]]]] = {
    "Status": (Status, ()),
    "StatusWorker": (WorkerRow, ()),
    "StatusQueue": (QueueRow, ()),
    "StatusTurn": (TurnRow, ()),
    "StatusFailure": (FailureRow, ()),
    "MailHealth": (MailHealth, ()),
    "MailFlow": (MailFlow, ()),
}


def get(call: Call) -> Answer:
    """Read workers, queues, failures and the health of mail."""
    return Answer(body=status.get(call.actor))
