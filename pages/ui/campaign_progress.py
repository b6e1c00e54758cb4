"""Where the messages of a campaign stand, and what there is to do: lists to take away, a second message."""

import streamlit as st

from crm_core.data import campaign_lists
from crm_core.kernel.access import Actor, Permission
from crm_core.kernel.paging import Paging
from crm_core.marketing import campaigns, follow_ups
from crm_core.marketing.budgets import WARNED_AT
from crm_core.marketing.campaign_types import REASONS, CampaignDetail
from pages.ui import campaign_posts, campaign_questions, dialogs, navigation, words
from pages.ui.campaign_results import STYLE
from pages.ui.guard import guard
from pages.ui.session import me

SHOWN = ("sent", "pending", "sending", "unclear", "failed", "excluded", "held")
_PAGE = 25
_DONE_BY = {
    "call": "Every call is a task of whoever owns the contact.",
    "post": "Download the addresses with the letter for each, and write them.",
    "social": "Download the profiles with the text for each, and write to them.",
}


def draw(actor: Actor, one: CampaignDetail) -> None:
    """Progress, figures, what is to be done, and the people."""
    campaign_questions.draw(actor, one)
    to_send = sum(one.figures.get(name, 0) for name in SHOWN[:5])
    done = to_send - one.figures.get("pending", 0) - one.figures.get("sending", 0)
    if to_send:
        st.progress(
            done / to_send, f"{done:,} of {to_send:,} {'people' if one.channel in _DONE_BY else 'messages'}"
        )
    if one.started_at is None:
        return
    st.html(STYLE)
    with st.container(key="campaign-tiles"):
        places = st.columns(5)
    names = {
        "sent": "Handed over" if one.channel in _DONE_BY else "Sent", "held": "Held back",
        "excluded": "Left out", "failed": "Failed", "unclear": "Unclear",
    }  # fmt: skip
    for place, (name, label) in zip(places, names.items(), strict=True):
        place.metric(label, words.number(one.figures.get(name, 0)))
    _spent(one)
    if one.channel == "social":
        campaign_posts.draw(actor, one.id)
    if one.channel in _DONE_BY:
        _hand_out(actor, one)
    elif one.channel == "email" and one.state == "done" and actor.may(Permission.CAMPAIGNS_SEND):
        _again(actor, one)
    _people(actor, one)


def _spent(one: CampaignDetail) -> None:
    """What it costs so far, where there is a budget."""
    if not one.budget:
        return
    left = sum(one.figures.get(name, 0) for name in ("sent", "unclear", "sending"))
    spent = one.cost + one.cost_each * left
    told = f"{words.money(spent, one.currency)} of {words.money(one.budget, one.currency)} are spent"
    if spent * 100 >= one.budget * WARNED_AT:
        st.caption(f":orange[:material/payments: {words.md(told)}: {spent * 100 // one.budget} %.]")
    else:
        st.caption(words.md(f"{told}."))


def _hand_out(actor: Actor, one: CampaignDetail) -> None:
    with st.container(border=True, key="campaign-hand-out"):
        st.markdown(_DONE_BY[one.channel])
        if one.channel == "call":
            navigation.link("tasks", "Look at the tasks", icon=":material/task_alt:")
        elif not actor.may(Permission.CONTACTS_EXPORT):
            st.caption("Your role includes no downloads of addresses. Ask a manager or an administrator.")
        elif st.button("Make the file", key="make-list-file", icon=":material/download:"):
            with guard():
                made = campaign_lists.create(me(), one.id)
                st.link_button(
                    f"Download ({words.number(made.row_count)} rows)", made.url, type="primary",
                    icon=":material/download:",
                )  # fmt: skip
                st.caption("The file lies here for a day, for you alone.")


def _again(actor: Actor, one: CampaignDetail) -> None:
    if one.is_sent_again:
        st.caption("Those who did not open it got it a second time, under another subject.")
        return
    with st.expander("Send it again to those who did not open it", icon=":material/forward_to_inbox:"):
        subject = st.text_input("Another subject", key="again-subject", max_chars=500)
        days = st.number_input("They got it at least so many days ago", 0, follow_ups.MOST_DAYS,
                               follow_ups.USUAL_DAYS, key="again-days")  # fmt: skip
        count = follow_ups.count_again(actor, one.id, int(days))
        people = words.count(count, "person", "people")
        st.caption(
            f"{people} would get it: they opened nothing, still agree, and are not held back. Opens by "
            "programs do not count."
        )
        with st.container(horizontal=True):
            if st.button(f"Send to {people}", key="send-again", disabled=not count):
                dialogs.confirm(
                    f"Send “{one.name}” again to {people}?",
                    f"The subject is “{subject}”. There is no third time. What left cannot be called back.",
                    "Send it again", lambda: follow_ups.send_again(me(), one.id, subject, int(days)),
                    done="The second message is on its way.",
                )  # fmt: skip
            if actor.may(Permission.SEGMENTS_EDIT) and st.button(
                "Make a list of them", key="list-not-opened", icon=":material/playlist_add:"
            ):
                made: list[int] = []
                with guard():
                    made.append(follow_ups.make_list(me(), one.id, follow_ups.NOT_OPENED))
                for segment_id in made:
                    navigation.open_page("segments", id=segment_id)


def _people(actor: Actor, one: CampaignDetail) -> None:
    state = st.selectbox("People", SHOWN, format_func=words.sentence, key="people-state")
    page = campaigns.recipients(
        actor, one.id, (state,), paging=Paging(st.session_state.get("people-page", 1), _PAGE)
    )
    for row in page:
        who, what = st.columns([2, 3])
        with who:
            navigation.link(
                "customer", words.md(row.name or row.address), icon=":material/person:", id=row.contact_id
            )
        why = REASONS.get(row.reason, row.reason)
        what.caption(words.md(" · ".join(part for part in (row.address, row.variant, why) if part)))
    if page.pages > 1:
        st.pagination(page.pages, key="people-page")
    if not page.items:
        st.caption("Nobody whom you may see.")
