"""Seven customers who bought, were written to and were worked for, each in a way of their own.

Iris bought tea three times, Jon coffee once long ago, Kim both (and one of hers was cancelled), Leo nothing,
Max in another currency, Nia is only written to, Oda has deals and tasks. “Now” is Monday, 2 March 2026.
"""

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any

from crm_core.commerce import totals
from crm_core.kernel.work import Work
from db.models import (
    Campaign,
    CampaignVariant,
    Contact,
    Coupon,
    CouponCode,
    CouponUse,
    Deal,
    Interaction,
    Membership,
    Order,
    OrderLine,
    Pipeline,
    PointEntry,
    PointLot,
    Product,
    Recipient,
    Referral,
    Referrer,
    Stage,
    Task,
    Tier,
)
from tests.people import MONDAY

NAMES = ("Iris", "Jon", "Kim", "Leo", "Max", "Nia", "Oda")
# Who, days ago, currency, status, lines (product, pieces, minor units).
ORDERS: Sequence[tuple[str, int, str, str, Sequence[tuple[str, int, int]]]] = (
    ("Iris", 5, "EUR", "paid", [("Green tea", 1, 1000)]),
    ("Iris", 40, "EUR", "paid", [("Green tea", 2, 2000), ("Cup", 1, 500)]),
    ("Iris", 200, "EUR", "delivered", [("Black tea", 1, 1500)]),
    ("Jon", 400, "EUR", "paid", [("Espresso", 4, 8000)]),
    ("Kim", 10, "EUR", "paid", [("Espresso", 1, 2000), ("Green tea", 1, 1000)]),
    ("Kim", 3, "EUR", "cancelled", [("Green tea", 9, 9000)]),
    ("Max", 20, "USD", "paid", [("Green tea", 1, 1200)]),
)
CATEGORIES = {"Green tea": "Tea", "Black tea": "Tea", "Espresso": "Coffee", "Cup": "Tableware"}


