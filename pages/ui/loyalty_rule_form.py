"""A rule that brings points: what it counts, its limits, and what it would have cost on past orders."""

from dataclasses import fields, replace
from datetime import datetime, time, timedelta
from typing import Any

import streamlit as st

from crm_core.commerce import products
from crm_core.loyalty import earn_rules
from crm_core.loyalty.earning_rules import CAP_PERIODS, SALE_EVENTS
from crm_core.loyalty.types import EarnRuleFields, EarnRuleRow
from crm_core.team.company import company
from pages.ui import loyalty_rules, order_money, words
from pages.ui.guard import guard
from pages.ui.session import me

TRIED_DAYS = 90
PERIODS = {"order": "an order", "day": "a day", "month": "a month", "year": "a year", "ever": "in all"}
_NAMES = tuple(each.name for each in fields(EarnRuleFields))


@st.dialog("Rule for points", width="large")
def edit(rule: EarnRuleRow | None) -> None:
    """Draft a new rule, or change one; both can be tried out before."""
    now = EarnRuleFields("", "amount", points=1, per_amount=100, currency=company().currency)
    if rule is not None:
        now = EarnRuleFields(**{name: getattr(rule, name) for name in _NAMES})
    key = f"{rule.id}-{rule.version}" if rule else "new"
    wanted = _limits(_counts(now, key), key)
    if wanted.event in SALE_EVENTS:
        _try_out(wanted)
    with st.container(horizontal=True, horizontal_alignment="right"):
        if st.button("Cancel", key="cancel-rule"):
            st.rerun()
        if st.button("Save" if rule else "Draft it", key="save-rule", type="primary"):
            with guard(done=f"“{wanted.name}” is saved.", rerun=True):
                if rule is None:
                    earn_rules.create(me(), wanted)
                else:
                    earn_rules.change(me(), rule.id, wanted, version=rule.version)


def _counts(now: EarnRuleFields, key: str) -> EarnRuleFields:
    """Name, what it is about, and how much it brings."""
    left, right = st.columns(2)
    name = left.text_input("Name", now.name, key=f"rule-name-{key}", max_chars=120)
    known = loyalty_rules.EVENTS
    event = right.selectbox(
        "Brings points", list(known), list(known).index(now.event), format_func=known.__getitem__,
        key=f"rule-event-{key}",
    )  # fmt: skip
    first, second = st.columns(2)
    new: dict[str, Any] = {"name": name, "event": event, "product_id": None, "category": ""}
    if event == "multiplier":
        new["percent"] = int(
            first.number_input("Percent", 101, 10_000, max(now.percent, 200), key=f"rule-percent-{key}",
                               help="200 doubles what buying brings")
        )  # fmt: skip
        return replace(now, **new | {"points": 0, "per_amount": 0})
    new["points"] = int(first.number_input("Points", 1, value=max(now.points, 1), key=f"rule-points-{key}"))
    if event == "amount":
        currency = company().currency
        typed = second.number_input(
            f"For every ({currency})", min_value=0.0, format=order_money.picture(currency),
            value=order_money.shown(now.per_amount, currency) or 1.0, key=f"rule-per-{key}",
        )  # fmt: skip
        new |= {"per_amount": order_money.amount_of(typed, currency), "currency": currency}
        return replace(now, **new)
    if event == "product":
        named = dict(_products())
        new["product_id"] = second.selectbox(
            "Product", list(named), _place(list(named), now.product_id), key=f"rule-product-{key}",
            format_func=lambda one: named.get(one, "?"), placeholder="Choose a product",
        )  # fmt: skip
    if event == "category":
        known_ones = [name for name, _ in products.categories(me()) if name]
        new["category"] = second.selectbox(
            "Category", known_ones, _place(known_ones, now.category), key=f"rule-category-{key}",
            placeholder="Choose a category",
        ) or ""  # fmt: skip
    return replace(now, **new | {"per_amount": 0})


def _limits(now: EarnRuleFields, key: str) -> EarnRuleFields:
    """When it counts, and how much at most."""
    with st.expander("Limits", expanded=bool(now.weekdays or now.starts_on or now.cap_points or now.minimum)):
        first, second = st.columns(2)
        starts = first.date_input("From", now.starts_on, key=f"rule-from-{key}")
        ends = second.date_input("Until", now.ends_on, key=f"rule-until-{key}")
        days = st.pills(
            "Weekdays (none: all)", range(7), selection_mode="multi", default=list(now.weekdays),
            format_func=loyalty_rules.WEEKDAYS.__getitem__, key=f"rule-days-{key}",
        )  # fmt: skip
        cap, period = st.columns(2)
        most = cap.number_input(
            "At most points (0: no limit)", 0, value=now.cap_points, key=f"rule-cap-{key}"
        )
        periods = list(CAP_PERIODS)
        each = period.selectbox(
            "within", periods, periods.index(now.cap_period or "order"), key=f"rule-period-{key}",
            format_func=PERIODS.__getitem__,
        )  # fmt: skip
        currency = company().currency
        minimum = now.minimum
        if now.event in SALE_EVENTS:
            typed = st.number_input(
                f"Orders from ({currency})", min_value=0.0, value=order_money.shown(now.minimum, currency),
                format=order_money.picture(currency), key=f"rule-minimum-{key}",
            )  # fmt: skip
            minimum = order_money.amount_of(typed or 0.0, currency)
        bonus = st.toggle("Tiers add their bonus", now.has_tier_bonus, key=f"rule-bonus-{key}")
    return replace(
        now, starts_on=starts, ends_on=ends, weekdays=tuple(sorted(days)), cap_points=int(most),
        cap_period=each if most else "", minimum=minimum, has_tier_bonus=bonus,
        currency=currency if minimum or now.event == "amount" else "",
    )  # fmt: skip


def _try_out(wanted: EarnRuleFields) -> None:
    with st.container(border=True, key="rule-trial", gap="small"):
        days = st.segmented_control(
            "Try it out on the orders of the last", (30, TRIED_DAYS, 365), default=TRIED_DAYS, required=True,
            format_func=lambda one: f"{one} days", key="rule-trial-days",
        )  # fmt: skip
        if st.button("What would it have cost?", key="try-rule", icon=":material/science:"):
            until = datetime.combine(words.today() + timedelta(days=1), time(), words.zone())
            with guard():
                named = replace(wanted, name=wanted.name or "Draft")
                trial = earn_rules.try_out(me(), named, until - timedelta(days=days or TRIED_DAYS), until)
                cost = words.md(words.money(trial.cost, trial.currency))
                whom = words.count(trial.members, "customer")
                what = words.count(trial.orders, "order")
                st.markdown(f"**{trial.points:,} points** worth **{cost}**, to {whom} for {what}.")


def _products() -> list[tuple[int, str]]:
    return [(row.id, row.name) for row in products.choices(me())]


def _place(known: list[Any], chosen: Any) -> int | None:
    return known.index(chosen) if chosen in known else None
