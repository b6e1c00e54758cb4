"""Programs send files and fetch files."""

from pathlib import Path

import pytest

from crm_core.api import uploads
from crm_core.data import execution
from tests.api.rest import Program, TestClient, is_refusal, program
from tests.people import Cast

CSV = b"First name,Last name,E-mail,Remark\nAnna,Berg,anna@berg.test,x\nLuc,Moreau,luc@moreau.test,y\n"


@pytest.fixture
def mias(api: TestClient, staff: Cast) -> Program:
    return program(api, staff.mia)


def test_a_file_is_sent_planned_imported_and_taken_back(mias: Program, staff: Cast) -> None:
    sent = mias.ask("POST", "/imports?kind=contacts&file_name=people.csv", content=CSV)
    assert (sent.status_code, sent.json()["state"], sent.json()["file_name"]) == (201, "draft", "people.csv")
    place = f"/imports/{sent.json()['id']}"
    assert sent.headers["location"] == f"/api/v1{place}"
    planned = mias.ask(
        "PATCH", place, json={"mapping": {"Remark": "notes"}, "on_duplicate": "update", "tag": "Fair"}
    )
    assert (planned.json()["mapping"]["Remark"], planned.json()["options"]["tag"]) == ("notes", "Fair")

    assert mias.ask("POST", f"{place}/run").status_code == 202
    execution.complete(staff.mia, sent.json()["id"])

    assert mias.get(place)["counts"]["created"] == 2
    assert {each["email"] for each in mias.get("/contacts")["items"]} == {"anna@berg.test", "luc@moreau.test"}
    assert mias.ask("POST", f"{place}/undo").status_code == 202
    execution.complete(staff.mia, sent.json()["id"])
    assert mias.get("/contacts")["total"] == 0
    assert mias.get("/imports")["items"][0]["state"] == "undone"


def test_a_form_brings_a_file_as_a_browser_would(mias: Program) -> None:
    sent = mias.ask("POST", "/imports", files={"file": ("Müller.csv", CSV, "text/csv")})

    assert (sent.status_code, sent.json()["file_name"], sent.json()["rows_total"]) == (201, "Müller.csv", 2)


def test_an_import_is_checked_and_stopped_before_it_begins(mias: Program) -> None:
    place = f"/imports/{mias.ask('POST', '/imports', content=CSV).json()['id']}"

    assert mias.ask("POST", f"{place}/check").json()["state"] == "checking"
    assert mias.ask("POST", f"{place}/stop").json()["state"] == "draft"
    refused = mias.ask("POST", f"{place}/resume")
    assert (refused.status_code, is_refusal(refused)) == (409, True)


def test_what_is_no_file_is_refused(mias: Program) -> None:
    boundary = {"content-type": "multipart/form-data; boundary=b"}
    tries = [
        mias.ask("POST", "/imports", json={"a": 1}),
        mias.ask("POST", "/imports", content=b"broken", headers=boundary),
        mias.ask("POST", "/imports", content=b"x", headers={"content-type": "multipart/form-data"}),
        mias.ask("POST", "/imports", files={"other": ("a.csv", CSV)}),
        mias.ask("POST", "/imports", files=[("file", ("a.csv", CSV)), ("file", ("b.csv", CSV))]),
        mias.ask("POST", "/imports?kind=songs", content=CSV),
        mias.ask("POST", "/imports", content=b""),
        mias.ask("POST", "/imports?encoding=rot13", content=CSV),
    ]

    assert [answer.status_code for answer in tries] == [415, 400, 400, 400, 400, 422, 422, 422]
    assert all(map(is_refusal, tries))


def test_a_file_that_is_too_large_is_refused_while_it_comes(
    mias: Program, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(uploads, "MAX_FILE_BYTES", 10)
    monkeypatch.setattr(uploads, "_ROOM", 0)

    def slowly() -> object:
        yield CSV

    tries = [
        mias.ask("POST", "/imports", content=CSV),
        mias.ask("POST", "/imports", content=slowly()),
        mias.ask("POST", "/imports", files={"file": ("a.csv", CSV)}),
    ]

    assert [answer.status_code for answer in tries] == [413, 413, 413]
    assert not list(tmp_path.rglob("file"))


def test_an_import_of_somebody_else_does_not_exist(api: TestClient, mias: Program, staff: Cast) -> None:
    number = mias.ask("POST", "/imports", content=CSV).json()["id"]
    olga = program(api, staff.olga)

    assert olga.ask("GET", f"/imports/{number}").status_code == 200
    mias_own = olga.ask("POST", "/imports", content=CSV).json()["id"]
    assert mias.ask("GET", f"/imports/{mias_own}").status_code == 404


def test_an_export_is_made_and_downloaded_with_the_same_token(anns: Program, bobs: Program) -> None:
    anns.make("/contacts", last_name="Berg", country="DE")
    anns.make("/contacts", last_name="Moreau", country="FR")

    made = anns.make("/exports", format="csv", where="country is DE", columns=["last_name", "country"])

    assert (made["row_count"], made["format"]) == (1, "csv")
    file = anns.ask("GET", made["url"])
    assert (file.status_code, "Berg" in file.text, "Moreau" in file.text) == (200, True, False)
    assert bobs.ask("GET", made["url"]).status_code == 404
    assert [each["url"] for each in anns.get("/exports")["items"]] == [made["url"]]


def test_an_export_of_chosen_contacts_keeps_to_what_one_sees(anns: Program, bobs: Program) -> None:
    mine = anns.make("/contacts", last_name="Berg")["id"]
    theirs = bobs.make("/contacts", last_name="Moreau")["id"]

    assert anns.make("/exports", ids=[mine, theirs])["row_count"] == 1
    assert anns.ask("POST", "/exports", json={"ids": [mine], "q": "x"}).status_code == 422
    assert anns.ask("POST", "/exports", json={"where": "nonsense"}).status_code == 422


def test_everything_is_exported_by_who_may_and_read_as_it_stands(mias: Program, olgas: Program) -> None:
    assert mias.ask("POST", "/exports", json={"kind": "all"}).status_code == 403
    assert olgas.ask("POST", "/exports", json={"kind": "all", "format": "csv"}).status_code == 422
    asked = olgas.ask("POST", "/exports", json={"kind": "all"})
    place = asked.headers["location"].removeprefix("/api/v1")
    assert (asked.status_code, asked.json()["state"], asked.json()["url"]) == (202, "queued", None)
    assert olgas.get(place)["act"] == "export"
    assert olgas.ask("POST", "/exports", json={"kind": "all"}).status_code == 409
    assert mias.ask("GET", place).status_code == 403
