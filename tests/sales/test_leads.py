"""Leads stand in a queue with reasons; they are taken on, given away, closed and taken up again."""

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest

from crm_core.activity import interactions
from crm_core.activity.types import NewInteraction
from crm_core.data.record_rules import CHOICES
from crm_core.kernel.access import SYSTEM, Actor
from crm_core.kernel.errors import Conflict, Invalid, NotAllowed, NotFound
from crm_core.kernel.paging import Paging
from crm_core.kernel.values.text import fold
from crm_core.kernel.work import Clock, begin
from crm_core.people import contacts
from crm_core.sales import lead_work, leads
from crm_core.sales.lead_types import LeadQuery
from crm_core.team import notices
from db.models import Contact
from tests.conftest import at
from tests.data.importing import bring, inbox, table
from tests.people import MONDAY, Cast
from tests.people.records import activities
from tests.sales.lead_cases import lead

__all__ = ["inbox"]


def queue(who: Actor, **asked: object) -> list[str]:
    """The names of the leads that a person finds, in their order."""
    return [row.name for row in leads.search(who, LeadQuery(**asked))]  # type: ignore[arg-type]


def test_the_most_promising_lead_stands_first_and_says_why(ann: Actor) -> None:
    lead(ann, "Cold", email="cold@gmail.com")
    lead(ann, "Warm", email="warm@acme.test", job_title="Head of Sales", phone="+49 30 901820")

    found = leads.search(ann, LeadQuery()).items

    assert [row.name for row in found] == ["Warm", "Cold"]
    assert [(reason.name, reason.points) for reason in found[0].reasons][:2] == [
        ("decider", 15), ("business_email", 12),
    ]  # fmt: skip
    assert found[0].score == 20 + 15 + 12 + 5
    assert found[1].score == 15


def test_what_a_lead_does_raises_its_score_at_once_and_fades(ann: Actor, clock: type[Clock]) -> None:
    key = lead(ann, email="b@acme.test")
    before = leads.get(ann, key).row.score

    interactions.log(ann, NewInteraction("email", key, subject="Offer?", direction="in"))
    after = leads.get(ann, key).row
    clock.now = at(MONDAY + timedelta(days=30))
    while lead_work.advance():
        pass
    later = leads.get(ann, key).row.score

    assert (after.score - before, after.reasons[0].text) == (20, "replied today")
    assert later - before == 10


def test_the_queue_is_narrowed_down_and_sorted(ann: Actor, olga: Actor) -> None:
    lead(ann, "Adler", source="Fair", email="a@acme.test", job_title="CEO", phone="+49 30 901820")
    met = lead(ann, "Berg", source="Web")
    lead(olga, "Cohn", source="Web")
    interactions.log(ann, NewInteraction("call", met, body="Called", direction="out"))

    assert queue(olga, source="Web", paging=Paging(sort="name")) == ["Berg", "Cohn"]
    assert queue(olga, owner_id=ann.id, paging=Paging(sort="-name")) == ["Berg", "Adler"]
    assert queue(olga, mine=True) == ["Cohn"]
    assert queue(olga, untouched=True, paging=Paging(sort="name")) == ["Adler", "Cohn"]
    assert queue(olga, band="cold", paging=Paging(sort="name")) == ["Berg", "Cohn"]
    assert queue(olga, text="adl") == ["Adler"]
    assert leads.sources(olga) == ["Web", "Fair"]
    assert leads.summary(olga) == {"open": 3, "hot": 0, "unowned": 0, "mine": 1, "untouched": 2}


@pytest.mark.parametrize("asked", [{"status": "dead"}, {"band": "boiling"}, {"paging": Paging(sort="size")}])
def test_a_queue_that_cannot_be_is_refused(ann: Actor, asked: dict[str, object]) -> None:
    with pytest.raises(Invalid):
        queue(ann, **asked)


def test_everybody_sees_the_leads_of_their_reach(cast: Cast) -> None:
    lead(cast.ann, "Anns")
    key = lead(cast.bob, "Bobs")
    contacts.create(cast.olga, {"last_name": "Customer"})

    assert queue(cast.ann) == ["Anns"]
    assert sorted(queue(cast.mia)) == sorted(queue(cast.vera)) == ["Anns", "Bobs"]
    with pytest.raises(NotFound):
        leads.get(cast.ann, key)
    acts: tuple[Callable[[Actor], object], ...] = (
        lambda who: leads.accept(who, [key]),
        lambda who: leads.disqualify(who, [key], "Spam"),
        lambda who: leads.reopen(who, [key]),
    )
    for act in acts:
        with pytest.raises(NotFound):
            act(cast.ann)
        with pytest.raises(NotAllowed):
            act(cast.vera)
    with pytest.raises(NotAllowed):
        leads.assign(cast.ann, [key], cast.ann.id)


