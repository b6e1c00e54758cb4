"""A bad answer calls for somebody: it opens a case, and the owner of the customer is told."""

from datetime import timedelta
from typing import Final

from crm_core.kernel.work import Work
from crm_core.service import case_steps, cases, surveys
from crm_core.service.case_types import NewCase
from crm_core.service.survey_rules import SCALES
from crm_core.team import notices
from crm_core.team.notices import NewNotice
from db.models import Activity, Case, Contact, Feedback

FRESH: Final = timedelta(days=30)
"""What was said longer ago, and is only written down now, opens nothing any more."""


def follow(work: Work, activity: Activity) -> None:
    """After an answer: open a case for a low one, once, if the company wants that."""
    policy = surveys.current(work)
    row: Feedback = work.get(Feedback, activity.subject_id, with_deleted=True)
    is_low = row.score <= policy.low(row.kind)
    if not (policy.opens_case and is_low) or work.now - row.answered_at > FRESH:
        return
    scale = SCALES[row.kind]
    contact = work.get(Contact, row.contact_id)
    cause = f"feedback:{row.id}"
    said = f"{scale.title} {row.score} of {scale.high}"
    case_id = cases.open(
        work,
        NewCase(
            contact_id=row.contact_id, subject=f"Low score: {said}", kind="complaint", priority="high",
            channel="form", body=row.comment or said, direction="", product_id=row.product_id,
            order_id=row.order_id, cause=cause,
        ),
    )  # fmt: skip
    case = work.get(Case, case_id, with_deleted=True)
    if case.deleted_at is not None:
        return  # somebody put it away: an answer that changes is kept all the same
    if case.owner_id is None and contact.owner_id in {user.id for user in case_steps.eligible(work, case)}:
        case_steps.give(work, case, contact.owner_id)  # who gets it is told
    elif contact.owner_id is not None:
        text = f"{contact.name} gave a low score: {said}. A case is open."
        notices.tell(work, NewNotice(contact.owner_id, "feedback", text, "customer", contact.id, cause))
