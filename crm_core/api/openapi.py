"""The API in OpenAPI 3.1, made from the table of endpoints and the shapes that go in and out."""

import types
from collections.abc import Mapping, Sequence
from dataclasses import fields, is_dataclass
from datetime import date, datetime
from functools import cache
from typing import Any, Final, Literal, Union, get_args, get_origin, get_type_hints

from crm_core.activity.task_types import TaskRow
from crm_core.activity.types import Entry, InteractionDetail
from crm_core.api import (
    automation,
    campaign_follow_ups,
    campaign_results,
    campaigns,
    cases,
    coupons,
    deal_offers,
    deals,
    leads,
    points,
    referrals,
    rewards,
    saved_reports,
    status,
)
from crm_core.api.commerce_views import OrderListed, OrderView, ProductListed, ProductView
from crm_core.api.endpoints import BASE, ENDPOINTS, Endpoint
from crm_core.api.exports import COPY_INNER
from crm_core.api.forecasts import ForecastReport, GoalProgress
from crm_core.api.kinds import Json
from crm_core.api.kpis import ASKED as KPIS_ASKED
from crm_core.api.kpis import KeyFigure
from crm_core.api.quality import QualityReport
from crm_core.api.shapes import BODIES
from crm_core.data.copies import CopyDetail
from crm_core.data.exports import ExportDetail
from crm_core.data.import_types import OUTCOMES, ImportDetail, ImportEntry, ImportLine
from crm_core.marketing.segment_types import SegmentRow
from crm_core.people.listing import SORTS, ContactRow
from crm_core.people.types import (
    AccountContact,
    AccountDetail,
    AccountRow,
    ContactDetail,
    CustomFieldRow,
    TagRow,
)
from crm_core.sales.lead_types import Arrived, LeadRow
from crm_core.sales.types import DealRow, PipelineRow, StageStay

_ID_AND_NAME: Final = {"id": {"type": "integer"}, "name": {"type": "string"}}
_ME: Final[Json] = {
    "type": "object",
    "properties": _ID_AND_NAME
    | {
        "role": {"type": "string"},
        "reach": {"enum": ["own", "team", "all"]},
        "permissions": {"type": "array", "items": {"type": "string"}},
    },
}
_FINISHED: Final[Json] = {
    "type": "object",
    "properties": {name: {"type": ["integer", "null"]} for name in ("next_id", "interaction_id")},
}
ERROR: Final[Json] = {
    "type": "object",
    "required": ["error", "detail", "fields"],
    "properties": {
        "error": {"type": "string", "description": "For programs: NotFound, Invalid, Conflict, …"},
        "detail": {"type": "string", "description": "For people: what is wrong, and how to go on."},
        "fields": {"type": "object", "additionalProperties": {"type": "string"}},
        "theirs": {"type": "object", "description": "At a conflict: what is stored."},
        "reference": {"type": "string", "description": "At a fault: what to tell the administrator."},
    },
}  # fmt: skip
SHAPES: Final[Mapping[str, tuple[type, tuple[str, ...]]]] = {
    "Interaction": (InteractionDetail, ()),
    "Entry": (Entry, ()),
    "Task": (TaskRow, ()),
    "AccountContact": (AccountContact, ()),
    "Tag": (TagRow, ()),
    "CustomField": (CustomFieldRow, ()),
    "ImportEntry": (ImportEntry, ()),
    "ImportLine": (ImportLine, ()),
    "Import": (ImportDetail, ("layout", "summary")),
    "Export": (ExportDetail, ("digest",)),
    "Copy": (CopyDetail, COPY_INNER),
    **deal_offers.SHAPES,
    "QualityReport": (QualityReport, ()),
    "ForecastReport": (ForecastReport, ()),
    "GoalProgress": (GoalProgress, ()),
    "KeyFigure": (KeyFigure, ()),
    "ContactRow": (ContactRow, ("custom", "owner_id", "deleted_at")),
    "AccountRow": (AccountRow, ("owner_id",)),
    "Lead": (LeadRow, leads.INNER),
    "ArrivedLead": (Arrived, leads.INNER),
    "DealRow": (DealRow, deals.INNER),
    "Deal": (DealRow, deals.INNER),
    "StageStay": (StageStay, ("amount",)),
    "Pipeline": (PipelineRow, ()),
    "ProductRow": (ProductListed, ()),
    "Product": (ProductView, ()),
    "Segment": (SegmentRow, ()),
    **automation.SHAPES,
    **status.SHAPES,
    **points.SHAPES,
    **coupons.SHAPES,
    **rewards.SHAPES,
    **saved_reports.SHAPES,
    **referrals.SHAPES,
    **campaign_results.SHAPES,
    **campaigns.SHAPES,
    **cases.SHAPES,
    **campaign_follow_ups.SHAPES,
    "OrderRow": (OrderListed, ()),
    "Order": (OrderView, ()),
}
"""What is answered, by name: the dataclass, and which of its fields are not shown."""

