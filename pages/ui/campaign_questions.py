"""What a campaign asks people on its way: is it too late, too dear, which variant wins, what is unclear."""

from datetime import datetime, timedelta

import streamlit as st

from crm_core.kernel.access import Actor, Permission
from crm_core.kernel.paging import Paging
from crm_core.kernel.work import Clock
from crm_core.marketing import ab_tests, campaigns, schedules, unclear
from crm_core.marketing.ab_tests import Standing
from crm_core.marketing.campaign_types import CampaignDetail, RecipientRow
from pages.ui import dialogs, navigation, words
from pages.ui.guard import guard
from pages.ui.session import me

_LISTED = 50
_SHOWN = 10


def draw(actor: Actor, one: CampaignDetail) -> None:
    """Every open question in a box of its own; nothing where there is none."""
    if one.is_overdue:
        _overdue(actor, one)
    if one.is_over_budget:
        _budget(one)
    test = ab_tests.standing(actor, one.id)
    if test is not None:
        _test(actor, one, test)
    if one.figures.get("unclear"):
        _unclear(actor, one)


def _overdue(actor: Actor, one: CampaignDetail) -> None:
    what = "missed its time" if one.started_at is None else "stood still for long"
    with st.container(border=True, key="campaign-overdue"):
        st.markdown(f":material/schedule: **This campaign {what}.** Does it still make sense? Go on with it, "
                    "choose another time, or cancel it.")  # fmt: skip
        if one.started_at is not None or not actor.may(Permission.CAMPAIGNS_SEND):
            return
        usual = Clock.now().astimezone(words.zone()) + timedelta(days=1)
        day, clock, act = st.columns([2, 2, 1], vertical_alignment="bottom")
        chosen = day.date_input("Day", usual.date(), key="new-day")
        hour = clock.time_input(
            "Time", usual.time().replace(minute=0, second=0, microsecond=0), key="new-time"
        )
        if act.button("Reschedule", key="reschedule", width="stretch"):
            with guard(done="The campaign waits for its new time.", rerun=True):
                schedules.reschedule(me(), one.id, datetime.combine(chosen, hour, words.zone()))


def _budget(one: CampaignDetail) -> None:
    budget = words.money(one.budget or 0, one.currency)
    with st.container(border=True, key="campaign-budget"):
        st.markdown(
            f":material/payments: **The budget of {words.md(budget)} is spent.** *Go on* sends the others "
            "all the same, at what they cost; *Cancel* leaves them out."
        )


def _test(actor: Actor, one: CampaignDetail, test: Standing) -> None:
    rest = words.count(test.waiting, "person", "people")
    with st.container(border=True, key="campaign-test"):
        if test.winner:
            st.markdown(
                f":material/trophy: The rest got **{words.md(test.winner)}**, the winner of the test."
            )
            return
        st.markdown(f":material/science: **{words.count(test.tested, 'person', 'people')} try the variants; "
                    f"{rest} wait for the winner.** {words.md(test.verdict.sentence)}")  # fmt: skip
        if test.leaving:
            st.caption(f"{words.count(test.leaving, 'message')} of the test still have to leave.")
        elif test.decides_at is not None:
            st.caption(f"Whoever leads then goes out by itself: {words.when(test.decides_at)}.")
        if one.state not in ("sending", "paused") or not actor.may(Permission.CAMPAIGNS_SEND):
            return
        with st.container(horizontal=True):
            for variant in one.variants:
                wins = variant.name == test.verdict.winner
                if st.button(
                    f"Send {variant.name} to the rest", key=f"win-{variant.name}",
                    type="primary" if wins else "secondary",
                ):  # fmt: skip
                    dialogs.confirm(
                        f"Send “{variant.name}” to {rest}?",
                        f"{test.verdict.sentence} What left cannot be called back.", "Send it",
                        lambda name=variant.name: ab_tests.send_winner(me(), one.id, name),  # type: ignore[misc]
                        done="The winner is on its way.",
                    )  # fmt: skip


def _unclear(actor: Actor, one: CampaignDetail) -> None:
    count = unclear.count(actor, one.id)
    if not count:
        return
    messages = words.count(count, "message is", "messages are")
    with st.container(border=True, key="campaign-unclear"):
        st.markdown(f":material/help: **{messages} unclear.** The connection broke while they left: they may "
                    "have arrived. Nothing is sent again by itself.")  # fmt: skip
        found = campaigns.recipients(actor, one.id, ("unclear",), paging=Paging(size=_LISTED))
        open_ones = [row for row in found if row.reason != unclear.LEFT]
        for row in open_ones[:_SHOWN]:
            _unclear_row(actor, one, row)
        if count > _SHOWN:
            st.caption(f"And {count - _SHOWN:,} more.")
        if actor.may(Permission.CAMPAIGNS_SEND):
            with st.container(horizontal=True):
                if st.button("Send all again", key="unclear-again"):
                    _ask(one, words.count(count, "unclear message"), ())
                if st.button("Leave all as they are", key="unclear-leave"):
                    with guard(done="They stay as they are.", rerun=True):
                        unclear.leave(me(), one.id)


def _unclear_row(actor: Actor, one: CampaignDetail, row: RecipientRow) -> None:
    with st.container(horizontal=True, vertical_alignment="center"):
        with st.container(width="stretch", gap=None):
            navigation.link(
                "customer", words.md(row.name or row.address), icon=":material/person:", id=row.contact_id
            )
            st.caption(words.md(row.reason))
        if actor.may(Permission.CAMPAIGNS_SEND):
            if st.button("Send again", key=f"again-{row.id}", type="tertiary"):
                _ask(one, f"the message to {row.name or row.address}", (row.id,))
            if st.button("Leave it", key=f"leave-{row.id}", type="tertiary"):
                with guard(done="It stays as it is.", rerun=True):
                    unclear.leave(me(), one.id, (row.id,))


def _ask(one: CampaignDetail, what: str, recipient_ids: tuple[int, ...]) -> None:
    dialogs.confirm(
        f"Send {what} again?", "Whoever got the first one gets it twice. It is noted who decided this.",
        "Send again", lambda: unclear.send_again(me(), one.id, recipient_ids), done="It is on its way again.",
    )  # fmt: skip
