"""What customers of the sample company think of it, stored as if they had been asked and had answered."""

from collections import Counter
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from crm_core.data.sample_making import at
from crm_core.kernel.work import Work
from crm_core.service import feedback, surveys
from crm_core.service.feedback_types import NewFeedback
from crm_core.service.survey_rules import SCALES
from db.models import Feedback, FeedbackRequest, Survey
from db.queries import feedback as sql
from db.seed import opinions as seed

_VALID = timedelta(days=60)


def add(work: Work, people: Sequence[dict[str, Any]]) -> int:
    """Make answers up for some of these contacts (each with its ``id`` and when it came); how many."""
    asked = {kind: surveys.to_ask(work, kind) for kind in seed.SAYS}
    work.flush()
    told: Counter[str] = Counter()
    for place in range(seed.ANSWERS):
        kind = seed.ORDER[place % len(seed.ORDER)]
        score, comment = seed.SAYS[kind][told[kind] % len(seed.SAYS[kind])]
        told[kind] += 1
        person = people[place * 5 % len(people)]
        moment = work.now - timedelta(days=seed.DAYS * (place + 1) / (seed.ANSWERS + 1), hours=place % 9)
        cause = f"sample answer {place + 1}"
        request = _request(work, asked[kind], (person["id"], cause), max(moment, person["created_at"]))
        new = NewFeedback(person["id"], kind, score, comment, "mail" if place % 3 else "link")
        key = feedback.keep(at(work, request.asked_at), new, request)
        work.get(Feedback, key).is_sample = True
        if place % seed.SILENT == 0:
            silent = people[(place * 5 + 1) % len(people)]
            whom = (silent["id"], f"sample silence {place + 1}")
            _request(work, asked[kind], whom, max(moment, silent["created_at"]))
    work.flush()
    return seed.ANSWERS


def remove(work: Work) -> None:
    """Take away the usual surveys that nobody asked with but the sample company."""
    work.run(sql.delete_unused([scale.name for scale in SCALES.values()]))


def _request(work: Work, survey: Survey, whom: tuple[int, str], asked_at: datetime) -> FeedbackRequest:
    contact_id, cause = whom
    row = work.add(
        FeedbackRequest(
            contact_id=contact_id, survey_id=survey.id, cause=cause, channel="mail", is_sample=True,
            asked_at=asked_at, expires_at=asked_at + _VALID,
        )
    )  # fmt: skip
    work.flush()
    return row
