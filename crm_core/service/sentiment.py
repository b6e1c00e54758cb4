"""The mood of what customers write, from -100 (bad) to 100 (good): to read the angry first, not as truth.

English only: the words are weighed by VADER (C. Hutto and E. Gilbert, “VADER: A Parsimonious Rule-based Model
for Sentiment Analysis of Social Media Text”, ICWSM 2014). What is written in another language, or says too
little to know its language, is not scored rather than scored wrongly. A person may correct a score, and is
right.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any, Final

from crm_core.kernel.access import SYSTEM, Permission
from crm_core.kernel.errors import Invalid, NotFound
from crm_core.kernel.paging import Page, Paging
from crm_core.kernel.work import Work, begin, use_case
from crm_core.service.feedback_types import MoodRow, Moods
from crm_core.service.stop_words import is_short, language_of
from db.base import Base
from db.models import Feedback, Interaction, Setting, TextSentiment
from db.queries import feedback as sql
from db.queries import settings as settings_sql

ENGLISH: Final = "en"
EDGE: Final = 5
"""From this on a text is good, from minus this on bad: VADER's own border of 0.05."""
LONGEST: Final = 5000
"""Characters that are read of a text: what comes later is mostly quoted."""
BATCH: Final = 500
OVERLAP: Final = 2000
"""Touchpoints before the last one that are looked at again: a slower transaction may bring a lower number."""
PLACE: Final = "sentiment"
BANDS: Final = ("negative", "neutral", "positive")
_BANDS: Final[dict[str, tuple[int | None, int | None]]] = {
    "": (None, None), "negative": (None, -EDGE), "neutral": (1 - EDGE, EDGE - 1), "positive": (EDGE, None),
}  # fmt: skip
_QUOTED: Final = re.compile(r"^(>.*|On .{5,120} wrote:)$", re.MULTILINE)
_MODELS: Final[dict[str, type[Base]]] = {sql.FEEDBACK: Feedback, sql.INTERACTIONS: Interaction}


@dataclass(frozen=True)
class Mood:
    """What reading a text said: its language, empty when unknown, and its score; None for not scored."""

    language: str
    score: int | None


def read(text: str) -> Mood:
    """The language of a text, and how it feels when that is English."""
    own = _QUOTED.sub("", text[: LONGEST * 2]).strip()[:LONGEST]
    if not own:
        return Mood("", None)
    language = language_of(own)
    if not language and is_short(own):
        score = compound(own)
        return Mood(ENGLISH, score) if score else Mood("", None)  # it knows one of the words
    return Mood(language, compound(own) if language == ENGLISH else None)


def compound(text: str) -> int:
    """VADER's compound score of an English text, in hundredths."""
    return round(_weigh()(text)["compound"] * 100)


@cache
def _weigh() -> Callable[[str], dict[str, float]]:
    from vader import polarity_scores  # its words take a tenth of a second to load, and few need them

    found: Callable[[str], dict[str, float]] = polarity_scores
    return found


def keep(work: Work, row: Base, text: str, written_at: datetime) -> None:
    """Note the mood of a text with the row that holds it, inside other use cases; an empty text has none."""
    known: TextSentiment | None = work.scalar(sql.sentiment_of(row.__tablename__, row.id))
    if not text.strip():
        if known is not None:
            work.delete(known)
        return
    mood = read(text)
    if known is None:
        known = work.add(
            TextSentiment(
                record=row.__tablename__, record_id=row.id, contact_id=getattr(row, "contact_id", None),
                account_id=getattr(row, "account_id", None), written_at=written_at, scored_at=work.now,
            )
        )  # fmt: skip
    known.language, known.found, known.scored_at = mood.language, mood.score, work.now
    known.written_at = written_at
    # What was corrected was another text: the correction goes with it.
    known.score, known.corrected_at, known.actor_id = mood.score, None, None


@use_case(Permission.FEEDBACK_ASK)
def correct(work: Work, record: str, record_id: int, score: int | None) -> None:
    """Say how a text really feels; what reading its words said is kept beside it. None: it has no mood.

    Args:
        record: ``feedback`` or ``interactions``.

    Raises:
        NotFound: no such text within reach. Invalid: the score is not within -100 and 100.
    """
    if score is not None and not -100 <= score <= 100:
        raise Invalid(
            "Please correct the marked fields.", fields={"score": "Give a number from -100 to 100."}
        )
    row = work.get(_MODELS[record], record_id) if record in _MODELS else None
    known: TextSentiment | None = work.scalar(sql.sentiment_of(record, record_id))
    if row is None or known is None:
        raise NotFound("There is no such text, or its mood was not read yet.")
    was = known.score
    known.score, known.corrected_at, known.actor_id = score, work.now, work.actor.id
    work.record("sentiment.corrected", known, was=was, score=score)


@use_case(Permission.FEEDBACK_READ, read=True)
def search(
    work: Work,
    band: str = "",
    *,
    since: datetime | None = None,
    until: datetime | None = None,
    paging: Paging = Paging(),  # noqa: B008 - frozen
) -> Page[MoodRow]:
    """Texts with their mood, the worst first.

    Args:
        band: one of ``BANDS``; empty for all, those that were not scored at the end.

    Raises:
        Invalid: there is no such band.
    """
    if band not in _BANDS:
        raise Invalid(f"Choose one of: {', '.join(BANDS)}.", fields={"band": "There is no such mood."})
    return work.page(sql.moods(_BANDS[band], since, until), paging, MoodRow)


@use_case(Permission.FEEDBACK_READ, read=True)
def counts(work: Work, *, since: datetime | None = None, until: datetime | None = None) -> Moods:
    """How many texts are bad, neither and good in a time, and how many were not scored."""
    [(bad, neither, good, unscored, total)] = work.tuples(sql.mood_counts(EDGE, since, until))
    scored = bad + neither + good
    return Moods(bad, neither, good, unscored, int(total) / scored if scored else None)


def advance_next(_worker: str, _is_ending: Callable[[], bool]) -> bool:
    """Read what customers wrote since the last time, a batch of it; returns whether there may be more."""
    with begin(SYSTEM, write=False) as work:
        before = _place(work)
        newest = int(work.scalar(sql.newest_touchpoint()) or 0)
        found = work.tuples(sql.unread_texts(max(0, before - OVERLAP), BATCH)) if newest > before else ()
    if newest <= before:
        return False
    moods = [(row, read(f"{row.subject}\n{row.body}".strip())) for row in found]
    is_whole = len(found) == BATCH
    with begin(SYSTEM) as work:
        work.run(sql.keep_moods([_values(row, mood, work.now) for row, mood in moods])) if moods else None
        _go_to(work, max(before, found[-1].id) if is_whole else newest)
    return is_whole


def _values(row: Any, mood: Mood, now: datetime) -> dict[str, Any]:
    return {
        "record": sql.INTERACTIONS, "record_id": row.id, "contact_id": row.contact_id,
        "account_id": row.account_id, "language": mood.language, "found": mood.score, "score": mood.score,
        "written_at": row.happened_at, "scored_at": now,
    }  # fmt: skip


def _place(work: Work) -> int:
    row = work.scalar(settings_sql.by_name(PLACE))
    return int(row.value.get("read_until", 0)) if row is not None else 0


def _go_to(work: Work, key: int) -> None:
    row = work.scalar(settings_sql.by_name(PLACE)) or work.add(
        Setting(name=PLACE, value={}, updated_at=work.now)
    )
    row.value, row.updated_at = {"read_until": key}, work.now
