"""Journeys of the loyalty programme: the warning before points expire, and who comes in by what."""

from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import select

from crm_core.automation import journeys, ready_made
from crm_core.kernel.access import SYSTEM
from crm_core.kernel.work import Clock, begin
from crm_core.loyalty import coupon_setup, coupons, points, reward_catalogue, rewards
from crm_core.loyalty.coupon_types import Basket, BasketLine, NewCoupon
from crm_core.loyalty.points import Why
from crm_core.loyalty.reward_types import NewReward
from crm_core.marketing import sending
from crm_core.settings import Settings
from db.models import Task
from tests.automation.moving import go_on, live, set_clock
from tests.channels.test_mail_out import FROM, Post, listening
from tests.marketing.campaigning import person
from tests.people import MONDAY, Cast

PUBLIC = "https://crm.alder.test"
TUESDAY = MONDAY + timedelta(days=15, hours=2)


def test_members_are_written_to_a_month_before_their_points_expire(
    cast: Cast, clock: type[Clock], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    olga, post = cast.olga, Post()
    journeys.publish(olga, ready_made.install(olga, "points"))
    anna, ben, cleo = (person(cast.ann, name) for name in ("Anna", "Ben", "Cleo"))
    for one, days in ((anna, 40), (ben, 400), (cleo, 40)):
        points.earn(olga, str(one), 10, Why(f"receipt {one}"), expires_at=MONDAY + timedelta(days=days))
    points.redeem(olga, str(cleo), 10, Why("all spent"))
    monkeypatch.setenv("CRM_MAIL_FROM", FROM)
    monkeypatch.setenv("CRM_PUBLIC_URL", PUBLIC)

    with listening(post) as url:
        monkeypatch.setenv("CRM_SMTP_URL", url)
        chosen = Settings("sqlite://", tmp_path, smtp_url=url, mail_from=FROM, public_url=PUBLIC)
        for moment in (MONDAY, TUESDAY, TUESDAY + timedelta(days=1)):
            set_clock(monkeypatch, moment)
            go_on()
            while sending.advance_next("here/1/a", lambda: False, chosen):
                pass
            assert len(post.got) == (0 if moment == MONDAY else 1)

    [mail] = post.mails
    assert (mail["To"], mail["Subject"]) == ("anna@x.test", "Your points are about to expire")
    assert "Dear Anna," in mail.get_body(("html",)).get_content()  # type: ignore[union-attr]


def test_whoever_takes_a_reward_or_uses_a_coupon_comes_in(
    cast: Cast, clock: type[Clock], monkeypatch: pytest.MonkeyPatch
) -> None:
    olga = cast.olga
    for name in ("Spring", "Autumn"):
        coupon = coupon_setup.create(olga, NewCoupon(name, "fixed", "shared", code=name.upper(), amount=500))
        coupon_setup.set_state(olga, coupon, "active")
    mug = reward_catalogue.add(olga, NewReward("Mug", 10))
    task = [{"do": "task", "title": "Say thank you"}]
    live(olga, "Rewards", {"on": "reward.redeemed"}, task)
    live(olga, "Coupons", {"on": "coupon.redeemed", "coupon": "Spring"}, task)
    anna, ben = (person(cast.ann, name) for name in ("Anna", "Ben"))
    points.earn(olga, str(anna), 10, Why("receipt"))

    rewards.redeem(olga, str(anna), mug, "mug")
    for one, code in ((ben, "SPRING"), (anna, "AUTUMN")):
        coupons.redeem(olga, code, Basket("EUR", (BasketLine(5_000),)), code, contact_id=one)
    go_on()

    with begin(SYSTEM, write=False) as work:
        thanked = work.scalars(select(Task.contact_id).order_by(Task.contact_id))
    assert thanked == [anna, ben]
