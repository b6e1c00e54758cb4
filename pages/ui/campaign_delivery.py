"""Who gets a campaign, and how it is sent: the first and the third step."""

from datetime import time
from typing import Any

import streamlit as st

from crm_core.kernel.access import Actor
from crm_core.marketing import audiences, campaigns, segments
from crm_core.marketing.campaign_types import REASONS, Audience, CampaignDetail
from crm_core.marketing.significance import GOALS
from pages.ui import navigation, words
from pages.ui.guard import guard
from pages.ui.order_money import amount_of, picture, shown, step
from pages.ui.session import me

_PERCENT = 100


def audience(actor: Actor, one: CampaignDetail) -> None:
    """Choose a segment, or write a rule; the numbers follow when it is saved."""
    known = {row.id: row.name for row in segments.search(actor)}
    left, right = st.columns([3, 2])
    with left.container(border=True):
        how = st.segmented_control(
            "Who gets it", ["A segment", "A rule"], required=True, key=f"how-{one.id}",
            default="A rule" if one.rule and not one.segment_id else "A segment",
        )  # fmt: skip
        segment_id, rule = None, ""
        if how == "A segment":
            index = list(known).index(one.segment_id) if one.segment_id in known else None
            segment_id = st.selectbox(
                "Segment", list(known), index=index, format_func=lambda key: known.get(key, ""),
                key=f"segment-{one.id}", placeholder="Choose one",
            )  # fmt: skip
            navigation.link("segments", "Make a segment", icon=":material/groups:")
        else:
            rule = st.text_area(
                "Rule", one.rule, key=f"rule-{one.id}", placeholder="country is DE and city is Berlin"
            )
        if st.button("Save and count", key="save-audience", type="primary"):
            with guard(done="The audience is saved.", rerun=True):
                values = {"segment_id": segment_id, "rule": rule or ""}
                campaigns.change(me(), one.id, values, version=one.version)
    with right.container(border=True):
        if not (one.segment_id or one.rule):
            st.caption("Choose who gets it; the numbers show here.")
            return
        with guard():
            counted = audiences.count(actor, one.id)
            numbers(counted)
            people = audiences.sample(actor, one.id)
            if people:
                st.caption(
                    "For example " + words.md(", ".join(name for _key, name, _address in people[:5])) + "."
                )


def numbers(counted: Audience) -> None:
    """How many get it, how many are held back, and who is left out and why."""
    sent, held, out = st.columns(3)
    sent.metric("Get it", words.number(counted.count))
    held.metric("Held back", words.number(counted.held))
    out.metric("Left out", words.number(counted.left_out))
    for why, people in counted.excluded.items():
        st.caption(f"{people:,} left out: {REASONS.get(why, why)}")


def draw(one: CampaignDetail) -> None:
    """Hold-out, hours, pace, test, consent and cost."""
    values = dict[str, Any]()
    left, right = st.columns(2)
    with left.container(border=True):
        _measured(one, values)
    with right.container(border=True):
        _pace(one, values)
    if len(one.variants) > 1:
        with right.container(border=True):
            _test(one, values)
    with left.container(border=True):
        _consent(one, values)
    with right.container(border=True):
        _cost(one, values)
    if st.button("Save", key="save-delivery", type="primary"):
        with guard(done="The delivery is saved.", rerun=True):
            campaigns.change(me(), one.id, values, version=one.version)


