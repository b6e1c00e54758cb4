"""Imports, step 3: what the file names and nobody knows here, and what it means."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any, Final

import streamlit as st

from crm_core.data import imports, meanings
from crm_core.data.import_types import ImportDetail
from crm_core.kernel.access import Permission
from crm_core.kernel.values.text import fold
from pages.ui import words
from pages.ui.guard import guard
from pages.ui.session import me

_NOUNS: Final = {
    "owner": ("owner", "owners"), "lifecycle": ("lifecycle stage", "lifecycle stages"),
    "lead_status": ("lead status", "lead statuses"), "status": ("state", "states"),
    "stage": ("stage", "stages"), "pipeline": ("pipeline", "pipelines"), "type": ("type", "types"),
    "category": ("category", "categories"), "company": ("company", "companies"),
    "contact": ("contact", "contacts"), "product": ("product", "products"),
}  # fmt: skip
_FATES: Final = {
    "empty": "left empty",
    "made": "made by the import",
    "kept": "kept as written, without a link",
    "read": "read as the usual one",
}
_AS_IT_IS: Final = "\x00"


def draw(detail: ImportDetail) -> None:
    """What is unknown, counted, and a form that says what the words mean."""
    unknown: Mapping[str, Mapping[str, Any]] = detail.summary.get("unknown", {})
    told = detail.options.meanings or {}
    if not unknown and not told:
        return
    is_open = any(one["fate"] != "made" for one in unknown.values())
    with st.expander(_title(unknown, told), expanded=is_open, icon=":material/translate:"):
        for name, found in unknown.items():
            st.markdown(_line(name, found))
        choices = meanings.choices(me(), detail.id) if me().may(Permission.IMPORTS_RUN) else {}
        asked = _asked(unknown, told, choices)
        if asked:
            _form(detail, asked, choices)


def _title(unknown: Mapping[str, Any], told: Mapping[str, Any]) -> str:
    parts = [words.count(found["count"], *_NOUNS[name]) for name, found in unknown.items() if name in _NOUNS]
    if parts:
        return f"Not known here: {words.joined(parts)}"
    return f"{words.count(sum(map(len, told.values())), 'word')} of the file told their meaning"


def _line(name: str, found: Mapping[str, Any]) -> str:
    one, many = _NOUNS.get(name, (name, name))
    shown = ", ".join(f"“{words.md(word[:40])}” ({words.number(rows)})" for word, rows in found["words"][:6])
    more = " …" if found["count"] > 6 else ""
    rows = words.count(found["rows"], "row")
    return (
        f"**{words.count(found['count'], one, many)}** in {rows}, {_FATES[found['fate']]}: "
        f":small[:gray[{shown}{more}]]"
    )


def _asked(
    unknown: Mapping[str, Any], told: Mapping[str, Mapping[str, str]], choices: Mapping[str, Any]
) -> list[tuple[str, str, str]]:
    """Field, word and present meaning of all that can be told, what was told before first."""
    known = [(name, word, meaning) for name, pairs in told.items() for word, meaning in pairs.items()]
    new = [
        (name, word, _AS_IT_IS)
        for name, found in unknown.items() if choices.get(name)
        for word, _ in found["words"] if fold(word) not in told.get(name, {})
    ]  # fmt: skip
    return [one for one in (*known, *new) if choices.get(one[0])]


def _form(
    detail: ImportDetail, asked: list[tuple[str, str, str]], choices: Mapping[str, Mapping[str, str]]
) -> None:
    with st.form(f"words-{detail.id}", border=False):
        st.caption("Say what they mean here. It is remembered for the next file.")
        columns = st.columns(2, gap="medium")
        for place, (name, word, now) in enumerate(asked):
            labels = {_AS_IT_IS: "As it is written", meanings.LEFT_OUT: "Leave empty", **choices[name]}
            chosen = now if now in labels else _AS_IT_IS
            columns[place % 2].selectbox(
                f"{words.sentence(_NOUNS[name][0])} “{words.md(word[:60])}”", list(labels),
                index=list(labels).index(chosen), format_func=labels.__getitem__,
                key=_key(detail, name, word),
            )  # fmt: skip
        if st.form_submit_button("Keep and check again", icon=":material/fact_check:"):
            with guard(rerun=True):
                said = _said(detail, asked)
                imports.plan(me(), detail.id, options=replace(detail.options, meanings=said))
                imports.check(me(), detail.id)


def _said(detail: ImportDetail, asked: list[tuple[str, str, str]]) -> dict[str, dict[str, str]]:
    found: dict[str, dict[str, str]] = {}
    for name, word, _ in asked:
        meaning = st.session_state.get(_key(detail, name, word), _AS_IT_IS)
        if meaning != _AS_IT_IS:
            found.setdefault(name, {})[word] = meaning
    return found


def _key(detail: ImportDetail, name: str, word: str) -> str:
    return f"word-{detail.id}-{name}-{word}"
