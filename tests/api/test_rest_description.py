"""The API describes itself, completely and truly."""

import json
import re
from typing import Any

import pytest
from jsonschema import Draft202012Validator  # type: ignore[import-untyped]

from crm_core.api.endpoints import BASE, ENDPOINTS
from crm_core.api.openapi import document
from crm_core.api.reference import example, page
from crm_core.people import custom_fields
from tests.api.rest import Program, TestClient
from tests.marketing import campaigns_made
from tests.people import Cast


def test_every_endpoint_is_described() -> None:
    described = {(m.upper(), path) for path, methods in document()["paths"].items() for m in methods}

    assert described == {(each.method, BASE + each.path) for each in ENDPOINTS}


def test_every_reference_leads_somewhere_and_every_operation_has_a_name_of_its_own() -> None:
    text = json.dumps(document())
    names = [one["operationId"] for methods in document()["paths"].values() for one in methods.values()]

    assert set(re.findall(r"#/components/schemas/(\w+)", text)) <= set(document()["components"]["schemas"])
    assert len(names) == len(set(names)) == len(ENDPOINTS)
    assert all(one["summary"] for methods in document()["paths"].values() for one in methods.values())


def test_the_schemas_are_schemas() -> None:
    for schema in document()["components"]["schemas"].values():
        Draft202012Validator.check_schema(schema)


def test_the_page_shows_every_endpoint_and_loads_nothing_from_elsewhere(api: TestClient) -> None:
    answer = api.get("/api/docs")

    assert answer.headers["content-type"].startswith("text/html")
    assert all(f"{each.method} {BASE}{each.path}" in answer.text for each in ENDPOINTS)
    assert all(each.permission in answer.text for each in ENDPOINTS)
    assert not re.findall(r"<script|src=|https?://|url\(", page())


STEPS = (
    "/imports/",
    "/campaigns/",
    "/cases/",
    "/coupon",
    "/rewards/",
    "/redemptions/",
    "/journey",
    "/referrals",
    "/copies/",
    "/reports/",
)


def test_answers_are_as_described(olgas: Program, staff: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CRM_PUBLIC_URL", "https://crm.example")
    custom_fields.add(staff.olga, "contacts", "Shoe size", "number")
    contact = olgas.make("/contacts", last_name="Berg", company="Berg Ltd", **{"custom.shoe_size": 42})
    olgas.make("/interactions", kind="note", contact_id=contact["id"], body="x")
    olgas.ask("POST", "/imports", content=b"Email\na@b.test\n")
    key = campaigns_made.campaign()
    campaigns_made.recipient(key, campaigns_made.variant(key, "A"), contact["id"])

    wrong = []
    for endpoint in ENDPOINTS:
        answer = _ask_by_example(olgas, endpoint)

        told = document()["paths"][BASE + endpoint.path][endpoint.method.lower()]["responses"]
        # What was asked before moves an import or a campaign on: not every step can follow on every other.
        if answer.status_code >= 400 and not endpoint.path.startswith(STEPS):
            wrong.append((endpoint.method, endpoint.path, answer.text))
            continue
        assert str(answer.status_code) in told, (endpoint, answer.text)
        for part in told[str(answer.status_code)].get("content", {}).values():
            schema = {**part["schema"], "components": document()["components"]}
            Draft202012Validator(schema).validate(answer.json())
    assert wrong == []


def _ask_by_example(program: Program, endpoint: Any) -> Any:
    """The request that the documentation shows."""
    shown = example(endpoint)
    place = re.search(r'RAPPORT(/[^"]+)"', shown)
    body = re.search(r"-d '(.+)'", shown)
    assert place
    if endpoint.path == "/imports/{id}" and endpoint.method == "PATCH":
        return program.ask("PATCH", place[1], json={"mapping": {"Email": "email"}, "on_duplicate": "update"})
    if endpoint.takes == "FILE":
        return program.ask("POST", place[1], content=b"Email\na@b.test\n")
    return program.ask(endpoint.method, place[1], **({"json": json.loads(body[1])} if body else {}))
