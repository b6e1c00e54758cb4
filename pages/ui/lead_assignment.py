"""Who gets new leads: rules in their order, tried on the last leads before anybody trusts them."""

import streamlit as st

from crm_core.kernel.access import Actor
from crm_core.sales import assignment
from crm_core.sales.lead_types import NewRule, RuleRow
from crm_core.team import users
from pages.ui import dialogs, words
from pages.ui.guard import guard
from pages.ui.session import me


def add_button() -> None:
    """The way to a new rule."""
    if st.button("Add rule", key="add-rule", type="primary", icon=":material/add:"):
        _edit(None)


def draw(actor: Actor) -> None:
    """The rules, and what they would have done."""
    st.caption(
        "The first rule that holds decides. Leads for which none holds stay with whoever brought them."
    )
    rows = assignment.rules(actor)
    if not rows:
        with st.container(border=True, horizontal_alignment="center", key="no-rules"):
            st.markdown("**No rules yet.** Leads from forms belong to nobody until somebody accepts them.")
            if st.button("Add the first rule", key="add-first-rule", type="primary"):
                _edit(None)
        return
    for place, row in enumerate(rows):
        _line(rows, place, row)
    if st.button("Try on the last 20 leads", key="try-rules", icon=":material/science:"):
        _try(actor)


def _line(rows: list[RuleRow], place: int, row: RuleRow) -> None:
    with st.container(border=True, horizontal=True, vertical_alignment="center", key=f"rule-line-{row.id}"):
        with st.container(gap=None, width="stretch"):
            off = "" if row.is_active else " :gray-badge[off]"
            st.markdown(f"**{words.md(row.name)}**{off}  \n:gray[{words.md(row.rule or 'all leads')}]")
            people = words.joined([words.md(name) for name in row.people])
            last = f" · last {words.md(row.last)}" if row.last and row.method == "turns" else ""
            st.markdown(f":small[{assignment.METHODS[row.method]}: {people}{last}]")
        if place and st.button("", key=f"up-{row.id}", icon=":material/arrow_upward:", help="Ask earlier"):
            order = [each.id for each in rows]
            order[place - 1], order[place] = order[place], order[place - 1]
            with guard(rerun=True):
                assignment.reorder(me(), order)
        if st.button("Edit", key=f"edit-{row.id}", icon=":material/edit:"):
            _edit(row)
        if st.button("", key=f"remove-{row.id}", icon=":material/delete:", help="Remove"):
            dialogs.confirm(
                f"Remove the rule “{row.name}”?", "Leads keep the owners that they have.", "Remove",
                lambda: assignment.remove(me(), row.id), done=f"“{row.name}” is removed.",
            )  # fmt: skip


@st.dialog("Rule of assignment", width="large")
def _edit(row: RuleRow | None) -> None:
    now = row or RuleRow(0, "", 0, "", "turns", (), (), "", True)
    key, people = f"rule-{now.id}", dict(users.choices(me()))
    name = st.text_input("Name", now.name, key=f"{key}-name", max_chars=120, placeholder="DACH")
    line = st.text_input(
        "Which leads", now.rule, key=f"{key}-rule", placeholder="country is_any_of (DE, AT, CH)",
        help="A rule as in the lists of contacts; empty means all leads.",
    )  # fmt: skip
    method = st.radio(
        "Who gets them", list(assignment.METHODS), index=list(assignment.METHODS).index(now.method),
        format_func=lambda one: words.sentence(assignment.METHODS[one]), key=f"{key}-method",
    )  # fmt: skip
    chosen = st.multiselect(
        "People", list(people), default=[one for one in now.user_ids if one in people],
        format_func=people.__getitem__, key=f"{key}-people",
    )  # fmt: skip
    is_active = st.toggle("In use", value=now.is_active, key=f"{key}-active")
    with st.container(horizontal=True, horizontal_alignment="right"):
        if st.button("Cancel", key=f"{key}-cancel"):
            st.rerun()
        if st.button("Save", key=f"{key}-save", type="primary"):
            new = NewRule(name, line, method or "", chosen, is_active)
            with guard(done=f"“{name}” is saved.", rerun=True):
                if row is None:
                    assignment.add(me(), new)
                else:
                    assignment.change(me(), row.id, new)


def _try(actor: Actor) -> None:
    found = assignment.try_out(actor)
    if not found:
        st.info("There are no leads to try the rules on yet.", icon=":material/info:")
        return
    cells = {
        "Lead": [one.name for one in found],
        "Rule": [one.rule or "none holds" for one in found],
        "Would go to": [one.owner or "nobody" for one in found],
    }
    st.dataframe(cells, hide_index=True, key="tried")
