"""Admin: the audit log, who did what and when."""

from datetime import UTC, datetime, time

import pandas as pd
import streamlit as st

from crm_core.kernel.access import Actor
from crm_core.kernel.paging import Page, Paging
from crm_core.team import audit, users
from crm_core.team.types import AuditEntry
from pages.ui import words

SIZE = 50
AREAS = {
    "Everything": None, "Contacts": "contact.", "Companies": "account.", "Imports": "import.",
    "Exports": "export.", "Everything out and in": "everything.",
    "Users": "user.", "Teams": "team.", "Tokens": "token.", "Company": "company.",
}  # fmt: skip


def draw(actor: Actor) -> None:
    """Filters above, the log below, one page at a time."""
    names: dict[int | None, str] = {
        None: "Everybody",
        **{person.id: person.name for person in users.search(actor)},
    }
    who_at, what_at, since_at = st.columns(3)
    who = who_at.selectbox(
        "Who", list(names), format_func=names.__getitem__, key="audit.who", on_change=_from_start
    )
    what = what_at.selectbox("What", list(AREAS), key="audit.what", on_change=_from_start)
    since = since_at.date_input("Since", None, key="audit.since", format="YYYY-MM-DD", on_change=_from_start)
    begin = datetime.combine(since, time(), words.zone()).astimezone(UTC) if since else None
    number = st.session_state.get("audit.page", 1)
    found = audit.search(actor, Paging(number, SIZE), who, AREAS[what or "Everything"], begin)
    _table(found)
    if found.pages > 1:
        st.pagination(found.pages, key="audit.page")


def _from_start() -> None:
    st.session_state["audit.page"] = 1


def _table(found: Page[AuditEntry]) -> None:
    if not found.items:
        st.info(
            "Nothing was recorded that fits. Choose other filters above.", icon=":material/manage_search:"
        )
        return
    rows = [
        (words.when(each.recorded_at), each.actor_name, words.sentence(each.name.replace(".", " ")),
         f"{words.sentence(each.subject_type.removesuffix('s'))} {each.subject_id}", _facts(each))
        for each in found
    ]  # fmt: skip
    st.dataframe(
        pd.DataFrame(rows, columns=["When", "Who", "What", "Record", "Details"]),
        hide_index=True, height="content",
        column_config={"Details": st.column_config.TextColumn(width="large")},
        alt="The audit log, latest first",
    )  # fmt: skip
    st.caption(words.count(found.total, "entry", "entries") + (" or more" if found.is_capped else ""))


def _facts(entry: AuditEntry) -> str:
    changed = entry.facts.get("changes")
    if isinstance(changed, dict):
        pairs = ((words.label(name), pair[0] or "–", pair[1] or "–") for name, pair in changed.items())
        return "; ".join(f"{name}: {old} → {new}" for name, old, new in pairs)
    return "; ".join(
        f"{words.sentence(name)}: {_plain(value)}" for name, value in entry.facts.items() if value
    )


def _plain(value: object) -> str:
    if isinstance(value, dict):
        return ", ".join(f"{name} {_plain(inner)}" for name, inner in value.items())
    return ", ".join(map(_plain, value)) if isinstance(value, list) else str(value)
