"""Programs sell too: they create, move, win and lose deals with the rights of their person."""

import pytest

from crm_core.sales import deals
from tests.api.rest import Program, is_refusal
from tests.people import Cast

WHOLE = {"amount": "1200.50", "currency": "EUR", "close_date": "2026-06-30"}


def test_a_deal_goes_from_the_first_stage_to_the_customer(anns: Program) -> None:
    made = anns.make("/deals", deal="Chairs", company="Acme", **WHOLE)
    [sales] = anns.get("/pipelines")["items"]
    place = f"/deals/{made['id']}"

    moved = anns.ask("POST", f"{place}/move", json={"stage_id": sales["stages"][2]["id"], "version": 1})
    stale = anns.ask("POST", f"{place}/move", json={"stage_id": sales["stages"][1]["id"], "version": 1})
    won = anns.ask("POST", f"{place}/win", headers={"if-match": moved.headers["etag"]})

    assert (made["stage"], made["amount"], made["company"], made["lines"]) == ("New", "1200.50", "Acme", [])
    assert (moved.json()["stage"], moved.json()["version"]) == ("Proposal", 2)
    assert (stale.status_code, is_refusal(stale), stale.json()["theirs"]["stage"]) == (409, True, "Proposal")
    assert (won.json()["status"], won.json()["probability"]) == ("won", 100)
    told = anns.get(f"{place}/history")["items"]
    assert [(stay["stage"], stay["status"]) for stay in told] == [
        ("New", "open"), ("Proposal", "open"), ("Proposal", "won"),
    ]  # fmt: skip


def test_a_deal_is_lost_and_reopened_with_a_reason_of_the_list(anns: Program) -> None:
    place = f"/deals/{anns.make('/deals', deal='A')['id']}"

    refused = anns.ask("POST", f"{place}/lose", json={"reason": "karma"})
    reason = anns.get("/lost-reasons")["items"][0]["reason"]
    lost = anns.ask("POST", f"{place}/lose", json={"reason": reason})
    reopened = anns.ask("POST", f"{place}/reopen")

    assert refused.status_code == 422
    assert (lost.json()["lost_reason"], reopened.json()["status"]) == (reason, "open")


def test_deals_are_listed_by_what_is_asked(anns: Program, bobs: Program, olgas: Program) -> None:
    anns.make("/deals", deal="Chairs", **WHOLE)
    bobs.make("/deals", deal="Desks", amount="7", currency="USD")

    for query, names in (
        ({}, ["Chairs", "Desks"]),
        ({"q": "desk"}, ["Desks"]),
        ({"currency": "EUR", "amount_from": "1000", "amount_to": "1200.50"}, ["Chairs"]),
        ({"close_from": "2026-06-30", "status": "open"}, ["Chairs"]),
        ({"mine": "true"}, []),
        ({"without_next_step": "true", "sort": "-name"}, ["Desks", "Chairs"]),
        ({"status": "won"}, []),
    ):
        found = olgas.get("/deals", **{"sort": "name", **query})
        assert [row["deal"] for row in found["items"]] == names, query
    assert [row["deal"] for row in bobs.get("/deals")["items"]] == ["Desks"]


@pytest.mark.parametrize(
    "query",
    [
        {"status": "dead"},
        {"amount_from": "5"},
        {"currency": "EUR", "amount_from": "1e999"},
        {"close_to": "soon"},
        {"owner_id": "-1"},
        {"pipeline_id": "9" * 30},
        {"mine": "yes"},
        {"sort": "shoe_size"},
    ],
)
def test_a_question_that_cannot_be_is_refused(anns: Program, query: dict[str, str]) -> None:
    answer = anns.ask("GET", "/deals", params=query)

    assert (answer.status_code, is_refusal(answer)) == (422, True)


def test_deals_of_others_do_not_exist_for_programs_either(
    anns: Program, bobs: Program, olgas: Program, staff: Cast
) -> None:
    made = anns.make("/deals", deal="A")
    place = f"/deals/{made['id']}"

    for method, path, body in (
        ("GET", place, None),
        ("PATCH", place, {"deal": "B"}),
        ("GET", f"{place}/history", None),
        ("POST", f"{place}/win", None),
        ("POST", f"{place}/move", {"stage_id": 2}),
    ):
        assert bobs.ask(method, path, json=body).status_code == 404
    assert anns.ask("DELETE", place).status_code == 403
    assert olgas.ask("DELETE", place).status_code == 204
    assert anns.ask("GET", place).status_code == 404
    assert olgas.ask("POST", f"{place}/restore").status_code == 200
    assert anns.ask("PATCH", place, json={"deal": "C", "version": 99}).status_code == 409
    assert deals.get(staff.ann, made["id"]).row.name == "A"


def test_lines_are_added_and_replaced_and_a_quote_is_made_once_and_read(anns: Program, bobs: Program) -> None:
    place = f"/deals/{anns.make('/deals', deal='Chairs', currency='EUR')['id']}"
    chair = {"name": "Chair", "quantity": "2", "unit_price": "100.50", "discount": "1"}
    for told in ({"lines": [chair]}, {"lines": [{"name": "Desk", "unit_price": "50"}]}):
        added = anns.ask("POST", f"{place}/lines", json=told)
        assert added.status_code == 200
    assert [(one["name"], one["total"]) for one in anns.get(f"{place}/lines")["items"]] == [
        ("Chair", "200.00"), ("Desk", "50.00"),
    ]  # fmt: skip
    assert anns.get(place)["amount"] == "250.00"
    stale = anns.ask("POST", f"{place}/lines", json={"lines": [chair], "replace": True, "version": 1})
    assert stale.status_code == 409
    assert anns.ask("POST", f"{place}/lines", json={"lines": [{"quantity": "x"}]}).status_code == 422

    asked = {"json": {"valid_until": "2099-01-31"}, "headers": {"idempotency-key": "q1"}}
    first, again = (anns.ask("POST", f"{place}/quotes", **asked) for _ in range(2))
    assert (first.status_code, again.json()) == (200, first.json())
    assert [one["total"] for one in anns.get(f"{place}/quotes")["items"]] == ["250.00"]
    paper = anns.ask("GET", first.json()["url"])
    assert (paper.status_code, paper.content[:5]) == (200, b"%PDF-")
    assert bobs.ask("GET", first.json()["url"]).status_code == 404
    assert bobs.ask("GET", f"{place}/lines").status_code == 404
    assert anns.ask("POST", f"{place}/quotes", json={"valid_until": "soon"}).status_code == 422
