"""The sample company: made-up customers to look around with, flagged, and gone in one click."""

from collections import Counter
from dataclasses import dataclass
from typing import Any

from crm_core.activity import task_sample
from crm_core.activity.rules import LOGGED
from crm_core.data import sample_deals, sample_orders
from crm_core.kernel.access import Permission, Reach
from crm_core.kernel.errors import Conflict, Invalid
from crm_core.kernel.values.text import fold
from crm_core.kernel.work import Work, use_case
from crm_core.people import counts, rules
from db.models import (
    Account,
    Activity,
    Consent,
    Contact,
    ContactTag,
    Interaction,
    Order,
    Product,
    Setting,
    Tag,
    User,
)
from db.queries import sample as sql
from db.seed import company, words

USUAL_SIZE = 300
LARGEST = 2_000_000
CHUNK = 5_000
NOBODY_CAN_SIGN_IN = "!"  # no password has this hash


@dataclass(frozen=True)
class SampleCounts:
    """How many made-up records there are."""

    contacts: int
    accounts: int
    interactions: int


@use_case(Permission.SETTINGS_READ, read=True)
def is_loaded(work: Work) -> bool:
    """Is the sample company here?"""
    return work.scalar(sql.setting()) is not None


@use_case(Permission.SAMPLE_MANAGE)
def load(work: Work, contacts: int = USUAL_SIZE) -> SampleCounts:
    """Add the sample company beside whatever is here already.

    Args:
        contacts: how many people to make up; companies and touchpoints follow from it.

    Raises:
        Conflict: it is loaded already.
        Invalid: more people than can be made up.
    """
    if not 1 <= contacts <= LARGEST:
        raise Invalid(f"Choose between 1 and {LARGEST:,} sample contacts.")
    if is_loaded(work):
        raise Conflict("The sample company is loaded already. Remove it first to load another one.")
    setting = work.add(Setting(name="sample", value={"contacts": contacts}, updated_at=work.now))
    owners = _hire(work)
    firms = list(company.firms(max(1, contacts // company.PEOPLE_A_FIRM), work.now))
    _add_accounts(work, firms, owners)
    people = list(company.people(contacts, firms, work.now))
    _add_contacts(work, people, firms, owners)
    touched = _add_touches(work, people)
    task_sample.add(work, people)
    setting.value = {"contacts": contacts, "pipeline": sample_deals.add(work, people)}
    sample_orders.add(work, people, dict(work.tuples(sql.names_of_users())))
    work.record("sample.loaded", work.scalar(sql.setting()), contacts=contacts)
    return SampleCounts(contacts, len(firms), touched)


@use_case(Permission.SAMPLE_MANAGE)
def remove(work: Work) -> SampleCounts:
    """Remove every made-up record, with what was written about it; everything else stays."""
    setting = work.scalar(sql.setting())
    if setting is None:
        raise Conflict("There is no sample company to remove.")
    removed = SampleCounts(*(work.scalar(sql.count(model)) for model in (Contact, Account, Interaction)))
    change: counts.Tally = Counter()
    for owner_id, lifecycle, count in work.tuples(sql.tally()):
        change[owner_id or 0, lifecycle] -= count
    counts.add(work, change)
    sample_deals.remove(work, setting.value.get("pipeline"))
    for model in (Order, Interaction, Contact, Account, Product, User):
        work.run(sql.delete(model))
    work.run(sql.delete_unused_tags([fold(name) for name in words.TAGS]))
    work.record("sample.removed", setting, contacts=removed.contacts)
    work.delete(setting)
    return removed


def _hire(work: Work) -> list[int]:
    """Made-up colleagues own most records; nobody can sign in as one of them."""
    made = [
        User(
            username=f"sample-{fold(name).replace(' ', '-')}",
            name=name,
            email=f"{fold(name).replace(' ', '.')}@sample.example",
            password_hash=NOBODY_CAN_SIGN_IN,
            role=role,
            reach=Reach.OWN,
            is_active=False,
            is_sample=True,
            created_at=work.now,
        )
        for name, role in words.COLLEAGUES
    ]
    for user in made:
        work.add(user)
    work.flush()
    owners = [user.id for user in made]
    return [work.actor.id, *owners] if work.actor.id is not None else owners


def _add_accounts(work: Work, firms: list[dict[str, Any]], owners: list[int]) -> None:
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


def _add_contacts(
    work: Work, people: list[dict[str, Any]], firms: list[dict[str, Any]], owners: list[int]
) -> None:
    names = (
        "id", "first_name", "last_name", "name", "name_key", "search_text", "email", "email_opt", "phone",
        "job_title", "account_id", "company", "city", "country", "time_zone", "language", "birthday",
        "birth_day", "lifecycle", "source", "likes", "dislikes", "owner_id", "is_sample", "origin",
        "external_id", "created_at", "updated_at",
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
    names = ("contact_id", "channel", "purpose", "is_granted", "source", "happened_at", "recorded_at")
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
    work.insert(Consent, names, rows)


def _add_touches(work: Work, people: list[dict[str, Any]]) -> int:
    touches = list(company.touches(people, work.now))
    keys = work.reserve(Interaction, len(touches))
    names = (
        "id", "contact_id", "account_id", "kind", "direction", "subject", "body", "happened_at", "created_at",
        "is_sample", "actor_id",
    )  # fmt: skip
    traces = (
        "name", "subject_type", "subject_id", "contact_id", "account_id", "actor_id", "actor_name",
        "happened_at", "recorded_at", "facts",
    )  # fmt: skip
    who = dict(work.tuples(sql.names_of_users()))
    about = [(people[touch.contact]["id"], people[touch.contact]["account_id"]) for touch in touches]
    by = [people[touch.contact]["owner_id"] for touch in touches]
    work.insert(
        Interaction,
        names,
        (
            (
                key,
                *what,
                one.kind,
                one.direction,
                one.subject,
                one.body,
                one.happened_at,
                one.happened_at,
                True,
                user,
            )
            for key, one, what, user in zip(keys, touches, about, by, strict=True)
        ),
    )
    work.insert(
        Activity,
        traces,
        (
            (
                LOGGED[one.kind],
                "interactions",
                key,
                *what,
                user,
                who.get(user, ""),
                one.happened_at,
                one.happened_at,
                {},
            )
            for key, one, what, user in zip(keys, touches, about, by, strict=True)
        ),
    )
    work.run(sql.touch_contacts())
    work.run(sql.touch_accounts())
    return len(touches)
