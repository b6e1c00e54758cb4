"""What customers of the sample company asked, stored as if it had happened step by step."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from crm_core.data.sample_making import at
from crm_core.kernel.work import Work
from crm_core.service import answers, case_lists, case_messages, cases
from crm_core.service.answers import NewAnswer
from crm_core.service.case_types import NewCase, NewMessage
from db.models import Case, KnownAnswer
from db.queries import sample as sql
from db.seed import cases as seed
from db.seed.cases import Story

_APART = 7
"""Every how many people one of them had a question."""


def add(work: Work, people: Sequence[dict[str, Any]]) -> int:
    """Make cases up for some of these contacts (each with its ``id``), and known answers; how many cases."""
    for title, body, then, tags in seed.ANSWERS:
        key = answers.add(at(work, work.now - timedelta(days=60)), NewAnswer(title, body, then, tags))
        work.get(KnownAnswer, key).is_sample = True
    for place, story in enumerate(seed.STORIES):
        _tell(work, people[place * _APART % len(people)]["id"], story, is_mine=place % 2 == 0)
    work.flush()
    work.run(sql.mark_what_was_said())
    return len(seed.STORIES)


def _tell(work: Work, contact_id: int, story: Story, *, is_mine: bool) -> None:
    came_at = work.now - timedelta(days=story.days_ago, hours=1)
    (_, _, first), *later = story.said
    new = NewCase(
        contact_id, story.subject, story.kind, story.priority, story.channel, first, tags=story.tags
    )
    case_id = cases.open(at(work, came_at), new)
    work.get(Case, case_id).is_sample = True
    if is_mine and work.actor.id in dict(case_lists.choices(work, case_id)):
        cases.take(at(work, came_at), case_id)
    for place, (hours, direction, words) in enumerate(later, 1):
        then = at(work, min(came_at + timedelta(hours=hours), work.now))
        if direction == "in":
            case_messages.receive(then, case_id, words)
        elif direction == "note":
            case_messages.note(then, case_id, words)
        else:
            is_last = place == len(later)
            case_messages.answer(then, case_id, NewMessage(words, then=story.then if is_last else ""))