def test_a_lead_of_nobody_belongs_to_whoever_takes_it_on_first(cast: Cast) -> None:
    key = lead(SYSTEM, "Free")

    leads.accept(cast.mia, [key])

    taken = leads.get(cast.mia, key).row
    assert (taken.owner_id, taken.lead_status) == (cast.mia.id, "working")
    with pytest.raises(Conflict, match="Mia Meyer has “Free” already"):
        leads.accept(cast.olga, [key])


def test_a_lead_is_closed_for_a_reason_and_taken_up_again(ann: Actor) -> None:
    key = lead(ann)

    with pytest.raises(Invalid, match="Say why"):
        leads.disqualify(ann, [key], "Karma")
    leads.disqualify(ann, [key], "No budget", "Next year perhaps")
    assert queue(ann) == []
    assert queue(ann, status="unqualified") == ["Berg"]
    assert leads.get(ann, key).lost_reason == "No budget"
    with pytest.raises(Conflict):
        leads.accept(ann, [key])
    leads.reopen(ann, [key])

    assert queue(ann, status="working") == ["Berg"]
    with pytest.raises(Conflict):
        leads.reopen(ann, [key])


def test_who_is_given_a_lead_learns_it_once(cast: Cast) -> None:
    key = lead(cast.mia, "Berg")

    assert leads.assign(cast.mia, [key], cast.ann.id) == 1
    assert leads.assign(cast.mia, [key], cast.ann.id) == 0

    assert [notice.text for notice in notices.mine(cast.ann)] == ["Mia Meyer gave you the lead Berg"]
    assert leads.get(cast.ann, key).row.owner_name == "Ann Archer"


def test_an_owner_is_alerted_by_what_the_lead_does_and_not_by_what_they_note_themselves(
    cast: Cast,
) -> None:
    key = lead(cast.ann, "Berg")

    interactions.log(cast.ann, NewInteraction("email", key, subject="Hello", direction="in"))
    interactions.log(cast.sue, NewInteraction("call", key, subject="Calls back", direction="in"))
    interactions.log(cast.sue, NewInteraction("call", key, subject="Called", direction="out"))

    assert [notice.text for notice in notices.mine(cast.ann)] == ["Your lead Berg called"]


def test_leads_of_an_import_get_a_score_and_an_owner_from_the_worker(cast: Cast) -> None:
    keys = [contacts.create(SYSTEM, {"last_name": f"N{n}"}) for n in range(3)]
    with begin(SYSTEM) as work:
        for key in keys:
            work.get(Contact, key).lead_status = "new"
    assert queue(cast.olga) == []

    while lead_work.advance():
        pass

    assert len(queue(cast.olga)) == 3


def test_one_who_is_no_lead_any_more_leaves_the_queue(ann: Actor) -> None:
    key = lead(ann)
    contacts.change(ann, key, {"lead_status": ""}, version=None)

    assert queue(ann, status="all") == []
    with pytest.raises(NotFound):
        leads.get(ann, key)
    assert activities("lead.accepted") == []


@pytest.mark.parametrize(
    ("word", "status"),
    [
        ("Closed - Converted", "converted"), ("Converted", "converted"), ("Customer", "converted"),
        ("Closed - Not Converted", "unqualified"), ("Junk Lead", "unqualified"), ("Bad timing", "nurturing"),
        ("Recycled", "nurturing"), ("Open Deal", "qualified"), ("Attempted to Contact", "contacted"),
        ("Working - Contacted", "working"), ("IN_PROGRESS", "working"), ("Open - Not Contacted", "new"),
    ],
)  # fmt: skip
def test_other_programs_name_the_states_of_leads_in_their_own_words(word: str, status: str) -> None:
    letters = "".join(letter for letter in fold(word) if letter.isalnum())

    assert CHOICES["lead_status"].get(letters, fold(word)) == status


def test_a_lead_that_came_converted_says_so_and_can_be_taken_up_again(olga: Actor, inbox: Path) -> None:
    bring(
        olga,
        table(inbox, ["Last name", "Email", "Lead status"], [["Berg", "b@x.test", "Closed - Converted"]]),
    )
    while lead_work.advance():
        pass
    key = leads.search(olga, LeadQuery(status="converted")).items[0].id
    came = leads.get(olga, key)

    assert (came.row.lead_status, came.came_converted, came.conversion) == ("converted", True, None)
    leads.reopen(olga, [key])
    assert not leads.get(olga, key).came_converted
