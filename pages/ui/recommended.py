"""What to offer: on the page of a customer, of a product, and how good it is."""

import streamlit as st

from crm_core.commerce import recommendations
from crm_core.commerce.recommendations import Recommendations
from crm_core.kernel.access import Actor, Permission
from pages.ui import navigation, words
from pages.ui.unchanged import Stand


def for_contact(contact_id: int, stand: Stand) -> None:
    """Products for a customer, inside the card of purchases; nothing where nothing is sold."""
    if not stand.actor.may(Permission.PRODUCTS_READ):
        return
    found = stand.kept(recommendations.for_contact, contact_id, 4)
    if found.items:
        title = "What most people buy" if found.is_popular else "Worth offering"
        st.markdown(f"**{title}**")
        _links(found)


def together(actor: Actor, product_id: int) -> None:
    """What is bought with a product."""
    found = recommendations.bought_together(actor, product_id)
    if found.items:
        st.markdown("**Bought together**")
        _links(found)


def quality(actor: Actor) -> None:
    """How good the offers are, beside naming what everybody buys."""
    st.subheader("Offers", anchor=False)
    known = recommendations.quality(actor)
    if known is None:
        st.caption("What goes with what is learned every night. Tomorrow you see here how good it is.")
    elif known.test is None:
        st.caption(
            f"Too few customers ({known.customers:,}) bought enough to learn what goes with what. "
            f"From {recommendations.FEWEST_CUSTOMERS:,} with two products on it is tried; until then "
            "customers are offered what most people buy."
        )
    else:
        test = known.test
        ours, popular = st.columns(2)
        ours.metric("Last purchase among ten offers", f"{test.hit_rate:.1%}")
        popular.metric("… by naming what is popular", f"{test.hit_rate_popular:.1%}")
        said = "so what is popular is offered" if known.is_popular_only else "so they are offered"
        st.caption(f"Tried on {test.tried:,} customers, whose last product was hidden, {said}.")


def _links(found: Recommendations) -> None:
    for item in found.items:
        label = f"{words.md(item.name)} :gray[{words.md(item.because)}]"
        navigation.link("orders", label, icon=":material/sell:", product=item.product_id)
