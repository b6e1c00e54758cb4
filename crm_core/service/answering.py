"""Answers of customers: behind a personal address that nobody can guess or forge, without sign-in.

Looking changes nothing, since programs that check mail open every link; only what is sent is stored.
"""

import hmac
from datetime import timedelta
from hashlib import sha256
from typing import Final

from crm_core.kernel.access import SYSTEM
from crm_core.kernel.errors import NotFound
from crm_core.kernel.values.text import clean
from crm_core.kernel.work import Work, begin
from crm_core.people import consents
from crm_core.people.consents import Proof
from crm_core.service import feedback, surveys
from crm_core.service import survey_rules as rules
from crm_core.service.feedback_types import About, AnswerPage, NewFeedback
from db.models import Contact, Feedback, FeedbackRequest, Survey
from db.queries import feedback as sql

PATH: Final = "/t/f"
PURPOSE: Final = "feedback"
_LARGEST: Final = 2**63 - 1
_DIGITS: Final = frozenset("0123456789abcdef")
_BROKEN: Final = "This link is not complete, or it is no longer good. Open it from the message again."
EXPIRED: Final = (
    "Thank you for looking in. The time to answer is over; if there is something that you want to tell us, "
    "just write to us."
)


def token_of(request_id: int, salt: str) -> str:
    """What stands at the end of a personal address; forging it needs the salt of the survey."""
    return f"{request_id:x}-{_seal(request_id, salt)}"


def look(token: str) -> AnswerPage:
    """What the page behind an address shows; nothing is changed.

    Raises:
        NotFound: the address is none of ours, or the time to answer is over.
    """
    with begin(SYSTEM, write=False) as work:
        request, survey = _opened(work, token)
        return _page(work, request, survey)


def answer(token: str, score: int, comment: str | None = None) -> AnswerPage:
    """Keep what the customer answered; a second answer replaces the first, which stays in the trace.

    Args:
        comment: None leaves what was written before.

    Raises:
        NotFound: as in ``look``. Invalid: the scale has no such score, or the comment is too long.
    """
    with begin(SYSTEM) as work:
        request, survey = _opened(work, token)
        work.scalars(sql.lock_contact(request.contact_id))  # a double click is one answer
        said: Feedback | None = work.scalar(sql.of_request(request.id))
        text = clean(comment) if comment is not None else said.comment if said is not None else ""
        rules.check_answer(survey.kind, score, text)
        if said is None:
            about = About(request.case_id, request.order_id, request.product_id)
            new = NewFeedback(request.contact_id, survey.kind, score, text, request.channel, about)
            feedback.keep(work, new, request)
        else:
            feedback.replace_answer(work, said, score, text)
        work.flush()
        return _page(work, request, survey)


def look_to_stop(token: str) -> None:
    """Is this an address of ours? Saying no has no end, also when the time to answer is over.

    Raises:
        NotFound: the address is none of ours.
    """
    with begin(SYSTEM, write=False) as work:
        _found(work, token)


def stop(token: str) -> None:
    """Never ask this customer by mail again; saying it twice changes nothing.

    Raises:
        NotFound: the address is none of ours.
    """
    with begin(SYSTEM) as work:
        request, survey = _found(work, token)
        proof = Proof(f"Page of the survey “{survey.name}”"[:200], channel="email", purpose=PURPOSE)
        consents.opt_out(work, request.contact_id, proof)


def _opened(work: Work, token: str) -> tuple[FeedbackRequest, Survey]:
    request, survey = _found(work, token)
    until = request.expires_at
    if request.answered_at is not None:
        until = request.answered_at + timedelta(days=surveys.current(work).changeable_days)
    if work.now > until:
        raise NotFound(EXPIRED)
    return request, survey


def _found(work: Work, token: str) -> tuple[FeedbackRequest, Survey]:
    number, _, seal = token.partition("-")
    is_number = 0 < len(number) <= 16 and set(number) <= _DIGITS
    key = int(number, 16) if is_number else 0
    row: FeedbackRequest | None = work.scalar(sql.request(key)) if 0 < key <= _LARGEST else None
    survey = work.get(Survey, row.survey_id) if row is not None else None
    # Compared even where nothing was found: how long an answer takes says nothing about numbers.
    expected = _seal(key, survey.salt if survey is not None else "nothing")
    if (
        not hmac.compare_digest(expected, seal.encode("ascii", "replace").decode())
        or row is None
        or survey is None
    ):
        raise NotFound(_BROKEN)
    work.get(Contact, row.contact_id)  # who is not kept any more is not asked any more
    return row, survey


def _page(work: Work, request: FeedbackRequest, survey: Survey) -> AnswerPage:
    said: Feedback | None = work.scalar(sql.of_request(request.id))
    about = str(work.scalar(sql.about(request.product_id, request.order_id)) or "")
    return AnswerPage(
        survey.question, survey.comment_question, survey.thanks, survey.kind, survey.language, about,
        said.score if said is not None else None, said.comment if said is not None else "",
    )  # fmt: skip


def _seal(request_id: int, salt: str) -> str:
    return hmac.new(salt.encode(), f"feedback:{request_id}".encode(), sha256).hexdigest()[:32]
