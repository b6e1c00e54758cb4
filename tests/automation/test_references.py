"""A journey that names what is not there says so, step by step, before it begins."""

import pytest

from crm_core.automation import journeys
from crm_core.kernel.errors import Invalid
from crm_core.loyalty import coupon_setup
from crm_core.loyalty.coupon_types import NewCoupon
from crm_core.marketing import segments
from crm_core.marketing.segment_types import NewSegment
from crm_core.team import users
from tests.automation.moving import template
from tests.people import Cast


def test_everything_that_a_journey_names_must_be_there_when_it_is_published(cast: Cast) -> None:
    draft = {
        "when": {"on": "deal.moved", "stage": "Nowhere"},
        "if": "segment is Regulars",
        "leave_if": "segment is Gone",
        "steps": [
            {"do": "mail", "template": "Hello"},
            {"do": "sms", "text": "Hello {{ first_nmae }}"},
            {"do": "coupon", "coupon": "Welcome"},
            {"do": "branch", "if": "segment is Lost", "yes": [{"do": "owner", "owner_id": 9_999}], "no": [
                {"do": "owner", "owner_id": cast.bob.id}]},
        ],
    }  # fmt: skip
    key = journeys.create(cast.olga, "Speaks of much", draft)

    with pytest.raises(Invalid) as refused:
        journeys.publish(cast.olga, key)
    first = refused.value.fields
    template(cast.olga)
    segments.create(cast.olga, NewSegment("Regulars", rule="name is_filled"))
    coupon = coupon_setup.create(cast.mia, NewCoupon("Welcome", "percent", percent=10))
    coupon_setup.set_state(cast.mia, coupon, "active")
    coupon_setup.set_state(cast.mia, coupon, "ended")
    users.disable(cast.olga, cast.bob.id or 0)
    second = journeys.problems(cast.olga, draft)

    assert set(first) == {
        "when.stage", "if", "leave_if", "steps.1.template", "steps.2.text", "steps.3.coupon", "steps.4.if",
        "steps.4.yes.1.owner_id",
    }  # fmt: skip
    assert "Regulars" in first["if"]
    assert "first_nmae" in first["steps.2.text"]
    assert set(first) - set(second) == {"if", "steps.1.template"}
    assert "has ended" in second["steps.3.coupon"]
    assert "does not sign in" in second["steps.4.no.1.owner_id"]
    for on, name in (("tier.changed", "tier"), ("form.submitted", "form"), ("campaign.clicked", "campaign"),
                     ("coupon.redeemed", "coupon"), ("date", "field")):  # fmt: skip
        draft = {"when": {"on": on, name: "Nothing"}, "steps": [{"do": "stop"}]}
        assert set(journeys.problems(cast.olga, draft)) == {f"when.{name}"}
