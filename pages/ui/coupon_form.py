"""A coupon: what it promises, to whom, when, and how often."""

from datetime import date
from typing import Any

import streamlit as st

from crm_core.commerce import products
from crm_core.loyalty import coupon_setup
from crm_core.loyalty.coupon_rules import MOST_HELD_PERCENT
from crm_core.loyalty.coupon_types import CouponRow, NewCoupon
from crm_core.marketing import segments
from crm_core.team.company import company
from pages.ui import navigation, order_money
from pages.ui.guard import flash, guard
from pages.ui.session import me

EFFECTS = {"fixed": "An amount less", "percent": "Percent less", "product": "A product for nothing",
           "shipping": "Free shipping"}  # fmt: skip
KINDS = {"single": "A code each", "shared": "One word for all"}


@st.dialog("Coupon", width="large")
def edit(row: CouponRow | None) -> None:
    """Set up a coupon as a draft, or change one."""
    key = f"{row.id}-{row.version}" if row else "new"
    currency = row.currency if row else company().currency
    name = st.text_input("Name", row.name if row else "", key=f"coupon-name-{key}", max_chars=120)
    told = _promise(row, key, currency) | _conditions(row, key, currency) | _whom(row, key)
    text = st.text_area("Description", row.description if row else "", key=f"coupon-text-{key}")
    with st.container(horizontal=True, horizontal_alignment="right"):
        if st.button("Save", key="save-coupon", type="primary"):
            new = NewCoupon(name or "", description=text or "", currency=currency, **told)
            made: list[int] = []
            with guard(done=f"“{new.name}” is saved.", rerun=row is not None):
                if row is None:
                    made.append(coupon_setup.create(me(), new))
                else:
                    coupon_setup.change(me(), row.id, new, version=row.version)
            for coupon_id in made:
                flash("Saved as a draft: draw its codes, then switch it on.")
                navigation.open_page("loyalty", show="coupons", coupon=coupon_id)


def _promise(row: CouponRow | None, key: str, currency: str) -> dict[str, Any]:
    left, right = st.columns(2)
    known = [*EFFECTS]
    effect = left.selectbox(
        "Promises", known, known.index(row.effect) if row else 0, format_func=EFFECTS.__getitem__,
        key=f"coupon-effect-{key}",
    )  # fmt: skip
    found: dict[str, Any] = {"effect": effect}
    if effect == "fixed":
        typed = right.number_input(
            f"Amount ({currency})", 0.0, value=order_money.shown(row.amount if row else 0, currency) or 0.0,
            step=order_money.step(currency), format=order_money.picture(currency), key=f"coupon-amount-{key}",
        )  # fmt: skip
        found["amount"] = order_money.amount_of(typed, currency)
    elif effect == "percent":
        now = row.percent if row and row.percent else 10
        found["percent"] = int(right.number_input("Percent", 1, 100, now, key=f"coupon-percent-{key}"))
    elif effect == "product":
        goods = {one.id: one.name for one in products.choices(me())}
        sold = [*goods]
        found["product_id"] = right.selectbox(
            "Product", sold, sold.index(row.product_id) if row and row.product_id in goods else None,
            format_func=goods.__getitem__, key=f"coupon-product-{key}", placeholder="Choose a product",
        )  # fmt: skip
    return found


def _conditions(row: CouponRow | None, key: str, currency: str) -> dict[str, Any]:
    left, right = st.columns(2)
    minimum = left.number_input(
        f"From this basket on ({currency})", 0.0, step=order_money.step(currency),
        value=order_money.shown(row.minimum if row else 0, currency) or 0.0,
        format=order_money.picture(currency), key=f"coupon-minimum-{key}",
    )  # fmt: skip
    known = list(dict.fromkeys([*products.categories(me()), *(row.categories if row else ())]))
    categories = right.multiselect("Only these categories", known, row.categories if row else None,
                                   key=f"coupon-categories-{key}", placeholder="All")  # fmt: skip
    starts_on: date | None = left.date_input("From", row.starts_on if row else None, key=f"coupon-from-{key}")
    ends_on: date | None = right.date_input("Until", row.ends_on if row else None, key=f"coupon-to-{key}")
    total = left.number_input("Uses in all", 1, value=row.limit_total if row else None, step=1,
                              placeholder="Without limit", key=f"coupon-total-{key}")  # fmt: skip
    each = right.number_input("Uses of each customer", 1, value=row.limit_per_customer if row else None,
                              step=1, placeholder="Without limit", key=f"coupon-each-{key}")  # fmt: skip
    return {
        "minimum": order_money.amount_of(minimum, currency), "categories": categories, "starts_on": starts_on,
        "ends_on": ends_on, "limit_total": total, "limit_per_customer": each,
        "products": row.products if row else (),
    }  # fmt: skip


def _whom(row: CouponRow | None, key: str) -> dict[str, Any]:
    left, right = st.columns(2)
    kind = row.kind if row else "single"
    word = ""
    if row is None:
        chosen = left.segmented_control(
            "Codes", list(KINDS), default="single", required=True, format_func=KINDS.__getitem__,
            key="coupon-kind",
        )  # fmt: skip
        kind = chosen or "single"
        if kind == "shared":
            word = right.text_input("The word", key="coupon-word", max_chars=40, placeholder="SPRING")
    people = {one.id: one.name for one in segments.search(me())}
    known = [*people]
    now = known.index(row.segment_id) if row and row.segment_id in people else None
    segment_id = left.selectbox(
        "Only for a segment", known, now, format_func=people.__getitem__, key=f"coupon-segment-{key}",
        placeholder="For everybody",
    )  # fmt: skip
    held = 0
    if segment_id is not None:
        held = right.number_input(
            "Percent who get none", 0, MOST_HELD_PERCENT, row.holdout_percent if row else 10,
            key=f"coupon-held-{key}", help="To compare with: what would have been bought anyway",
        )  # fmt: skip
    return {"kind": kind, "code": word or "", "segment_id": segment_id, "holdout_percent": int(held)}
