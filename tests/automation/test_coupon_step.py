"""A step gives a coupon: each contact gets one code of its own; one that ended is told in the log."""

from sqlalchemy import select

from crm_core.automation import runs
from crm_core.kernel.access import SYSTEM
from crm_core.kernel.work import begin
from crm_core.loyalty import coupon_setup
from crm_core.loyalty.coupon_types import NewCoupon
from crm_core.people import contacts
from db.models import CouponTarget
from tests.automation.moving import TAGGED, go_on, live
from tests.marketing.campaigning import person
from tests.people import Cast


def test_a_step_gives_each_contact_one_code_and_fails_when_the_coupon_ended(cast: Cast) -> None:
    coupon = coupon_setup.create(cast.mia, NewCoupon("Welcome", "percent", percent=10))
    key = live(cast.olga, "Gift", TAGGED, [{"do": "coupon", "coupon": "Welcome"}] * 2)
    anna, ben, cara = (person(cast.ann, name) for name in ("Anna", "Ben", "Cara"))

    contacts.tag(cast.ann, [anna, ben], "go")
    go_on()
    coupon_setup.set_state(cast.mia, coupon, "active")
    coupon_setup.set_state(cast.mia, coupon, "ended")
    contacts.tag(cast.ann, [cara], "go")
    go_on()

    with begin(SYSTEM, write=False) as work:
        given = work.tuples(select(CouponTarget.contact_id, CouponTarget.code_id))
    assert {row[0] for row in given} == {anna, ben}
    assert len({row[1] for row in given}) == 2
    found = {run.contact_id: run for run in runs.search(cast.olga, key)}
    assert (found[anna].state, found[cara].state) == ("done", "failed")
    assert "ended" in found[cara].reason
