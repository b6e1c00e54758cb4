"""One campaign: the steps of a draft, or where its messages stand and what came of them."""

import streamlit as st

from crm_core.kernel.access import Actor, Permission
from crm_core.marketing import campaigns
from crm_core.marketing.campaign_channels import CHANNELS
from crm_core.marketing.campaign_types import CampaignDetail
from pages.ui import (
    campaign_delivery,
    campaign_message,
    campaign_progress,
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
    return (
        f"{words.sentence(one.state)}{' · ' + words.when(when) if when else ''} · {CHANNELS[one.channel].by}"
    )


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
        campaign_results.draw(actor, one.id)
    elif part == "message":
        campaign_message.shown(actor, one)
    else:
        campaign_progress.draw(actor, one)


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
