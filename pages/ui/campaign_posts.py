"""The posts of a campaign, ready to be copied, and how often people followed their links."""

import pandas as pd
import streamlit as st

from crm_core.kernel.access import Actor
from crm_core.marketing import posts
from crm_core.marketing.posts import Posts
from pages.ui import words
from pages.ui.guard import guard


def draw(actor: Actor, campaign_id: int) -> None:
    """The words of each variant with a button to copy them, and the visits below."""
    found: list[Posts] = []
    with guard():
        found.append(posts.prepared(actor, campaign_id))
    for ready in found:
        with st.container(border=True, key="campaign-posts"):
            visits = words.count(ready.visits, "visit")
            st.markdown(f"**Posts**  \n{visits} by people so far. Copy the words as they are.")
            for one in ready.posts:
                if len(ready.posts) > 1:
                    st.caption(f"Variant {words.md(one.variant)}")
                st.code(one.text, language=None, wrap_lines=True)
            if ready.links:
                _visits(ready)


def _visits(ready: Posts) -> None:
    rows = [(one.url, one.people, one.machines) for one in ready.links]
    frame = pd.DataFrame(rows, columns=["Link", "People", "Programs"])
    st.dataframe(frame, hide_index=True, column_config={
        "Link": st.column_config.TextColumn(width="large"),
        "Programs": st.column_config.NumberColumn(help="Networks look at links before people do."),
    })  # fmt: skip
