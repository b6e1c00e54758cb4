"""A segment is made or changed: by clicks or as a line, with a count and a few people while one builds."""

from dataclasses import dataclass, field

import streamlit as st

from crm_core.kernel.access import Permission
from crm_core.kernel.errors import CrmError
from crm_core.marketing import personas, rule_text, rule_words, segments
from crm_core.marketing.rules import Rule
from crm_core.marketing.segment_types import NewSegment, SegmentRow
from crm_core.people import custom_fields
from pages.ui import navigation, rule_builder, words
from pages.ui.fragments import secured
from pages.ui.guard import flash, guard
from pages.ui.rule_nodes import Node, draft_of, next_number
from pages.ui.session import me

DRAFT = "segments.draft"
WAYS = {"clicks": "By clicks", "line": "As a line", "list": "Static list"}


@dataclass
class Draft:
    """A segment while it is edited; ``round`` keeps the widgets of two drafts apart."""

    round: int
    root: Node
    there: SegmentRow | None = None
    line: str = ""
    way: str = "clicks"
    portrait: dict[str, str] = field(default_factory=dict)


def begin(there: SegmentRow | None) -> None:
    """Open the editor for a new segment, or for one that is there."""
    draft = Draft(next_number(), draft_of(None), there)
    if there is not None:
        draft.way, draft.line, draft.portrait = "clicks", there.rule, dict(there.portrait)
        if there.is_static:
            draft.way = "list"
        else:
            draft.root = draft_of(segments.rule_of(me(), there.id))
    st.session_state[DRAFT] = draft
    _open("Change segment" if there else "New segment")


def _open(title: str) -> None:
    @st.dialog(title, width="large")
    def ask() -> None:
        _edit()

    ask()


@secured(Permission.SEGMENTS_EDIT)
def _edit() -> None:
    draft: Draft = st.session_state[DRAFT]
    there, key = draft.there, draft.round
    name = st.text_input("Name", there.name if there else "", max_chars=120, key=f"segment-name-{key}")
    about = st.text_input("Description", there.description if there else "", key=f"segment-about-{key}")
    ways = [way for way in WAYS if there is None or (way == "list") == there.is_static]
    if len(ways) > 1:
        chosen = st.segmented_control(
            "How", ways, default=draft.way, required=True, format_func=WAYS.__getitem__,
            key=f"segment-way-{key}", label_visibility="collapsed",
        )  # fmt: skip
        draft.way = chosen or draft.way
    rule = None if draft.way == "list" else _rule(draft)
    if draft.way == "list":
        st.caption("Put people on it from the list of contacts: tick them, then “List”.")
    _portrait(draft)
    with st.container(horizontal=True, horizontal_alignment="right"):
        if st.button("Cancel", key="cancel-segment"):
            st.rerun(scope="app")
        if st.button(
            "Save", key="save-segment", type="primary", disabled=rule is None and draft.way != "list"
        ):
            line = rule_text.write(rule) if rule is not None else ""
            _save(draft, NewSegment(name, line, about, draft.way == "list", draft.portrait))


def _rule(draft: Draft) -> Rule | None:
    """The rule so far, with how many people it means and some of them."""
    actor = me()
    known = rule_builder.known_to(actor, tuple(custom_fields.search(actor)))
    if draft.way == "clicks":
        rule_builder.draw(draft.root, known)
        rule, problem = rule_builder.checked(draft.root, known)
        if rule is not None:
            draft.line = rule_text.write(rule)
    else:
        draft.line = st.text_area(
            "Rule", draft.line, key=f"segment-line-{draft.round}", height=90,
            placeholder="country is DE and has purchases (category is Tea and ordered in_the_last_days 90)",
            help="Fields and operators as in the filter; and, or, not, parentheses; has … for what happened.",
        )  # fmt: skip
        rule, problem = _read(draft, known)
    if rule is None:
        st.caption(f":orange[{words.md(problem)}]")
        return None
    return rule if _preview(rule, known) else None


def _read(draft: Draft, known: rule_builder.Known) -> tuple[Rule | None, str]:
    refusals: list[CrmError] = []
    with guard(refused=refusals.append):
        rule = rule_text.read(draft.line, known.custom)
        draft.root = draft_of(rule)
        return rule, ""
    return None, refusals[0].message if refusals else "This rule cannot be read."


def _preview(rule: Rule, known: rule_builder.Known) -> bool:
    """How many, and five of them; False when the rule cannot be asked."""
    with guard():
        total = segments.count(me(), rule)
        some = segments.sample(me(), rule)
        said = rule_words.describe(rule, known.custom, known.owners)
        st.markdown(f"**{words.count(total, 'contact')}** where {words.md(said)}")
        shown = [f"{row.name} ({row.company})" if row.company else row.name for row in some]
        more = f" and {total - len(shown):,} others" if total > len(shown) else ""
        if shown:
            st.caption(f"{words.md(', '.join(shown))}{more}")
        return True
    return False


def _portrait(draft: Draft) -> None:
    with st.expander("Portrait", expanded=any(draft.portrait.values()), icon=":material/face:"):
        st.caption("With a portrait, a segment is a persona: somebody to write to.")
        for name, label in personas.PARTS.items():
            draft.portrait[name] = st.text_input(
                label, draft.portrait.get(name, ""), key=f"portrait-{name}-{draft.round}"
            )


def _save(draft: Draft, new: NewSegment) -> None:
    with guard():
        if draft.there is None:
            number = segments.create(me(), new)
        else:
            number = draft.there.id
            segments.change(me(), number, new, version=draft.there.version)
        flash(f"“{new.name.strip()}” is saved.")
        navigation.open_page("segments", id=number)
