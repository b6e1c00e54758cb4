"""The last look before a campaign goes: audience, left out and why, what is unwise, cost, and when."""

from datetime import datetime, timedelta

import streamlit as st

from crm_core.kernel.access import Actor, Permission
from crm_core.kernel.work import Clock
from crm_core.marketing import campaigns
from crm_core.marketing.campaign_rules import REST
from crm_core.marketing.campaign_types import REASONS, CampaignDetail, Review
from pages.ui import campaign_delivery, dialogs, words
from pages.ui.guard import guard
from pages.ui.session import me

_HOUR = 60


def draw(actor: Actor, one: CampaignDetail) -> None:
    """Everything once more, and the button that sends."""
    found: list[Review] = []
    with guard():
        found.append(campaigns.review(actor, one.id))
    for review in found:
        left, right = st.columns(2)
        with left.container(border=True):
            campaign_delivery.numbers(review.audience)
            for name, people in review.audience.by_variant.items():
                who = "The rest, who wait for the winner" if name == REST else f"Variant {words.md(name)}"
                st.caption(f"{who}: {words.count(people, 'person', 'people')}")
        with right.container(border=True):
            cost, duration = st.columns(2)
            cost.metric("Cost", words.money(review.cost, one.currency))
            duration.metric("Takes about", _duration(review.minutes))
            for name, findings in review.findings.items():
                for each in findings:
                    if each.level == "warning":
                        st.caption(f":material/warning: Variant {words.md(name)}: {words.md(each.sentence)}")
            if review.links.sentence:
                sign = "link_off" if review.links.broken else "link"
                st.caption(f":material/{sign}: {words.md(review.links.sentence)}")
        for sentence in review.hindrances:
            st.error(words.md(sentence), icon=":material/error:")
        if not actor.may(Permission.CAMPAIGNS_SEND):
            st.info("Sending needs a manager or an administrator. Tell one of them that this draft is ready.")
        elif not review.hindrances:
            _send(one, review)


def _send(one: CampaignDetail, review: Review) -> None:
    when = st.segmented_control("When", ["Now", "Later"], default="Now", required=True, key="send-when")
    at = None
    if when == "Later":
        day, clock = st.columns(2)
        usual = Clock.now().astimezone(words.zone()) + timedelta(hours=1)
        chosen = day.date_input("Day", usual.date(), key="send-day")
        hour = clock.time_input(
            "Time", usual.time().replace(minute=0, second=0, microsecond=0), key="send-time"
        )
        at = datetime.combine(chosen, hour, words.zone())
    people = words.count(review.audience.count, "person", "people")
    label = f"Send to {people}" if at is None else f"Schedule for {people}"
    if st.button(label, key="send-campaign", type="primary", icon=":material/send:"):
        is_past = at is not None and at < Clock.now()
        late = " Its time is over, so it goes at once." if is_past else ""
        dialogs.confirm(
            f"Send “{one.name}” to {people}?",
            f"{words.number(review.audience.held)} are held back, {_left_out(review)}. It costs "
            f"{words.money(review.cost, one.currency)}. What left cannot be called back.{late}",
            "Send it", lambda: _act(one, at), done="The campaign is on its way.",
        )  # fmt: skip


def _left_out(review: Review) -> str:
    """How many are left out, and why; the weightiest reasons first."""
    total = f"{words.number(review.audience.left_out)} left out"
    reasons = [
        f"{words.number(many)} {REASONS.get(why, why)}" for why, many in review.audience.excluded.items()
    ]
    return f"{total} ({', '.join(reasons)})" if reasons else total


def _act(one: CampaignDetail, at: datetime | None) -> None:
    # A time that is over was said in the question that was just answered.
    campaigns.send(me(), one.id, at, version=one.version, even_if_overdue=True)


def _duration(minutes: int) -> str:
    if not minutes:
        return "Moments"
    return (
        words.count(minutes, "minute") if minutes < 2 * _HOUR else words.count(round(minutes / _HOUR), "hour")
    )
