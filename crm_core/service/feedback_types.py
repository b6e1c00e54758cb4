"""Frozen shapes of surveys, requests and answers."""

from dataclasses import dataclass
from datetime import datetime

NPS, CSAT, CES, REVIEW = "nps", "csat", "ces", "review"


@dataclass(frozen=True)
class NewSurvey:
    """What a survey asks. Empty words become the usual ones of its kind."""

    name: str
    kind: str
    question: str = ""
    comment_question: str = ""
    thanks: str = ""
    language: str = "en"
    is_active: bool = True


@dataclass(frozen=True)
class SurveyRow:
    """A survey in the list. ``id`` is None for one that is ready to use and was not used yet."""

    id: int | None
    name: str
    kind: str
    question: str
    comment_question: str
    thanks: str
    language: str
    is_active: bool = True
    version: int = 1
    asked: int = 0
    answered: int = 0

    @property
    def response_rate(self) -> float | None:
        """Of those who were asked, the share that answered; None while nobody was asked."""
        return self.answered / self.asked if self.asked else None


@dataclass(frozen=True)
class FeedbackPolicy:
    """How customers are asked, and what follows from a bad answer; one setting of the company.

    By mail nobody is asked more often than every ``every_days``. A link is good for ``valid_days``; an answer
    may be changed for ``changeable_days``. A score of ``low_…`` or less opens a case while ``opens_case``.
    ``after_case`` and ``after_order`` name the kind that is asked when a case is solved or an order has
    arrived; empty: nobody is asked by itself.
    """

    every_days: int = 30
    valid_days: int = 60
    changeable_days: int = 30
    opens_case: bool = True
    low_nps: int = 6
    low_csat: int = 2
    low_ces: int = 3
    low_review: int = 2
    after_case: str = ""
    after_order: str = ""

    def low(self, kind: str) -> int:
        """The highest score of a kind that still counts as low."""
        return int(getattr(self, f"low_{kind}"))


@dataclass(frozen=True)
class About:
    """What a question or an answer is about; all None: the customer's experience as a whole."""

    case_id: int | None = None
    order_id: int | None = None
    product_id: int | None = None


@dataclass(frozen=True)
class Asked:
    """A request: its number, the personal address of the answer page, and whether it was made just now."""

    request_id: int
    url: str
    is_new: bool


@dataclass(frozen=True)
class NewFeedback:
    """What a customer said, as somebody writes it down. ``answered_at`` None: now."""

    contact_id: int
    kind: str
    score: int
    comment: str = ""
    source: str = "phone"
    about: About = About()
    answered_at: datetime | None = None


@dataclass(frozen=True)
class FeedbackRow:
    """An answer as people see it. ``sentiment`` is -100 to 100; None where the comment was not scored."""

    id: int
    kind: str
    score: int
    comment: str
    source: str
    answered_at: datetime
    contact_id: int
    contact: str
    case_id: int | None
    order_id: int | None
    product_id: int | None
    product: str | None
    survey: str | None
    owner: str | None
    sentiment: int | None
    version: int


@dataclass(frozen=True)
class FeedbackSummary:
    """What one customer said, in short: the latest score of each kind, how many answers, the latest mood."""

    count: int
    nps: int | None = None
    csat: int | None = None
    ces: int | None = None
    review: int | None = None
    last_at: datetime | None = None
    sentiment: int | None = None


@dataclass(frozen=True)
class AnswerPage:
    """What the page behind a personal link shows. ``score`` is what was answered before, None without."""

    question: str
    comment_question: str
    thanks: str
    kind: str
    language: str
    about: str
    score: int | None = None
    comment: str = ""


@dataclass(frozen=True)
class Moods:
    """How texts feel: how many are bad, neither, good, and not scored."""

    negative: int
    neutral: int
    positive: int
    unscored: int
    mean: float | None


@dataclass(frozen=True)
class MoodRow:
    """One text with its mood. ``record`` and ``record_id`` name the row that holds the text."""

    id: int
    record: str
    record_id: int
    contact_id: int | None
    contact: str | None
    written_at: datetime
    text: str
    score: int | None
    found: int | None
    language: str
    corrected_at: datetime | None
