"""The numbers of a campaign by variant, and the people behind whichever one is clicked."""

from typing import Any, Final

import pandas as pd
import streamlit as st

from crm_core.kernel.access import Actor, Permission
from crm_core.kernel.paging import Paging
from crm_core.marketing import follow_ups, results
from crm_core.marketing.result_types import Arm, CampaignReport
from pages.ui import contacts_state, navigation, words
from pages.ui.guard import guard
from pages.ui.session import me

COLUMNS: Final = {
    "people": "People", "sent": "Sent", "delivered": "Delivered", "opened": "Opened", "clicked": "Clicked",
    "replied": "Replied", "bounced": "Bounced", "unsubscribed": "Unsubscribed", "visited": "Visited",
    "converted": "Bought", "scanned": "Opened by machines only", "failed": "Failed", "pending": "Waiting",
    "held": "Held back", "excluded": "Left out", "sent_again": "Sent again", "opened_again": "Opened then",
    "clicked_again": "Clicked then", "unsubscribed_again": "Unsubscribed then",
}  # fmt: skip
_OF: Final = {
    **dict.fromkeys(("delivered", "opened", "clicked", "replied", "bounced", "unsubscribed"), "sent"),
    **dict.fromkeys(("visited", "converted"), "people"),
    **dict.fromkeys(("opened_again", "clicked_again", "unsubscribed_again"), "sent_again"),
}
_ALWAYS: Final = ("people", "converted")
_PAGE: Final = 25


def draw(actor: Actor, report: CampaignReport) -> None:
    """The table of numbers; a click on one lists its people."""
    st.subheader("Numbers by variant", anchor=False)
    rows = [*report.arms, report.total] if len(report.arms) > 1 else list(report.arms)
    measures = [one for one in COLUMNS if one in _ALWAYS or any(arm.counts[one] for arm in rows)]
    cells = [
        [name_of(arm), *(_cell(arm, one) for one in measures), words.money(arm.revenue, report.currency)]
        for arm in rows
    ]
    titles = ["Variant", *(COLUMNS[one] for one in measures), "Revenue"]
    event: Any = st.dataframe(
        pd.DataFrame(cells, columns=titles), hide_index=True, key=f"campaign-numbers-{report.id}",
        on_select="rerun", selection_mode="single-cell",
        column_config={name: st.column_config.Column(alignment="right") for name in titles[1:]},
        alt="; ".join(f"{name_of(arm)}: {arm.counts['converted']:,} of {arm.people:,}" for arm in rows),
    )  # fmt: skip
    st.caption(f"Click a number to see its people. Bought and revenue count for {report.window_days} days."
               if report.state != "imported" else "Click a number to see its people.")  # fmt: skip
    for position, title in event.selection.cells:
        arm, measure = rows[int(position)], _measure(str(title))
        if measure:
            _people(actor, report, arm, measure)


def name_of(arm: Arm) -> str:
    """A variant as people read it."""
    if arm.is_rest:
        return "The rest: got the winner" if arm.people else "The rest: waits for the winner"
    return "Hold-out: got nothing" if arm.is_holdout else arm.variant or "All who got it"


def _cell(arm: Arm, measure: str) -> str:
    count = arm.counts[measure]
    share = arm.share(measure, _OF[measure]) if measure in _OF else None
    return f"{count:,}" if not count or share is None else f"{count:,} · {share:.1%}"


def _measure(title: str) -> str:
    if title == "Revenue":
        return "converted"
    return next((name for name, shown in COLUMNS.items() if shown == title), "")


def _people(actor: Actor, report: CampaignReport, arm: Arm, measure: str) -> None:
    key = f"campaign-people-{measure}-{arm.variant}"
    place = st.session_state.get(f"{key}-page", 1)
    page = results.people(actor, report.id, measure, arm.variant, Paging(place, _PAGE))
    st.markdown(f"**{words.md(name_of(arm))}** · {COLUMNS[measure].lower()} · "
                f"{words.number(page.total, is_capped=page.is_capped)}")  # fmt: skip
    if not page.items:
        st.caption("Nobody.")
        return
    if actor.may(Permission.SEGMENTS_EDIT) and st.button(
        "Make a list of them", key=f"{key}-list", icon=":material/playlist_add:"
    ):
        made: list[int] = []
        with guard():
            made.append(follow_ups.make_list(me(), report.id, measure, arm.variant))
        for segment_id in made:
            navigation.open_page("segments", id=segment_id)
    cells = [
        [one.name or one.address or "Not known here", one.variant, words.when(one.sent_at),
         "yes" if one.is_converted else "", words.money(one.revenue, report.currency) if one.revenue else ""]
        for one in page
    ]  # fmt: skip
    event: Any = st.dataframe(
        pd.DataFrame(cells, columns=["Person", "Variant", "Sent", "Bought", "Revenue"]), hide_index=True,
        key=f"{key}-{place}", on_select="rerun", selection_mode="single-cell",
    )  # fmt: skip
    for position, _ in event.selection.cells:
        contact_id = page.items[int(position)].contact_id
        if contact_id:
            navigation.open_page("customer", id=contact_id)
    if page.pages > 1:
        st.pagination(contacts_state.last_page(page), key=f"{key}-page")
