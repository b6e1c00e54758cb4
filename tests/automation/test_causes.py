"""What brings contacts onto journeys: things that happen, marks of campaigns, days; and dry runs of it."""

from datetime import datetime, timedelta

import pytest
from sqlalchemy import select

from crm_core.automation import dry_runs, journeys, ready_made, runs
from crm_core.commerce import orders
from crm_core.commerce.types import NewLine, NewOrder
from crm_core.kernel.access import SYSTEM
from crm_core.kernel.errors import Conflict, Invalid, NotAllowed, NotFound
from crm_core.kernel.work import Clock, begin
from crm_core.loyalty import points
from crm_core.loyalty.points import Why
from crm_core.people import contacts
from db.models import Campaign, CampaignEvent, CampaignVariant, JourneyRun, Recipient
from tests.automation.moving import go_on, live, set_clock, template
from tests.business_hash import business_hash
from tests.marketing.campaigning import person
from tests.people import MONDAY, Cast

TASK = {"do": "task", "title": "Look"}
BEN = {"if": "name is Ben"}
BROKEN = {"when": {"on": "deal.won"}, "steps": [{"do": "mail", "template": "?"}]}


def causes(journey_id: int) -> list[tuple[int, str]]:
    """Contacts of a journey with their causes."""
    with begin(SYSTEM, write=False) as work:
        found = select(JourneyRun.contact_id, JourneyRun.cause).where(JourneyRun.journey_id == journey_id)
        return [tuple(row) for row in work.tuples(found.order_by(JourneyRun.id))]


def ordered(cast: Cast, contact_id: int, day: datetime) -> int:
    """An order of a day."""
    lines = [NewLine(1_000, name="Pump", unit_price=1_000)]
    return orders.create(cast.ann, NewOrder(lines, contact_id, currency="EUR", ordered_at=day))


def test_days_bring_contacts_in_once_each_also_those_of_nights_that_were_missed(
    cast: Cast, clock: type[Clock], monkeypatch: pytest.MonkeyPatch
) -> None:
    olga = cast.olga
    anna, ben, leap = (person(cast.ann, name) for name in ("Anna", "Ben", "Leap"))
    for key, day in ((anna, "1980-03-02"), (ben, "--03-04"), (leap, "1988-02-29")):
        contacts.change(cast.ann, key, {"birthday": day}, version=None)
    ordered(cast, anna, MONDAY - timedelta(days=364))
    ordered(cast, ben, MONDAY - timedelta(days=6))
    ordered(cast, ben, MONDAY - timedelta(days=5))
    made = {
        "birthday": live(olga, "Birthday", {"on": "birthday"}, [TASK], again=300),
        "anniversary": live(olga, "Year", {"on": "anniversary", "years": 1}, [TASK], again="always"),
        "purchase": live(olga, "Week", {"on": "purchase", "days": 7}, [TASK], again="always"),
        "inactive": live(olga, "Quiet", {"on": "inactive", "days": 200, "earlier": True}, [TASK]),
        "weekly": live(
            olga, "Monday", {"on": "weekly", "weekday": "wednesday"}, [TASK], **{"if": "name is Ben"}
        ),
        "daily": live(olga, "Day", {"on": "daily"}, [TASK], again="always", **BEN),
    }

    go_on()
    first = {name: causes(key) for name, key in made.items()}
    set_clock(monkeypatch, MONDAY + timedelta(days=3))
    go_on()
    go_on()
    found = {name: causes(key) for name, key in made.items()}

    assert first["birthday"] == [(anna, "birthday:2026")]
    assert [one for one, _ in found["birthday"]] == [anna, ben]
    assert [one for one, _ in found["anniversary"]] == [anna]
    assert [one for one, _ in found["purchase"]] == [ben, ben]
    assert found["inactive"] == first["inactive"] == [(anna, "once")]
    assert found["weekly"] == [(ben, "once")]
    assert found["daily"] == [(ben, "day:2026-03-02"), (ben, "day:2026-03-05")]
    assert len(causes(made["daily"])) == 2


