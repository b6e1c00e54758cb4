"""Rules say who gets a lead: in order, by turns, by load or a person, and each lead exactly once."""

import threading
from collections import Counter

import pytest

from crm_core.kernel.access import SYSTEM, Actor
from crm_core.kernel.errors import Conflict, Invalid, NotAllowed
from crm_core.kernel.work import begin
from crm_core.people import contacts
from crm_core.sales import assignment, leads
from crm_core.sales.lead_types import LeadQuery, NewRule
from crm_core.team import notices, users
from db.session import Database
from tests.people import Cast, hire
from tests.people.records import activities
from tests.sales.lead_cases import lead


def ids(*people: Actor) -> list[int]:
    """The numbers of people."""
    return [person.id for person in people if person.id is not None]


def owner_of(cast: Cast, key: int) -> str:
    return leads.get(cast.olga, key).row.owner_name


def test_the_first_rule_that_holds_decides_and_the_lead_says_which(cast: Cast) -> None:
    line = "country is_any_of (DE, AT, CH)"
    assignment.add(cast.mia, NewRule("DACH", line, "turns", ids(cast.ann, cast.bob)))
    assignment.add(cast.mia, NewRule("Rest", "", "person", ids(cast.mia)))

    got = [lead(SYSTEM, f"L{n}", country=code) for n, code in enumerate(("DE", "FR", "AT", "CH"))]

    names = ["Ann Archer", "Mia Meyer", "Bob Brandt", "Ann Archer"]
    assert [owner_of(cast, key) for key in got] == names
    assert leads.get(cast.olga, got[0]).because == "rule “DACH”, turn of Ann Archer"
    [told] = [notice.text for notice in notices.mine(cast.bob)]
    assert told == "New lead: L2 (rule “DACH”, turn of Bob Brandt)"
    assert [row.last for row in assignment.rules(cast.mia)] == ["Ann Archer", "Mia Meyer"]


def test_by_load_who_has_the_fewest_open_leads_comes_next(cast: Cast) -> None:
    for name in ("a", "b"):
        lead(cast.ann, name)
    closed = lead(cast.bob, "c")
    leads.disqualify(cast.bob, [closed], "Spam")
    assignment.add(cast.mia, NewRule("All", "", "load", ids(cast.ann, cast.bob)))

    got = [owner_of(cast, lead(SYSTEM, f"L{n}")) for n in range(3)]

    assert got == ["Bob Brandt", "Bob Brandt", "Ann Archer"]


def test_a_named_owner_and_an_existing_one_stay(cast: Cast) -> None:
    assignment.add(cast.mia, NewRule("All", "", "person", ids(cast.bob)))

    entered = leads.create(cast.olga, {"last_name": "A", "owner": "ann"})
    ruled = leads.create(cast.ann, {"last_name": "B"})
    own = lead(cast.ann, "C")

    assert (entered.owner_name, entered.because) == ("Ann Archer", "")
    assert (ruled.owner_name, ruled.because) == ("Bob Brandt", "rule “All”, goes to Bob Brandt")
    assert owner_of(cast, own) == "Ann Archer"
    assert [row.name for row in leads.search(cast.ann, LeadQuery())] == ["C", "A"]


def test_without_a_rule_a_lead_stays_with_whoever_enters_it(cast: Cast) -> None:
    made = leads.create(cast.ann, {"last_name": "A"})

    assert (made.owner_id, made.because) == (cast.ann.id, "")
    assert leads.get(cast.ann, made.id).row.lead_status == "new"


def test_who_left_gets_no_leads_and_the_turn_goes_on(cast: Cast) -> None:
    assignment.add(cast.mia, NewRule("All", "", "turns", ids(cast.ann, cast.bob, cast.mia)))
    users.disable(cast.olga, cast.bob.id or 0)

    got = [owner_of(cast, lead(SYSTEM, f"L{n}")) for n in range(3)]

    assert got == ["Ann Archer", "Mia Meyer", "Ann Archer"]


def test_rules_are_changed_put_in_order_tried_and_removed(cast: Cast) -> None:
    first = assignment.add(cast.mia, NewRule("First", "", "person", ids(cast.ann)))
    second = assignment.add(cast.mia, NewRule("Second", "", "turns", ids(cast.bob, cast.mia)))
    kept = [lead(cast.mia, name) for name in ("x", "y")]

    assignment.reorder(cast.mia, [second, first])
    tried = assignment.try_out(cast.mia)

    assert [(one.name, one.rule, one.owner) for one in tried[:2]] == [
        ("y", "Second", "Bob Brandt"), ("x", "Second", "Mia Meyer"),
    ]  # fmt: skip
    assert owner_of(cast, kept[0]) == "Mia Meyer", "a trial changes nothing"
    assignment.change(cast.mia, second, NewRule("Second", "", "turns", ids(cast.bob), is_active=False))
    assert assignment.try_out(cast.mia)[0].rule == "First"
    assignment.remove(cast.mia, first)
    assert [row.name for row in assignment.rules(cast.mia)] == ["Second"]
    assert activities("assignment_rule.removed")[0]["rule"] == "First"


@pytest.mark.parametrize(
    ("name", "rule", "method", "field"),
    [
        ("", "", "turns", "name"),
        ("A", "shoe size is 43", "turns", "rule"),
        ("A", "", "dice", "method"),
        ("A", "", "person", "user_ids"),
    ],
)
def test_a_rule_that_cannot_be_is_refused(cast: Cast, name: str, rule: str, method: str, field: str) -> None:
    with pytest.raises(Invalid) as refused:
        assignment.add(cast.mia, NewRule(name, rule, method, ids(cast.ann, cast.bob)))

    assert set(refused.value.fields) == {field}


def test_rules_are_for_managers_and_have_names_of_their_own(cast: Cast) -> None:
    new = NewRule("All", "", "turns", ids(cast.ann))
    key = assignment.add(cast.mia, new)

    with pytest.raises(Conflict):
        assignment.add(cast.mia, new)
    for act in (
        lambda who: assignment.add(who, new),
        lambda who: assignment.change(who, key, new),
        lambda who: assignment.remove(who, key),
        lambda who: assignment.reorder(who, [key]),
        assignment.rules,
        assignment.try_out,
    ):
        for who in (cast.ann, cast.sue, cast.vera, cast.mark):
            with pytest.raises(NotAllowed):
                act(who)


def test_many_leads_at_once_take_turns_and_each_has_one_owner(own_database: Database) -> None:
    cast = hire()
    assignment.add(cast.olga, NewRule("All", "", "turns", ids(cast.ann, cast.bob)))
    contacts.create(SYSTEM, {"last_name": "Warm-up"})
    made: list[int] = []

    def take(number: int) -> None:
        made.append(lead(SYSTEM, f"L{number}"))

    threads = [threading.Thread(target=take, args=(number,)) for number in range(12)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    owners = Counter(owner_of(cast, key) for key in made)
    assert owners == {"Ann Archer": 6, "Bob Brandt": 6}


def test_two_who_assign_the_same_lead_give_it_away_once(own_database: Database) -> None:
    cast = hire()
    key = lead(SYSTEM, "Free")
    assignment.add(cast.olga, NewRule("All", "", "turns", ids(cast.ann, cast.bob)))
    said: list[str] = []

    def give() -> None:
        with begin(SYSTEM) as work:
            said.append(assignment.assign(work, key))

    threads = [threading.Thread(target=give) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert sorted(said) == ["", "", "", "rule “All”, turn of Ann Archer"]
    assert len(activities("lead.assigned")) == 1
