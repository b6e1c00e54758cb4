"""The list of next actions: each with its reason, the most worthwhile first, and nothing twice."""

from datetime import date, timedelta
from typing import Any

import pytest

from crm_core.activity import interactions, tasks
from crm_core.activity.task_types import NewTask
from crm_core.activity.types import NewInteraction
from crm_core.insights import next_action
from crm_core.insights.next_action_types import Suggestion
from crm_core.kernel.access import SYSTEM, Actor
from crm_core.kernel.errors import Invalid, NotFound
from crm_core.kernel.work import begin
from crm_core.service import cases
from crm_core.service.case_types import NewCase
from db.models import Contact, Deal, Membership, Pipeline, PointEntry, PointLot, Stage
from tests.commerce.selling import customer, line, order, product
from tests.people import MONDAY, Cast

DAY = timedelta(days=1)


def kinds(who: Actor) -> dict[str, Suggestion]:
    """What is suggested, by kind; the first of each."""
    return {one.kind: one for one in reversed(next_action.today(who, 50))}


def regular(who: Actor, pump: int, name: str, *ago: int) -> int:
    """A customer who ordered so many days ago."""
    key = customer(who, name)
    for days in ago:
        order(who, key, [line(pump)], ordered_at=MONDAY - days * DAY)
    return key


def deal(owner: Actor, contact_id: int, amount: int | None, days: int) -> int:
    """An open deal that has stood in its stage for so many days; deals rot there after ten."""
    with begin(SYSTEM) as work:
        pipeline = work.add(Pipeline(name=f"P{contact_id}{days}", created_at=MONDAY))
        work.flush()
        stage = work.add(Stage(pipeline_id=pipeline.id, name="New", name_key="new", probability=20,
                               rot_days=10, required_fields=[]))  # fmt: skip
        work.flush()
        row = work.add(Deal(name="Big one", pipeline_id=pipeline.id, stage_id=stage.id, status="open",
                            amount=amount, currency="EUR" if amount else "", opened_at=MONDAY - days * DAY,
                            stage_since=MONDAY - days * DAY, owner_id=owner.id, contact_id=contact_id,
                            created_at=MONDAY, updated_at=MONDAY, custom={}))  # fmt: skip
        work.flush()
        return row.id


def points(contact_id: int, amount: int, expires_on: Any) -> None:
    """A member whose points expire then."""
    with begin(SYSTEM) as work:
        card = f"C{contact_id}"
        member = work.add(Membership(contact_id=contact_id, card_number=card, joined_at=MONDAY))
        work.flush()
        entry = work.add(PointEntry(membership_id=member.id, number=1, kind="earn", points=amount,
                                    asked=amount, balance=amount, cause=f"test:{contact_id}",
                                    happened_at=MONDAY, recorded_at=MONDAY, digest=""))  # fmt: skip
        work.flush()
        work.add(PointLot(membership_id=member.id, entry_id=entry.id, points=amount, remaining=amount,
                          earned_at=MONDAY, available_at=MONDAY, expires_at=expires_on))  # fmt: skip


def test_everything_that_asks_for_a_step_is_suggested_with_its_reason(cast: Cast, clock: Any) -> None:
    pump = product(cast.mia, "Pump")
    regular(cast.ann, pump, "Rea", 100, 70, 40)
    regular(cast.ann, pump, "Lea", 250, 220, 190, 160, 130, 100)
    customer(cast.ann, "Bea", birthday="1980-03-04")
    asked = customer(cast.ann, "Mel")
    wrote = NewInteraction("email", contact_id=asked, subject="Price?", direction="in",
                           happened_at=MONDAY - 2 * DAY)  # fmt: skip
    interactions.log(cast.ann, wrote)
    tasks.add(cast.ann, NewTask("Ring back", kind="call", due_on=date(2026, 2, 27)))
    deal(cast.ann, customer(cast.ann, "Rob"), 100_000, 30)
    deal(cast.ann, customer(cast.ann, "Nat"), 50_000, 2)
    points(customer(cast.ann, "Pia"), 1200, MONDAY + 5 * DAY)
    cases.open(cast.sue, NewCase(customer(cast.ann, "Cas"), "Broken", body="It is.", direction="in"))

    found = kinds(cast.ann)

    reasons = {kind: (one.contact, one.reason) for kind, one in found.items()}
    assert reasons == {
        "rotting": ("Rob", "It has stood in its stage for 30 days, longer than deals do there."),
        "no_step": ("Nat", "The deal is open and nothing is planned for it."),
        "reorder": ("Rea", "Orders every 30 days; the last one was 40 days ago."),
        "leaving": (
            "Lea",
            "Orders every 30 days; the last one was 100 days ago, 3.3 times as long as usual.",
        ),
        "birthday": ("Bea", "The birthday is in 2 days."),
        "case": ("Cas", "Cas wrote about “Broken” today, and nobody answered."),
        "mail": ("Mel", "Mel wrote about “Price?” 2 days ago, and nobody answered."),
        "task": ("", "It was due 3 days ago."),
        "points": ("Pia", "1,200 points expire in 5 days; spending them takes a visit."),
    }
    worths = [one.worth for one in next_action.today(cast.ann, 50)]
    assert worths == sorted(worths, reverse=True)
    assert (found["rotting"].worth, found["no_step"].worth) == (20_000, 10_000)
    assert found["reorder"].worth == 500
    assert next_action.today(cast.bob) == next_action.today(SYSTEM) == []


