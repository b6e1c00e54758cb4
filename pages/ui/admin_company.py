"""Admin: what is true for the whole company, and the sample data."""

from dataclasses import replace

import streamlit as st

from crm_core.data import sample
from crm_core.kernel.access import Actor, Permission
from crm_core.team import company as companies
from pages.ui.company_form import ask_settings
from pages.ui.dialogs import confirm
from pages.ui.guard import guard
from pages.ui.session import me


def draw(actor: Actor) -> None:
    """The settings, then the sample company."""
    with st.container(border=True, width=620):
        now = companies.company()
        name = st.text_input("Company name", now.name, key="company.name")
        address = st.text_area(
            "Postal address", now.address, key="company.address", height=100,
            help="Stands at the end of messages to many people, as the law of most countries asks.",
        )  # fmt: skip
        wanted = ask_settings(replace(now, name=name or "", address=address or ""), key="company")
        if st.button("Save", key="save-company", type="primary", disabled=wanted == now):
            with guard(done="The company settings are saved.", rerun=True):
                companies.change_company(actor, wanted)
    if actor.may(Permission.SAMPLE_MANAGE):
        _sample(actor)


def _sample(actor: Actor) -> None:
    with st.container(border=True, width=620):
        st.markdown("**Sample company**")
        if sample.is_loaded(actor):
            st.caption("Made-up customers are here beside your own. They are marked and go away together.")
            if st.button("Remove sample data", key="remove-sample", icon=":material/delete_sweep:"):
                ask_to_remove_sample()
        else:
            st.caption(
                "Some hundred made-up customers to look around with. You can remove them in one click."
            )
            if st.button("Load the sample company", key="load-sample", icon=":material/science:"):
                load_sample(actor)


def load_sample(actor: Actor) -> None:
    """Add the made-up customers and say so."""
    with st.spinner("Making up a company …"), guard(done="The sample company is loaded.", rerun=True):
        sample.load(actor)


def ask_to_remove_sample() -> None:
    """Ask, then take the made-up customers away."""
    confirm(
        "Remove the sample data?",
        "All made-up customers go, with what was written about them. Your own records stay.",
        "Remove sample data", lambda: sample.remove(me()), done="The sample data is gone.",
    )  # fmt: skip
