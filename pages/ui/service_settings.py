"""Promises to customers: when we are there, how soon we answer and solve, and what follows when we do not."""

from typing import Any, Final

import streamlit as st

from crm_core.kernel.access import Actor
from crm_core.service import opening_times, rules, sla
from crm_core.service.calendars import WEEKDAYS, Hours
from crm_core.service.sla_types import Escalation, ServiceSettings, Target
from pages.ui import case_words, words
from pages.ui.guard import flash, guard

_MINUTES: Final = 60


def draw(actor: Actor) -> None:
    """All settings of service in one form."""
    now = sla.settings(actor)
    with st.form("service-settings", border=False):
        with st.container(border=True, key="promises"):
            targets = _promises(now)
        with st.container(border=True):
            hours = _hours(now.hours)
        with st.container(border=True):
            rest = _rest(now)
        is_saved = st.form_submit_button("Save", type="primary", key="save-service")
    if is_saved:
        with guard(rerun=True):
            holidays, zone = hours.pop("holidays"), hours.pop("zone").strip() or now.hours.zone
            read = opening_times.read_all(hours, holidays, zone)
            wanted = ServiceSettings(hours=read, targets=targets, **rest)
            moved = sla.change(actor, wanted)
            flash(f"Saved. The promises of {words.count(moved, 'open case')} moved.")


def _promises(now: ServiceSettings) -> tuple[Target, ...]:
    st.markdown("**How soon**")
    st.caption(
        "In hours of business time. The clock stands still while we wait for a customer. Empty: no promise."
    )
    for place, title in zip(st.columns([2, 3, 3]), ("", "First answer", "Solution"), strict=True):
        place.markdown(f":small[:gray[{title}]]" if title else "")
    found = []
    for priority in reversed(rules.PRIORITIES):
        known = now.target(priority, "")
        name, respond, resolve = st.columns([2, 3, 3], vertical_alignment="center")
        icon = f":material/{case_words.PRIORITY_ICONS[priority]}:"
        name.markdown(f"{icon} {case_words.PRIORITY_WORDS[priority]}")
        first = _span(respond, f"First answer, {priority}", known.respond_minutes)
        found.append(Target(priority, first, _span(resolve, f"Solution, {priority}", known.resolve_minutes)))
    special = tuple(one for one in now.targets if one.kind)
    if special:
        kinds = words.joined(sorted({one.kind for one in special}))
        st.caption(f"Promises of their own for {kinds} stay as they are.")
    return (*found, *special)


def _span(place: Any, label: str, minutes: int | None) -> int | None:
    hours = place.number_input(
        f"{label}, hours", 0.25, 8_000.0, minutes / _MINUTES if minutes else None, step=1.0,
        key=f"promise-{label}", format="%g", placeholder="nothing promised", label_visibility="collapsed",
    )  # fmt: skip
    return round(hours * _MINUTES) if hours else None


def _hours(now: Hours) -> dict[str, str]:
    st.markdown("**When we are there**")
    found = {}
    places = [*st.columns(4), *st.columns(4)]
    for place, name, windows in zip(places, WEEKDAYS, now.week, strict=False):
        found[name] = place.text_input(
            name, opening_times.write(windows), key=f"hours-{name}", placeholder="closed", max_chars=100
        )
    found["zone"] = places[7].text_input("Time zone", now.zone, key="hours-zone", max_chars=60)
    days = ", ".join(day.isoformat() for day in sorted(now.holidays))
    found["holidays"] = st.text_area(
        "Holidays", days, key="hours-holidays", height=70, placeholder="2026-12-25, 2026-12-26"
    )
    return {name: text or "" for name, text in found.items()}


def _rest(now: ServiceSettings) -> dict[str, Any]:
    st.markdown("**When a promise is missed**")
    after = now.escalation
    escalation = Escalation(
        raise_priority=st.checkbox("Raise the priority", after.raise_priority, key="late-priority"),
        tell_managers=st.checkbox("Tell the managers", after.tell_managers, key="late-managers"),
        reassign=st.checkbox("Give it to who has the fewest cases", after.reassign, key="late-reassign"),
    )
    address, days = st.columns(2)
    return {
        "escalation": escalation,
        "address": address.text_input(
            "Address that customers write to", now.address, key="service-address", max_chars=254,
            placeholder="help@company.example",
            help="A mail to this address becomes a case.",
        ) or "",
        "close_after_days": days.number_input(
            "Close solved cases after … days (0: never)", 0, 366, now.close_after_days, key="service-close"
        ),
    }  # fmt: skip
