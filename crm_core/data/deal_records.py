"""From the values of a row to a finished deal: pure, so that it can run in any process."""

from collections.abc import Callable
from datetime import UTC, date, datetime, time
from decimal import Decimal
from typing import Any, Final

from crm_core.data import stage_steps
from crm_core.data.customers import company_keys, contact_keys, made_id, person
from crm_core.data.import_types import Ready
from crm_core.data.layouts import Row
from crm_core.data.preparing import Prepared
from crm_core.data.record_rules import Columns, Frame
from crm_core.data.stage_words import ending
from crm_core.kernel.values.dates import zone_of
from crm_core.kernel.values.text import fold

_COLUMNS: Final = ("external_id", "amount", "lost_reason", "source", "description")
_NOON: Final = time(12)


def finisher(frame: Frame) -> Callable[[int, Row, Prepared], Ready]:
    """The function that finishes deals within these limits."""

    def finish(number: int, row: Row, prepared: Prepared) -> Ready:
        columns = Columns(frame, prepared)
        found, values = columns.found, prepared.values
        for name in _COLUMNS:
            columns.take(name)
        columns.take("deal", "name")
        columns.take("close_date", "close_on")
        columns.take("created_at", "opened_at")
        if "name" not in found:
            parts = (values.get("company"), values.get("product"))
            title = " – ".join(str(part) for part in parts if part) or str(values.get("external_id", ""))
            found["name"] = title[: frame.limits["name"]]
        found["currency"] = values.get("currency", frame.currency)
        if "probability" in values:
            found["probability"] = int(Decimal(values["probability"]) * 100)
        columns.take_custom()
        facts = _facts(values) | _state(columns, frame)
        facts["steps"] = _steps(values, facts["stage"])
        facts["stage"] = facts["stage"] or (facts["steps"][-1][0] if facts["steps"] else "")
        found["status"] = facts["status"]
        found.setdefault("external_id", identity(found, facts))
        if facts["closed_at"]:
            found["closed_at"] = facts["closed_at"]
        problems = columns.settled(row)
        return Ready(
            number, row.line, found, {"name_key": fold(found["name"])}, (), (), values.get("owner", ""),
            values.get("company", ""), {}, (("external_id", found["external_id"]),), tuple(problems),
            any(one["level"] == "error" for one in problems), tuple(row.cells) if problems else (),
            facts=facts,
        )  # fmt: skip

    return finish


def identity(found: dict[str, Any], facts: dict[str, Any]) -> str:
    """An ID for a deal without one: of its title, its company, its contact and the day it began."""
    named = (facts["company"][:1], facts["contact"][:1])
    opened = found["opened_at"].isoformat() if "opened_at" in found else ""
    return made_id(found["name"], *(keys[0][1] if keys else "" for keys in named), opened)


def _facts(values: dict[str, Any]) -> dict[str, Any]:
    return {
        "company": company_keys(values), "contact": contact_keys(values, "contact", "contact_email"),
        "person": person(values, "contact", "contact_email"), "product": ("", values.get("product", "")),
        "pipeline": values.get("pipeline", "")[:120], "entered_at": values.get("entered_at"),
    }  # fmt: skip


def _steps(values: dict[str, Any], stage: str) -> list[stage_steps.Step]:
    """The steps that a row tells: those of its columns, and when it entered its own stage."""
    told = stage_steps.steps(values)
    if "entered_at" in values and stage:
        told = sorted([*told, (stage, values["entered_at"])], key=lambda step: step[1])
    return told


def _state(columns: Columns, frame: Frame) -> dict[str, Any]:
    """Open, won or lost, since when, and in which stage; “Closed Won” is no stage but an end."""
    values = columns.values
    stage = str(values.get("stage", ""))[:120]
    end = ending(stage)
    status = values.get("status") or end
    if not status:
        status = "won" if "won_at" in values else "lost" if "lost_at" in values else "open"
    if end and status == "open":
        status = end
    closed_at = None
    if status != "open":
        entered_at = values.get("entered_at") if end == status else None
        closed_at = values.get(f"{status}_at") or stage_steps.end(values, status) or entered_at
    if status != "open" and closed_at is None:
        closed_at = noon(values["close_date"], frame.zone) if "close_date" in values else None
    if closed_at is not None and "close_date" not in values:
        columns.found["close_on"] = closed_at.astimezone(zone_of(frame.zone)).date()
    if status != "lost":
        columns.found.pop("lost_reason", None)
    return {"status": status, "closed_at": closed_at, "stage": "" if end else stage}


def noon(day: date, zone: str) -> datetime:
    """The middle of a day where the company is: it stays that day in other zones too."""
    return datetime.combine(day, _NOON, zone_of(zone)).astimezone(UTC)
