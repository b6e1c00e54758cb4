"""Exports for programs: lists that leave as files."""

from dataclasses import fields
from typing import Any, Final

from crm_core.api.answers import Answer
from crm_core.api.calls import Call
from crm_core.api.contacts import rule_of
from crm_core.data import copies, exports
from crm_core.data.copies import CopyDetail
from crm_core.data.export_rows import Filter
from crm_core.data.exports import ExportDetail
from crm_core.kernel.errors import Invalid
from crm_core.marketing import rules

COPY_INNER: Final = ("file_path", "due_on", "check_result", "checked_at")
"""What programs are not told of a copy: where it lies, and what is only of backups."""


def create(call: Call) -> Answer:
    """Make a file; download it from its `url` with the same token within a day. `all` exports everything.

    Everything takes a while: the answer is a copy under way, read it at its location until it is done.
    """
    told = call.values
    if told.get("kind") == "all":
        return _everything(call)
    made = exports.create(
        call.actor,
        told.get("kind", "contacts"),
        told.get("format", "csv"),
        _chosen(call),
        told.get("columns"),
        raw=told.get("raw", False),
    )
    return Answer(body=_shown(made)).created(made.url)


def copy(call: Call) -> Answer:
    """Read an export of everything as it stands; `url` is the file once it is done."""
    return Answer(body=_copied(copies.get(call.actor, call.id)))


def search(call: Call) -> Answer:
    """List the files that the owner of the token made last."""
    return Answer(body={"items": [_shown(each) for each in exports.search(call.actor)]})


def _everything(call: Call) -> Answer:
    if told := sorted(set(call.values) - {"kind"}):
        hint = "Everything leaves whole: nothing is chosen, in both formats."
        raise Invalid("Some fields need correcting.", fields=dict.fromkeys(told, hint))
    made = copies.get(call.actor, copies.export(call.actor))
    return Answer(202, _copied(made), {"location": f"/api/v1/copies/{made.id}"})


def _copied(made: CopyDetail) -> dict[str, Any]:
    found = {field.name: getattr(made, field.name) for field in fields(made) if field.name not in COPY_INNER}
    return found | {"url": f"/files/{made.export_id}" if made.export_id else None}


def _chosen(call: Call) -> list[int] | Filter | None:
    told = call.values
    if "ids" in told:
        if told.get("where") or told.get("q"):
            raise Invalid("Some fields need correcting.", fields={"ids": "Give ids, or where and q."})
        return list(told["ids"])
    rule = rule_of(call, told.get("where", ""))
    if rule is None and not told.get("q"):
        return None
    return Filter(rules.to_json(rule) if rule else None, told.get("q", ""))


def _shown(made: ExportDetail) -> dict[str, Any]:
    found = {field.name: getattr(made, field.name) for field in fields(made) if field.name != "digest"}
    return found | {"sha256": made.digest, "url": made.url}
