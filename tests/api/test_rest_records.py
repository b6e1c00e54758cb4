"""Programs work with contacts, companies and touchpoints as people do."""

import pytest

from crm_core.people import custom_fields
from tests.api.rest import Program, TestClient, is_refusal, program
from tests.people import Cast

HOSTILE = (
    "<script>alert(1)</script>", "Robert'); DROP TABLE contacts;--", "=1+1", "日本 🎉 é", "\u202eabc",
    "%00%n%s", "a" * 200, "{{7*7}}", "../../etc/passwd",
)  # fmt: skip


def test_a_contact_is_made_read_changed_deleted_and_restored(anns: Program) -> None:
    made = anns.make("/contacts", first_name="Anna", last_name="Berg", email="a@berg.test", tags=["VIP"])
    place = f"/contacts/{made['id']}"

    assert (made["name"], made["tags"], made["version"]) == ("Anna Berg", ["VIP"], 1)
    assert made["created_at"].endswith("Z")
    changed = anns.ask("PATCH", place, json={"job_title": "Director", "version": 1})
    assert (changed.status_code, changed.json()["job_title"]) == (200, "Director")
    assert changed.headers["etag"] == f'"{changed.json()["version"]}"'
    assert changed.json()["version"] > 1
    assert anns.get("/contacts", q="berg")["items"][0]["job_title"] == "Director"


def test_a_deleted_contact_is_gone_until_it_is_restored(olgas: Program) -> None:
    place = f"/contacts/{olgas.make('/contacts', last_name='Berg')['id']}"

    assert olgas.ask("DELETE", place).status_code == 204
    assert olgas.ask("GET", place).status_code == 404
    assert olgas.ask("POST", f"{place}/restore").json()["name"] == "Berg"
    assert olgas.ask("GET", place).status_code == 200


def test_a_company_is_made_read_changed_deleted_and_restored(olgas: Program) -> None:
    made = olgas.make("/accounts", company="Berg & Co", annual_revenue="1,000.50 EUR", employees=7)
    place = f"/accounts/{made['id']}"
    olgas.make("/contacts", last_name="Berg", company="Berg & Co")

    assert (made["company"], made["annual_revenue"], made["employees"]) == ("Berg & Co", "1000.50 EUR", 7)
    assert olgas.ask("PATCH", place, json={"industry": "Trade"}).json()["industry"] == "Trade"
    assert [each["name"] for each in olgas.get(f"{place}/contacts")["items"]] == ["Berg"]
    assert olgas.get("/accounts", q="berg")["total"] == 1
    assert olgas.ask("DELETE", place).status_code == 204
    assert olgas.get("/accounts")["total"] == 0
    assert olgas.ask("POST", f"{place}/restore").json()["company"] == "Berg & Co"


def test_a_touchpoint_is_written_down_changed_deleted_and_restored(anns: Program) -> None:
    contact_id = anns.make("/contacts", last_name="Berg")["id"]
    made = anns.make(
        "/interactions",
        kind="call",
        contact_id=contact_id,
        subject="Hello",
        happened_at="2026-03-01T10:00:00+01:00",
    )
    place = f"/interactions/{made['id']}"

    assert made["happened_at"] == "2026-03-01T09:00:00Z"
    changed = anns.ask("PATCH", place, json={"body": "She calls back."}).json()
    assert (changed["subject"], changed["body"], changed["version"]) == ("Hello", "She calls back.", 2)
    entries = anns.get(f"/contacts/{contact_id}/timeline", group="Calls")["items"]
    assert [entry["text"] for entry in entries] == ["She calls back."]
    assert anns.ask("DELETE", place).status_code == 204
    assert anns.ask("GET", place).status_code == 404
    assert anns.ask("POST", f"{place}/restore").status_code == 200


def test_what_is_read_can_be_written_back(olgas: Program, staff: Cast) -> None:
    custom_fields.add(staff.olga, "contacts", "Shoe size", "number")
    made = olgas.make("/contacts", last_name="Berg", **{"custom.shoe_size": 42}, birthday="--04-01")
    body = olgas.ask("GET", "/api/v1/openapi.json").json()["components"]["schemas"]["ContactChanges"]
    same = {name: value for name, value in made.items() if name in body["properties"] or "." in name}

    answer = olgas.ask("PATCH", f"/contacts/{made['id']}", json=same)

    assert answer.status_code == 200, answer.text
    assert answer.json() == made
    assert (made["custom.shoe_size"], made["birthday"]) == (42, "--04-01")


def test_a_stale_change_is_refused_and_changes_nothing(anns: Program) -> None:
    place = f"/contacts/{anns.make('/contacts', last_name='Berg')['id']}"
    version = anns.ask("PATCH", place, json={"city": "Bonn"}).headers["etag"]

    by_body = anns.ask("PATCH", place, json={"city": "Rome", "version": 1})
    by_header = anns.ask("PATCH", place, json={"city": "Rome"}, headers={"if-match": '"1"'})

    assert (by_body.status_code, by_header.status_code) == (409, 412)
    assert is_refusal(by_body)
    assert is_refusal(by_header)
    assert by_body.json()["theirs"]["city"] == "Bonn"
    assert anns.get(place)["city"] == "Bonn"
    fresh = anns.ask("PATCH", place, json={"city": "Rome"}, headers={"if-match": version})
    assert (fresh.status_code, fresh.json()["city"]) == (200, "Rome")


