"""The sample company: made-up customers to look around with, flagged, and gone in one click."""

from collections import Counter
from dataclasses import dataclass

from crm_core.activity import task_sample
from crm_core.data import (
    sample_cases,
    sample_deals,
    sample_loyalty,
    sample_marketing,
    sample_opinions,
    sample_orders,
    sample_people,
    sample_plans,
)
from crm_core.kernel.access import Permission, Reach
from crm_core.kernel.errors import Conflict, Invalid
from crm_core.kernel.values.text import fold
from crm_core.kernel.work import Work, use_case
from crm_core.loyalty import proofs
from crm_core.people import counts
from db.models import (
    Account,
    Campaign,
    Contact,
    Coupon,
    EarnRule,
    Interaction,
    KnownAnswer,
    Order,
    Product,
    Reward,
    Segment,
    Setting,
    Template,
    Tier,
    User,
)
from db.queries import sample as sql
from db.seed import company, mailing, words

USUAL_SIZE = 300
LARGEST = 2_000_000
NOBODY_CAN_SIGN_IN = "!"  # no password has this hash
MARKED = (Campaign, Coupon, Reward, EarnRule, Tier, Template, Segment, KnownAnswer)
"""What belongs to no customer and is marked as made up."""


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
    people = list(company.people(contacts, firms, work.now))
    letters = list(mailing.letters(people, work.now))
    sample_people.add_accounts(work, firms, owners)
    sample_people.add_contacts(work, people, firms, owners)
    sample_people.withdraw(work, people, letters)
    touched = sample_people.add_touches(work, people)
    task_sample.add(work, people)
    pipeline_id = sample_deals.add(work, people)
    sample_orders.add(work, people, dict(work.tuples(sql.names_of_users())), letters)
    sample_loyalty.add(work, people)
    sample_marketing.add(work, people, letters)
    sample_cases.add(work, people)
    sample_opinions.add(work, people)
    setting.value = {"contacts": contacts, "pipeline": pipeline_id, **sample_plans.add(work, people)}
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
    sample_plans.remove(work, setting.value)
    work.run(sql.delete_traces(MARKED))
    for model in (*MARKED, Order, Interaction, Contact, Account, Product, User):
        work.run(sql.delete(model))
    sample_opinions.remove(work)
    proofs.recount(work)
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
