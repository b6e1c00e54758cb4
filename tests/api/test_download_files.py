"""Files by their address: each to the person it belongs to, as a download that nothing keeps."""

import io
from pathlib import Path

import pytest

from crm_core.data import execution, exports, imports
from crm_core.people import contacts
from tests.api.conftest import TestClient
from tests.api.test_guards import enter
from tests.people import Cast


@pytest.fixture(autouse=True)
def data_dir(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CRM_DATA_DIR", str(tmp_path))


def test_an_export_is_downloaded_by_its_maker_alone(client: TestClient, staff: Cast) -> None:
    contacts.create(staff.ann, {"last_name": "Berg", "email": "anna@berg.test"})
    made = exports.create(staff.ann, "contacts")

    assert client.get(made.url).status_code == 401
    enter(client, "ann")
    mine = client.get(made.url)
    enter(client, "bob")
    other = client.get(made.url)
    enter(client, "vera")
    looker = client.get(made.url)

    assert mine.status_code == 200
    assert mine.content.startswith(b"\xef\xbb\xbf")
    assert b"anna@berg.test" in mine.content
    assert mine.headers["content-disposition"].startswith('attachment; filename="contacts-')
    assert mine.headers["cache-control"] == "no-store"
    assert mine.headers["x-content-type-options"] == "nosniff"
    assert (other.status_code, looker.status_code) == (404, 403)


def test_two_exports_that_differ_in_one_letter_arrive_as_they_are(client: TestClient, staff: Cast) -> None:
    number = contacts.create(staff.ann, {"last_name": "Berg", "email": "anna@berg.test"})
    first = exports.create(staff.ann, "contacts")
    contacts.change(staff.ann, number, {"last_name": "Berk"}, version=None)
    second = exports.create(staff.ann, "contacts")

    enter(client, "ann")

    assert b'"Berg"' in client.get(first.url).content
    assert b'"Berk"' in client.get(second.url).content


def test_refused_rows_are_downloaded_by_those_who_see_the_import(client: TestClient, staff: Cast) -> None:
    text = "Name,E-mail\nAnna,a@b.test\n,not an address\n"
    import_id = imports.receive(staff.mark, io.BytesIO(text.encode()), "x.csv", "contacts")
    imports.check(staff.mark, import_id)
    execution.complete(staff.mark, import_id)
    address = f"/files/imports/{import_id}/refused.csv"

    enter(client, "mark")
    mine = client.get(address)
    enter(client, "mia")
    outside_her_team = client.get(address)
    enter(client, "ann")
    seller = client.get(address)

    assert (mine.status_code, outside_her_team.status_code, seller.status_code) == (200, 404, 403)
    assert "not an address" in mine.text
    assert "Anna" not in mine.text


def test_the_sample_file_is_one_that_we_can_import(client: TestClient, staff: Cast) -> None:
    enter(client, "mark")
    sample = client.get("/files/sample-contacts.csv")

    import_id = imports.receive(staff.mark, io.BytesIO(sample.content), "sample.csv", "contacts")

    found = imports.get(staff.mark, import_id)
    assert found.unmapped == ()
    imports.run(staff.mark, import_id)
    counts = execution.complete(staff.mark, import_id).counts
    assert (counts["created"], counts["warnings"]) == (3, 0)


@pytest.mark.parametrize(
    "address", ["/files/0", "/files/99999", "/files/x", "/files/..%2fsecrets", "/files/-1"]
)
def test_other_addresses_hold_nothing(client: TestClient, staff: Cast, address: str) -> None:
    enter(client, "olga")

    assert client.get(address).status_code == 404
