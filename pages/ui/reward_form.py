"""Dialogs of rewards: a new one or a change, giving one, and how far surprises go."""

from datetime import date
from uuid import uuid4

import streamlit as st

from crm_core.commerce import products
from crm_core.loyalty import reward_catalogue, rewards, surprises, tiers
from crm_core.loyalty.reward_types import NewReward, RewardRow, SurpriseLimits
from crm_core.team.company import company
from pages.ui import order_money, words
from pages.ui.guard import guard
from pages.ui.session import me


@st.dialog("Reward", width="large")
def edit(row: RewardRow | None) -> None:
    """Add a reward, or change one."""
    key = f"{row.id}-{row.version}" if row else "new"
    currency = row.currency if row else company().currency
    name = st.text_input("Name", row.name if row else "", key=f"reward-name-{key}", max_chars=120)
    left, right = st.columns(2)
    points = left.number_input(
        "Points", 1, value=row.points if row else 100, step=10, key=f"reward-points-{key}"
    )
    value = right.number_input(
        f"Costs us ({currency})", 0.0, value=order_money.shown(row.value if row else 0, currency) or 0.0,
        step=order_money.step(currency), format=order_money.picture(currency), key=f"reward-value-{key}",
    )  # fmt: skip
    stock = left.number_input("Pieces in stock", 0, value=row.stock if row else None, step=1,
                              placeholder="Without limit", key=f"reward-stock-{key}")  # fmt: skip
    most = row.limit_per_member if row else None
    limit = right.number_input("At most for each member", 1, value=most, step=1,
                               placeholder="Without limit", key=f"reward-limit-{key}")  # fmt: skip
    starts_on: date | None = left.date_input("From", row.starts_on if row else None, key=f"reward-from-{key}")
    ends_on: date | None = right.date_input("Until", row.ends_on if row else None, key=f"reward-to-{key}")
    tier_id, product_id = _whom_and_what(row, key)
    description = st.text_area("Description", row.description if row else "", key=f"reward-text-{key}")
    with st.container(horizontal=True, horizontal_alignment="right"):
        if st.button("Save", key="save-reward", type="primary"):
            new = NewReward(
                name or "", int(points), order_money.amount_of(value, currency), description or "", stock,
                limit, starts_on, ends_on, tier_id, product_id,
            )  # fmt: skip
            with guard(done=f"“{new.name}” is saved.", rerun=True):
                if row is None:
                    reward_catalogue.add(me(), new)
                else:
                    reward_catalogue.change(me(), row.id, new, version=row.version)


@st.dialog("Give a reward")
def give(row: RewardRow) -> None:
    """For points, or as a surprise with a reason."""
    st.markdown(f"**{words.md(row.name)}** · {words.count(row.points, 'point')}")
    member = st.text_input("Member", key="give-member", placeholder="Card, e-mail, phone or contact number")
    is_surprise = st.toggle("As a surprise, for no points", key="give-surprise")
    reason = st.text_input("Why", key="give-why", max_chars=300) if is_surprise else ""
    # Drawn once for the dialog, so that a second click gives nothing a second time.
    cause = st.session_state.setdefault(f"give.cause.{row.id}", f"page {uuid4().hex}")
    with st.container(horizontal=True, horizontal_alignment="right"):
        if st.button("Give it", key="give-it", type="primary"):
            with guard(done=f"“{row.name}” is given.", rerun=True):
                if is_surprise:
                    surprises.give(me(), member or "", row.id, cause, reason=reason or "")
                else:
                    rewards.redeem(me(), member or "", row.id, cause)
                del st.session_state[f"give.cause.{row.id}"]


@st.dialog("Limits of surprises")
def limits() -> None:
    """How much a person may give a month, and what somebody else looks at first."""
    now, currency = surprises.limits(me()), company().currency
    step, picture = order_money.step(currency), order_money.picture(currency)
    monthly = st.number_input(
        f"Worth that one person may give a month ({currency})", 0.0, step=step, format=picture,
        value=order_money.shown(now.monthly, currency) or 0.0, key="limit-monthly",
    )  # fmt: skip
    review = st.number_input(
        f"Somebody else looks at it first from more than ({currency})", 0.0, step=step, format=picture,
        value=order_money.shown(now.review_above, currency) or 0.0, key="limit-review",
    )  # fmt: skip
    with st.container(horizontal=True, horizontal_alignment="right"):
        if st.button("Save", key="save-limits", type="primary"):
            amounts = [order_money.amount_of(typed, currency) for typed in (monthly, review)]
            with guard(done="The limits are saved.", rerun=True):
                surprises.set_limits(me(), SurpriseLimits(*amounts))


def _whom_and_what(row: RewardRow | None, key: str) -> tuple[int | None, int | None]:
    levels = {tier.id: tier.name for tier in tiers.search(me())}
    goods = {one.id: one.name for one in products.choices(me())}
    left, right = st.columns(2)
    known = [*levels]
    tier_id = left.selectbox(
        "Only from this tier on", known, format_func=levels.__getitem__, key=f"reward-tier-{key}",
        index=known.index(row.tier_id) if row and row.tier_id in levels else None, placeholder="All members",
    )  # fmt: skip
    sold = [*goods]
    product_id = right.selectbox(
        "Product of the catalogue", sold, format_func=goods.__getitem__, key=f"reward-product-{key}",
        index=sold.index(row.product_id) if row and row.product_id in goods else None, placeholder="None",
    )  # fmt: skip
    return tier_id, product_id
