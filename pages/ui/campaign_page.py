"""One campaign: the steps of a draft, or where its messages stand and what came of them."""

import streamlit as st

from crm_core.kernel.access import Actor, Permission
from crm_core.kernel.paging import Paging
from crm_core.marketing import campaigns
from crm_core.marketing.campaign_types import REASONS, CampaignDetail
from pages.ui import (
    campaign_delivery,
    campaign_message,
    campaign_results,
    campaign_review,
    dialogs,
    navigation,
    words,
)
from pages.ui.guard import guard
from pages.ui.session import me

STEPS = {"audience": "1 Audience", "message": "2 Message", "delivery": "3 Delivery", "review": "4 Review"}
PARTS = {"progress": "Progress", "results": "Results", "message": "Message"}
NOT_COUNTED = (
    "Opens and clicks are not counted: messages carry no picture and no changed link that would tell on "
    "their reader. Purchases are counted, and whoever unsubscribes."
)
_SHOWN = ("sent", "pending", "sending", "unclear", "failed", "excluded", "held")


def draw(actor: Actor, campaign_id: int) -> None:
    """The campaign with this number."""
    navigation.link("campaigns", "All campaigns", icon=":material/arrow_back:")
    found: list[CampaignDetail] = []
    with guard():
        found.append(campaigns.get(actor, campaign_id))
    for one in found:
        title, acts = st.columns([3, 2], vertical_alignment="center")
        title.header(words.md(one.name), anchor=False)
        title.caption(_about(one))
        with acts.container(horizontal=True, horizontal_alignment="right"):
            _acts(actor, one)
        if one.state == "draft" and actor.may(Permission.CAMPAIGNS_WRITE):
            _steps(actor, one)
        else:
            _parts(actor, one)


def _about(one: CampaignDetail) -> str:
    when = one.finished_at or one.started_at or one.scheduled_at
    return f"{words.sentence(one.state)}{' · ' + words.when(when) if when else ''} · by e-mail"


def _steps(actor: Actor, one: CampaignDetail) -> None:
    step = st.segmented_control(
        "Step", list(STEPS), default="audience", required=True, format_func=STEPS.__getitem__, key="step",
        bind="query-params", label_visibility="collapsed",
    )  # fmt: skip
    if step == "message":
        campaign_message.draw(actor, one)
    elif step == "delivery":
        campaign_delivery.draw(one)
    elif step == "review":
        campaign_review.draw(actor, one)
    else:
        campaign_delivery.audience(actor, one)


def _parts(actor: Actor, one: CampaignDetail) -> None:
    part = st.segmented_control(
        "Part", list(PARTS), default="progress", required=True, format_func=PARTS.__getitem__, key="part",
        bind="query-params", label_visibility="collapsed",
    )  # fmt: skip
    if part == "results":
        st.caption(NOT_COUNTED)
        campaign_results.draw(actor, one.id)
    elif part == "message":
        campaign_message.shown(actor, one)
    else:
        _progress(actor, one)


def _progress(actor: Actor, one: CampaignDetail) -> None:
    if one.is_overdue:
        st.warning("This campaign missed its time and waits. Go on with it, or cancel it.")
    to_send = sum(one.figures.get(name, 0) for name in _SHOWN[:5])
    done = to_send - one.figures.get("pending", 0) - one.figures.get("sending", 0)
    if to_send:
        st.progress(done / to_send, f"{done:,} of {to_send:,} messages")
    places = st.columns(5)
    names = {"sent": "Sent", "held": "Held back", "excluded": "Left out", "failed": "Failed",
             "unclear": "Unclear"}  # fmt: skip
    for place, (name, label) in zip(places, names.items(), strict=True):
        place.metric(label, words.number(one.figures.get(name, 0)))
    st.caption(NOT_COUNTED)
    if one.figures.get("unclear"):
        st.caption("Unclear: the connection broke while the message left. It is not sent again by itself.")
    if one.started_at is None:
        return
    state = st.selectbox("People", _SHOWN, format_func=words.sentence, key="people-state")
    page = campaigns.recipients(
        actor, one.id, (state,), paging=Paging(st.session_state.get("people-page", 1), 25)
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


def _acts(actor: Actor, one: CampaignDetail) -> None:
    if one.state == "draft" and actor.may(Permission.CAMPAIGNS_WRITE):
        if st.button("Delete", key="delete-campaign", icon=":material/delete:"):
            dialogs.confirm(
                f"Delete “{one.name}”?", "The draft is gone for good.", "Delete", lambda: _delete(one.id),
                done="The draft is deleted.",
            )  # fmt: skip
        return
    if not actor.may(Permission.CAMPAIGNS_SEND):
        return
    if one.state == "sending" and st.button("Pause", key="pause-campaign", icon=":material/pause:"):
        with guard(done="The campaign pauses.", rerun=True):
            campaigns.pause(me(), one.id)
    if one.state == "paused" and st.button("Go on", key="resume-campaign", icon=":material/play_arrow:"):
        with guard(done="The campaign goes on.", rerun=True):
            campaigns.resume(me(), one.id)
    if one.state in ("scheduled", "sending", "paused") and st.button("Cancel", key="cancel-campaign"):
        dialogs.confirm(
            f"Cancel “{one.name}”?", "Whoever waits for it gets nothing. This cannot be taken back."
            if one.started_at else "It becomes a draft again.", "Cancel the campaign",
            lambda: campaigns.cancel(me(), one.id), done="The campaign is cancelled.",
        )  # fmt: skip


def _delete(campaign_id: int) -> None:
    campaigns.delete(me(), campaign_id)
    st.query_params.clear()
