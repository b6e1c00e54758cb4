"""What brings points, and the tiers: listed, drafted, tried out on past orders, made live; who is near."""

import streamlit as st

from crm_core.kernel.access import Actor, Permission
from crm_core.loyalty import earn_rules
from crm_core.loyalty.types import EarnRuleRow
from pages.ui import loyalty_rule_form, loyalty_tiers, words
from pages.ui.guard import guard
from pages.ui.session import me

COLORS = {"live": "green", "draft": "orange", "archived": "gray"}
NEXT = {"draft": ("live", "Make live", "play_arrow"), "live": ("archived", "Stop", "stop"),
        "archived": ("live", "Make live again", "play_arrow")}  # fmt: skip
WEEKDAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
EVENTS = {
    "amount": "For money spent", "product": "For a product", "category": "For a category",
    "multiplier": "Multiplies what buying brings", "visit": "For a visit", "review": "For a review",
    "referral": "For a recommendation", "birthday": "For the birthday", "sign_up": "For signing up",
}  # fmt: skip


def draw(actor: Actor) -> None:
    """Rules that bring points, then tiers and who is near one."""
    _earning(actor)
    st.divider()
    loyalty_tiers.draw(actor)


def sentence(rule: EarnRuleRow) -> str:
    """What a rule brings, as one says it."""
    if rule.event == "multiplier":
        said = f"Buying brings {rule.percent:,} % of its points"
    elif rule.event == "amount":
        amount = words.money(rule.per_amount, rule.currency)
        said = f"{words.count(rule.points, 'point')} for every {amount}"
    elif rule.event in ("product", "category"):
        what = f"of “{rule.category}”" if rule.event == "category" else "of the product"
        said = f"{words.count(rule.points, 'point')} for each piece {what}"
    else:
        said = f"{words.count(rule.points, 'point')} {EVENTS[rule.event].lower()}"
    return " · ".join([said, *_limits(rule)])


def _limits(rule: EarnRuleRow) -> list[str]:
    found: list[str] = []
    if rule.event == "amount" and rule.category:
        found.append(f"only “{rule.category}”")
    if rule.minimum:
        found.append(f"from {words.money(rule.minimum, rule.currency)} on")
    if rule.weekdays:
        found.append(", ".join(WEEKDAYS[day] for day in rule.weekdays))
    if rule.starts_on:
        found.append(f"since {words.day(rule.starts_on)}")
    if rule.ends_on:
        found.append(f"until {words.day(rule.ends_on)}")
    if rule.cap_points:
        period = "in all" if rule.cap_period == "ever" else f"each {rule.cap_period}"
        found.append(f"at most {rule.cap_points:,} {period}")
    return found


def _earning(actor: Actor) -> None:
    manages = actor.may(Permission.LOYALTY_MANAGE)
    title, act = st.columns([3, 2], vertical_alignment="bottom")
    title.subheader("What brings points", anchor=False)
    with act.container(horizontal=True, horizontal_alignment="right", vertical_alignment="center"):
        with_archived = st.toggle("Also stopped ones", key="rules-archived")
        if manages and st.button("New rule", key="add-rule", type="primary", icon=":material/add:"):
            loyalty_rule_form.edit(None)
    found = earn_rules.search(actor, with_archived=with_archived)
    if not found:
        with st.container(border=True, key="no-rules"):
            st.markdown("**No rules yet.** Draft one, try it out on past orders, then make it live.")
        return
    for rule in found:
        _rule(rule, manages=manages)


def _rule(rule: EarnRuleRow, *, manages: bool) -> None:
    with st.container(
        horizontal=True, vertical_alignment="center", horizontal_alignment="distribute",
        key=f"loyalty-line-rule-{rule.id}",
    ):  # fmt: skip
        badge = f":{COLORS[rule.state]}-badge[{rule.state}]"
        st.markdown(
            f"**{words.md(rule.name)}** {badge}  \n:small[:gray[{words.md(sentence(rule))}]]", width="stretch"
        )
        if not manages:
            return
        state, verb, icon = NEXT[rule.state]
        with st.container(horizontal=True, width="content", key=f"loyalty-act-rule-{rule.id}"):
            if st.button("Edit", key=f"edit-rule-{rule.id}", icon=":material/edit:"):
                loyalty_rule_form.edit(rule)
            if st.button(verb, key=f"state-rule-{rule.id}", icon=f":material/{icon}:"):
                with guard(done=f"“{rule.name}” is {state}.", rerun=True):
                    earn_rules.set_state(me(), rule.id, state, version=rule.version)
