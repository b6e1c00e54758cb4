"""Lists leave as files: what one sees and nothing more, for oneself alone, recorded."""

import json
import stat
from datetime import timedelta
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from crm_core.data import export_rows, exports, mapping, readers
from crm_core.data.export_rows import Filter
from crm_core.data.exports import FORMATS
from crm_core.data.plans import make_plan
from crm_core.data.preparing import prepare
from crm_core.kernel.access import Actor
from crm_core.kernel.errors import Invalid, NotAllowed, NotFound
from crm_core.kernel.work import Clock, begin
from crm_core.people import accounts, contacts, custom_fields
from db.models import Activity, Export
from tests.conftest import at
from tests.people import MONDAY, Cast


@pytest.fixture(autouse=True)
def data_dir(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("CRM_DATA_DIR", str(tmp_path))
    return tmp_path


@pytest.fixture
def people(cast: Cast) -> Cast:
    """Ann has two contacts, Bob has one."""
    custom_fields.add(cast.olga, "contacts", "Shoe size", "number")
    values = {
        "first_name": "Anna", "last_name": "Berg", "email": "anna@berg.test",
        "email_secondary": "a2@berg.test", "phone": "+49 30 123456", "company": "Berg & Co",
        "birthday": "--04-01", "tags": ["VIP", "Smith, Jones"], "country": "DE", "notes": "=1+1",
        "custom.shoe_size": "41.5", "unsubscribed": "yes",
        "external_id": "007", "website": "https://berg.test", "lifecycle": "customer",
    }  # fmt: skip
    contacts.create(cast.ann, values)
    contacts.create(cast.ann, {"last_name": "Zoë", "email": "zoe@rapport.test", "city": "Paris"})
    contacts.create(cast.bob, {"last_name": "Bobson", "email": "b@rapport.test"})
    return cast


def opened(who: Actor, made: exports.ExportDetail) -> Path:
    return exports.open_file(who, made.id).path


def in_json(who: Actor, made: exports.ExportDetail) -> list[dict[str, Any]]:
    return json.loads(opened(who, made).read_text())  # type: ignore[no-any-return]


def test_everybody_gets_what_they_see_and_nothing_else(people: Cast) -> None:
    mine = exports.create(people.ann, "contacts", "json")
    all_of_them = exports.create(people.olga, "contacts", "json")

    assert [row["last_name"] for row in in_json(people.ann, mine)] == ["Berg", "Zoë"]
    assert all_of_them.row_count == 3


@pytest.mark.parametrize("format_name", FORMATS)
def test_every_format_is_made(people: Cast, format_name: str) -> None:
    made = exports.create(people.ann, "contacts", format_name)

    file = exports.open_file(people.ann, made.id)
    assert made.row_count == 2
    assert file.path.stat().st_size > 100
    assert file.file_name.endswith((".csv", ".xlsx", ".vcf", ".json", ".jsonl"))


def test_a_list_comes_back_by_our_own_import(people: Cast) -> None:
    path = opened(people.ann, exports.create(people.ann, "contacts", "csv"))

    layout = readers.inspect(path, "x.csv")
    guesses = mapping.propose("contacts", layout.columns, layout.sample)
    plan = make_plan("contacts", layout.columns, {one.column: one.field for one in guesses}, layout.sample)
    berg, zoe = (prepare(row.cells, plan) for row in readers.rows(path, layout))

    assert (berg.problems, zoe.problems) == ([], [])
    told = {name: berg.values[name] for name in ("external_id", "phone", "company", "tags", "notes", "owner")}
    assert told == {
        "external_id": "007", "phone": "+4930123456", "company": "Berg & Co", "tags": ["Smith, Jones", "VIP"],
        "notes": "=1+1", "owner": "Ann Archer",
    }  # fmt: skip
    assert berg.values["unsubscribed"] is True
    assert "email_consent" not in zoe.values


def test_only_chosen_rows_and_columns_in_the_order_asked_for(people: Cast) -> None:
    [berg] = [row for row in rows_of(people.ann) if row["last_name"] == "Berg"]

    made = exports.create(people.ann, "contacts", "csv", [berg["id"], 10**9], ["email", "last_name"])

    text = opened(people.ann, made).read_text(encoding="utf-8-sig")
    assert text == '"E-mail","Last name"\n"anna@berg.test","Berg"\n'


@pytest.mark.parametrize(
    ("wanted", "names"),
    [
        (Filter({"field": "city", "is": "paris"}), ["Zoë"]),
        (Filter(text="berg"), ["Berg"]),
        (Filter({"field": "city", "is": "paris"}, "berg"), []),
        (Filter({"field": "owner", "is": "me"}), ["Berg", "Zoë"]),
    ],
)
def test_a_rule_and_a_search_choose_the_rows(people: Cast, wanted: Filter, names: list[str]) -> None:
    made = exports.create(people.ann, "contacts", "json", wanted)

    assert [row["last_name"] for row in in_json(people.ann, made)] == names


def test_long_lists_are_read_in_pieces(people: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(export_rows, "CHUNK", 1)

    made = exports.create(people.olga, "contacts", "json", [row["id"] for row in rows_of(people.olga)])

    assert made.row_count == 3


def test_companies_are_exported_with_their_people_left_out(people: Cast) -> None:
    accounts.create(
        people.ann,
        {"company": "=Acme", "annual_revenue": "1234.50", "parent": "Berg & Co", "website": "acme.test"},
    )

    path = opened(people.ann, exports.create(people.ann, "accounts", "csv"))

    text = path.read_text(encoding="utf-8-sig")
    assert '"\'=Acme"' in text
    assert '"1234.50 EUR"' in text
    assert '"Berg & Co"' in text.splitlines()[-1]


def test_only_the_maker_downloads_and_only_for_a_day(people: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Clock, "now", at(MONDAY))
    made = exports.create(people.ann, "contacts")

    assert opened(people.ann, made).exists()
    for other in (people.bob, people.mia, people.olga):
        with pytest.raises(NotFound):
            exports.open_file(other, made.id)
    with pytest.raises(NotAllowed):
        exports.open_file(people.vera, made.id)
    monkeypatch.setattr(Clock, "now", at(MONDAY + timedelta(hours=24)))
    with pytest.raises(NotFound, match="Export the list again"):
        exports.open_file(people.ann, made.id)


def test_what_is_over_is_swept_with_the_next_export(
    people: Cast, data_dir: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Clock, "now", at(MONDAY))
    exports.create(people.ann, "contacts")
    monkeypatch.setattr(Clock, "now", at(MONDAY + timedelta(hours=25)))

    exports.create(people.bob, "contacts")

    assert len(list((data_dir / "exports").iterdir())) == 1
    assert exports.sweep(people.ann) == 0


@pytest.mark.parametrize("name", ["vera", "sue"])
def test_who_may_not_export_gets_nothing(people: Cast, data_dir: Path, name: str) -> None:
    with pytest.raises(NotAllowed):
        exports.create(getattr(people, name), "contacts")
    with pytest.raises(NotAllowed):
        exports.save(getattr(people, name), "contacts", data_dir / "x.csv", "csv")

    assert list(data_dir.rglob("*")) == []


def test_an_export_is_recorded_with_filter_count_and_digest(people: Cast) -> None:
    made = exports.create(people.ann, "contacts", "csv", Filter({"field": "city", "is": "Paris"}))

    with begin(people.olga, write=False) as work:
        [trace] = work.scalars(select(Activity).where(Activity.name == "contacts.exported"))
        [row] = work.scalars(select(Export))
    digest = sha256(opened(people.ann, made).read_bytes()).hexdigest()
    assert (trace.actor_name, trace.facts["count"], trace.facts["sha256"]) == ("Ann Archer", 1, digest)
    assert trace.facts["filter"] == {"rule": {"field": "city", "is": "Paris"}, "text": ""}
    assert row.digest == digest
    assert [one.id for one in exports.search(people.ann)] == [made.id]
    assert exports.search(people.bob) == []


def test_files_are_readable_by_us_alone_and_appear_when_whole(
    people: Cast, data_dir: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = opened(people.ann, exports.create(people.ann, "contacts"))
    assert stat.S_IMODE(path.stat().st_mode) == 0o600

    def broken(*_: object) -> object:
        yield {"id": 1, "last_name": "half"}
        raise RuntimeError("the power went")

    monkeypatch.setattr(export_rows, "records", broken)
    with pytest.raises(RuntimeError):
        exports.create(people.ann, "contacts")
    assert list((data_dir / "exports").iterdir()) == [path]


def test_the_shell_saves_where_it_wants(people: Cast, tmp_path: Path) -> None:
    made = exports.save(people.olga, "contacts", tmp_path / "mine.csv", "csv")

    assert (tmp_path / "mine.csv").read_text(encoding="utf-8-sig").count("\n") == 4
    assert made.row_count == 3
    with pytest.raises(NotFound):
        exports.open_file(people.olga, made.id)


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (("tickets", "csv"), "no export of"),
        (("contacts", "pdf"), "no format"),
        (("accounts", "vcf"), "vCards"),
        (("accounts", "csv", Filter({"field": "city", "is": "x"})), "contacts only"),
        (("contacts", "csv", None, ["password_hash"]), "no column"),
        (("contacts", "csv", Filter({"field": "password", "is": "x"})), "no field"),
    ],
)
def test_what_cannot_be_exported_is_said(people: Cast, data_dir: Path, arguments: Any, sentence: str) -> None:
    with pytest.raises(Invalid, match=sentence):
        exports.create(people.olga, *arguments)

    assert [path for path in data_dir.rglob("*") if path.is_file()] == []


def rows_of(who: Actor) -> list[dict[str, Any]]:
    with begin(who, write=False) as work:
        return list(export_rows.records(work, "contacts", None))
