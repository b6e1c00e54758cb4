"""Data quality: two records side by side, which value stays, what comes out, and the decision."""

from collections.abc import Mapping
from typing import Final

import pandas as pd
import streamlit as st

from crm_core.data import duplicates, reviewing
from crm_core.data.reviewing import Line, Review
from crm_core.kernel.errors import CrmError
from crm_core.people import custom_fields
from crm_core.team import users
from pages.ui import customer_values, navigation, quality_list, quality_state, words
from pages.ui.guard import flash, guard
from pages.ui.session import me

MOVES: Final = {
    "interactions": ("touchpoint", "touchpoints"),
    "contact_tags": ("tag", "tags"),
    "account_tags": ("tag", "tags"),
    "consents": ("consent", "consents"),
    "contact_points": ("further way to reach them", "further ways to reach them"),
    "contacts": ("person", "people"),
    "accounts": ("daughter company", "daughter companies"),
    "activities": ("entry of the history", "entries of the history"),
}
OPT: Final = {"in": "Opted in", "out": "Opted out"}


def draw(record: str, pair_id: int) -> None:
    """The pair that is open; the list again when it no longer is."""
    with guard(refused=_gone):
        review = _read(record, pair_id)
        _head(record, review)
        _sides(record, review)
        own = customer_values.labels(record, custom_fields.search(me(), record))
        owners = dict(users.choices(me()))
        _choices(record, review, own, owners)
        _outcome(record, review, own, owners)
        _decide(record, review)


def _gone(error: CrmError) -> None:
    flash(error.message)
    quality_state.show(None)


def _read(record: str, pair_id: int) -> Review:
    """The pair with what was chosen so far: which one stays, and for which fields the other one's value."""
    keep_id = st.session_state.get(f"quality.keep-{pair_id}")
    usual = reviewing.compare(me(), record, pair_id, keep_id)
    start = _key(usual, "")
    choices = {
        key.removeprefix(start): int(value)
        for key, value in st.session_state.items()
        if isinstance(key, str) and key.startswith(start) and isinstance(value, int)
    }
    return reviewing.compare(me(), record, pair_id, usual.keep_id, choices) if choices else usual


def _key(review: Review, field: str) -> str:
    return f"stays-{review.pair.id}-{review.keep_id}-{field}"


def _head(record: str, review: Review) -> None:
    left = sum(duplicates.counts(me(), record).values())
    with st.container(horizontal=True, vertical_alignment="center", horizontal_alignment="distribute"):
        st.header("Are these the same?", anchor=False)
        if st.button("All pairs", key="close-pair", icon=":material/arrow_back:", type="tertiary"):
            quality_state.show(None)
    quality_state.undo_bar(record)
    with st.container(horizontal=True, vertical_alignment="center", key="pair-head"):
        quality_list.badge(review.pair)
        st.markdown(
            f":small[:gray[{words.md(quality_list.sentence(dict(review.pair.reasons), record))}]]",
            width="content",
        )
        st.markdown(f":small[:gray[{words.count(left, 'pair')} left to review]]", width="content")


def _sides(record: str, review: Review) -> None:
    pair = review.pair
    _, *places = st.columns([2, 4, 4])
    sides = ((pair.left_id, pair.left_name, "First"), (pair.right_id, pair.right_name, "Second"))
    for place, (key, name, side) in zip(places, sides, strict=True):
        with place.container(border=True, key=f"side-{key}"):
            since = f"since {words.day(review.created_at[key].date())}"
            filled = words.count(review.filled[key], "field")
            st.markdown(f"**{words.md(name)}**  \n:small[:gray[{side} · {since} · {filled} filled]]")
            with st.container(horizontal=True, vertical_alignment="center"):
                if key == review.keep_id:
                    st.badge("This one stays", icon=":material/check:", color="green")
                elif st.button("Let this one stay", key=f"keep-{key}"):
                    st.session_state[f"quality.keep-{pair.id}"] = key
                    st.rerun()
                if record == "contacts":
                    navigation.link("customer", "Open", id=key)


def _choices(record: str, review: Review, own: Mapping[str, str], owners: Mapping[int, str]) -> None:
    lines = [line for line in review.lines if line.is_open]
    if not lines:
        st.caption("The two do not contradict each other.")
        return
    st.markdown("**Where they differ, choose what stays**")
    for line in lines:
        label, choice = st.columns([2, 8], vertical_alignment="center")
        name = customer_values.name_of(line.field, record, own)
        label.markdown(f":gray[{words.md(name)}]")
        texts = {
            review.pair.left_id: _text(line.field, line.left, owners),
            review.pair.right_id: _text(line.field, line.right, owners),
        }
        choice.segmented_control(
            name,
            list(texts),
            default=review.keep_id,
            required=True,
            format_func=texts.__getitem__,
            key=_key(review, line.field),
            label_visibility="collapsed",
            width="stretch",
        )


def _outcome(record: str, review: Review, own: Mapping[str, str], owners: Mapping[int, str]) -> None:
    st.markdown("**What comes out**")
    rows = [
        {
            "Field": words.md(customer_values.name_of(line.field, record, own)),
            "Value": _text(line.field, line.result, owners),
            "From": _origin(line),
        }
        for line in review.lines
    ]
    st.table(pd.DataFrame(rows), border="horizontal", hide_index=True)
    moves = [
        words.count(count, *MOVES.get(table, ("other record", "other records")))
        for table, count in review.moves.items()
    ]
    if moves:
        st.markdown(f":material/move_down: {words.joined(moves)} move to the one that stays.")
    if record == "contacts":
        st.caption("E-mails and phone numbers that are not chosen stay as further ways to reach the person.")


def _origin(line: Line) -> str:
    if line.is_alike:
        return ":gray[both]"
    if line.result not in (line.left, line.right):
        return "both, joined"
    return "first" if line.result == line.left else "second"


def _text(field: str, value: object, owners: Mapping[int, str]) -> str:
    if field == "created_at":
        return words.md(words.day(value.date())) if hasattr(value, "date") else words.NOTHING
    if field == "email_consent":
        return OPT.get(str(value), words.NOTHING)
    return words.md(customer_values.text_of(field, value, owners))


def _decide(record: str, review: Review) -> None:
    pair = review.pair
    follows = duplicates.next_after(me(), record, pair, quality_state.verdict())
    with st.bottom, st.container(horizontal=True, key="pair-acts"):
        if st.button("Merge", key="merge-pair", type="primary", icon=":material/merge:"):
            with guard():
                merge_id = reviewing.merge(me(), record, pair.id, review.keep_id, _chosen(review))
                gone = pair.right_name if review.keep_id == pair.left_id else pair.left_name
                quality_state.remember(record, quality_state.MERGED, merge_id, f"“{gone}” is merged.")
                quality_state.show(follows)
        if st.button("Not the same", key="dismiss-pair", icon=":material/close:"):
            with guard():
                duplicates.dismiss(me(), pair.id)
                sentence = f"{pair.left_name} and {pair.right_name}: remembered as two, not asked again."
                quality_state.remember(record, quality_state.DISMISSED, pair.id, sentence)
                quality_state.show(follows)
        if st.button("Later", key="skip-pair", icon=":material/skip_next:", type="tertiary"):
            quality_state.show(follows)


def _chosen(review: Review) -> dict[str, int]:
    keys = {line.field: _key(review, line.field) for line in review.lines if line.is_open}
    return {field: int(st.session_state[key]) for field, key in keys.items() if st.session_state.get(key)}
