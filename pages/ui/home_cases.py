"""Cases on the start page: those of this person by their promises, and how many are late."""

from typing import Final

import streamlit as st

from crm_core.kernel.access import Actor
from crm_core.kernel.paging import Paging
from crm_core.kernel.work import Clock
from crm_core.service import case_lists, rules
from crm_core.service.case_types import CaseQuery
from pages.ui import case_words, navigation, words
from pages.ui.unchanged import Stand

_MINE: Final = CaseQuery(tab="mine", paging=Paging(size=5))


def draw(_: Actor, stand: Stand) -> None:
    """My open cases, the nearest promise first; what to do where there is none."""
    counts = stand.kept(case_lists.counts)
    page = stand.kept(case_lists.search, _MINE)
    with st.container(border=True, gap="xsmall", key="home-cases"):
        with st.container(horizontal=True, vertical_alignment="center", horizontal_alignment="distribute"):
            late = f" :red-badge[:material/error: {counts.overdue:,} overdue]" if counts.overdue else ""
            st.markdown(f"**My cases** :gray[{words.number(page.total)}]{late}")
            navigation.link("service", "All cases", icon=":material/arrow_forward:", view="open")
        now = Clock.now()
        for row in page:
            badge = case_words.badge(case_words.promise(row, now))
            about = f"{words.md(row.subject)} :gray[· {words.md(row.contact_name)}]"
            navigation.link(
                "service",
                f"{rules.shown(row.number)} {about} {badge}",
                icon=f":material/{case_words.STATUS_ICONS[row.status]}:", case=row.id,
            )  # fmt: skip
        if not page.items:
            free = words.count(counts.unassigned, "case")
            has = "waits" if counts.unassigned == 1 else "wait"
            st.caption(
                f"You have no open case. {free} {has} for somebody: take one."
                if counts.unassigned
                else "You have no open case, and none waits for somebody."
            )
            if counts.unassigned:
                navigation.link(
                    "service", "Unassigned cases", icon=":material/front_hand:", view="unassigned"
                )