def _measured(one: CampaignDetail, values: dict[str, Any]) -> None:
    st.subheader("Hold-out", anchor=False)
    share = st.slider("Held back (%)", 0, 50, one.holdout // _PERCENT, key=f"holdout-{one.id}")
    st.caption(
        "These people get nothing. What the others do beyond them is what the campaign brought; without a "
        "hold-out nobody can say."
    )
    values["holdout"] = share * _PERCENT
    values["goal"] = st.selectbox(
        "Goal", list(GOALS), index=list(GOALS).index(one.goal),
        format_func=lambda name: GOALS[name].capitalize(), key=f"goal-{one.id}",
    )  # fmt: skip
    values["window_days"] = st.number_input(
        "Days that count after it", 1, 366, one.window_days, key=f"window-{one.id}"
    )


def _pace(one: CampaignDetail, values: dict[str, Any]) -> None:
    plan, key = one.plan, one.id
    st.subheader("When and how quickly", anchor=False)
    has_hours = st.toggle("Only at certain hours", bool(plan.opens_at), key=f"hours-{key}",
                          help="By the clock of the reader, where it is known.")  # fmt: skip
    values |= {"opens_at": "", "closes_at": ""}
    if has_hours:
        since, until = st.columns(2)
        opens = since.time_input("From", time.fromisoformat(plan.opens_at or "09:00"), key=f"opens-{key}")
        closes = until.time_input("Until", time.fromisoformat(plan.closes_at or "18:00"), key=f"closes-{key}")
        values |= {"opens_at": f"{opens:%H:%M}", "closes_at": f"{closes:%H:%M}"}
    values["per_minute"] = st.number_input(
        "Messages a minute (0: as quick as it goes)", 0, 100_000, plan.per_minute, key=f"pace-{key}"
    )
    if one.channel == "email":
        values["per_domain"] = st.number_input(
            "A minute to one domain (0: as quick as it goes)", 0, 100_000, plan.per_domain,
            key=f"domain-{key}",
            help="To all mailboxes at, say, gmail.com, over all campaigns. Many senders begin with 100.",
        )  # fmt: skip


def _test(one: CampaignDetail, values: dict[str, Any]) -> None:
    st.subheader("Test of the variants", anchor=False)
    is_first = st.toggle(
        "Try them on a part first", bool(one.plan.test_share), key=f"test-{one.id}",
        help="The rest waits, and gets the variant that wins.",
    )  # fmt: skip
    values |= {"test_share": 0, "decide_after": 0}
    if not is_first:
        st.caption("All variants go to everybody at once, each to its share.")
        return
    values["test_share"] = st.slider("In the test (%)", 5, 90, one.plan.test_share or 20, step=5,
                                     key=f"test-share-{one.id}")  # fmt: skip
    values["decide_after"] = st.number_input(
        "Send the leader by itself after so many hours (0: I choose)", 0, 720, one.plan.decide_after,
        key=f"decide-{one.id}",
        help="Counted from the last message of the test, and by the goal above. The leader goes out even "
        "where chance may have helped it.",
    )  # fmt: skip


def _consent(one: CampaignDetail, values: dict[str, Any]) -> None:
    st.subheader("Consent", anchor=False)
    values["needs_consent"] = st.toggle(
        "Only to people who agreed", one.plan.needs_consent, key=f"consent-{one.id}",
        help="Otherwise also to those who said nothing. Who refused never gets it.",
    )  # fmt: skip
    most, days = st.columns(2)
    values["cap"] = most.number_input("Messages of all campaigns at most (0: no limit)", 0, 100, one.plan.cap,
                                      key=f"cap-{one.id}")  # fmt: skip
    values["cap_days"] = days.number_input(
        "In so many days", 1, 366, one.plan.cap_days, key=f"cap-days-{one.id}"
    )


def _cost(one: CampaignDetail, values: dict[str, Any]) -> None:
    st.subheader(f"Cost in {one.currency}", anchor=False)
    shape: dict[str, Any] = {"min_value": 0.0, "step": step(one.currency), "format": picture(one.currency)}
    names = {"cost": "Once", "cost_each": "For each message", "budget": "Budget"}
    for place, (name, label) in zip(st.columns(3), names.items(), strict=True):
        typed = place.number_input(
            label, value=shown(getattr(one, name), one.currency), key=f"{name}-{one.id}", **shape
        )
        values[name] = None if typed is None else amount_of(typed, one.currency)
    values["cost"], values["cost_each"] = values["cost"] or 0, values["cost_each"] or 0
