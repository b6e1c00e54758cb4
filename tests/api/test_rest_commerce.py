"""Products and orders through the REST API: exact, once each, and for those who may."""

from typing import Any

from tests.api.rest import Program, TestClient, is_refusal, program
from tests.people import Cast

PUMP = {"product": "Pump", "sku": "P-1", "unit_price": "12.50 EUR", "cost": "7", "category": "Pumps"}
LINE = {"name": "Gift", "quantity": "0.5", "unit_price": 3}


def order_of(owner: Program, **more: Any) -> dict[str, Any]:
    """An order of somebody, ready to be sent."""
    zoe = owner.make("/contacts", last_name="Zoe")["id"]
    return {"contact_id": zoe, "currency": "EUR", "lines": [LINE], **more}


def test_a_product_goes_in_and_comes_out_with_its_prices(olgas: Program) -> None:
    made = olgas.make("/products", **PUMP)

    assert (made["unit_price"], made["cost"], made["currency"], made["active"]) == (
        "12.50",
        "7.00",
        "EUR",
        True,
    )
    changed = olgas.ask("PATCH", f"/products/{made['id']}", json={"unit_price": "13", "version": 1}).json()
    assert [price["unit_price"] for price in changed["prices"]] == ["13.00"]
    assert olgas.ask("PATCH", f"/products/{made['id']}", json={"cost": "9", "version": 1}).status_code == 409
    assert olgas.get("/products", q="pum", category="Pumps", active="true")["total"] == 1
    assert olgas.get("/products", active="false")["total"] == 0
    assert olgas.ask("POST", "/products", json=PUMP).status_code == 409
    assert olgas.ask("DELETE", f"/products/{made['id']}").status_code == 204
    assert olgas.ask("POST", f"/products/{made['id']}/restore").json()["version"] == 4


def test_an_order_is_entered_paid_and_taken_back(olgas: Program) -> None:
    pump = olgas.make("/products", **PUMP)["id"]
    sent = order_of(olgas, discount="1.00", lines=[{"product_id": pump, "quantity": 2}, LINE])
    made = olgas.make("/orders", **sent)
    place = f"/orders/{made['id']}"

    assert (made["total"], [line["total"] for line in made["lines"]]) == ("25.50", ["25.00", "1.50"])
    assert [line["quantity"] for line in made["lines"]] == ["2", "0.5"]
    assert olgas.ask("PATCH", place, json={"status": "paid", "version": 1}).json()["status"] == "paid"
    stale = olgas.ask("PATCH", place, json={"status": "shipped"}, headers={"if-match": '"1"'})
    assert stale.status_code == 412
    back = {"lines": [{"line_id": made["lines"][0]["id"], "quantity": 1, "reason": "loud"}]}
    after = olgas.ask("POST", f"{place}/returns", json=back).json()
    assert (after["refunded"], after["returns"][0]["reason"], after["status"]) == ("12.03", "loud", "paid")
    assert olgas.get("/orders", status="paid", product_id=pump, contact_id=sent["contact_id"])["total"] == 1
    assert olgas.ask("DELETE", place).status_code == 204
    assert olgas.get("/orders")["total"] == 0
    assert olgas.ask("POST", f"{place}/restore").json()["total"] == "25.50"


def test_an_order_is_changed_until_it_is_paid(olgas: Program) -> None:
    made = olgas.make("/orders", **order_of(olgas, city="Linz"))
    place = f"/orders/{made['id']}"

    changed = olgas.ask("PATCH", place, json={"lines": [LINE, LINE], "discount": "0.50", "version": 1}).json()
    assert (changed["total"], changed["city"], len(changed["lines"])) == ("2.50", "Linz", 2)
    refused: tuple[dict[str, object], ...] = (
        {"discount": "9"},
        {"discount": "0.001"},
        {"city": "Graz", "status": "paid"},
        {"lines": []},
    )
    for wrong in refused:
        assert olgas.ask("PATCH", place, json=wrong).status_code == 422, wrong
    olgas.ask("PATCH", place, json={"status": "paid"})
    late = olgas.ask("PATCH", place, json={"city": "Graz"})
    assert late.status_code == 409
    assert is_refusal(late)


def test_the_same_number_sent_again_makes_one_order(olgas: Program) -> None:
    sent = order_of(olgas, number="A-1", origin="shop")
    first = olgas.ask("POST", "/orders", json=sent)

    again = olgas.ask("POST", "/orders", json=sent)
    other = olgas.ask("POST", "/orders", json={**sent, "lines": [{**LINE, "quantity": 1}]})

    assert (again.status_code, again.json()["id"]) == (201, first.json()["id"])
    assert again.headers["idempotency-replayed"] == "true"
    assert other.status_code == 409
    assert is_refusal(other)


def test_what_is_no_number_or_day_is_refused_with_its_place(olgas: Program) -> None:
    wrong = order_of(olgas, lines=[{"name": "x", "quantity": "many"}, {"name": "y", "unit_price": "1.234"}])

    answer = olgas.ask("POST", "/orders", json=wrong)

    assert (answer.status_code, set(answer.json()["fields"])) == (422, {"line_1", "line_2"})
    for path in (
        "/orders?from=soon",
        "/orders?status=eaten",
        "/orders?contact_id=x",
        "/products?active=maybe",
    ):
        assert olgas.ask("GET", path).status_code == 422, path
    for lines in (7, [7], [{"colour": "red"}]):
        assert olgas.ask("POST", "/orders", json={**wrong, "lines": lines}).status_code == 422


def test_orders_of_others_do_not_exist(api: TestClient, staff: Cast) -> None:
    anns, bobs = program(api, staff.ann), program(api, staff.bob)
    made = anns.make("/orders", **order_of(anns))

    assert bobs.get("/orders")["total"] == 0
    for method, path, body in (
        ("GET", "", None), ("PATCH", "", {"status": "paid"}), ("DELETE", "", None),
        ("POST", "/returns", {"lines": [{"amount": "1"}]}),
    ):  # fmt: skip
        assert bobs.ask(method, f"/orders/{made['id']}{path}", json=body).status_code == 404
    assert anns.ask("POST", "/products", json=PUMP).status_code == 403
