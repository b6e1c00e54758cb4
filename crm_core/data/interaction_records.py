"""From the values of a row to a finished touchpoint: pure, so that it can run in any process."""

from collections.abc import Callable
from datetime import UTC
from typing import Any, Final

from crm_core.activity.rules import KINDS, LONGEST_BODY
from crm_core.data.customers import company_keys, contact_keys, made_id, person
from crm_core.data.import_types import Ready
from crm_core.data.layouts import Row
from crm_core.data.preparing import Prepared
from crm_core.data.record_rules import Columns, Frame
from crm_core.kernel.values.text import fold

_KIND_WORDS: Final = {
    "note": "notes comment memo remark notiz bemerkung nota log other task todo activity",
    "call": "calls phone phonecall telephone anruf telefonat appel llamada chiamata outboundcall inboundcall",
    "meeting": """meetings appointment event visit demo lunch videocall conference besuch termin besprechung
    reunion riunione vergadering meet webmeeting""",
    "email": "emails mail emailsent emailreceived outgoingemail incomingemail message courriel letter",
    "chat": "chats sms text whatsapp livechat textmessage messenger conversation linkedinmessage",
    "post": "posts social socialpost tweet linkedin facebook instagram twitter mention",
}
_KIND_OF: Final = {word: kind for kind, words in _KIND_WORDS.items() for word in (kind, *words.split())}
_IN: Final = "in inbound incoming received eingehend entrant entrante inkomend entrada eingang".split()
_OUT: Final = "out outbound outgoing sent ausgehend sortant saliente uscita uitgaand saida ausgang".split()


def finisher(frame: Frame) -> Callable[[int, Row, Prepared], Ready]:
    """The function that finishes touchpoints within these limits."""

    def finish(number: int, row: Row, prepared: Prepared) -> Ready:
        columns = Columns(frame, prepared)
        found, values = columns.found, prepared.values
        for name in ("external_id", "subject", "outcome"):
            columns.take(name)
        columns.take("date", "happened_at")
        if "happened_at" in found:
            found["happened_at"] = found["happened_at"].astimezone(UTC)
        found["body"] = str(values.get("notes", ""))[:LONGEST_BODY]
        found["kind"] = _kind(columns)
        found["direction"] = _direction(columns)
        if "duration" in values:
            found["duration_minutes"] = min(round(values["duration"] / 60), 24 * 60)
        named = {**values, "email": values.get("contact_email")}
        facts = {"contact": contact_keys(named), "company": company_keys(values), "person": person(named)}
        if not facts["contact"] and not facts["company"]:
            columns.refuse("This row names neither a contact nor a company.")
        found.setdefault("external_id", identity(found, facts))
        problems = columns.settled(row)
        return Ready(
            number, row.line, found, {"name_key": ""}, (), (), values.get("owner", ""),
            values.get("company", ""),
            {}, (("external_id", found["external_id"]),), tuple(problems),
            any(one["level"] == "error" for one in problems), tuple(row.cells) if problems else (),
            facts=facts,
        )  # fmt: skip

    return finish


def identity(found: dict[str, Any], facts: dict[str, Any]) -> str:
    """An ID for a touchpoint without one: of who, when, how, and what it was about."""
    who = (facts["contact"] or facts["company"])[:1]
    moment = found["happened_at"].isoformat() if "happened_at" in found else ""
    said = (fold(found.get("subject", "")), fold(found["body"]))
    return made_id(*(value for _, value in who), moment, found["kind"], *said)


def _kind(columns: Columns) -> str:
    text = str(columns.values.get("type", ""))
    word = "".join(letter for letter in fold(text) if letter.isalnum())
    if text and word not in _KIND_OF:
        columns.say(f"“{text[:60]}” is none of {', '.join(KINDS)}; it counts as a note.", "type", text)
    return _KIND_OF.get(word, "note")


def _direction(columns: Columns) -> str:
    word = "".join(letter for letter in fold(str(columns.values.get("direction", ""))) if letter.isalnum())
    return "in" if word in _IN else "out" if word in _OUT else ""