class BuyingWorld:
    """Puts the world into the open transaction; ``ids`` are the contacts by name."""

    def __init__(self, work: Work) -> None:
        self.work = work
        self.ids = {name: self._add(_contact(name)) for name in NAMES}
        self.products = {name: self._add(_product(name)) for name in CATEGORIES}
        for number, order in enumerate(ORDERS):
            self._order(number, *order)
        totals.recount(work, self.ids.values())
        self._messages()
        self._deals()
        self._points()
        self._coupons()
        work.flush()

    def _add(self, row: Any) -> int:
        self.work.add(row)
        self.work.flush()
        return int(row.id)

    def _order(self, number: int, who: str, ago: int, currency: str, status: str, lines: Any) -> None:
        at = MONDAY - timedelta(ago)
        key = self._add(
            Order(
                contact_id=self.ids[who], number=f"N{number}", status=status, currency=currency,
                total=sum(line[2] for line in lines), ordered_at=at, created_at=at, updated_at=at,
                channel="web" if number % 2 else "Shop",
            )
        )  # fmt: skip
        for name, pieces, total in lines:
            self._add(
                OrderLine(
                    order_id=key, product_id=self.products[name], name=name, quantity=pieces * 1000,
                    unit_price=total // pieces, total=total,
                )
            )  # fmt: skip

    def _messages(self) -> None:
        spring = self._add(_campaign("Spring", MONDAY - timedelta(60)))
        winter = self._add(_campaign("Winter", MONDAY - timedelta(100)))
        self._sent(spring, "Nia", 50, opened=49, clicked=48)
        self._sent(spring, "Iris", 50, opened=20)
        self._sent(winter, "Iris", 90)

    def _sent(self, campaign_id: int, who: str, ago: int, **events: int) -> None:
        variant = self._add(CampaignVariant(campaign_id=campaign_id, name=f"{who} {ago}"))
        happened = {f"{name}_at": MONDAY - timedelta(days) for name, days in events.items()}
        self._add(
            Recipient(
                campaign_id=campaign_id, variant_id=variant, contact_id=self.ids[who], state="sent",
                sent_at=MONDAY - timedelta(ago), **happened,
            )
        )  # fmt: skip

    def _deals(self) -> None:
        pipeline = self._add(Pipeline(name="Selling", created_at=MONDAY))
        stage = self._add(Stage(pipeline_id=pipeline, name="Offer", name_key="offer", probability=50))
        for status, amount in (("open", 100_000), ("won", 50_000), ("won", 70_000)):
            self._add(
                Deal(
                    name=status, pipeline_id=pipeline, stage_id=stage, status=status, amount=amount,
                    currency="EUR", contact_id=self.ids["Oda"], opened_at=MONDAY, stage_since=MONDAY,
                    closed_at=None if status == "open" else MONDAY, close_on=date(2026, 3, 20),
                    created_at=MONDAY, updated_at=MONDAY,
                )
            )  # fmt: skip
        self._add(
            Task(
                kind="call", title="Call Oda", status="open", due_on=date(2026, 3, 4),
                contact_id=self.ids["Oda"], created_at=MONDAY, updated_at=MONDAY,
            )
        )  # fmt: skip
        self._add(
            Interaction(
                kind="call", outcome="reached", contact_id=self.ids["Leo"],
                happened_at=MONDAY - timedelta(8), created_at=MONDAY,
            )
        )  # fmt: skip

    def _points(self) -> None:
        tier = self._add(Tier(name="Gold", name_key="gold", rank=1, threshold=100, created_at=MONDAY))
        member = self._add(
            Membership(
                contact_id=self.ids["Kim"], card_number="K1", joined_at=MONDAY - timedelta(30),
                balance=120, tier_id=tier,
            )
        )  # fmt: skip
        entry = self._add(
            PointEntry(
                membership_id=member, number=1, kind="earn", points=120, asked=120, balance=120, cause="k1",
                happened_at=MONDAY - timedelta(10), recorded_at=MONDAY, digest="",
            )
        )  # fmt: skip
        self._add(
            PointLot(
                membership_id=member, entry_id=entry, points=120, remaining=70, earned_at=MONDAY,
                available_at=MONDAY, expires_at=MONDAY + timedelta(20),
            )
        )  # fmt: skip

    def _coupons(self) -> None:
        coupon = self._add(
            Coupon(
                name="Welcome", name_key="welcome", kind="shared", effect="fixed", amount=500,
                created_at=MONDAY, updated_at=MONDAY,
            )
        )  # fmt: skip
        code = self._add(CouponCode(coupon_id=coupon, code="HELLO", code_key="hello", created_at=MONDAY))
        for who, cancelled_at in (("Jon", None), ("Kim", MONDAY)):
            self._add(
                CouponUse(
                    coupon_id=coupon, code_id=code, contact_id=self.ids[who], discount=500, currency="EUR",
                    cause=who, used_at=MONDAY - timedelta(3), cancelled_at=cancelled_at,
                )
            )  # fmt: skip
        referrer = self._add(
            Referrer(
                contact_id=self.ids["Nia"], kind="ambassador", code="NIA", code_key="nia", started_at=MONDAY
            )
        )
        self._add(
            Referral(
                referrer_id=referrer, contact_id=self.ids["Leo"], state="waiting",
                referred_at=MONDAY - timedelta(2),
            )
        )  # fmt: skip


def _contact(name: str) -> Contact:
    return Contact(
        name=name, name_key=name.lower(), lifecycle="customer", created_at=MONDAY, updated_at=MONDAY
    )


def _product(name: str) -> Product:
    return Product(
        sku=name[:3].upper() + "-1", name=name, name_key=name.lower(), category=CATEGORIES[name],
        currency="EUR", created_at=MONDAY, updated_at=MONDAY,
    )  # fmt: skip


def _campaign(name: str, at: Any) -> Campaign:
    return Campaign(
        name=name,
        name_key=name.lower(),
        channel="email",
        state="done",
        salt="s",
        created_at=at,
        updated_at=at,
    )
