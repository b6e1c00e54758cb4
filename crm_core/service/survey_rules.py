"""Scales of surveys and what their answers add up to: pure decisions.

The Net Promoter Score is the share of promoters (9, 10) less that of detractors (0 to 6), times 100
(F. Reichheld, “The One Number You Need to Grow”, Harvard Business Review, December 2003).
"""

from collections.abc import Mapping
from dataclasses import dataclass
from math import sqrt
from typing import Final

from crm_core.kernel.errors import Invalid
from crm_core.service.feedback_types import CES, CSAT, NPS, REVIEW, FeedbackPolicy, NewFeedback, NewSurvey

SOURCES: Final = ("mail", "link", "import", "phone")
LONGEST_COMMENT: Final = 4000
FEW: Final = 30
"""Below so many answers a score says little; it is shown with that word."""
_Z: Final = 1.959964
_LONGEST: Final[Mapping[str, int]] = {"name": 120, "question": 300, "comment_question": 300, "thanks": 500}


@dataclass(frozen=True)
class Scale:
    """The scores of one kind: from ``low`` to ``high``; ``good`` and better is good, ``bad`` and less bad.

    ``labels`` say what the two ends mean, the others are the usual words of a survey.
    """

    title: str
    low: int
    high: int
    bad: int
    good: int
    labels: tuple[str, str]
    name: str
    question: str
    comment_question: str = "What is the main reason for it?"
    thanks: str = "Thank you. Your answer helps us to get better."

    @property
    def scores(self) -> range:
        """All scores, the lowest first."""
        return range(self.low, self.high + 1)


SCALES: Final[Mapping[str, Scale]] = {
    NPS: Scale("NPS", 0, 10, 6, 9, ("Not at all likely", "Very likely"), "Recommendation (NPS)",
               "How likely are you to recommend us to a friend or colleague?"),
    CSAT: Scale("CSAT", 1, 5, 2, 4, ("Very unhappy", "Very happy"), "Satisfaction (CSAT)",
                "How happy are you with how we helped you?"),
    CES: Scale("CES", 1, 7, 3, 5, ("Very hard", "Very easy"), "Effort (CES)",
               "How easy was it to get what you needed from us?"),
    REVIEW: Scale("Review", 1, 5, 2, 4, ("One star", "Five stars"), "Review of a product",
                  "How many stars do you give?", "What should others know about it?"),
}  # fmt: skip
KINDS: Final = tuple(SCALES)


@dataclass(frozen=True)
class NetPromoters:
    """A Net Promoter Score from -100 to 100 with its interval of 95 %; None without answers."""

    promoters: int
    passives: int
    detractors: int
    score: float | None
    low: float | None = None
    high: float | None = None

    @property
    def count(self) -> int:
        """How many answered."""
        return self.promoters + self.passives + self.detractors

    @property
    def is_few(self) -> bool:
        """Are these too few answers to rely on?"""
        return self.count < FEW


def group(kind: str, score: int) -> str:
    """``good``, ``middle`` or ``bad``; for NPS these are promoters, passives and detractors."""
    scale = SCALES[kind]
    return "good" if score >= scale.good else "bad" if score <= scale.bad else "middle"


def net_promoters(promoters: int, passives: int, detractors: int) -> NetPromoters:
    """The score and its interval.

    The interval is the adjusted Wald interval for a difference of two shares of the same people: three
    answers are added, 3/4 of a promoter and of a detractor and 3/2 passives, so that it also behaves with few
    answers (B. Rocks, “Interval Estimation for the Net Promoter Score”, The American Statistician 70, 2016).
    """
    count = promoters + passives + detractors
    if not count:
        return NetPromoters(0, 0, 0, None)
    score = 100 * (promoters - detractors) / count
    most, least = (promoters + 0.75) / (count + 3), (detractors + 0.75) / (count + 3)
    middle = most - least
    reach = _Z * sqrt((most + least - middle**2) / (count + 3))
    low, high = max(-1.0, middle - reach) * 100, min(1.0, middle + reach) * 100
    # Where nearly all say the same, what is measured may lie outside of what is estimated.
    return NetPromoters(promoters, passives, detractors, score, min(low, score), max(high, score))


def check_survey(new: NewSurvey) -> None:
    """Refuse a survey that nobody could answer.

    Raises:
        Invalid: with a hint for each wrong field.
    """
    wrong = {
        name: f"This is longer than {most} characters. Shorten it."
        for name, most in _LONGEST.items()
        if len(getattr(new, name)) > most
    }
    if not new.name:
        wrong["name"] = "Give the survey a name."
    if new.kind not in SCALES:
        wrong["kind"] = f"Choose one of: {', '.join(KINDS)}."
    if not 2 <= len(new.language) <= 20:
        wrong["language"] = "Give a language, as in en or pt-BR."
    if wrong:
        raise Invalid("Please correct the marked fields.", fields=wrong)


def check_answer(kind: str, score: int, comment: str) -> None:
    """Refuse a score that its scale does not have.

    Raises:
        Invalid: with a hint for each wrong field.
    """
    wrong = {}
    if kind not in SCALES:
        wrong["kind"] = f"Choose one of: {', '.join(KINDS)}."
    elif not SCALES[kind].low <= score <= SCALES[kind].high:
        wrong["score"] = f"Give a number from {SCALES[kind].low} to {SCALES[kind].high}."
    if len(comment) > LONGEST_COMMENT:
        wrong["comment"] = f"This is longer than {LONGEST_COMMENT:,} characters. Shorten it."
    if wrong:
        raise Invalid("Please correct the marked fields.", fields=wrong)


def check_note(new: NewFeedback) -> None:
    """Refuse what somebody wrote down wrongly.

    Raises:
        Invalid: with a hint for each wrong field.
    """
    if new.source not in SOURCES:
        hint = f"Choose one of: {', '.join(SOURCES)}."
        raise Invalid("Please correct the marked fields.", fields={"source": hint})
    check_answer(new.kind, new.score, new.comment)


def policy_problems(wanted: FeedbackPolicy) -> dict[str, str]:
    """By field, what cannot be."""
    wrong = {
        name: "Give days from 1 to 3,650."
        for name in ("every_days", "valid_days", "changeable_days")
        if not 1 <= getattr(wanted, name) <= 3650
    }
    for kind, scale in SCALES.items():
        if not scale.low - 1 <= wanted.low(kind) < scale.good:
            wrong[f"low_{kind}"] = f"Give a number from {scale.low - 1} to {scale.good - 1}."
    for name in ("after_case", "after_order"):
        if getattr(wanted, name) not in ("", *KINDS):
            wrong[name] = f"Choose one of: {', '.join(KINDS)}, or leave it empty."
    return wrong
