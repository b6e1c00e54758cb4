"""``export``: lists as files from the command line."""

import json
from pathlib import Path

from crm_core.people import contacts
from tests.cli.conftest import Run
from tests.people import Cast


def test_contacts_are_written_and_the_rows_are_told(run: Run, staff: Cast, tmp_path: Path) -> None:
    contacts.create(staff.ann, {"last_name": "=Berg", "email": "anna@berg.test", "country": "DE"})
    contacts.create(staff.bob, {"last_name": "Roe", "email": "roe@rapport.test", "country": "FR"})
    target = tmp_path / "new folder" / "out.csv"

    told = run("export", "contacts", str(target), "--json")

    assert told.code == 0
    assert (told.json[0]["rows"], told.json[0]["format"]) == (2, "csv")
    assert '"\'=Berg"' in target.read_text(encoding="utf-8-sig")


def test_the_ending_decides_the_format_and_a_rule_the_rows(run: Run, staff: Cast, tmp_path: Path) -> None:
    contacts.create(staff.ann, {"last_name": "Berg", "country": "DE"})
    contacts.create(staff.ann, {"last_name": "Roe", "country": "FR"})
    rule = json.dumps({"field": "country", "is": "DE"})

    run("export", "contacts", str(tmp_path / "out.json"), "--where", rule)

    assert [row["last_name"] for row in json.loads((tmp_path / "out.json").read_text())] == ["Berg"]


def test_everything_goes_into_a_folder(run: Run, staff: Cast, tmp_path: Path) -> None:
    contacts.create(staff.ann, {"last_name": "Berg", "company": "Berg & Co"})

    assert run("export", "all", str(tmp_path / "out"), "--format", "xlsx").code == 0

    assert {path.name for path in (tmp_path / "out").iterdir()} == {"contacts.xlsx", "accounts.xlsx"}


def test_a_user_exports_with_the_rights_of_that_user(run: Run, staff: Cast, tmp_path: Path) -> None:
    contacts.create(staff.bob, {"last_name": "Roe"})

    as_ann = run("export", "contacts", str(tmp_path / "a.csv"), "--as", "ann", "--json")
    as_vera = run("export", "contacts", str(tmp_path / "v.csv"), "--as", "vera")

    assert as_ann.json[0]["rows"] == 0
    assert as_vera.code == 1
    assert not (tmp_path / "v.csv").exists()


def test_a_rule_that_is_none_is_refused_with_a_sentence(run: Run, staff: Cast, tmp_path: Path) -> None:
    answer = run("export", "contacts", str(tmp_path / "x.csv"), "--where", "country=DE")

    assert answer.code == 1
    assert "not JSON" in answer.err
    assert not (tmp_path / "x.csv").exists()