def test_what_was_decided_is_not_suggested_again_until_its_day(cast: Cast, clock: Any) -> None:
    contact_id = customer(cast.ann, "Rob")
    deal(cast.ann, contact_id, 100_000, 30)
    [one] = next_action.of_contact(cast.ann, contact_id)

    next_action.decide(cast.ann, one, "snoozed", MONDAY.date() + 3 * DAY)
    assert next_action.today(cast.ann) == []
    assert next_action.of_contact(cast.ann, contact_id) == []
    clock.now = staticmethod(lambda: MONDAY + 3 * DAY)
    [again] = next_action.today(cast.ann)
    assert again.cause == one.cause
    next_action.decide(cast.ann, again, "refused")

    assert next_action.today(cast.ann) == []
    assert next_action.of_contact(cast.mia, contact_id) != []


def test_a_decision_that_cannot_be_is_refused(cast: Cast, clock: Any) -> None:
    contact_id = customer(cast.ann, "Rob")
    deal(cast.ann, contact_id, 100_000, 30)
    [one] = next_action.today(cast.ann)

    with pytest.raises(Invalid):
        next_action.decide(cast.ann, one, "perhaps")
    with pytest.raises(Invalid):
        next_action.decide(cast.ann, one, "snoozed", MONDAY.date())
    with pytest.raises(NotFound):
        next_action.decide(cast.bob, one, "done")
    with pytest.raises(NotFound):
        next_action.of_contact(cast.bob, contact_id)


def test_nothing_is_offered_to_those_who_opted_out_or_are_deleted(cast: Cast, clock: Any) -> None:
    pump = product(cast.mia, "Pump")
    out = regular(cast.ann, pump, "Out", 100, 70, 40)
    gone = regular(cast.ann, pump, "Gone", 100, 70, 40)
    assert len(next_action.today(cast.ann)) == 2

    with begin(SYSTEM) as work:
        work.get(Contact, out).email_opt = "out"
        work.get(Contact, gone).deleted_at = MONDAY

    assert next_action.today(cast.ann) == []


def test_what_came_of_suggestions_is_told(cast: Cast, clock: Any) -> None:
    pump = product(cast.mia, "Pump")
    people = [regular(cast.ann, pump, f"C{place}", 100, 70, 40) for place in range(3)]
    for contact_id, decision in zip(people, ("done", "done", "refused"), strict=True):
        [one] = next_action.of_contact(cast.ann, contact_id)
        next_action.decide(cast.ann, one, decision)
    clock.now = staticmethod(lambda: MONDAY + 40 * DAY)
    order(cast.ann, people[0], [line(pump)], ordered_at=MONDAY + 20 * DAY)
    order(cast.ann, people[1], [line(pump)], ordered_at=MONDAY + 39 * DAY)
    order(cast.ann, people[2], [line(pump)], ordered_at=MONDAY + 5 * DAY)

    [told] = next_action.outcomes(cast.mia)

    assert (told.kind, told.followed, told.refused, told.worked, told.worked_otherwise) == (
        "reorder",
        2,
        1,
        1,
        1,
    )
    assert told.share_followed == pytest.approx(2 / 3)
    assert next_action.outcomes(cast.bob) == []