_MORE: Final[Mapping[str, Json]] = {
    "Import": {
        "unmapped": {"type": "array", "items": {"type": "string"}},
        "refused_rows_url": {"type": "string"},
    },
    "Export": {"sha256": {"type": "string"}, "url": {"type": "string"}},
    "Copy": {"url": {"type": ["string", "null"]}},
    **deal_offers.SHOWN,
    **cases.SHOWN,
    "ContactRow": {"owner": {"type": ["integer", "null"]}},
    "Lead": leads.SHOWN,
    "ArrivedLead": leads.ARRIVED,
    "DealRow": deals.SHOWN,
    "Deal": deals.SHOWN | deals.WHOLE,
    "StageStay": {"amount": {"type": ["string", "null"]}},
    "AccountRow": {"owner": {"type": ["integer", "null"]}, "company": {"type": "string"}},
}  # fmt: skip
QUERY: Final[Mapping[str, tuple[Json, str]]] = {
    "q": ({"type": "string"}, "Words to find, in any field that is searched."),
    "where": ({"type": "string"}, "A rule, as in: country is DE and created in_the_last_days 30"),
    "sort": ({"type": "string"}, f"One of {', '.join(SORTS)}; a leading “-” turns the order round."),
    "state": ({"type": "string"}, "Only those in this state."),
    "status": ({"type": "string"}, "In which state: a task open or done, an order paid, …"),
    "owner": ({"type": "string"}, "Whose: me, or the id of a user."),
    "due": ({"enum": ["overdue", "today", "upcoming", "undated"]}, "When it is due."),
    **KPIS_ASKED,
    **deals.ASKED,
    **leads.ASKED,
    **cases.ASKED,
    "page": ({"type": "integer", "minimum": 1}, "Which page, from 1."),
    "size": ({"type": "integer", "minimum": 1, "maximum": 500}, "Records a page; 50 where it is not said."),
    "group": ({"type": "string"}, "One kind of entry, such as Calls."),
    "outcome": ({"type": "string"}, f"One of {', '.join(OUTCOMES.values())}, kept, warning."),
    "record": ({"enum": ["contacts", "accounts"]}, "Whose fields."),
    "even_if_duplicate": ({"type": "boolean"}, "Create it although the same record seems to exist."),
    "kind": ({"enum": ["contacts", "accounts"]}, "What the file holds."),
    "file_name": ({"type": "string"}, "The name of the file; its ending helps to read it."),
    "encoding": ({"type": "string"}, "Where the file does not say it."),
    "category": ({"type": "string"}, "Only products of this category."),
    "active": ({"type": "boolean"}, "Only products that are sold, or only those that are not."),
    "from": ({"type": "string", "format": "date"}, "The first day, in the company's time zone."),
    "to": ({"type": "string", "format": "date"}, "The last day, in the company's time zone."),
    "channel": ({"type": "string"}, "Only what came by this channel."),
    "contact_id": ({"type": "integer", "minimum": 1}, "Only those of this contact."),
    "account_id": ({"type": "integer", "minimum": 1}, "Only those of this company."),
    "product_id": ({"type": "integer", "minimum": 1}, "Only those with this product."),
    "sheet": ({"type": "string"}, "Of a workbook."),
    "as_of": ({"type": "string", "format": "date"}, "As it would have been told at the end of this day."),
    "by": ({"enum": ["month", "quarter"]}, "How long periods are."),
    "periods": ({"type": "integer", "minimum": 1, "maximum": 24}, "How many, the present one included."),
    "measure": ({"type": "string"}, "One of the numbers in `counts`; `people` if not said."),
    "variant": ({"type": "string"}, "The name of a variant; all but the hold-out if not said."),
}
_REFUSALS: Final = {
    "400": "The request is broken.", "401": "There is no token, or it is not good (any more).",
    "403": "The role does not include this.", "404": "There is no such record, or none that you may see.",
    "409": "Something was there first.", "412": "If-Match names an old version.",
    "413": "The body is too long.", "415": "The body is of another media type.",
    "422": "Names or values are wrong; see `fields`.", "429": "Too many requests.",
    "500": "A fault of the server, with a reference.", "503": "The database is busy; try again.",
}  # fmt: skip


