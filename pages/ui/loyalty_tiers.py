"""The tiers of the programme, and who is about to rise or to fall."""

import streamlit as st

from crm_core.kernel.access import Actor, Permission
from crm_core.loyalty import programme, tiers
from crm_core.loyalty.tiers import NewTier
from crm_core.loyalty.types import NearTier, TierRow
from crm_core.team.company import company
from pages.ui import dialogs, navigation, order_money, words
from pages.ui.guard import guard
from pages.ui.session import me

SHOWN = 12


def draw(actor: Actor) -> None:
    """The tiers from the lowest to the highest, then who is near a change."""
    manages = actor.may(Permission.LOYALTY_MANAGE)
    by_revenue = programme.get(actor).measure == "revenue"
    title, act = st.columns([3, 2], vertical_alignment="bottom")
    title.subheader("Tiers", anchor=False)
    with act.container(horizontal=True, horizontal_alignment="right"):
        if manages and st.button("New tier", key="add-tier", icon=":material/add:"):
            _edit(None, by_revenue=by_revenue)
    found = tiers.search(actor)
    if not found:
        st.caption("No tiers yet: without them all members are equal.")
        return
    for tier in found:
        _tier(tier, manages=manages, by_revenue=by_revenue)
    _near(actor, by_revenue=by_revenue)


def counted(value: int, *, by_revenue: bool) -> str:
    """What counts for tiers, as one says it."""
    return words.money(value, company().currency) if by_revenue else words.count(value, "point")


def _tier(tier: TierRow, *, manages: bool, by_revenue: bool) -> None:
    with st.container(
        horizontal=True, vertical_alignment="center", horizontal_alignment="distribute",
        key=f"loyalty-line-tier-{tier.id}",
    ):  # fmt: skip
        bonus = f" · {tier.bonus_percent} % more points" if tier.bonus_percent else ""
        about = f"from {counted(tier.threshold, by_revenue=by_revenue)} on{bonus} · " + words.count(
            tier.members, "member"
        )
        benefits = f"  \n:small[{words.md(tier.benefits)}]" if tier.benefits else ""
        st.markdown(
            f"**{words.md(tier.name)}**  \n:small[:gray[{words.md(about)}]]{benefits}", width="stretch"
        )
        if manages:
            with st.container(horizontal=True, width="content", key=f"loyalty-act-tier-{tier.id}"):
                if st.button("Edit", key=f"edit-tier-{tier.id}", icon=":material/edit:"):
                    _edit(tier, by_revenue=by_revenue)
                if st.button("", key=f"remove-tier-{tier.id}", icon=":material/delete:", help="Remove"):
                    dialogs.confirm(
                        f"Remove the tier “{tier.name}”?", "Its members come to another tier in the night.",
                        "Remove", lambda: tiers.remove(me(), tier.id), done=f"“{tier.name}” is removed.",
                    )  # fmt: skip


@st.dialog("Tier")
def _edit(tier: TierRow | None, *, by_revenue: bool) -> None:
    key = f"{tier.id}-{tier.version}" if tier else "new"
    name = st.text_input("Name", tier.name if tier else "", key=f"tier-name-{key}", max_chars=80)
    if by_revenue:
        currency = company().currency
        typed = st.number_input(
            f"From ({currency})", min_value=0.0, key=f"tier-from-{key}", format=order_money.picture(currency),
            value=order_money.shown(tier.threshold if tier else 0, currency) or 0.0,
        )  # fmt: skip
        threshold = order_money.amount_of(typed, currency)
    else:
        threshold = int(
            st.number_input("From (points)", 0, value=tier.threshold if tier else 0, key=f"tier-from-{key}")
        )
    bonus = st.number_input(
        "Bonus in percent", 0, 1_000, tier.bonus_percent if tier else 0, key=f"tier-bonus-{key}",
        help="How many more points buying brings",
    )  # fmt: skip
    benefits = st.text_area("Benefits", tier.benefits if tier else "", key=f"tier-benefits-{key}")
    with st.container(horizontal=True, horizontal_alignment="right"):
        if st.button("Cancel", key="cancel-tier"):
            st.rerun()
        if st.button("Save", key="save-tier", type="primary"):
            new = NewTier(name, threshold, int(bonus), benefits)
            with guard(done=f"The tier “{name}” is saved.", rerun=True):
                if tier is None:
                    tiers.add(me(), new)
                else:
                    tiers.change(me(), tier.id, new, version=tier.version)


def _near(actor: Actor, *, by_revenue: bool) -> None:
    found = tiers.near(actor)
    rising, falling = st.columns(2, gap="large")
    for place, way, title in ((rising, "rise", "About to rise"), (falling, "fall", "About to fall")):
        with place:
            st.subheader(title, anchor=False)
            mine = [one for one in found if one.way == way]
            if not mine:
                st.caption("Nobody at the moment.")
            for one in mine[:SHOWN]:
                navigation.link(
                    "loyalty", words.md(f"{one.name}: {_said(one, by_revenue=by_revenue)}"),
                    icon=":material/person:", member=one.membership_id,
                )  # fmt: skip
            if len(mine) > SHOWN:
                st.caption(f"and {len(mine) - SHOWN:,} more")


def _said(one: NearTier, *, by_revenue: bool) -> str:
    other = one.other_tier or "no tier"
    missing = counted(one.missing, by_revenue=by_revenue)
    if one.way == "rise":
        return f"{missing} missing for {other}"
    return f"{one.tier} ends on {words.day(one.until)}, then {other} ({missing} missing)"
