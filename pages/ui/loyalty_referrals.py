"""Those who recommend us: ambassadors and advocates with their codes, whom they brought, whom to ask next."""

import streamlit as st

from crm_core.kernel.access import Actor, Permission
from crm_core.kernel.paging import COUNT_CAP, Paging
from crm_core.loyalty import advocates, referral_programme, referrals
from crm_core.loyalty.referral_programme import PATH
from crm_core.loyalty.referral_types import Advocate, ReferralRow, ReferrerRow
from crm_core.settings import Settings
from crm_core.team.company import company
from pages.ui import loyalty_referral_forms, navigation, words

COLORS = {"waiting": "orange", "rewarded": "green", "refused": "red"}
PARTS = {"people": "Who recommends", "friends": "Friends", "find": "Whom to ask"}
PAGE_SIZE = 20


def draw(actor: Actor) -> None:
    """Key figures, and one of three lists."""
    _figures(actor)
    with st.container(horizontal=True, horizontal_alignment="distribute", vertical_alignment="center"):
        part = st.segmented_control(
            "List", list(PARTS), default="people", required=True, format_func=PARTS.__getitem__,
            key="referral-part", label_visibility="collapsed",
        )  # fmt: skip
        with st.container(horizontal=True, width="content", key="loyalty-act-referrals"):
            if actor.may(Permission.LOYALTY_REDEEM) and st.button(
                "Note a friend", key="bring-friend", icon=":material/group_add:"
            ):
                loyalty_referral_forms.bring()
            if actor.may(Permission.LOYALTY_MANAGE):
                if st.button("Enrol", key="enrol-referrer", type="primary", icon=":material/add:"):
                    loyalty_referral_forms.enrol()
                if st.button("Set up", key="set-up-referrals", icon=":material/settings:"):
                    loyalty_referral_forms.set_up()
    {"friends": _friends, "find": _find}.get(part or "", _people)(actor)


def link_of(code: str) -> str:
    """The public address with this code."""
    base = Settings.from_environment().public_url or (st.context.url or "").rsplit("/", 1)[0]
    return f"{base.rstrip('/')}{PATH}/{code.replace(' ', '')}"


def _figures(actor: Actor) -> None:
    found = referrals.totals(actor)
    if not found:
        return
    counts = {state: count for state, (count, _) in found.items()}
    worth = sum(worth for state, (_, worth) in found.items() if state != "refused")
    with st.container(horizontal=True, key="referral-figures"):
        st.metric("Friends who bought", f"{counts.get('rewarded', 0):,}", border=True)
        st.metric(
            "Waiting", f"{counts.get('waiting', 0):,}", border=True, help="Until their first paid order"
        )
        st.metric("Refused", f"{counts.get('refused', 0):,}", border=True)
        st.metric("They spent", words.money(worth, company().currency), border=True)


def _people(actor: Actor) -> None:
    page = advocates.search(actor, Paging(_number(), PAGE_SIZE))
    if not page.items:
        with st.container(border=True, key="no-referrers"):
            st.markdown(
                "**Nobody recommends us with a code yet.** Look under “Whom to ask” for customers who like "
                "us. An advocate gets a code and no pay; with an ambassador you agree on terms and a reward."
            )
        return
    if actor.may(Permission.LOYALTY_MANAGE) and not referral_programme.get(actor).landing:
        st.info(
            "The links lead nowhere yet: choose a form or a page under “Set up”.", icon=":material/link_off:"
        )
    for row in page:
        _referrer(actor, row)
    _pages(page.pages)


def _referrer(actor: Actor, row: ReferrerRow) -> None:
    with st.container(
        horizontal=True, vertical_alignment="center", horizontal_alignment="distribute",
        key=f"loyalty-line-referrer-{row.id}",
    ):  # fmt: skip
        color = "violet" if row.kind == "ambassador" else "blue"
        ended = " :gray-badge[ended]" if row.state != "active" else ""
        worth = words.money(row.worth, company().currency)
        brought = f"{words.count(row.friends, 'friend')}, {row.rewarded:,} bought, {worth}"
        pay = f" · {row.compensation}" if row.compensation else ""
        st.markdown(
            f"**{words.md(row.name)}** :{color}-badge[{row.kind}]{ended}  \n"
            f":small[:gray[{words.md(brought + pay)}]]",
            width="stretch",
        )
        if row.state == "active":
            with st.container(horizontal=True, width="content", key=f"loyalty-act-referrer-{row.id}"):
                with st.popover(words.md(row.code), icon=":material/link:"):
                    st.caption("The link for friends")
                    st.code(link_of(row.code), language=None)
                if actor.may(Permission.LOYALTY_MANAGE) and st.button(
                    "Edit", key=f"edit-referrer-{row.id}", icon=":material/edit:"
                ):
                    loyalty_referral_forms.change(row)


def _friends(actor: Actor) -> None:
    page = referrals.search(actor, Paging(_number(), PAGE_SIZE))
    if not page.items:
        st.caption("Nobody was brought yet.")
        return
    for row in page:
        _friend(row)
    _pages(page.pages)


def _friend(row: ReferralRow) -> None:
    with st.container(key=f"loyalty-line-friend-{row.id}", gap=None):
        label = words.md(f"{row.friend} ← {row.referrer}")
        navigation.link("customer", label, icon=":material/person:", id=row.contact_id)
        worth = f" · spent {words.money(row.worth, company().currency)}" if row.worth else ""
        day = words.day(row.referred_at.astimezone(words.zone()).date())
        about = f"{row.code} · {row.channel} · {day}{worth}"
        reason = f" :small[{words.md(row.reason)}]" if row.reason else ""
        st.markdown(f":{COLORS[row.state]}-badge[{row.state}]{reason} :small[:gray[{words.md(about)}]]")


def _find(actor: Actor) -> None:
    st.caption("Customers who like us best, by what they did. They recommend us because they want to.")
    found = [one for one in advocates.find(actor) if not one.kind]
    if not found:
        st.caption("Nobody yet: those who bought more than once within two years are looked at.")
    for one in found:
        _candidate(actor, one)


def _candidate(actor: Actor, one: Advocate) -> None:
    with st.container(
        horizontal=True, vertical_alignment="center", horizontal_alignment="distribute",
        key=f"loyalty-line-advocate-{one.contact_id}",
    ):  # fmt: skip
        chips = " ".join(
            f":{'red' if each.points < 0 else 'gray'}-badge[{words.md(each.text)} {each.points:+d}]"
            for each in one.reasons
        )
        company_name = f" :small[:gray[{words.md(one.company)}]]" if one.company else ""
        st.markdown(
            f":green-badge[**{one.score}**] **{words.md(one.name)}**{company_name}  \n{chips}",
            width="stretch",
        )
        if actor.may(Permission.LOYALTY_MANAGE):
            with st.container(width="content", key=f"loyalty-act-advocate-{one.contact_id}"):
                if st.button("Enrol", key=f"enrol-{one.contact_id}", icon=":material/add:"):
                    loyalty_referral_forms.enrol((one.contact_id, one.name))


def _number() -> int:
    number = st.session_state.get("p", 1)
    return number if isinstance(number, int) else 1


def _pages(pages: int) -> None:
    if pages > 1:
        most = COUNT_CAP // PAGE_SIZE
        st.pagination(min(pages, most), key="p", bind="query-params")
