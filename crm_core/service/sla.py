"""Promises to customers (service level agreement): what is promised, and the clock of each case.

A clock runs in business time. It stands still while we wait for the customer and while a case is solved or
closed; the promised instant moves on by what it stood still. Whatever changes a case calls ``follow`` in the
same transaction, so that the instants on the row are always true.
"""

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

from crm_core.kernel.access import Permission
from crm_core.kernel.errors import Invalid
from crm_core.kernel.values import emails
from crm_core.kernel.work import Work, use_case
from crm_core.service import calendars, rules
from crm_core.service.calendars import Hours
from crm_core.service.sla_types import Escalation, ServiceSettings, Target
from crm_core.team.company import company
from db.models import Case, Setting
from db.queries import case_clocks as sql
from db.queries import settings as setting_sql

NAME = "service"
LONGEST_PROMISE = 60 * 24 * 366  # business minutes
MOST_HOLIDAYS = 1_000
FARTHEST_PROMISE = timedelta(days=1_500)
"""More than four years ahead is a mistake in the settings."""


@use_case(Permission.CASES_READ, read=True)
def settings(work: Work) -> ServiceSettings:
    """How service works here: address, hours, promised times, and what follows when they are missed."""
    row: Setting | None = work.scalar(setting_sql.by_name(NAME))
    return _read(row.value if row is not None else {})


@use_case(Permission.SERVICE_MANAGE)
def change(work: Work, wanted: ServiceSettings) -> int:
    """Change how service works; the promises of all unsolved cases follow. Returns how many of them moved.

    Raises:
        Invalid: field by field, what cannot be.
    """
    checked = _checked(wanted)
    _check_reach(checked, work.now)
    row: Setting | None = work.scalar(setting_sql.by_name(NAME))
    if row is None:
        row = work.add(Setting(name=NAME, value={}, updated_at=work.now))
    row.value, row.updated_at = _plain(checked), work.now
    work.record("service.changed", row, settings=row.value)
    moved = 0
    for case in work.as_system().scalars(sql.unsolved()):
        before = (case.response_due_at, case.resolution_due_at)
        follow(case, checked)
        moved += before != (case.response_due_at, case.resolution_due_at)
    return moved


def follow(case: Case, how: ServiceSettings) -> None:
    """Set the promised instants of a case by what it is now."""
    target = how.target(case.priority, case.kind)
    case.response_due_at = None
    if target.respond_minutes is not None and case.status != "closed":
        case.response_due_at = _due(how, case.opened_at, target.respond_minutes, timedelta())
    case.resolution_due_at = None
    if target.resolve_minutes is not None and case.paused_at is None:
        pauses = timedelta(seconds=case.paused_seconds)
        case.resolution_due_at = _due(how, case.opened_at, target.resolve_minutes, pauses)


def pause(case: Case, now: datetime) -> None:
    """Stop the clock; a clock that stands goes on standing since it did."""
    case.paused_at = case.paused_at or now


def resume(case: Case, how: ServiceSettings, now: datetime) -> None:
    """Let the clock run again."""
    if case.paused_at is not None:
        case.paused_seconds += int(calendars.between(how.hours, case.paused_at, now).total_seconds())
        case.paused_at = None


def note_response(case: Case, how: ServiceSettings, now: datetime) -> None:
    """Keep when the customer was answered first, and whether the promise was kept."""
    if case.first_response_at is not None:
        return
    case.first_response_at = now
    case.response_seconds = int(calendars.between(how.hours, case.opened_at, now).total_seconds())
    minutes = how.target(case.priority, case.kind).respond_minutes
    case.is_response_in_time = None if minutes is None else case.response_seconds <= minutes * 60


def note_solution(case: Case, how: ServiceSettings, now: datetime) -> None:
    """Keep when a case was solved, the business time it took without pauses, and whether that was in time."""
    case.solved_at = now
    until = case.paused_at or now
    spent = calendars.between(how.hours, case.opened_at, until).total_seconds()
    case.resolution_seconds = max(0, int(spent) - case.paused_seconds)
    minutes = how.target(case.priority, case.kind).resolve_minutes
    case.is_resolution_in_time = None if minutes is None else case.resolution_seconds <= minutes * 60


def _check_reach(how: ServiceSettings, now: datetime) -> None:
    """Refuse promises that these hours could not keep: cases that cannot be opened are found too late."""
    for one in how.targets:
        for minutes in (one.respond_minutes, one.resolve_minutes):
            if minutes is not None and _due(how, now, minutes, timedelta()) - now > FARTHEST_PROMISE:
                raise Invalid(calendars.TOO_LITTLE)


def _due(how: ServiceSettings, opened_at: datetime, minutes: int, pauses: timedelta) -> datetime:
    return calendars.after(how.hours, opened_at, timedelta(minutes=minutes) + pauses).astimezone(UTC)


def _checked(wanted: ServiceSettings) -> ServiceSettings:
    wrong: dict[str, str] = {}
    tidy = replace(wanted, address=wanted.address.strip().lower())
    if tidy.address and not isinstance(emails.parse(tidy.address), str):
        wrong["address"] = "This is no e-mail address."
    if not 0 <= tidy.close_after_days <= 366:
        wrong["close_after_days"] = "Choose between 0 (never) and 366 days."
    if len(tidy.hours.holidays) > MOST_HOLIDAYS:
        wrong["holidays"] = f"Use at most {MOST_HOLIDAYS:,} holidays."
    seen: set[tuple[str, str]] = set()
    for one in tidy.targets:
        if one.priority not in rules.PRIORITIES or one.kind not in ("", *rules.KINDS):
            wrong["targets"] = "Choose a priority, and a kind or all kinds."
        for minutes in (one.respond_minutes, one.resolve_minutes):
            if minutes is not None and not 0 < minutes <= LONGEST_PROMISE:
                wrong["targets"] = "Promise at least a minute and at most a year, or leave it empty."
        if (one.priority, one.kind) in seen:
            wrong["targets"] = "There are two promises for the same priority and kind. Remove one."
        seen.add((one.priority, one.kind))
    if wrong:
        raise Invalid("The service settings need correcting.", fields=wrong)
    calendars.check(tidy.hours)
    return tidy


def _plain(how: ServiceSettings) -> dict[str, Any]:
    """The settings as JSON holds them; the time zone is the company's and not kept twice."""
    return {
        "address": how.address,
        "week": [[list(window) for window in day] for day in how.hours.week],
        "holidays": sorted(str(day) for day in how.hours.holidays),
        "targets": [
            [one.priority, one.kind, one.respond_minutes, one.resolve_minutes] for one in how.targets
        ],
        "escalation": vars(how.escalation).copy(),
        "close_after_days": how.close_after_days,
    }


def _read(kept: Mapping[str, Any]) -> ServiceSettings:
    usual = ServiceSettings()
    week = kept.get("week")
    hours = Hours(
        zone=company().time_zone,
        week=tuple(tuple((a, b) for a, b in day) for day in week) if week else usual.hours.week,
        holidays=frozenset(date.fromisoformat(day) for day in kept.get("holidays", ())),
    )
    targets = tuple(
        Target(priority, respond, resolve, kind)
        for priority, kind, respond, resolve in kept.get("targets", ())
    )
    return ServiceSettings(
        address=str(kept.get("address", "")),
        hours=hours,
        targets=targets if "targets" in kept else usual.targets,
        escalation=Escalation(**kept.get("escalation", {})),
        close_after_days=int(kept.get("close_after_days", usual.close_after_days)),
    )
