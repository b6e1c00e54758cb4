"""How leads are scored: which way is in use, how good it was, and the card that managers change."""

from dataclasses import replace

import pandas as pd
import streamlit as st

from crm_core.kernel.access import Actor, Permission
from crm_core.kernel.values import countries
from crm_core.sales import lead_rules, lead_scores
from crm_core.sales.lead_rules import Card
from crm_core.sales.lead_types import ModelState
from pages.ui import grid_save, words
from pages.ui.guard import guard
from pages.ui.session import me

_GROUPS = {"fit": "What the lead is", "behaviour": "What it did", "warning": "What speaks against it"}


def draw(actor: Actor) -> None:
    """The way in use, its quality, and the card."""
    _model(actor, lead_scores.state(actor))
    st.subheader("The card", anchor=False)
    st.caption(
        f"Every lead begins with {lead_rules.BASE} points. What it did loses half of its points with every "
        "half-life. The sum lies between 0 and 100."
    )
    card = lead_scores.card(actor)
    if actor.may(Permission.LEADS_MANAGE):
        _edit(card)
    else:
        st.dataframe(
            _frame(card), hide_index=True, key="card-shown", column_order=("Criterion", "Group", "Points")
        )


def _model(actor: Actor, state: ModelState) -> None:
    learned = state.in_use == "learned"
    with st.container(border=True, key="model"):
        st.markdown(f"**In use: {'learned from your history' if learned else 'the rules of the card'}**")
        if "learned" not in state.quality:
            left = max(0, state.needed - state.outcomes)
            more = f" {left} more are needed to learn from." if left else " They are learned from overnight."
            st.write(f"{words.count(state.outcomes, 'lead')} closed so far.{more}")
        else:
            _quality(state)
        may_learn = actor.may(Permission.LEADS_MANAGE) and state.outcomes >= state.needed
        if may_learn and st.button("Learn now", key="learn", icon=":material/school:"):
            with guard(rerun=True):
                lead_scores.learn(me())


def _quality(state: ModelState) -> None:
    tested, trained = state.quality["tested_on"], state.quality["trained_on"]
    st.write(
        f"Learned from {words.count(trained, 'closed lead')} and tested on the {tested} that came after. "
        "It is used only where it beats the card on both measures."
    )
    rows = [("Card", state.quality["rules"]), ("Learned", state.quality["learned"])]
    table = {
        "": [name for name, _ in rows],
        "Ranks right (AUC, 0.5 is chance)": [f"{found['auc']:.3f}" for _, found in rows],
        "Error (Brier, 0 is perfect)": [f"{found['brier']:.3f}" for _, found in rows],
    }
    st.dataframe(table, hide_index=True, key="quality")
    st.caption(f"Learned {words.when(state.fitted_at)}.")


def _frame(card: Card) -> pd.DataFrame:
    rows = [
        (each.name, each.label, _GROUPS[each.group], card.points[each.name]) for each in lead_rules.CRITERIA
    ]
    return pd.DataFrame(rows, columns=["name", "Criterion", "Group", "Points"])


def _edit(card: Card) -> None:
    most = lead_rules.LARGEST_POINTS
    edited = st.data_editor(
        _frame(card), hide_index=True, key="card-points", disabled=("Criterion", "Group"),
        column_order=("Criterion", "Group", "Points"), height="content",
        column_config={
            "Points": st.column_config.NumberColumn(min_value=-most, max_value=most, step=1, required=True)
        },
    )  # fmt: skip
    left, right = st.columns(2)
    days = left.number_input("Half-life, days", 1, 365, card.half_life_days, key="card-days")
    homes = right.text_input(
        "Countries we sell to", ", ".join(map(words.country_name, card.countries)), key="card-countries"
    )
    industries = left.text_input(
        "Industries we sell to",
        ", ".join(card.industries),
        key="card-industries",
        placeholder="Furniture, Hotels",
    )
    titles = right.text_input("Job titles that decide", ", ".join(card.titles), key="card-titles")
    if grid_save.button("Save the card", key="save-card"):
        points = dict(zip(edited["name"], map(int, edited["Points"]), strict=True))
        wanted = replace(
            card, points=points, half_life_days=int(days), countries=_codes(homes),
            industries=_listed(industries), titles=_listed(titles),
        )  # fmt: skip
        with guard(done="The card is saved. All open leads follow within minutes.", rerun=True):
            lead_scores.change_card(me(), wanted)


def _codes(text: str) -> tuple[str, ...]:
    """Countries by their names or letters; what is no country is left out."""
    found = (countries.parse(part) for part in _listed(text))
    return tuple(code for code in found if isinstance(code, str))


def _listed(text: str) -> tuple[str, ...]:
    return tuple(part.strip() for part in text.split(",") if part.strip())
