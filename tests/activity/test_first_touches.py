"""The first touch of every contact is that of its touchpoints, whatever happens to them."""

from datetime import timedelta
from typing import Any

from hypothesis import Phase, given, settings
from hypothesis import strategies as st
from sqlalchemy import delete, update

from crm_core.activity import first_touches, interactions
from crm_core.activity.types import NewInteraction
from crm_core.data import merging
from crm_core.kernel.access import SYSTEM
from crm_core.kernel.work import begin
from db.models import Contact, Interaction
from tests.commerce.selling import customer
from tests.people import Cast

STEPS = st.tuples(
    st.sampled_from(("log", "log", "load", "kind", "moment", "contact", "hide", "show", "remove")),
    st.integers(0, 2),
    st.integers(-3, 0),
    st.sampled_from(("call", "note")),
)
COLUMNS = ("kind", "happened_at", "created_at", "contact_id")


def _first(contact_id: int) -> Any:
    with begin(SYSTEM, write=False) as work:
        return work.get(Contact, contact_id).first_touch_at


def _agrees() -> bool:
    with begin(SYSTEM, write=False) as work:
        return not first_touches.differences(work)


def _do(work: Any, cast: Cast, people: list[int], step: tuple[str, int, int, str]) -> None:
    what, place, days, kind = step
    moment = work.now + timedelta(days=days, hours=place)
    if what == "log":
        new = NewInteraction(kind=kind, contact_id=people[place], subject="Said", happened_at=moment)
        interactions.log(work, new)
    elif what == "load":
        rows = [(kind, moment - timedelta(hours=hour), work.now, people[place]) for hour in range(3)]
        work.insert(Interaction, COLUMNS, rows)
    else:
        chosen = Interaction.id % 3 == place
        values = {
            "kind": {"kind": kind},
            "moment": {"happened_at": moment},
            "contact": {"contact_id": people[place - 1]},
            "hide": {"deleted_at": work.now},
            "show": {"deleted_at": None},
        }
        work.run(update(Interaction).where(chosen).values(**values[what]) if what in values else
                 delete(Interaction).where(chosen))  # fmt: skip


def test_the_first_touch_of_a_contact_is_that_of_its_touchpoints_always(cast: Cast) -> None:
    people = [customer(cast.ann, name) for name in ("Ada", "Ben", "Cem")]

    @settings(phases=[Phase.generate], max_examples=6, deadline=None)
    @given(st.lists(STEPS, min_size=4, max_size=8))
    def always(steps: list[tuple[str, int, int, str]]) -> None:
        for step in steps:
            with begin(SYSTEM) as work:
                _do(work, cast, people, step)
                assert first_touches.differences(work) == [], step

    always()


def test_the_first_touch_moves_with_a_merge_and_back_again(cast: Cast, clock: Any) -> None:
    ada, ben = customer(cast.olga, "Ada"), customer(cast.olga, "Ben")
    early, late = clock.now() - timedelta(days=9), clock.now() - timedelta(days=1)
    for contact_id, moment in ((ada, late), (ben, early)):
        new = NewInteraction(kind="call", contact_id=contact_id, subject="Hello", happened_at=moment)
        interactions.log(cast.olga, new)

    merged = merging.merge(cast.olga, "contacts", ada, ben)
    assert (_first(ada), _agrees()) == (early, True)

    earliest = early - timedelta(days=1)
    new = NewInteraction(kind="call", contact_id=ada, subject="Before", happened_at=earliest)
    interactions.log(cast.olga, new)
    merging.unmerge(cast.olga, merged)
    assert (_first(ada), _first(ben), _agrees()) == (earliest, early, True)


def test_a_wrong_first_touch_is_found(cast: Cast, clock: Any) -> None:
    ada = customer(cast.ann, "Ada")
    with begin(SYSTEM) as work:
        work.run(update(Contact).where(Contact.id == ada).values(first_touch_at=clock.now()))
        assert first_touches.differences(work) == [(ada, clock.now(), None)]
