"""The sample company comes in one step, looks real, and leaves nothing behind."""

import pytest
from sqlalchemy import func, select

from crm_core.activity import history, interactions
from crm_core.activity.types import NewInteraction
from crm_core.commerce import totals
from crm_core.data import sample
from crm_core.insights import sales
from crm_core.kernel.access import Actor
from crm_core.kernel.errors import Conflict, Invalid, NotAllowed
from crm_core.kernel.paging import Paging
from crm_core.kernel.work import begin
from crm_core.people import counts
from db.base import Base
from db.models import Contact
from tests.people import MONDAY, Cast


def _rows(who: Actor) -> dict[str, int]:
    with begin(who, write=False) as work:
        return {
            model.class_.__tablename__: work.scalar(select(func.count()).select_from(model.class_))
            for model in Base.registry.mappers
        }


def test_it_comes_complete_and_its_numbers_are_right(olga: Actor) -> None:
    loaded = sample.load(olga, 60)

    assert (loaded.contacts, loaded.accounts) == (60, 12)
    assert loaded.interactions > 60
    assert sample.is_loaded(olga)
    with begin(olga, write=False) as work:
        assert counts.total(work) == 60
        assert counts.differences(work) == []
        assert totals.differences(work) == []
        contact = work.scalars(select(Contact).order_by(Contact.last_touch_at.desc().nulls_last()).limit(1))[
            0
        ]
    assert contact.last_touch_at is not None
    assert len(history.of_contact(olga, contact.id, Paging())) > 0
    [sold] = sales.total(olga)
    assert sold.count > 20
    assert sum(row.value for row in sales.report(olga, "product")) == sold.value


def test_removing_it_leaves_what_was_there_before_and_what_people_added(cast: Cast) -> None:
    with begin(cast.ann) as work:
        work.add(
            Contact(
                name="Real", name_key="real", lifecycle="lead", owner_id=cast.ann.id,
                created_at=MONDAY, updated_at=MONDAY,
            )
        )  # fmt: skip
        counts.add(work, counts.Tally({(cast.ann.id or 0, "lead"): 1}))
    before = _rows(cast.olga)
    sample.load(cast.olga, 60)
    with begin(cast.olga, write=False) as work:
        made_up = work.scalar(select(Contact.id).where(Contact.is_sample))
    interactions.log(cast.olga, NewInteraction("note", made_up, body="about somebody made up"))

    sample.remove(cast.olga)

    after = _rows(cast.olga)
    for table in ("activities", "contact_counts"):
        before.pop(table), after.pop(table)
    assert after == before
    assert not sample.is_loaded(cast.olga)
    with begin(cast.olga, write=False) as work:
        assert counts.differences(work) == []


def test_it_is_loaded_once_and_removed_once(olga: Actor) -> None:
    sample.load(olga, 5)
    with pytest.raises(Conflict, match="loaded already"):
        sample.load(olga, 5)
    sample.remove(olga)
    with pytest.raises(Conflict, match="no sample company"):
        sample.remove(olga)
    sample.load(olga, 5)


def test_only_the_admin_loads_and_removes_it(cast: Cast) -> None:
    for who in (cast.mia, cast.ann, cast.vera):
        with pytest.raises(NotAllowed):
            sample.load(who, 5)
        with pytest.raises(NotAllowed):
            sample.remove(who)


def test_an_absurd_size_is_refused(olga: Actor) -> None:
    with pytest.raises(Invalid, match="between 1 and"):
        sample.load(olga, 0)
