"""Imports for programs: send a file, say what its columns mean, let it run, take it back."""

from dataclasses import fields
from typing import Any

from crm_core.api.answers import Answer, listed
from crm_core.api.calls import Call
from crm_core.data import import_lines, imports
from crm_core.data.entities import ENTITIES
from crm_core.data.import_types import ImportDetail, ImportOptions
from crm_core.data.layouts import Options
from crm_core.kernel.errors import Invalid

_LISTS = frozenset(("match_by", "create_missing"))


def search(call: Call) -> Answer:
    """List imports, the latest first."""
    return listed(call, imports.search(call.actor, call.paging()))


def receive(call: Call) -> Answer:
    """Send a file: the body itself, or the part `file` of a form. Its columns map themselves at first."""
    kind = call.query.get("kind", "contacts")
    if kind not in ENTITIES or call.file is None:
        hint = f"Choose one of: {', '.join(ENTITIES)}."
        raise Invalid("The query needs correcting.", fields={"kind": hint})
    layout = Options(encoding=call.query.get("encoding"), sheet=call.query.get("sheet"))
    number = imports.receive(call.actor, call.file.stream, call.file.file_name, kind, layout)
    return Answer(body=_shown(call, number)).created(f"/api/v1/imports/{number}")


def get(call: Call) -> Answer:
    """Read an import with its progress: state, counts, columns and their mapping."""
    return Answer(body=_shown(call, call.id))


def rows(call: Call) -> Answer:
    """List the rows that came to one `outcome`, such as refuse, duplicate or warning, with the reasons."""
    outcome = call.query.get("outcome", "refuse")
    return listed(call, import_lines.rows(call.actor, call.id, outcome, call.paging()))


def plan(call: Call) -> Answer:
    """Set which column fills which field, and the options; what is not named stays."""
    told = dict(call.values)
    mapping = told.pop("mapping", None)
    imports.plan(call.actor, call.id, mapping, _options(call, told) if told else None)
    return get(call)


def check(call: Call) -> Answer:
    """Begin the dry run, which stores nothing."""
    imports.check(call.actor, call.id)
    return _begun(call)


def run(call: Call) -> Answer:
    """Begin the import; `GET` it to see how far it is."""
    imports.run(call.actor, call.id)
    return _begun(call)


def stop(call: Call) -> Answer:
    """Stop behind the rows that are stored."""
    imports.stop(call.actor, call.id)
    return _begun(call)


def resume(call: Call) -> Answer:
    """Go on behind the last stored row."""
    imports.resume(call.actor, call.id)
    return _begun(call)


def undo(call: Call) -> Answer:
    """Take everything back; what people changed since stays."""
    imports.undo(call.actor, call.id)
    return _begun(call)


def _begun(call: Call) -> Answer:
    return Answer(202, _shown(call, call.id))


def _options(call: Call, told: dict[str, Any]) -> ImportOptions:
    stored = imports.get(call.actor, call.id).options
    known = {field.name: getattr(stored, field.name) for field in fields(ImportOptions)}
    if (makes_companies := told.pop("create_companies", None)) is not None:
        # The short form of ``create_missing`` for the one reference that nearly every file has.
        rest = [name for name in told.get("create_missing", stored.create_missing) if name != "companies"]
        told["create_missing"] = ["companies", *rest] if makes_companies else rest
    return ImportOptions(
        **known | {name: tuple(value) if name in _LISTS else value for name, value in told.items()}
    )


def _shown(call: Call, import_id: int) -> dict[str, Any]:
    found = imports.get(call.actor, import_id)
    names = [field.name for field in fields(ImportDetail) if field.name not in ("layout", "summary")]
    return {name: getattr(found, name) for name in names} | {
        "unmapped": found.unmapped,
        "refused_rows_url": f"/files/imports/{import_id}/refused.csv",
    }
