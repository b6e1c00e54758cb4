"""A warning while a company is edited: one like it is here already."""

from collections.abc import Mapping, Sequence
from typing import Any, Final

import streamlit as st

from crm_core.kernel.access import Actor
from crm_core.people import accounts, comparison
from crm_core.people.types import AccountDetail, AccountHint, ContactDetail
from pages.ui import navigation, words

REASONS: Final = {"name": "same name", "website": "same website"}


def draw(actor: Actor, opened: AccountDetail | ContactDetail, typed: Mapping[str, Any]) -> None:
    """Links to companies that may be the same one, once its name or website is changed."""
    if not {"company", "website"} & set(comparison.changed(opened.values, typed)):
        return
    found = accounts.similar(actor, typed, besides=opened.id)
    if found:
        show(found)


def show(found: Sequence[AccountHint]) -> None:
    """Links to companies that may be meant, with the reasons."""
    with st.container(border=True):
        st.markdown(":orange[:material/domain:] **A company like this is here already**")
        for hint in found:
            city = f" · {words.md(hint.city)}" if hint.city else ""
            navigation.link("customer", f"{words.md(hint.name)}{city}", account=hint.id)
            st.caption(", ".join(REASONS[reason] for reason in hint.reasons))