def test_lists_come_in_pages_with_links_around(anns: Program) -> None:
    for number in range(5):
        anns.make("/contacts", last_name=f"Name {number}", country="DE" if number else "FR")

    answer = anns.ask("GET", "/contacts", params={"size": 2, "page": 2, "sort": "name"})

    told = answer.json()
    assert [each["name"] for each in told["items"]] == ["Name 2", "Name 3"]
    assert (told["total"], told["is_capped"], told["page"], told["size"]) == (5, False, 2, 2)
    assert answer.headers["link"].count("rel=") == 4
    assert anns.get("/contacts", where="country is FR")["total"] == 1
    assert anns.get("/contacts", sort="-name", size=1)["items"][0]["name"] == "Name 4"


@pytest.mark.parametrize(
    ("query", "field"),
    [
        ({"page": "0"}, "page"),
        ({"page": "x"}, "page"),
        ({"size": "501"}, "size"),
        ({"page": "9999", "size": "500"}, "page"),
        ({"where": "country is"}, "where"),
        ({"colour": "red"}, "colour"),
        ({"token": "rapport_x"}, "token"),
    ],
)
def test_a_wrong_query_is_named(anns: Program, query: dict[str, str], field: str) -> None:
    answer = anns.ask("GET", "/contacts", params=query)

    assert answer.status_code == 422
    assert is_refusal(answer)
    assert field in answer.json()["fields"]


def test_a_record_of_somebody_else_looks_like_none(anns: Program, bobs: Program) -> None:
    contact_id = anns.make("/contacts", last_name="Berg")["id"]
    touch_id = anns.make("/interactions", kind="note", contact_id=contact_id, body="x")["id"]
    account_id = anns.make("/accounts", company="Berg & Co")["id"]

    for path, mine in (("contacts", contact_id), ("accounts", account_id), ("interactions", touch_id)):
        for method, body in (("GET", None), ("PATCH", {})):
            theirs = bobs.ask(method, f"/{path}/{mine}", json=body)
            none = bobs.ask(method, f"/{path}/987654", json=body)
            assert theirs.status_code == none.status_code == 404
            assert theirs.content == none.content
    assert bobs.get("/contacts")["total"] == bobs.get("/accounts")["total"] == 0
    assert bobs.ask("GET", f"/contacts/{contact_id}/timeline").status_code == 404


@pytest.mark.parametrize(
    "foreign",
    ["id", "role", "owner_id", "created_at", "deleted_at", "is_sample", "search_text", "custom", "x"],
)
def test_what_is_not_to_be_set_is_refused_and_changes_nothing(anns: Program, foreign: str) -> None:
    made = anns.make("/contacts", last_name="Berg")
    place = f"/contacts/{made['id']}"

    answer = anns.ask("PATCH", place, json={foreign: "2020-01-01T00:00:00Z", "city": "Rome"})

    assert (answer.status_code, [*answer.json()["fields"]]) == (422, [foreign])
    assert anns.get(place) == made


@pytest.mark.parametrize("path", ["/contacts", "/accounts", "/interactions", "/exports"])
def test_nothing_is_made_with_foreign_fields(olgas: Program, path: str) -> None:
    answer = olgas.ask("POST", path, json={"version": 3, "role": "admin", "owner_id": 1})

    assert answer.status_code == 422
    assert {"version", "role", "owner_id"} <= set(answer.json()["fields"])


def test_a_seller_gives_nothing_away_through_this_door(anns: Program, staff: Cast) -> None:
    place = f"/contacts/{anns.make('/contacts', last_name='Berg')['id']}"

    answer = anns.ask("PATCH", place, json={"owner": staff.bob.id})

    assert answer.status_code == 403
    assert anns.get(place)["owner"] == staff.ann.id


@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_texts_come_back_as_they_were(anns: Program, text: str) -> None:
    made = anns.make("/contacts", last_name=text, city=text[:120], notes=text)
    touch = anns.make("/interactions", kind="note", contact_id=made["id"], body=text, outcome=text[:60])

    found = anns.get(f"/contacts/{made['id']}")
    assert (found["last_name"], found["city"], found["notes"]) == (text, text[:120], text)
    assert (touch["body"], touch["outcome"]) == (text, text[:60])
    assert anns.get("/contacts", q=text[:30])["total"] == 1


def test_a_known_address_needs_a_second_word(anns: Program) -> None:
    first = anns.make("/contacts", last_name="Berg", email="a@berg.test")

    again = anns.ask("POST", "/contacts", json={"last_name": "Berg", "email": "a@berg.test"})
    anyway = anns.ask("POST", "/contacts?even_if_duplicate=true", json={"email": "a@berg.test"})

    assert (again.status_code, anyway.status_code) == (409, 201)
    assert again.json()["theirs"]["id"] == first["id"]


def test_words_and_people_can_be_asked_for(api: TestClient, staff: Cast, olgas: Program) -> None:
    custom_fields.add(staff.olga, "accounts", "Tier", "choice", ["A", "B"])
    olgas.make("/contacts", last_name="Berg", tags=["VIP"])

    assert [tag["name"] for tag in olgas.get("/tags")["items"]] == ["VIP"]
    assert [each["name"] for each in olgas.get("/custom-fields", record="accounts")["items"]] == ["tier"]
    assert {"Ann Archer", "Bob Brandt"} <= {each["name"] for each in olgas.get("/owners")["items"]}
    me = program(api, staff.mia).get("/me")
    assert (me["name"], me["role"], me["reach"]) == ("Mia Meyer", "manager", "team")
    assert "contacts:assign" in me["permissions"]
    assert "users:manage" not in me["permissions"]
