"""The fields of a task, for adding and for changing one."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

import streamlit as st

from crm_core.activity import task_rules
from crm_core.activity.task_types import TaskRow
from crm_core.kernel.access import Actor
from crm_core.kernel.paging import Paging
from crm_core.people import listing
from crm_core.people.listing import Query
from crm_core.team import users
from pages.ui import task_words, words

SUGGESTED = 8


@dataclass(frozen=True)
class Beginning:
    """What a form shows at first."""

    title: str = ""
    kind: str = "todo"
    due_on: date | None = None
    starts_at: datetime | None = None
    duration_minutes: int | None = None
    owner_id: int | None = None
    contact_id: int | None = None
    contact_name: str = ""
    account_id: int | None = None
    deal_id: int | None = None


def ask(actor: Actor, before: TaskRow | Beginning, key: str) -> dict[str, Any]:
    """Every field, by the names of ``NewTask``."""
    row = before if isinstance(before, TaskRow) else None
    kinds = list(task_words.KINDS)
    found: dict[str, Any] = {}
    found["kind"] = st.segmented_control(
        "Kind", kinds, default=before.kind, required=True, key=f"task-kind-{key}", width="stretch",
        format_func=lambda one: f":material/{task_words.ICONS[one]}: {task_words.KINDS[one]}",
        label_visibility="collapsed",
    )  # fmt: skip
    found["title"] = st.text_input(
        "What is to be done", before.title, key=f"task-title-{key}", max_chars=task_rules.LONGEST_TITLE
    )
    found |= when(before.due_on, before.starts_at, before.duration_minutes, key)
    found |= _reminder(found, row, key)
    found |= _about(actor, before, key)
    found |= _people(actor, before, key)
    found |= _rhythm(row, key)
    found["notes"] = st.text_area("Notes", row.notes if row else "", key=f"task-notes-{key}", height=80)
    return found


def when(
    due_on: date | None, starts_at: datetime | None, minutes: int | None, key: str, label: str = "Day"
) -> dict[str, Any]:
    """Day, time and duration."""
    local = starts_at.astimezone(words.zone()) if starts_at else None
    day_place, clock_place, long_place = st.columns(3)
    day = day_place.date_input(label, due_on, key=f"task-day-{key}", format="YYYY-MM-DD")
    clock = clock_place.time_input(
        "Time", local.time() if local else None, key=f"task-clock-{key}", step=timedelta(minutes=15)
    )
    lasts = long_place.number_input(
        "Minutes", 0, task_rules.LONGEST_MINUTES, minutes, step=15, key=f"task-minutes-{key}"
    )
    chosen = day if isinstance(day, date) else None
    return {"due_on": chosen, "starts_at": _start(chosen, clock), "duration_minutes": lasts or None}


def _start(day: date | None, clock: time | None) -> datetime | None:
    if clock is None:
        return None
    return datetime.combine(day or words.today(), clock, tzinfo=words.zone())


def _reminder(found: dict[str, Any], row: TaskRow | None, key: str) -> dict[str, Any]:
    stored = None
    if row is not None:
        stored = task_rules.minutes_before(row.remind_at, row.due_on, row.starts_at, words.zone())
    options: list[int | None] = [None, *task_rules.REMINDERS]
    minutes = st.selectbox(
        "Reminder", options, index=options.index(stored), key=f"task-remind-{key}",
        format_func=lambda one: "No reminder" if one is None else words.sentence(task_rules.REMINDERS[one]),
        help="In the app, and by mail if your preferences say so. Without a time it counts from 9:00.",
    )  # fmt: skip
    if minutes is None and row is not None and row.remind_at is not None and stored is None:
        return {"remind_at": row.remind_at}  # one that another program set stays as it is
    at = task_rules.remind_at(minutes, found["due_on"], found["starts_at"], words.zone())
    return {"remind_at": at}


def _about(actor: Actor, before: TaskRow | Beginning, key: str) -> dict[str, Any]:
    """The contact, found as one types; a company or a deal that is set already stays."""
    kept = {"account_id": before.account_id, "deal_id": before.deal_id}
    text = st.text_input(
        "About", before.contact_name, key=f"task-about-{key}", live="250ms", placeholder="Type a name",
        icon=":material/person:",
    )  # fmt: skip
    text = (text or "").strip()
    if not text:
        return {"contact_id": None, "account_id": None if before.contact_id else kept["account_id"]} | {
            "deal_id": kept["deal_id"]
        }
    if text == before.contact_name and before.contact_id is not None:
        return {"contact_id": before.contact_id} | kept
    query = Query(text=text, paging=Paging(size=SUGGESTED), zone=str(words.zone()))
    hits = {hit.id: hit for hit in listing.search(actor, query)}
    if not hits:
        st.caption("Nobody is called like this.")
        return {"contact_id": before.contact_id} | kept
    chosen = st.selectbox(
        "Who is meant", list(hits), key=f"task-contact-{key}",
        format_func=lambda one: " · ".join(filter(None, (hits[one].name, hits[one].company))),
    )  # fmt: skip
    return {"contact_id": chosen, "account_id": None, "deal_id": kept["deal_id"]}


def _people(actor: Actor, before: TaskRow | Beginning, key: str) -> dict[str, Any]:
    row = before if isinstance(before, TaskRow) else None
    people: dict[int | None, str] = dict(users.choices(actor))
    owner_id = before.owner_id if row or before.owner_id in people else actor.id
    if owner_id not in people:
        people = {owner_id: row.owner_name if row and row.owner_name else actor.name, **people}
    who, urgency = st.columns(2)
    owner = who.selectbox(
        "Who does it", list(people), index=list(people).index(owner_id), key=f"task-owner-{key}",
        format_func=lambda one: people[one], disabled=len(people) == 1,
    )  # fmt: skip
    priorities = list(task_words.PRIORITIES)
    priority = urgency.selectbox(
        "Priority", priorities, index=priorities.index(row.priority if row else "normal"),
        key=f"task-priority-{key}", format_func=task_words.PRIORITIES.__getitem__,
    )  # fmt: skip
    return {"owner_id": owner, "priority": priority}


def _rhythm(row: TaskRow | None, key: str) -> dict[str, Any]:
    rhythm, every = st.columns(2)
    names = list(task_words.REPEATS)
    repeats = rhythm.selectbox(
        "Repeats every", names, index=names.index(row.repeats if row else ""), key=f"task-repeats-{key}",
        format_func=task_words.REPEATS.__getitem__,
    )  # fmt: skip
    number = every.number_input(
        "Each so many", 1, task_rules.MOST_BETWEEN, row.repeat_every if row else 1, key=f"task-every-{key}",
        disabled=not repeats, help="2 and “Week” is every second week.",
    )  # fmt: skip
    return {"repeats": repeats, "repeat_every": number if repeats else 1}
