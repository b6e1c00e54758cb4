"""Exports for programs: lists that leave as files."""

from dataclasses import fields
from typing import Any

from crm_core.api.answers import Answer
from crm_core.api.calls import Call
from crm_core.api.contacts import rule_of
from crm_core.data import exports
from crm_core.data.export_rows import Filter
from crm_core.data.exports import ExportDetail
from crm_core.kernel.errors import Invalid
from crm_core.marketing import rules


def create(call: Call) -> Answer:
    """Make a file of contacts or companies; download it from its `url` with the same token within a day."""
    told = call.values
    made = exports.create(
        call.actor,
        told.get("kind", "contacts"),
        told.get("format", "csv"),
        _chosen(call),
        told.get("columns"),
        raw=told.get("raw", False),
    )
    return Answer(body=_shown(made)).created(made.url)


def search(call: Call) -> Answer:
    """List the files that the owner of the token made last."""
    return Answer(body={"items": [_shown(each) for each in exports.search(call.actor)]})


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
