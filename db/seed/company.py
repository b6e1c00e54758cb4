"""Makes customers up: the same ones for the same seed, as plain values of the columns they go to."""

import random
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from db.seed import words

HISTORY = timedelta(days=760)
PEOPLE_A_FIRM = 5
MAIL = "mail.example"
FIRST_BIRTHDAY = date(1956, 1, 1)


@dataclass(frozen=True)
class Touch:
    """A made-up touchpoint; ``contact`` is the position of the contact in the list."""

    contact: int
    kind: str
    direction: str
    subject: str
    body: str
    happened_at: datetime


def firms(count: int, now: datetime, seed: int = 1) -> Iterator[dict[str, Any]]:
    """Companies with a name that none of the others has."""
    chance = random.Random(seed)  # noqa: S311 - stories, not secrets
    for number in range(count):
        trade, industry = chance.choice(words.FIRM_TRADES)
        first = words.FIRM_WORDS[number % len(words.FIRM_WORDS)]
        series = number // (len(words.FIRM_WORDS) * len(words.FIRM_TRADES))
        city, country, _zone, _language, prefix = chance.choice(words.PLACES)
        name = f"{first}{trade.lower()}{f' {series + 1}' if series else ''} {chance.choice(words.FIRM_FORMS)}"
        domain = f"{first.lower().replace('ü', 'ue')}-{trade.lower()}-{number + 1}.example"
        yield {
            "name": name,
            "domain": domain,
            "website": f"https://www.{domain}",
            "industry": industry,
            "employees": chance.choice((4, 9, 18, 40, 85, 210, 900)),
            "phone": f"{prefix}{chance.randrange(10**5, 10**6)}",
            "street": f"{chance.choice(words.STREETS)} {chance.randrange(1, 120)}",
            "city": city,
            "country": country,
            "created_at": now - HISTORY * chance.random(),
        }


def people(
    count: int, firm_list: list[dict[str, Any]], now: datetime, seed: int = 2
) -> Iterator[dict[str, Any]]:
    """Contacts; ``firm`` is the position of their company in the list, or None."""
    chance = random.Random(seed)  # noqa: S311 - stories, not secrets
    stages, weights = zip(*words.LIFECYCLES, strict=True)
    for number in range(count):
        firm = chance.randrange(len(firm_list)) if firm_list and chance.random() < 0.9 else None
        company = firm_list[firm] if firm is not None else None
        first, last = chance.choice(words.FIRST_NAMES), chance.choice(words.LAST_NAMES)
        city, country, zone, language, prefix = chance.choice(words.PLACES)
        stage = chance.choices(stages, weights)[0]
        # Customers have been here for longer than leads, or they would not have bought by now.
        created_at = now - HISTORY * chance.random() ** (0.7 if stage in words.CUSTOMERS else 1.6)
        yield {
            "first_name": first,
            "last_name": last,
            "firm": firm,
            "company": company["name"] if company else "",
            "email": f"{_plain(first)}.{_plain(last)}.{number + 1}@{company['domain'] if company else MAIL}",
            "phone": f"{prefix}{chance.randrange(10**6, 10**7)}" if chance.random() < 0.8 else "",
            "job_title": chance.choice(words.JOB_TITLES) if company else "",
            "city": company["city"] if company else city,
            "country": company["country"] if company else country,
            "time_zone": zone,
            "language": language,
            "birthday": (FIRST_BIRTHDAY + timedelta(days=chance.randrange(48 * 365))).isoformat(),
            "lifecycle": stage,
            "lead_status": _status(stage, number),
            "source": chance.choice(words.SOURCES),
            "likes": chance.choice(words.LIKES) if chance.random() < 0.4 else "",
            "dislikes": chance.choice(words.DISLIKES) if chance.random() < 0.2 else "",
            "email_opt": chance.choices(("in", "unknown", "out"), (70, 22, 8))[0],
            "tags": chance.sample(words.TAGS, chance.choices((0, 1, 2), (55, 35, 10))[0]),
            "created_at": created_at,
        }


def touches(contacts: list[dict[str, Any]], now: datetime, seed: int = 3) -> Iterator[Touch]:
    """What was said with whom: some customers talk a lot, most a little."""
    chance = random.Random(seed)  # noqa: S311 - stories, not secrets
    for position, contact in enumerate(contacts):
        since = now - contact["created_at"]
        for _ in range(min(12, int(chance.paretovariate(1.1)))):
            kind, direction, subject, body = chance.choice(words.TOUCHES)
            moment = (contact["created_at"] + since * chance.random()).replace(microsecond=0)
            yield Touch(position, kind, direction, subject, body, moment)


def _status(lifecycle: str, number: int) -> str:
    """Where a lead stands; those who are customers by now are no leads any more."""
    known = words.LEAD_STATUSES.get(lifecycle, ("",))
    return known[number % len(known)]


def _plain(name: str) -> str:
    swapped = name.lower().translate(str.maketrans("áéíóúñåäöøüëîç", "aeiounaaooueic"))
    return swapped.replace("ß", "ss").replace("ø", "o")
