"""The numbers of the start page count what a person sees, and nothing else."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from crm_core.activity import interactions
from crm_core.activity.types import NewInteraction
from crm_core.data import sample
from crm_core.insights import kpis
from crm_core.kernel.access import Actor, Permission
from crm_core.kernel.work import Clock, begin
from crm_core.people import accounts, contacts
from crm_core.team import users
from db.models import Contact
from tests.pages.conftest import id_of
from tests.people import MONDAY, Cast


def _contact(who: Actor, name: str, **values: str) -> int:
    return contacts.create(who, {"full_name": name, **values}, even_if_duplicate=True)


def test_an_empty_house_has_no_numbers(olga: Actor, clock: type[Clock]) -> None:
    now = kpis.home(olga)

    assert (now.contacts, now.companies.value, now.new_contacts.value, now.interactions.value) == (0, 0, 0, 0)
    assert now.by_lifecycle == {}
    assert not now.has_interactions


def test_each_counts_the_own_customers_only(ann: Actor, bob: Actor, mia: Actor, clock: type[Clock]) -> None:
    _contact(ann, "Zoe Zander", lifecycle="lead")
    _contact(ann, "Yan Young", lifecycle="customer")
    _contact(bob, "Xia Xu", lifecycle="lead")

    found = {who.name: kpis.home(who) for who in (ann, bob, mia)}

    assert {name: now.contacts for name, now in found.items()} == {
        "Ann Archer": 2, "Bob Brandt": 1, "Mia Meyer": 3
    }  # fmt: skip
    assert found["Mia Meyer"].by_lifecycle == {"lead": 2, "customer": 1}
    assert found["Bob Brandt"].new_contacts.value == 1


def test_the_week_begins_on_monday_in_the_time_zone_of_the_company(ann: Actor, clock: type[Clock]) -> None:
    old = _contact(ann, "Old Friend")
    with begin(ann) as work:
        work.get(Contact, old).created_at = MONDAY - timedelta(days=1)
    _contact(ann, "New Friend")

    now = kpis.home(ann)

    assert (now.new_contacts.value, now.week_began_on) == (1, MONDAY.date())


def test_touchpoints_of_this_week_are_counted_and_deleted_ones_are_not(
    ann: Actor, clock: type[Clock]
) -> None:
    zoe = _contact(ann, "Zoe Zander")
    days = [MONDAY - timedelta(days=8), MONDAY, MONDAY]
    notes = [NewInteraction("note", contact_id=zoe, body="Hello", happened_at=day) for day in days]
    last = [interactions.log(ann, note) for note in notes][-1]

    assert kpis.home(ann).interactions.value == 2
    assert kpis.home(ann).has_interactions
    interactions.delete(ann, last)
    assert kpis.home(ann).interactions.value == 1


def test_companies_are_counted(ann: Actor, clock: type[Clock]) -> None:
    accounts.create(ann, {"company": "Alder & Sons"})

    assert kpis.home(ann).companies == kpis.Count(1)


def test_a_colleague_is_somebody_who_can_sign_in(cast: Cast, clock: type[Clock]) -> None:
    assert kpis.home(cast.olga).has_colleagues
    for name, actor in cast.everybody.items():
        if name != "olga":
            users.disable(cast.olga, id_of(actor))

    assert not kpis.home(cast.olga).has_colleagues


@pytest.mark.parametrize(("now", "zone", "monday"), [
    (datetime(2026, 3, 1, 22, 0, tzinfo=UTC), "UTC", datetime(2026, 2, 23, tzinfo=UTC)),
    (datetime(2026, 3, 1, 22, 0, tzinfo=UTC), "Asia/Tokyo", datetime(2026, 3, 1, 15, tzinfo=UTC)),
    (datetime(2026, 3, 30, 12, 0, tzinfo=UTC), "Europe/Berlin", datetime(2026, 3, 29, 22, tzinfo=UTC)),
])  # fmt: skip
def test_a_week_began_at_midnight_on_the_clocks_of_the_company(
    now: datetime, zone: str, monday: datetime
) -> None:
    assert kpis.week_began(now, zone) == monday


def test_the_start_page_shows_what_happened_lately_to_those_who_may_read_it(ann: Actor) -> None:
    zoe = _contact(ann, "Zoe Zander")
    interactions.log(ann, NewInteraction("note", contact_id=zoe, body="Hello"))

    now, lately = kpis.start_page(ann, 1)
    hidden = replace(ann, permissions=ann.permissions - {Permission.INTERACTIONS_READ})

    assert now == kpis.home(ann)
    assert [entry.text for entry in lately] == ["Hello"]
    assert kpis.start_page(hidden, 1)[1] == []


def test_the_sample_company_is_noticed(ann: Actor, olga: Actor, clock: type[Clock]) -> None:
    assert not kpis.home(ann).has_sample
    sample.load(olga, contacts=3)
    assert kpis.home(ann).has_sample


def test_made_up_customers_are_counted_and_are_no_step_of_ones_own(olga: Actor) -> None:
    sample.load(olga, contacts=30)

    now = kpis.home(olga)

    assert (now.contacts, now.has_contacts, now.has_interactions) == (30, False, False)
    interactions.log(olga, NewInteraction("note", contact_id=_contact(olga, "Zoe Zander"), body="Hello"))
    now = kpis.home(olga)
    assert (now.contacts, now.has_contacts, now.has_interactions) == (31, True, True)