def test_things_that_happen_and_points_and_marks_bring_contacts_in(
    cast: Cast, clock: type[Clock], monkeypatch: pytest.MonkeyPatch
) -> None:
    olga = cast.olga
    lead = live(olga, "Lead", {"on": "lead.arrived"}, [TASK])
    staged = live(olga, "Customer", {"on": "contact.staged", "lifecycle": "customer"}, [TASK])
    paid = live(olga, "Paid", {"on": "order.paid"}, [{"do": "points", "points": 5}])
    expiring = live(olga, "Expiring", {"on": "points_expiring", "days": 30}, [TASK])

    anna = contacts.create(cast.ann, {"first_name": "Anna", "lead_status": "new", "email": "a@x.test"})
    ben = person(cast.ann, "Ben")
    contacts.set_lifecycle(cast.ann, [anna, ben], "customer")
    orders.mark(cast.ann, ordered(cast, ben, MONDAY), "paid", version=None)
    points.earn(olga, str(anna), 10, Why("x"), expires_at=MONDAY + timedelta(days=30))
    with begin(SYSTEM) as work:
        campaign = work.add(Campaign(
            name="Spring", name_key="spring", channel="email", state="done", salt="s", created_at=work.now,
            updated_at=work.now,
        ))  # fmt: skip
        work.flush()
        variant = work.add(CampaignVariant(campaign_id=campaign.id, name="A"))
        work.flush()
        reader = work.add(Recipient(
            campaign_id=campaign.id, variant_id=variant.id, contact_id=ben, state="sent", address="b@x.test"
        ))  # fmt: skip
        work.flush()
        for is_machine in (True, False):
            work.add(CampaignEvent(
                recipient_id=reader.id, contact_id=ben, kind="click", cause=f"c{is_machine}",
                is_machine=is_machine, happened_at=work.now, facts={},
            ))  # fmt: skip
    clicked = live(olga, "Clicked", {"on": "campaign.clicked", "campaign": "Spring"}, [TASK], again="always")
    go_on()
    set_clock(monkeypatch, MONDAY + timedelta(minutes=2))
    go_on()

    assert causes(lead) == [(anna, "once")]
    assert sorted(one for one, _ in causes(staged)) == [anna, ben]
    assert causes(paid) == [(ben, "once")]
    assert points.balance(olga, str(ben)).balance >= 5
    assert causes(expiring) == [(anna, "once")]
    assert [one for one, _ in causes(clicked)] == [ben]


def test_a_dry_run_tells_everything_and_changes_nothing(cast: Cast, clock: type[Clock]) -> None:
    template(cast.olga)
    anna, ben = person(cast.ann, "Anna"), person(cast.ann, "Ben", opt="out")
    contacts.tag(cast.ann, [anna, ben], "go")
    key = journeys.create(cast.olga, "Tried", {
        "when": {"on": "contact.tagged", "tag": "go"},
        "steps": [
            {"do": "mail", "template": "Hello"}, {"do": "wait", "days": 2},
            {"do": "branch", "if": "name is Anna", "yes": [TASK], "no": [{"do": "stop"}]},
            {"do": "notice", "text": "x"},
        ],
    })  # fmt: skip
    before = business_hash()

    found = dry_runs.try_out(cast.olga, key)

    assert business_hash() == before
    assert (found.today, found.last_days) == (2, 2)
    by_name = {one.name: [(step.place, step.outcome) for step in one.steps] for one in found.sample}
    assert by_name["Anna"] == [
        ("1", "done"),
        ("2", "waiting"),
        ("3", "yes"),
        ("3.yes.1", "done"),
        ("4", "done"),
    ]
    assert by_name["Ben"] == [("1", "skipped"), ("2", "waiting"), ("3", "no"), ("3.no.1", "done")]
    assert "Hello Anna" in found.sample[0].steps[0].text
    with pytest.raises(Invalid):
        dry_runs.try_out(cast.olga, key, {"when": {"on": "nothing"}, "steps": []})


def test_ready_made_journeys_come_as_drafts_that_can_begin(cast: Cast, clock: type[Clock]) -> None:
    for key in ready_made.KEYS:
        number = ready_made.install(cast.olga, key)
        assert journeys.get(cast.olga, number).problems == {}, key
        assert dry_runs.try_out(cast.olga, number).sentences
        journeys.publish(cast.olga, number)

    assert all(number for _, number in ready_made.search(cast.olga))
    with pytest.raises(Conflict):
        ready_made.install(cast.olga, "birthday")
    with pytest.raises(NotFound):
        ready_made.install(cast.olga, "nothing")


def test_what_is_wrong_is_said_by_place_and_who_may_not_is_refused(cast: Cast) -> None:
    key = journeys.create(
        cast.olga, "Wrong", {"when": {"on": "deal.won"}, "steps": [{"do": "mail", "template": "?"}]}
    )

    assert list(journeys.problems(cast.olga, {"when": {"on": "x"}, "steps": [{"do": "y"}]})) == [
        "when",
        "steps.1",
    ]
    with pytest.raises(Invalid) as refused:
        journeys.publish(cast.olga, key)
    assert list(refused.value.fields) == ["steps.1.template"]
    with pytest.raises(NotAllowed):
        journeys.publish(cast.mark, key)
    with pytest.raises(NotAllowed):
        runs.search(cast.ann, key)
    with pytest.raises(Conflict):
        journeys.pause(cast.mia, key)
    journeys.archive(cast.mia, key)
    assert journeys.search(cast.mark) == []
    journeys.restore(cast.mia, key)
    assert [row.state for row in journeys.search(cast.mark)] == ["draft"]
    assert journeys.find(cast.mark, "wrong") == key
