"""The start page: how things stand, what happened lately, and the first steps while there is nothing yet."""

from collections.abc import Sequence

import streamlit as st

from crm_core.activity.types import Entry
from crm_core.insights import kept_answers, kpis
from crm_core.insights.kpis import Count, HomeNumbers
from crm_core.kernel.access import Actor, Permission
from crm_core.kernel.work import Clock
from pages.ui import (
    first_steps,
    home_blocks,
    lifecycle_chart,
    navigation,
    next_actions,
    own_boards,
    unchanged,
    words,
)
from pages.ui.admin_company import ask_to_remove_sample
from pages.ui.contacts_state import PILLS
from pages.ui.fragments import secured
from pages.ui.session import me, require

REFRESH_SECONDS = 30
SHOWN_ENTRIES = 8


def head(actor: Actor) -> None:
    """The greeting, and what people come here to do."""
    hello, acts = st.columns([3, 2], vertical_alignment="bottom")
    with hello.container(gap=None):
        st.header(words.md(words.greeting(actor.name)), anchor=False)
        st.caption(f"{words.today():%A}, {words.day(words.today())}")
    with acts.container(horizontal=True, horizontal_alignment="right"):
        if actor.may(Permission.CONTACTS_EDIT):
            navigation.button("contacts", "Add a contact", icon=":material/person_add:", new=1)
        if navigation.can_open(actor, "imports"):
            navigation.button("imports", "Import", icon=":material/upload_file:")
        home_blocks.customise(actor)


def sample_notice(actor: Actor, now: HomeNumbers) -> None:
    """Made-up customers are marked as such, with the way to be rid of them."""
    beside = " beside your own" if now.has_contacts or now.has_interactions else ""
    with st.container(border=True, horizontal=True, vertical_alignment="center", key="sample-notice"):
        st.markdown(f":material/science: You are looking at **sample data**{beside}.", width="stretch")
        if actor.may(Permission.SAMPLE_MANAGE) and st.button("Remove sample data", key="remove-sample"):
            ask_to_remove_sample()


@secured(Permission.KPIS_READ, run_every=REFRESH_SECONDS)
def numbers() -> HomeNumbers:
    """The tiles, the stages and what happened lately; drawn anew by themselves."""
    with kept_answers.patient():
        return _drawn(me())


def _drawn(actor: Actor) -> HomeNumbers:
    stand = unchanged.look(actor)
    now, lately_seen = stand.kept(kpis.start_page, SHOWN_ENTRIES)
    first_steps.draw(actor, now)
    for name in home_blocks.shown(actor):
        draw = home_blocks.BLOCKS[name].draw
        if draw is not None:
            draw(actor, stand)
        elif name == home_blocks.COUNTS:
            tiles(actor, now)
        else:
            stages_and_lately(now, lately_seen)
    st.caption(f"As of {Clock.now().astimezone(words.zone()):%H:%M:%S}; drawn anew by itself.")
    return now


def stages_and_lately(now: HomeNumbers, entries: Sequence[Entry]) -> None:
    """Where contacts stand, beside what happened."""
    stages, lately = st.columns([2, 3], gap="medium")
    with stages.container(border=True, height="stretch"):
        st.markdown("**Contacts by stage**")
        lifecycle_chart.draw(now.by_lifecycle)
    with lately.container(border=True, height="stretch"):
        st.markdown("**Lately**")
        recent(entries)


def tiles(actor: Actor, now: HomeNumbers) -> None:
    """Four numbers, each with the way to its rows."""
    since = f"since Monday, {words.day(now.week_began_on)}."
    whose = "of everybody" if actor.scope.is_everything else "within your reach"
    # A note is written about somebody without being in touch, so the list may be shorter than the number.
    touched = f"Notes, calls, meetings, messages {since} The link lists the contacts who were in touch."
    shown: tuple[tuple[str, Count, str, str, dict[str, str]], ...] = (
        ("Contacts", Count(now.contacts), f"All contacts {whose}.", "See them", {}),
        ("Companies", now.companies, f"All companies {whose}.", "See them", {"show": "Companies"}),
        ("New this week", now.new_contacts, f"Contacts added {since}", "See them", {"pill": PILLS["new"]}),
        ("Touchpoints this week", now.interactions, touched, "With whom", {"pill": PILLS["touched"]}),
    )
    with st.container(key="tiles"):
        places = st.columns(4)
    for place, (label, count, help_text, way, query) in zip(places, shown, strict=True):
        with place.container(border=True, height="stretch", gap=None):
            st.metric(label, words.number(count.value, is_capped=count.is_capped), help=help_text)
            navigation.link("contacts", way, icon=":material/arrow_forward:", **query)


def recent(entries: Sequence[Entry]) -> None:
    """One line an event, with the way to the customer."""
    for entry in entries:
        subject = f": {words.md(entry.subject)}" if entry.subject else ""
        line = f"{words.md(entry.actor)} {words.md(entry.sentence)}{subject}"
        with st.container(horizontal=True, wrap=False, vertical_alignment="center", gap="small"):
            st.markdown(f"{line}  \n:small[:gray[{words.ago(entry.happened_at)}]]", width="stretch")
            if entry.contact_id is not None and entry.about:
                navigation.link(
                    "customer", words.md(entry.about), icon=":material/person:", id=entry.contact_id
                )
    if not entries:
        st.caption("Nothing yet. Notes, calls, meetings and changes will stand here as your team works.")


user = require(Permission.KPIS_READ)
next_actions.follow()
head(user)
above = st.container()
seen = numbers()
own_boards.on_home(user)
# Outside of what is drawn anew by itself: that would close the question of the button.
if seen is not None and seen.has_sample:
    with above:
        sample_notice(user, seen)
