"""How promising a lead is, by a card of criteria: pure, and the same for today's leads and for history.

Fit criteria hold or do not hold. What a lead did fades: its points halve every ``half_life_days``.
"""

from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, field
from datetime import datetime, timedelta
from typing import Any, Final

from crm_core.kernel.errors import Invalid
from crm_core.kernel.values.text import fold
from crm_core.sales.lead_types import Reason

OPEN: Final = ("new", "contacted", "working", "qualified", "nurturing")
CONVERTED, UNQUALIFIED = "converted", "unqualified"
BANDS: Final[Mapping[str, tuple[int, int]]] = {"hot": (70, 100), "warm": (40, 69), "cold": (0, 39)}
LOST_REASONS: Final = (
    "No interest", "No budget", "Not a fit", "Bad timing", "Never answered", "Wrong contact data", "Spam",
    "Other",
)  # fmt: skip
FREE_MAIL: Final = frozenset(
    "gmail.com googlemail.com yahoo.com outlook.com hotmail.com live.com icloud.com me.com aol.com gmx.de "
    "gmx.net gmx.at gmx.ch web.de t-online.de proton.me protonmail.com mail.com mail.ru yandex.ru qq.com "
    "163.com orange.fr free.fr laposte.net libero.it msn.com yahoo.de yahoo.fr yahoo.co.uk".split()
)
DECIDERS: Final = (
    "chief", "ceo", "cto", "cfo", "coo", "cmo", "founder", "owner", "president", "director", "head of",
    "vp", "vice president", "managing", "partner", "inhaber", "geschäftsführ", "leiter", "leitung",
    "vorstand",
)  # fmt: skip
LARGEST_POINTS: Final = 50
BASE: Final = 20
SILENT_AFTER: Final = timedelta(days=45)
_DAY: Final = timedelta(days=1)
_SHOWN: Final = 0.5


@dataclass(frozen=True)
class Criterion:
    """One line of the card: its usual points, and its words; ``{ago}`` is how long ago."""

    name: str
    label: str
    points: int
    text: str
    group: str


CRITERIA: Final = (
    Criterion("business_email", "Business e-mail address", 12, "business e-mail", "fit"),
    Criterion("decider", "Job title of somebody who decides", 15, "decides", "fit"),
    Criterion("country", "Country we sell to", 8, "our country", "fit"),
    Criterion("industry", "Industry we sell to", 10, "our industry", "fit"),
    Criterion("company", "Company is known", 5, "company known", "fit"),
    Criterion("phone", "Phone number is known", 5, "has a phone", "fit"),
    Criterion("form", "Sent a form", 20, "sent a form {ago}", "behaviour"),
    Criterion("replied", "Replied", 20, "replied {ago}", "behaviour"),
    Criterion("meeting", "Met us", 20, "met us {ago}", "behaviour"),
    Criterion("call", "Spoke on the phone", 10, "on the phone {ago}", "behaviour"),
    Criterion("clicked", "Clicked a link in a mail", 12, "clicked {ago}", "behaviour"),
    Criterion("opened", "Opened a mail", 4, "opened a mail {ago}", "behaviour"),
    Criterion("free_mail", "Free-mail address", -5, "free mail", "warning"),
    Criterion("unreachable", "No way to reach the person", -30, "cannot be reached", "warning"),
    Criterion("unsubscribed", "Unsubscribed", -15, "unsubscribed", "warning"),
    Criterion("silent", "Silent for 45 days", -10, "silent for long", "warning"),
)
NAMES: Final = tuple(each.name for each in CRITERIA)
SIGNALS: Final = tuple(each.name for each in CRITERIA if each.group == "behaviour")
OF_CUSTOMER: Final = ("form", "replied", "clicked", "opened")
"""What only the lead does: the rest is written by sellers who work on it, and would give the answer away."""


@dataclass(frozen=True)
class Card:
    """The points of each criterion, and what fit means here: countries (codes) and industries (words)."""

    points: Mapping[str, int] = field(default_factory=lambda: {each.name: each.points for each in CRITERIA})
    half_life_days: int = 30
    countries: tuple[str, ...] = ()
    industries: tuple[str, ...] = ()
    titles: tuple[str, ...] = DECIDERS


@dataclass(frozen=True)
class LeadFacts:
    """What is known of a lead at a moment. ``signals`` are the latest instants of what it did."""

    contact_id: int
    job_title: str
    company: str
    country: str
    industry: str
    email: str
    phone: str
    mobile: str
    email_opt: str
    source: str
    lead_status: str
    created_at: datetime
    signals: Mapping[str, datetime] = field(default_factory=dict)


