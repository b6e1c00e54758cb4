"""``export``: lists as files from the command line."""

import json
from pathlib import Path

import pytest

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


def test_everything_goes_out_and_comes_back_into_a_new_installation(
    run: Run, staff: Cast, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    contacts.create(staff.ann, {"last_name": "Berg", "company": "Berg & Co"})
    target = str(tmp_path / "everything.zip")

    written = run("export", "all", target, "--json")
    assert written.json["tables"]["contacts"] == 1
    assert run("export", "all", target).err.startswith("There is something called everything.zip already.")
    assert "not empty" in run("import", "all", target).err

    monkeypatch.setenv("CRM_DATABASE_URL", f"sqlite:///{tmp_path / 'new.db'}")
    run("db", "upgrade")
    read = run("import", "all", target, "--json")

    assert (read.code, read.json["tables"]) == (0, written.json["tables"])
    assert run("user", "reset-password", "olga").code == 0
    assert run("export", "contacts", str(tmp_path / "c.csv"), "--json").json[0]["rows"] == 1


def test_everything_goes_into_a_folder_where_the_name_has_no_ending(
    run: Run, staff: Cast, tmp_path: Path
) -> None:
    told = run("export", "all", str(tmp_path / "out"), "--format", "csv")

    assert "tables are in" in told.out
    assert (tmp_path / "out" / "csv" / "users.csv").exists()
    assert not (tmp_path / "out" / "json").exists()


@pytest.mark.parametrize("words", [("--format", "xlsx"), ("--raw",), ("--where", '{"field": "x"}')])
def test_everything_is_everything_and_open(
    run: Run, staff: Cast, tmp_path: Path, words: tuple[str, ...]
) -> None:
    assert run("export", "all", str(tmp_path / "out.zip"), *words).code == 1
    assert run("export", "all", str(tmp_path / "out.zip"), "--as", "mia").code == 1
    assert list(tmp_path.glob("*out*")) == []


def test_a_file_that_is_no_export_is_refused_with_a_sentence(run: Run, tmp_path: Path) -> None:
    (tmp_path / "x.zip").write_text("not a zip")

    answer = run("import", "all", str(tmp_path / "x.zip"))

    assert (answer.code, "no export of Rapport" in answer.err) == (1, True)


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
