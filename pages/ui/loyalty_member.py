"""One member: what there is, how it came, what expires; the card, the statement, and acts by hand."""

import streamlit as st

from crm_core.kernel.access import Actor, Permission
from crm_core.kernel.errors import CrmError
from crm_core.loyalty import member_lists, statement_pdf, till
from crm_core.loyalty.types import MemberCard
from pages.ui import loyalty_acts, loyalty_entries, navigation, words
from pages.ui.guard import guard
from pages.ui.session import me

QR_WIDTH = 160


def draw(actor: Actor, membership_id: int) -> None:
    """Everything about one member."""
    navigation.link("loyalty", "Back to members", icon=":material/arrow_back:", show="members")
    refusals: list[CrmError] = []
    card: MemberCard | None = None
    with guard(refused=refusals.append):
        card = member_lists.get(actor, membership_id)
    if card is None:
        st.header("Nothing to see here", anchor=False)
        st.write("This member does not exist, or it is not yours to see.")
        return
    _head(actor, card)
    happened, facts = st.columns([3, 2], gap="large")
    with happened:
        loyalty_entries.draw(actor, card)
    with facts:
        _expiry(card)
        _lots(actor, card)
        _tiers(actor, card)
        _card(actor, card)


def figures(card: MemberCard) -> None:
    """Balance and what can be done with it, as tiles."""
    with st.container(horizontal=True, key="member-figures"):
        st.metric("Balance", f"{card.balance:,}", border=True)
        st.metric("To spend now", f"{card.usable:,}", border=True)
        if card.pending:
            st.metric(
                "Waiting", f"{card.pending:,}", border=True, help="Until orders can no longer come back"
            )
        st.metric("Tier", card.tier or words.NOTHING, border=True)


def expiry_line(card: MemberCard) -> str:
    """When how many points expire next; empty when none do."""
    if card.expires_at is None:
        return ""
    day = words.day(card.expires_at.astimezone(words.zone()).date())
    return f"{words.count(card.expiring, 'point')} expire{'s' if card.expiring == 1 else ''} on {day}"


def _head(actor: Actor, card: MemberCard) -> None:
    title, acts = st.columns([3, 2], vertical_alignment="bottom")
    with title:
        st.header(words.md(card.name), anchor=False)
        since = words.day(card.joined_at.astimezone(words.zone()).date())
        st.caption(words.md(f"Card {card.card_number} · member since {since}"))
    with acts.container(horizontal=True, horizontal_alignment="right"):
        if actor.may(Permission.LOYALTY_ADJUST):
            loyalty_acts.buttons(card)
        if actor.may(Permission.CONTACTS_READ):
            navigation.button("customer", "Customer", icon=":material/person:", id=card.contact_id)
    figures(card)
    if card.debt:
        st.warning(f"{words.count(card.debt, 'point')} are owed from returned orders.")


def _expiry(card: MemberCard) -> None:
    if line := expiry_line(card):
        st.markdown(f":orange-badge[:material/schedule: {line}]")


def _lots(actor: Actor, card: MemberCard) -> None:
    found = member_lists.lots(actor, card.membership_id)
    if not found:
        return
    with st.container(border=True, key="member-lots", gap="small"):
        st.markdown("**Open points, next spent first**")
        for lot in found[:10]:
            ends = words.day(lot.expires_at.astimezone(words.zone()).date()) if lot.expires_at else "never"
            came = words.day(lot.earned_at.astimezone(words.zone()).date())
            st.markdown(
                f"**{lot.remaining:,}** of {lot.points:,}  \n"
                f":small[:gray[{words.md(lot.reason or 'Points')} · {came} · expires {ends}]]"
            )
        if len(found) > 10:
            st.caption(f"and {len(found) - 10:,} more")


def _tiers(actor: Actor, card: MemberCard) -> None:
    steps = member_lists.steps(actor, card.membership_id)
    if not (steps or card.tier):
        return
    with st.container(border=True, key="member-tiers", gap="small"):
        st.markdown("**Tier**")
        if card.tier:
            until = f" until {words.day(card.tier_until)}" if card.tier_until else ""
            st.markdown(f"{words.md(card.tier)}{until}  \n:small[:gray[{card.qualifying:,} counted so far]]")
        for step in steps[:8]:
            icon = ":material/trending_up:" if step.way == "rise" else ":material/trending_down:"
            day = words.day(step.changed_at.astimezone(words.zone()).date())
            after = words.md(step.after or "no tier")
            st.markdown(f":small[{icon} {words.md(step.before or 'no tier')} → {after} · {day}]")


def _card(actor: Actor, card: MemberCard) -> None:
    with st.container(border=True, key="member-card", gap="small"):
        st.markdown("**Card and statement**")
        qr(actor, card)
        with st.container(horizontal=True):
            st.download_button(
                "Statement (PDF)", lambda: statement_pdf.pdf(actor, card.membership_id)[1],
                f"statement-{card.card_number}.pdf", "application/pdf", key="statement-pdf",
                icon=":material/download:", on_click="ignore",
            )  # fmt: skip
            if actor.may(Permission.LOYALTY_REDEEM) and st.button(
                "Mail it", key="statement-mail", icon=":material/mail:"
            ):
                with guard():
                    st.toast(
                        words.md(f"The statement goes to {statement_pdf.send(me(), card.membership_id)}.")
                    )


def qr(actor: Actor, card: MemberCard) -> None:
    """The card number as a picture that scanners read."""
    with st.container(key="member-qr"):
        st.image(till.qr(actor, card.membership_id).decode(), width=QR_WIDTH, alt="The card as a QR code")
    st.code(card.card_number, language=None)