@cache
def document() -> Json:
    """The whole description."""
    paths: dict[str, Json] = {}
    for endpoint in ENDPOINTS:
        paths.setdefault(BASE + endpoint.path, {})[endpoint.method.lower()] = _operation(endpoint)
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "Rapport",
            "version": "1",
            "description": "Every request carries a token: “Authorization: Bearer rapport_…”.",
        },
        "security": [{"token": []}],
        "paths": paths,
        "components": {
            "securitySchemes": {"token": {"type": "http", "scheme": "bearer"}},
            "schemas": _schemas(),
        },
    }


def summary(endpoint: Endpoint) -> str:
    """What an endpoint does, in a sentence."""
    return (endpoint.act.__doc__ or "").strip().partition("\n")[0]


def _operation(endpoint: Endpoint) -> Json:
    found: Json = {
        "summary": summary(endpoint),
        "operationId": f"{endpoint.act.__module__.rpartition('.')[2]}_{endpoint.act.__name__}",
        "tags": [endpoint.path.split("/")[1]],
        "description": f"Needs the permission `{endpoint.permission}`.",
        "parameters": _parameters(endpoint),
        "responses": {_status(endpoint): _answered(endpoint)} | _refusals(),
    }
    if endpoint.takes == "FILE":
        binary = {"type": "string", "format": "binary"}
        form = {"type": "object", "properties": {"file": binary}, "required": ["file"]}
        content = {"application/octet-stream": {"schema": binary}, "multipart/form-data": {"schema": form}}
        found["requestBody"] = {"required": True, "content": content}
    elif endpoint.takes:
        found["requestBody"] = {"required": True, "content": _json(_ref(endpoint.takes))}
    return found


def _parameters(endpoint: Endpoint) -> list[Json]:
    found: list[Json] = [
        {"name": name, "in": "query", "schema": QUERY[name][0], "description": QUERY[name][1]}
        for name in endpoint.query
    ]
    if "{id}" in endpoint.path:
        found.append({"name": "id", "in": "path", "required": True, "schema": {"type": "integer"}})
    if "{code}" in endpoint.path:
        found.append({"name": "code", "in": "path", "required": True, "schema": {"type": "string"}})
    if endpoint.makes:
        found.append(_header("Idempotency-Key", "Sent again within a day, nothing is made twice."))
    if "version" in (BODIES[endpoint.takes].names if endpoint.takes in BODIES else ()):
        found.append(_header("If-Match", "The ETag of what was edited; 412 when it changed meanwhile."))
    return found


