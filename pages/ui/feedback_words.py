"""How opinions read on a page: scores with what they mean, and moods in a word."""

from typing import Final, Literal

from crm_core.service.feedback_types import FeedbackSummary
from crm_core.service.sentiment import EDGE
from crm_core.service.survey_rules import SCALES, group

Color = Literal["red", "orange", "green", "gray"]
GROUPS: Final = {"bad": "Low", "middle": "Middling", "good": "Good"}
KINDS: Final = {kind: scale.name for kind, scale in SCALES.items()}
SOURCES: Final = {
    "mail": "by mail",
    "link": "by link",
    "import": "from a file",
    "phone": "written down by us",
}
MOODS: Final = {"negative": -60, "neutral": 0, "positive": 60}
"""What a person says a mood is, as the number that is kept."""
_COLORS: Final[dict[str, Color]] = {"bad": "red", "middle": "orange", "good": "green"}
_ICONS: Final = {
    "bad": "sentiment_dissatisfied",
    "middle": "sentiment_neutral",
    "good": "sentiment_satisfied",
}
_PROMOTERS: Final = {"bad": "detractor", "middle": "passive", "good": "promoter"}


def score(kind: str, value: int) -> str:
    """A score as a badge: sign, scale, what it means."""
    scale, found = SCALES[kind], group(kind, value)
    word = _PROMOTERS[found] if kind == "nps" else GROUPS[found].lower()
    return (
        f":{_COLORS[found]}-badge[:material/{_ICONS[found]}: {scale.title} {value} of {scale.high}, {word}]"
    )


def mood(value: int | None) -> str:
    """A mood in words, with a sign."""
    if value is None:
        return ":gray[mood not read]"
    if value <= -EDGE:
        return ":red[:material/thumb_down:] negative"
    if value >= EDGE:
        return ":green[:material/thumb_up:] positive"
    return ":gray[:material/thumbs_up_down:] neutral"


def summary(found: FeedbackSummary) -> list[str]:
    """The latest score of each kind, the mood last."""
    latest = {kind: getattr(found, kind) for kind in SCALES}
    lines = [score(kind, value) for kind, value in latest.items() if value is not None]
    return [*lines, f":gray[Last words:] {mood(found.sentiment)}"] if found.sentiment is not None else lines
