"""Journeys for programs: list, read, follow their runs, pause and resume. They are written in the app."""

from typing import Final

from crm_core.api.answers import Answer, listed, with_version
from crm_core.api.calls import Call
from crm_core.automation import journeys, runs
from crm_core.automation.types import JourneyDetail, JourneyRow, RunDetail, RunRow, StepCount
from crm_core.kernel.errors import Invalid

SHAPES: Final[dict[str, tuple[type, tuple[str, ...]]]] = {
    "JourneyRow": (JourneyRow, ()),
    "Journey": (JourneyDetail, ()),
    "JourneyRun": (RunRow, ()),
    "JourneyRunLog": (RunDetail, ()),
    "JourneyStepCount": (StepCount, ()),
}


def search(call: Call) -> Answer:
    """List the journeys that are not put away, with how many are on them."""
    return Answer(body={"items": journeys.search(call.actor)})


def get(call: Call) -> Answer:
    """Read one journey: its draft, what is wrong with it, how it reads."""
    return with_version(journeys.get(call.actor, call.id))


def runs_of(call: Call) -> Answer:
    """List who is on a journey, the latest first, or those in one `status`: waiting, running, done, …"""
    state = call.query.get("status", "")
    if state and state not in runs.STATES:
        hint = f"One of {', '.join(runs.STATES)}."
        raise Invalid("The query needs correcting.", fields={"status": hint})
    return listed(call, runs.search(call.actor, call.id, [state] if state else [], call.paging()))


def run_log(call: Call) -> Answer:
    """Read one run with every step that was done, by the number of the run."""
    return Answer(body=runs.get(call.actor, call.id))


def counts(call: Call) -> Answer:
    """Count by step of the published version how many came to it, and what came of it."""
    return Answer(body={"items": runs.counts(call.actor, call.id)})


def pause(call: Call) -> Answer:
    """Let nobody in and do no step until it is resumed."""
    journeys.pause(call.actor, call.id)
    return get(call)


def resume(call: Call) -> Answer:
    """Go on where it was paused."""
    journeys.resume(call.actor, call.id)
    return get(call)
