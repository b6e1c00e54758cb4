"""The sample company comes in one step, looks real, and leaves nothing behind."""

from datetime import timedelta

import pytest
from sqlalchemy import func, select

from crm_core.activity import history, interactions
from crm_core.activity.types import NewInteraction
from crm_core.automation import advancing, journeys
from crm_core.commerce import totals
from crm_core.data import sample
from crm_core.insights import sales
from crm_core.kernel.access import Actor
from crm_core.kernel.errors import Conflict, Invalid, NotAllowed
from crm_core.kernel.paging import Paging
from crm_core.kernel.work import Clock, begin
from crm_core.loyalty import coupon_setup, member_lists, proofs, referrals, reward_catalogue
from crm_core.loyalty.member_types import MemberQuery
from crm_core.marketing import campaigns, results, segments, sending, templates
from crm_core.people import counts
from crm_core.sales import goals, leads
from crm_core.sales.lead_types import LeadQuery
from db.base import Base
from db.models import Activity, Contact, JourneyRun, Mail, Recipient
from tests.business_hash import business_hash
from tests.conftest import at
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


def _story(who: Actor) -> tuple[object, ...]:
    """What the pages of selling, marketing, loyalty and automation show, without numbers of rows."""
    done = next(one for one in results.compare(who) if one.state == "done")
    [coupon] = coupon_setup.search(who)
    [reward] = reward_catalogue.search(who)
    [journey] = journeys.search(who)
    return (
        [(arm.variant, arm.counts["sent"], arm.counts["converted"], arm.revenue) for arm in done.arms],
        [(one.name, one.size, bool(one.portrait), len(one.days)) for one in segments.search(who)],
        [(one.name, one.state) for one in campaigns.search(who)],
        [one.name for one in templates.search(who)],
        sorted((one.tier or "", one.balance) for one in member_lists.search(who, MemberQuery())),
        (coupon.state, coupon.used_count, reward.given),
        sorted((row.state, row.channel) for row in referrals.search(who)),
        (journey.state, journey.done, journey.running + journey.waiting),
        [(one.measure, one.target, one.value) for one in goals.search(who)],
        sorted(row.score for row in leads.search(who, LeadQuery()) if row.score is not None),
    )


def test_every_page_has_something_to_show_the_same_again_and_nothing_is_sent(
    olga: Actor, clock: type[Clock]
) -> None:
    clock.now = at(MONDAY)
    sample.load(olga, 80)
    told = _story(olga)
    assert all(told), told
    with begin(olga, write=False) as work:
        assert (proofs.findings(work), proofs.broken_chains(work)) == ([], [])
        assert totals.differences(work) == []

    sample.remove(olga)
    sample.load(olga, 80)

    assert _story(olga) == told
    _nothing_of_it_is_ever_sent(olga, clock)


def _nothing_of_it_is_ever_sent(olga: Actor, clock: type[Clock]) -> None:
    for later in range(6):
        clock.now = at(MONDAY + timedelta(days=later))
        advancing.advance_next("one", lambda: False)
        sending.advance_next("one", lambda: False)

    with begin(olga, write=False) as work:
        assert work.scalars(select(Mail.id)) == []
        waiting = select(Recipient.id).where(Recipient.state.in_(("pending", "sending", "failed", "unclear")))
        assert work.scalars(waiting) == []
        assert set(work.scalars(select(JourneyRun.state))) == {"done"}
        addresses = work.scalars(select(Contact.email))
    assert {address.rpartition(".")[2] for address in addresses} == {"example"}


def test_removing_it_leaves_what_was_there_before_and_what_people_added(cast: Cast) -> None:
    with begin(cast.ann) as work:
        work.add(
            Contact(
                name="Real", name_key="real", lifecycle="lead", owner_id=cast.ann.id,
                created_at=MONDAY, updated_at=MONDAY,
            )
        )  # fmt: skip
        counts.add(work, counts.Tally({(cast.ann.id or 0, "lead"): 1}))
    before, told = business_hash(), _rows(cast.olga)
    sample.load(cast.olga, 60)
    with begin(cast.olga, write=False) as work:
        made_up = work.scalar(select(Contact.id).where(Contact.is_sample))
    interactions.log(cast.olga, NewInteraction("note", made_up, body="about somebody made up"))

    sample.remove(cast.olga)

    after = _rows(cast.olga)
    assert business_hash() == before
    assert {name for name, count in after.items() if count != told[name]} <= {"activities", "contact_counts"}
    with begin(cast.olga, write=False) as work:
        kept = work.scalars(select(Activity.name).where(Activity.contact_id.is_(None)))
    assert set(kept) <= {"sample.loaded", "sample.removed", "pipeline.added", "survey.added"}
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