def _header(name: str, description: str) -> Json:
    return {"name": name, "in": "header", "schema": {"type": "string"}, "description": description}


def _status(endpoint: Endpoint) -> str:
    if endpoint.method == "POST" and endpoint.takes and "{" not in endpoint.path:
        return "201"
    if endpoint.path.startswith("/imports/") and endpoint.method == "POST":
        return "202"
    return "200" if endpoint.gives else "204"


def _answered(endpoint: Endpoint) -> Json:
    if not endpoint.gives:
        return {"description": "Done."}
    name = endpoint.gives[2:] if endpoint.gives[:2] in ("[]", "{}") else endpoint.gives
    schema = _ref(name)
    if name != endpoint.gives:
        properties: Json = {"items": {"type": "array", "items": schema}}
        if endpoint.gives.startswith("[]"):
            properties |= {key: {"type": "integer"} for key in ("page", "size", "total")}
            properties |= {"sort": {"type": "string"}, "is_capped": {"type": "boolean"}}
        schema = {"type": "object", "properties": properties, "required": [*properties]}
    return {"description": "Done.", "content": _json(schema)}


def _refusals() -> Json:
    return {
        status: {"description": words, "content": _json(_ref("Error"))} for status, words in _REFUSALS.items()
    }


def _schemas() -> Json:
    found: Json = {name: _object(shape, left_out) for name, (shape, left_out) in SHAPES.items()}
    for name, more in _MORE.items():
        found[name]["properties"] |= more
    found |= {
        "Contact": _record(ContactDetail, "NewContact"),
        "Account": _record(AccountDetail, "NewAccount"),
    }
    found |= {
        "Me": _ME,
        "FinishedTask": _FINISHED,
        "RuleCount": {"type": "object", "properties": {"count": {"type": "integer"}}},
        "LostReason": {"type": "object", "properties": {"reason": {"type": "string"}}},
        "Owner": {"type": "object", "properties": _ID_AND_NAME},
        "Error": ERROR,
    }
    return found | {name: kinds.schema() for name, kinds in BODIES.items()}


def _record(shape: type, body: str) -> Json:
    """A record: what the system keeps of it, and every field that can be changed."""
    found = _object(shape, ("values", "points", "owner_id", "tags"))
    names = {name: kind.schema for name, kind in BODIES[body].names.items()}
    return found | {"properties": found["properties"] | names}


def _object(shape: type, left_out: Sequence[str] = ()) -> Json:
    hints = get_type_hints(shape)
    names = [field.name for field in fields(shape) if field.name not in left_out]
    return {"type": "object", "properties": {name: _schema(hints[name]) for name in names}}


def _schema(hint: Any) -> Json:
    """The JSON schema of a type."""
    origin, parts = get_origin(hint), get_args(hint)
    if origin in (Union, types.UnionType):
        found = [_schema(part) for part in parts if part is not type(None)]
        whole = found[0] if len(found) == 1 else {"anyOf": found}
        return {"anyOf": [whole, {"type": "null"}]} if type(None) in parts else whole
    if origin is Literal:
        return {"enum": [*parts]}
    if isinstance(origin, type) and issubclass(origin, Mapping):
        return {"type": "object", "additionalProperties": _schema(parts[1])}
    if isinstance(origin, type) and issubclass(origin, Sequence):
        return {"type": "array", "items": _schema(parts[0])}
    if is_dataclass(hint) and isinstance(hint, type):
        return _object(hint)
    return dict(_PLAIN.get(hint, {}))


def _json(schema: Json) -> Json:
    return {"application/json": {"schema": schema}}


def _ref(name: str) -> Json:
    return {"$ref": f"#/components/schemas/{name}"}


_PLAIN: Final[Mapping[Any, Json]] = {
    str: {"type": "string"},
    bool: {"type": "boolean"},
    int: {"type": "integer"},
    float: {"type": "number"},
    datetime: {"type": "string", "format": "date-time"},
    date: {"type": "string", "format": "date"},
}
