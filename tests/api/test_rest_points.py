"""Points through the REST API: once for each cause, for those who may."""

from tests.api.rest import Program, TestClient, program
from tests.people import Cast


def test_a_shop_earns_and_spends_points_once(olgas: Program) -> None:
    zoe = olgas.make("/contacts", last_name="Zoe", email="zoe@berg.test")["id"]
    posting = {"member": "zoe@berg.test", "points": 100, "cause": "receipt 1"}

    first = olgas.ask("POST", "/points/earn", json=posting).json()
    again = olgas.ask("POST", "/points/earn", json=posting).json()
    other = olgas.ask("POST", "/points/earn", json=posting | {"points": 7})
    spent = olgas.ask(
        "POST", "/points/redeem", json={"member": str(zoe), "points": 30, "cause": "mug"}
    ).json()
    much = olgas.ask("POST", "/points/redeem", json={"member": str(zoe), "points": 99, "cause": "bike"})

    assert (first["is_new"], again["is_new"], again["entry"]) == (True, False, first["entry"])
    assert (other.status_code, much.status_code) == (409, 409)
    assert much.json()["error"] == "NotEnoughPoints"
    assert spent["member"]["balance"] == olgas.get(f"/members/{zoe}")["balance"] == 70
    card = first["member"]["card_number"]
    assert [one["contact_id"] for one in olgas.get("/members", q=card)["items"]] == [zoe]
    assert [one["points"] for one in olgas.get(f"/members/{zoe}/entries")["items"]] == [-30, 100]
    back = olgas.ask("POST", f"/points/{spent['entry']['id']}/reverse", json={}).json()
    assert back["member"]["balance"] == 100


def test_a_seller_spends_and_only_a_manager_corrects(api: TestClient, staff: Cast) -> None:
    anns, mias = program(api, staff.ann), program(api, staff.mia)
    zoe = anns.make("/contacts", last_name="Zoe")["id"]
    assert anns.ask("GET", f"/members/{zoe}").status_code == 404
    assert anns.ask("POST", "/members", json={"contact_id": zoe}).status_code == 201
    change = {"member": str(zoe), "points": 5, "cause": "c", "reason": "found"}

    assert [who.ask("POST", "/points/adjust", json=change).status_code for who in (anns, mias)] == [403, 201]
    spend = {"member": str(zoe), "points": 5, "cause": "d"}
    assert anns.ask("POST", "/points/redeem", json=spend).json()["member"]["balance"] == 0
    gift = {"member": str(zoe), "points": 5, "cause": "e"}
    assert mias.ask("POST", "/points/gift", json=gift).json()["fields"].keys() == {"reason"}
