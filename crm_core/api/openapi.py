"""The API in OpenAPI 3.1, made from the table of endpoints and the shapes that go in and out."""

import types
from collections.abc import Mapping, Sequence
from dataclasses import fields, is_dataclass
from datetime import date, datetime
from functools import cache
from typing import Any, Final, Literal, Union, get_args, get_origin, get_type_hints

from crm_core.api.answer_shapes import ERROR, FINISHED, ID_AND_NAME, ME, MORE, QUERY, SHAPES
from crm_core.api.endpoints import BASE, ENDPOINTS, Endpoint
from crm_core.api.kinds import Json
from crm_core.api.shapes import BODIES
from crm_core.people.types import AccountDetail, ContactDetail

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
    for name, more in MORE.items():
        found[name]["properties"] |= more
    found |= {
        "Contact": _record(ContactDetail, "NewContact"),
        "Account": _record(AccountDetail, "NewAccount"),
    }
    found |= {
        "Me": ME,
        "FinishedTask": FINISHED,
        "RuleCount": {"type": "object", "properties": {"count": {"type": "integer"}}},
        "LostReason": {"type": "object", "properties": {"reason": {"type": "string"}}},
        "Owner": {"type": "object", "properties": ID_AND_NAME},
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
