"""What today brings, on the start page."""

import streamlit as st

from crm_core.activity import task_lists
from crm_core.kernel.access import Actor, Permission
from pages.ui import navigation, task_words, words
from pages.ui.unchanged import Stand

SHOWN = 4


def draw(actor: Actor, stand: Stand) -> None:
    """The first things to do, with the way to all of them; nothing for those who have nothing to do."""
    if actor.id is None or not actor.may(Permission.TASKS_READ):
        return
    page = stand.kept(task_lists.until_today, SHOWN)
    if not page.total:
        return
    with st.container(border=True, gap="xsmall", key="home-tasks"):
        with st.container(horizontal=True, vertical_alignment="center", horizontal_alignment="distribute"):
            st.markdown(f"**Today** :gray[{words.count(page.total, 'task')}]")
            navigation.link("tasks", "My day", icon=":material/arrow_forward:")
        for row in page:
            about = f" · {words.md(row.contact_name)}" if row.contact_name else ""
            is_late = row.due_on is not None and row.due_on < words.today()
            when = f":red[{task_words.due(row)}]" if is_late else f":gray[{task_words.due(row)}]"
            st.markdown(f"{task_words.title(row)} :small[{when}:gray[{about}]]")
