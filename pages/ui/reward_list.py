"""Rewards: what members can have for points, surprises that wait for a second pair of eyes, who had what."""

import streamlit as st

from crm_core.kernel.access import Actor, Permission
from crm_core.loyalty import reward_catalogue, rewards, surprises
from crm_core.loyalty.reward_types import RedemptionRow, RewardRow
from pages.ui import navigation, reward_form, words
from pages.ui.guard import guard
from pages.ui.session import me

COLORS = {"waiting": "orange", "given": "green", "cancelled": "gray", "refused": "red"}


def draw(actor: Actor) -> None:
    """What waits first, then the catalogue, then the latest redemptions."""
    _waiting(actor)
    manages = actor.may(Permission.LOYALTY_MANAGE)
    title, act = st.columns([3, 2], vertical_alignment="bottom")
    title.subheader("Catalogue", anchor=False)
    with act.container(horizontal=True, horizontal_alignment="right", vertical_alignment="center"):
        with_archived = st.toggle("Also put away", key="rewards-archived")
        if actor.may(Permission.LOYALTY_ADJUST) and st.button(
            "", key="surprise-limits", icon=":material/tune:", help="Limits of surprises"
        ):
            reward_form.limits()
        if manages and st.button("New reward", key="add-reward", type="primary", icon=":material/add:"):
            reward_form.edit(None)
    found = reward_catalogue.search(actor, with_archived=with_archived)
    if not found:
        with st.container(border=True, key="no-rewards"):
            st.markdown("**No rewards yet.** Add something that members can have for their points.")
    for row in found:
        _reward(actor, row, manages=manages)
    _latest(actor)


def about(row: RewardRow) -> str:
    """Points, stock and conditions of a reward, as one says them."""
    said = [words.count(row.points, "point")]
    if row.stock is not None:
        said.append(f"{row.stock:,} left")
    if row.tier:
        said.append(f"from {row.tier} on")
    if row.limit_per_member is not None:
        said.append(f"at most {row.limit_per_member:,} each")
    if row.starts_on and row.starts_on > words.today():
        said.append(f"from {words.day(row.starts_on)}")
    if row.ends_on:
        said.append(f"until {words.day(row.ends_on)}")
    said.append(f"costs us {words.money(row.value, row.currency)}")
    return " · ".join([*said, *([f"given {words.count(row.given, 'time')}"] if row.given else [])])


def _reward(actor: Actor, row: RewardRow, *, manages: bool) -> None:
    with st.container(
        horizontal=True, vertical_alignment="center", horizontal_alignment="distribute",
        key=f"loyalty-line-reward-{row.id}",
    ):  # fmt: skip
        badge = "" if row.is_active else " :gray-badge[put away]"
        empty = " :red-badge[none left]" if row.stock == 0 else ""
        told = f":small[:gray[{words.md(about(row))}]]"
        st.markdown(f"**{words.md(row.name)}**{badge}{empty}  \n{told}", width="stretch")
        with st.container(horizontal=True, width="content", key=f"loyalty-act-reward-{row.id}"):
            if row.is_active and actor.may(Permission.LOYALTY_REDEEM) and st.button(
                "Give", key=f"give-reward-{row.id}", icon=":material/redeem:",
                help="For points, or as a surprise",
            ):  # fmt: skip
                reward_form.give(row)
            if manages and st.button("Edit", key=f"edit-reward-{row.id}", icon=":material/edit:"):
                reward_form.edit(row)
            if manages:
                verb, icon = ("Put away", "archive") if row.is_active else ("Bring back", "unarchive")
                if st.button("", key=f"archive-reward-{row.id}", icon=f":material/{icon}:", help=verb):
                    with guard(rerun=True):
                        reward_catalogue.set_active(me(), row.id, is_active=not row.is_active)


def _waiting(actor: Actor) -> None:
    found = surprises.waiting(actor)
    if not found:
        return
    with st.container(border=True, key="waiting-surprises"):
        st.markdown(f":material/visibility: **{words.count(len(found), 'surprise')} to look at**")
        for row in found:
            _surprise(actor, row)


def _surprise(actor: Actor, row: RedemptionRow) -> None:
    worth = words.money(row.value, row.currency)
    st.markdown(
        f"**{words.md(row.reward)}** for {words.md(row.member)}, {words.md(worth)}  \n"
        f":small[:gray[{words.md(row.giver)}: {words.md(row.reason)}]]"
    )
    if row.giver_id == actor.id:
        st.caption("Your own: somebody else decides about it.")
        return
    if not actor.may(Permission.LOYALTY_ADJUST):
        return
    with st.container(horizontal=True):
        if st.button("Approve", key=f"approve-{row.id}", type="primary", icon=":material/check:"):
            with guard(done=f"{row.member} gets “{row.reward}”.", rerun=True):
                surprises.approve(me(), row.id)
        with st.popover("Refuse"):
            reason = st.text_input("Why", key=f"refuse-why-{row.id}", max_chars=300)
            if st.button("Refuse it", key=f"refuse-{row.id}"):
                with guard(done="Refused.", rerun=True):
                    surprises.refuse(me(), row.id, reason=reason)


def _latest(actor: Actor) -> None:
    page = rewards.redemptions(actor)
    if not page.items:
        return
    st.subheader("Given lately", anchor=False)
    for row in page.items[:20]:
        with st.container(
            horizontal=True, vertical_alignment="center", horizontal_alignment="distribute",
            key=f"loyalty-line-redemption-{row.id}",
        ):  # fmt: skip
            with st.container(gap="small"):
                label = words.md(f"{row.reward} → {row.member}")
                navigation.link("customer", label, icon=":material/redeem:", id=row.contact_id)
                how = "surprise" if row.is_surprise else words.count(row.points, "point")
                facts = [how, row.giver, words.when(row.asked_at), row.reason]
                said = words.md(" · ".join(fact for fact in facts if fact))
                st.markdown(f":{COLORS[row.state]}-badge[{row.state}] :small[:gray[{said}]]")
            if row.state == "given" and actor.may(Permission.LOYALTY_ADJUST):
                with st.container(width="content", key=f"loyalty-act-redemption-{row.id}"):
                    _take_back(row)


def _take_back(row: RedemptionRow) -> None:
    with st.popover("Take back"):
        reason = st.text_input("Why", key=f"cancel-why-{row.id}", max_chars=300)
        if st.button("Take it back", key=f"cancel-reward-{row.id}"):
            with guard(done="Taken back: points and piece returned.", rerun=True):
                rewards.cancel(me(), row.id, reason=reason)
