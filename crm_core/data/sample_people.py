"""Companies and people of the sample company, and what was said with them."""

from collections import Counter
from collections.abc import Sequence
from typing import Any

from crm_core.activity.rules import LOGGED
from crm_core.kernel.values.text import fold
from crm_core.kernel.work import Work
from crm_core.people import counts, rules
from db.models import Account, Activity, Consent, Contact, ContactTag, Interaction, Tag
from db.queries import sample as sql
from db.seed import company, words
from db.seed.mailing import Letter

CHUNK = 5_000
_CONSENT = ("contact_id", "channel", "purpose", "is_granted", "source", "happened_at", "recorded_at")
_TOUCH = (
    "id", "contact_id", "account_id", "kind", "direction", "subject", "body", "happened_at", "created_at",
    "is_sample", "actor_id",
)  # fmt: skip
_TRACE = (
    "name", "subject_type", "subject_id", "contact_id", "account_id", "actor_id", "actor_name", "happened_at",
    "recorded_at", "facts",
)  # fmt: skip


def add_accounts(work: Work, firms: list[dict[str, Any]], owners: list[int]) -> None:
    """Store the companies; each gets its ``id`` and ``owner_id`` noted."""
    names = (
        "id", "name", "name_key", "search_text", "domain", "website", "industry", "employees", "phone",
        "street", "city", "country", "owner_id", "is_sample", "origin", "external_id",
        "created_at", "updated_at",
    )  # fmt: skip
    for position, (key, firm) in enumerate(zip(work.reserve(Account, len(firms)), firms, strict=True)):
        firm |= rules.derived_of_account(firm)
        firm |= {"id": key, "owner_id": owners[position % len(owners)], "is_sample": True}
        firm |= {
            "origin": "sample",
            "external_id": f"company-{position + 1}",
            "updated_at": firm["created_at"],
        }
    work.insert(Account, names, ([firm[name] for name in names] for firm in firms))


def add_contacts(
    work: Work, people: list[dict[str, Any]], firms: list[dict[str, Any]], owners: list[int]
) -> None:
    """Store the people with tags and consents; each gets its ``id``, company and owner noted."""
    names = (
        "id", "first_name", "last_name", "name", "name_key", "search_text", "email", "email_opt", "phone",
        "job_title", "account_id", "company", "city", "country", "time_zone", "language", "birthday",
        "birth_day", "lifecycle", "lead_status", "source", "likes", "dislikes", "owner_id", "is_sample",
        "origin", "external_id", "created_at", "updated_at",
    )  # fmt: skip
    change: counts.Tally = Counter()
    for position, (key, person) in enumerate(zip(work.reserve(Contact, len(people)), people, strict=True)):
        firm = firms[person["firm"]] if person["firm"] is not None else None
        person |= rules.derived(person)
        person |= {"id": key, "account_id": firm["id"] if firm else None, "is_sample": True}
        person |= {"owner_id": firm["owner_id"] if firm else owners[position % len(owners)]}
        person |= {
            "origin": "sample",
            "external_id": f"person-{position + 1}",
            "updated_at": person["created_at"],
        }
        change[person["owner_id"], person["lifecycle"]] += 1
    for start in range(0, len(people), CHUNK):
        work.insert(Contact, names, ([one[name] for name in names] for one in people[start : start + CHUNK]))
    counts.add(work, change)
    _tag(work, people)
    _agree(work, people)


def _tag(work: Work, people: list[dict[str, Any]]) -> None:
    known = {tag.name_key: tag.id for tag in work.scalars(sql.tags([fold(name) for name in words.TAGS]))}
    for name in words.TAGS:
        if fold(name) not in known:
            tag = work.add(Tag(name=name, name_key=fold(name)))
            work.flush()
            known[fold(name)] = tag.id
    pairs = ((person["id"], known[fold(name)]) for person in people for name in person["tags"])
    work.insert(ContactTag, ("contact_id", "tag_id"), pairs)


def _agree(work: Work, people: list[dict[str, Any]]) -> None:
    decided = (person for person in people if person["email_opt"] != "unknown")
    rows = (
        (
            one["id"],
            "email",
            "marketing",
            one["email_opt"] == "in",
            "Sample data",
            one["created_at"],
            work.now,
        )
        for one in decided
    )
    work.insert(Consent, _CONSENT, rows)


def withdraw(work: Work, people: Sequence[dict[str, Any]], letters: Sequence[Letter]) -> None:
    """Who unsubscribed from the made-up campaign gets no more."""
    gone = {people[one.contact]["id"]: one.unsubscribed_at for one in letters if one.unsubscribed_at}
    rows = (
        (key, "email", "marketing", False, "Unsubscribed", moment, moment) for key, moment in gone.items()
    )
    work.insert(Consent, _CONSENT, rows)
    work.run(sql.opt_out(list(gone)))


def add_touches(work: Work, people: list[dict[str, Any]]) -> int:
    """Store what was said with these people (each with its ``id``); returns how many touchpoints."""
    touches = list(company.touches(people, work.now))
    keys = work.reserve(Interaction, len(touches))
    who = dict(work.tuples(sql.names_of_users()))
    rows: list[tuple[Any, ...]] = []
    traces: list[tuple[Any, ...]] = []
    for key, one in zip(keys, touches, strict=True):
        person = people[one.contact]
        about, user, at = (person["id"], person["account_id"]), person["owner_id"], one.happened_at
        rows.append((key, *about, one.kind, one.direction, one.subject, one.body, at, at, True, user))
        traces.append((LOGGED[one.kind], "interactions", key, *about, user, who.get(user, ""), at, at, {}))
    work.insert(Interaction, _TOUCH, rows)
    work.insert(Activity, _TRACE, traces)
    work.run(sql.touch_contacts())
    work.run(sql.touch_accounts())
    return len(touches)
