"""What comes after a campaign was planned or sent, for programs: another time, the winner of a test, a second
message, and lists of people by what they did."""

from dataclasses import dataclass
from datetime import datetime
from typing import Final

from crm_core.api import campaigns
from crm_core.api.answers import Answer, with_version
from crm_core.api.calls import Call
from crm_core.kernel.errors import NotFound
from crm_core.marketing import ab_tests, follow_ups, schedules, segments


@dataclass(frozen=True)
class CampaignTest:
    """The test of a campaign; ``winner`` is empty until it is sent to those who wait."""

    tested: int
    leaving: int
    waiting: int
    leader: str
    is_significant: bool
    p: float | None
    sentence: str
    winner: str
    decides_at: datetime | None


SHAPES: Final[dict[str, tuple[type, tuple[str, ...]]]] = {"CampaignTest": (CampaignTest, ())}


def reschedule(call: Call) -> Answer:
    """Let a planned campaign begin `at` another time."""
    schedules.reschedule(call.actor, call.id, datetime.fromisoformat(call.values["at"]))
    return campaigns.get(call)


def standing(call: Call) -> Answer:
    """Read where the test of a campaign stands."""
    found = ab_tests.standing(call.actor, call.id)
    if found is None:
        raise NotFound("This campaign has no test.")
    told = found.verdict
    return Answer(
        body=CampaignTest(
            found.tested, found.leaving, found.waiting, told.leader, bool(told.winner), told.p, told.sentence,
            found.winner, found.decides_at,
        )
    )  # fmt: skip


def send_winner(call: Call) -> Answer:
    """Send a variant to everybody who waits for the end of the test."""
    ab_tests.send_winner(call.actor, call.id, call.values["variant"])
    return standing(call)


def send_again(call: Call) -> Answer:
    """Send the message again, under another subject, to those who did not open it."""
    follow_ups.send_again(call.actor, call.id, **call.values)
    return campaigns.get(call)


def make_list(call: Call) -> Answer:
    """Make a static list of the people behind a number of the campaign."""
    number = follow_ups.make_list(call.actor, call.id, **call.values)
    return with_version(segments.get(call.actor, number))