def strengths(card: Card, facts: LeadFacts, now: datetime) -> dict[str, float]:
    """How far each criterion holds, from 0 to 1; what the lead did halves every half-life."""
    domain = facts.email.rpartition("@")[2]
    title = fold(facts.job_title)
    held: dict[str, bool] = {
        "business_email": bool(domain) and domain not in FREE_MAIL,
        "decider": any(_begins(title, fold(word)) for word in card.titles if word),
        "country": facts.country in card.countries,
        "industry": any(fold(word) in fold(facts.industry) for word in card.industries if word),
        "company": bool(facts.company),
        "phone": bool(facts.phone or facts.mobile),
        "free_mail": domain in FREE_MAIL,
        "unreachable": not (facts.email or facts.phone or facts.mobile),
        "unsubscribed": facts.email_opt == "out",
    }
    found = {name: float(holds) for name, holds in held.items()}
    done = {name: at for name, at in facts.signals.items() if at <= now}
    found["silent"] = float(now - max([facts.created_at, *done.values()]) > SILENT_AFTER)
    for name in SIGNALS:
        age = (now - done[name]) / _DAY if name in done else None
        found[name] = 0.0 if age is None else 0.5 ** (age / card.half_life_days)
    return {name: found[name] for name in NAMES}


def score(card: Card, held: Mapping[str, float]) -> int:
    """The points of a lead, from 0 to 100."""
    total = BASE + sum(card.points.get(name, 0) * strength for name, strength in held.items())
    return max(0, min(100, round(total)))


def reasons(card: Card, held: Mapping[str, float], facts: LeadFacts, now: datetime) -> list[Reason]:
    """What made the score, the strongest first; what adds less than half a point is left out."""
    worth = {name: card.points.get(name, 0) * strength for name, strength in held.items()}
    return told(worth, facts, now)


def told(worth: Mapping[str, float], facts: LeadFacts, now: datetime) -> list[Reason]:
    """Contributions in words, the strongest first."""
    words = {each.name: each.text for each in CRITERIA}
    found = [
        Reason(name, round(points), words[name].format(ago=_ago(facts.signals.get(name), now)))
        for name, points in worth.items()
        if name in words and abs(points) >= _SHOWN
    ]
    return sorted(found, key=lambda reason: (-abs(reason.points), reason.name))


def band(points: int) -> str:
    """The name of the band that a score lies in."""
    return next(name for name, (low, high) in BANDS.items() if low <= points <= high)


def latest(rows: Iterable[tuple[int, str, datetime]]) -> dict[int, dict[str, datetime]]:
    """The latest instant of every signal, by contact, out of (contact, signal, instant)."""
    found: dict[int, dict[str, datetime]] = {}
    for contact_id, name, at in rows:
        mine = found.setdefault(contact_id, {})
        mine[name] = max(at, mine.get(name, at))
    return found


def to_json(card: Card) -> dict[str, Any]:
    """The card as a setting holds it."""
    return {name: list(value) if isinstance(value, tuple) else value for name, value in asdict(card).items()}


def from_json(stored: Mapping[str, Any]) -> Card:
    """The card of a setting; criteria that are new have their usual points."""
    usual = Card()
    return Card(
        points={**usual.points, **{k: int(v) for k, v in stored.get("points", {}).items() if k in NAMES}},
        half_life_days=int(stored.get("half_life_days", usual.half_life_days)),
        countries=tuple(stored.get("countries", ())),
        industries=tuple(stored.get("industries", ())),
        titles=tuple(stored.get("titles", usual.titles)),
    )


def checked(card: Card) -> Card:
    """The card, provided that it can be used.

    Raises:
        Invalid: unknown criteria, points beyond 50, or a half-life of no or too many days.
    """
    wrong: dict[str, str] = {}
    if unknown := [name for name in card.points if name not in NAMES]:
        wrong["points"] = f"There is no criterion “{unknown[0][:60]}”."
    if any(abs(points) > LARGEST_POINTS for points in card.points.values()):
        wrong["points"] = f"Give each criterion from -{LARGEST_POINTS} to {LARGEST_POINTS} points."
    if not 1 <= card.half_life_days <= 365:
        wrong["half_life_days"] = "Give days from 1 to 365."
    if wrong:
        raise Invalid("The card needs correcting.", fields=wrong)
    return card


def _begins(title: str, word: str) -> bool:
    """Does a word of the title begin so (“head of” in “Head of Sales”, but no “cto” in “director”)?"""
    return f" {word}" in f" {title}"


def _ago(at: datetime | None, now: datetime) -> str:
    days = 0 if at is None else max(0, (now - at) // _DAY)
    return "today" if days == 0 else "yesterday" if days == 1 else f"{days} days ago"
