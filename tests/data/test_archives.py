"""Everything goes out as open files, and comes in again on either engine as it was."""

import csv
import hashlib
import io
import json
import os
import random
import shutil
import zipfile
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from uuid import uuid4

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from crm_core.data import (
    archive_cells,
    archive_dictionary,
    archive_meanings,
    archive_reading,
    archive_shape,
    archives,
    sample,
)
from crm_core.kernel.access import OPERATOR, SYSTEM
from crm_core.kernel.errors import Conflict, Invalid, NotAllowed
from crm_core.kernel.work import begin
from crm_core.people import accounts, contacts, counts, custom_fields, listing, saved_views
from crm_core.people.listing import Query
from crm_core.team import sign_in, users
from db import migrate, session, whole
from db.models import Account, Contact, Setting
from db.queries.archives import NULL
from db.session import Database
from db.tables import ColumnShape, shapes
from tests import postgres
from tests.business_hash import business_hash, whole_hash
from tests.data.importing import bring, inbox
from tests.data.test_import_always import _file
from tests.people import PASSWORD, hire

__all__ = ["inbox"]

pytestmark = pytest.mark.one_engine

NOON = datetime(2026, 3, 2, 12, 30, 1, 123456, tzinfo=UTC)
NewBase = Callable[[str], str]
ENGINES = ("sqlite", "postgres")


@pytest.fixture
def new_base(tmp_path: Path, request: pytest.FixtureRequest) -> NewBase:
    """Connects to one more empty installation, on the engine of this name."""

    def connect(engine: str) -> str:
        name = f"more_{uuid4().hex[:12]}"
        if engine == "sqlite":
            path = tmp_path / f"{name}.db"
            shutil.copy(request.getfixturevalue("sqlite_template"), path)
            url = f"sqlite:///{path}"
        else:
            template = request.getfixturevalue("postgres_template")
            url = postgres.create_database(postgres.server(), name, template)
        session.connect(url)
        return url

    return connect


def fill() -> None:
    """A base with something of everything, awkward values among it."""
    cast = hire()
    sample.load(OPERATOR, 25)
    custom_fields.add(cast.olga, "contacts", "Shoe size", "number")
    saved_views.save(cast.ann, "contacts", "Mine", {"columns": ["name"]})
    parent = accounts.create(cast.ann, {"company": "=SUM(A1)"})
    child = accounts.create(cast.ann, {"company": "'quoted'", "annual_revenue": "19.99 EUR"})
    with begin(SYSTEM) as work:
        work.get(Account, parent).parent_id = child  # refers to a row that is stored later
        work.add(Setting(name="empty", value=None, updated_at=NOON))
    gone = contacts.create(cast.bob, {"last_name": "Gone", "notes": 'a\r\nb\tc "d", é 😀'})
    contacts.create(cast.bob, {"last_name": "+1+cmd", "custom.shoe_size": 41, "tags": ["VIP; a,b"]})
    last = contacts.create(cast.bob, {"last_name": "Last"})
    contacts.delete(cast.olga, [gone])
    with begin(SYSTEM) as work, counts.kept(work, [last]):
        work.delete(work.get(Contact, last))


@pytest.mark.parametrize(("format_name", "to"), [("csv", "postgres"), ("json", "sqlite")])
def test_everything_comes_back_on_either_engine(
    own_database: Database, new_base: NewBase, tmp_path: Path, format_name: str, to: str
) -> None:
    fill()
    before, business = whole_hash(), business_hash()
    written = archives.save(OPERATOR, tmp_path / "out.zip", [format_name])

    new_base(to)
    read = archive_reading.load(OPERATOR, tmp_path / "out.zip")

    assert read == written
    assert (whole_hash(), business_hash()) == (before, business)
    with begin(SYSTEM, write=False) as work:
        assert counts.differences(work) == []


@pytest.mark.parametrize("to", ENGINES)
def test_a_new_base_searches_goes_on_counting_and_lets_nobody_in_without_a_new_password(
    own_database: Database, new_base: NewBase, tmp_path: Path, to: str
) -> None:
    fill()
    with begin(SYSTEM, write=False) as work:
        highest = whole.last_id(work.session, archive_shape.of_model(Contact).table)
    archives.save(OPERATOR, tmp_path / "out.zip")
    new_base(to)
    archive_reading.load(OPERATOR, tmp_path / "out.zip")

    with pytest.raises(NotAllowed):
        sign_in.check_password("ann", PASSWORD)
    one_time = users.reset_password(OPERATOR, users.id_of(OPERATOR, "ann"))
    assert sign_in.check_password("ann", one_time).actor.name == "Ann Archer"
    # The id of the last one, which was removed for good, is not given again.
    assert contacts.create(OPERATOR, {"last_name": "New"}) == highest + 1
    assert [row.name for row in listing.search(OPERATOR, Query(text="cmd"))] == ["+1+cmd"]


@pytest.mark.one_engine
def test_a_folder_holds_the_same_and_reads_back(
    own_database: Database, new_base: NewBase, tmp_path: Path
) -> None:
    fill()
    before = whole_hash()
    archives.save(OPERATOR, tmp_path / "out")

    assert {path.name for path in (tmp_path / "out").iterdir()} == {
        "README.txt", "data_dictionary.csv", "manifest.json", "csv", "json",
    }  # fmt: skip
    new_base("sqlite")
    archive_reading.load(OPERATOR, tmp_path / "out")
    assert whole_hash() == before


@pytest.mark.parametrize("seed", range(int(os.environ.get("CRM_TEST_ARCHIVES", "1"))))
@pytest.mark.parametrize(("start_on", "move_to"), [ENGINES, ENGINES[::-1]])
def test_whatever_was_imported_comes_back(
    new_base: NewBase, inbox: Path, tmp_path: Path, start_on: str, move_to: str, seed: int
) -> None:
    new_base(start_on)
    olga = hire().olga
    custom_fields.add(olga, "contacts", "Shoe size", "number")
    dice = random.Random(seed)  # noqa: S311 - made-up rows, not secrets
    bring(olga, _file(inbox, dice, count=60))
    bring(olga, _file(inbox, dice, count=30), on_duplicate="update")
    before = whole_hash()
    archives.save(olga, tmp_path / "out.zip")

    new_base(move_to)
    archive_reading.load(OPERATOR, tmp_path / "out.zip")

    assert whole_hash() == before
    session.disconnect()


@pytest.mark.one_engine
def test_a_base_that_is_not_empty_is_left_as_it_is(own_database: Database, tmp_path: Path) -> None:
    fill()
    archives.save(OPERATOR, tmp_path / "out.zip")
    before = whole_hash()

    with pytest.raises(Conflict, match="not empty"):
        archive_reading.load(OPERATOR, tmp_path / "out.zip")

    assert whole_hash() == before


def _changed(source: Path, target: Path, change: Callable[[str, bytes], bytes | None]) -> Path:
    """The zip again, with other bytes in its files; a file without bytes is left out."""
    with zipfile.ZipFile(source) as old, zipfile.ZipFile(target, "w") as new:
        for name in old.namelist():
            held = change(name, old.read(name))
            if held is not None:
                new.writestr(name, held)
    return target


CONTACTS = "json/contacts.jsonl"
Change = Callable[[str, bytes], bytes | None]


def _replaced(file: str, old: bytes, new: bytes) -> Change:
    return lambda name, held: held.replace(old, new) if name == file else held


def _instead(file: str, other: bytes | None) -> Change:
    return lambda name, held: other if name == file else held


TAMPERED: dict[str, Change] = {
    "a changed value": _replaced(CONTACTS, b"Gone", b"Here"),
    "a missing table": _instead(CONTACTS, None),
    "no manifest": _instead(archives.MANIFEST, None),
    "a manifest of something else": _instead(archives.MANIFEST, b'{"format": "x", "version": 1}'),
    "a manifest that is a list": _instead(archives.MANIFEST, b"[1]"),
    "a newer revision": _replaced(archives.MANIFEST, migrate.head().encode(), b"fffffffffff0"),
    "an unknown table": _replaced(archives.MANIFEST, b'"table": "deals"', b'"table": "yachts"'),
    "an unknown column": _replaced(archives.MANIFEST, b'"last_name"', b'"lost_name"'),
    "fewer rows than told": _replaced(archives.MANIFEST, b'"rows": 7', b'"rows": 8'),
}


@pytest.mark.one_engine
def test_whatever_is_wrong_with_a_file_nothing_is_stored(
    own_database: Database, new_base: NewBase, tmp_path: Path, engine_name: str
) -> None:
    fill()
    good = tmp_path / "good.zip"
    archives.save(OPERATOR, good)
    new_base(engine_name)
    empty = whole_hash()

    bad = [_changed(good, tmp_path / f"{what}.zip", change) for what, change in TAMPERED.items()]
    cut = tmp_path / "cut.zip"
    cut.write_bytes(good.read_bytes()[:-2000])
    text = tmp_path / "text.zip"
    text.write_text("Dear Rapport,")
    for path in (*bad, cut, text, tmp_path / "nowhere.zip", tmp_path):
        with pytest.raises(Invalid):
            archive_reading.load(OPERATOR, path)

    assert whole_hash() == empty


@pytest.mark.one_engine
def test_a_file_with_a_wrong_cell_and_a_right_check_sum_is_refused_with_its_place(
    own_database: Database, new_base: NewBase, tmp_path: Path, engine_name: str
) -> None:
    fill()
    archives.save(OPERATOR, tmp_path / "out", ["csv"])
    path = tmp_path / "out" / "csv" / "contacts.csv"
    path.write_bytes(path.read_bytes().replace(b"\n2,", b"\nx2,"))
    manifest = json.loads((tmp_path / "out" / "manifest.json").read_text())
    for table in manifest["tables"]:
        if table["table"] == "contacts":
            table["csv"]["sha256"] = hashlib.sha256(path.read_bytes()).hexdigest()
    (tmp_path / "out" / "manifest.json").write_text(json.dumps(manifest))
    new_base(engine_name)
    empty = whole_hash()

    with pytest.raises(Invalid, match=r"csv/contacts\.csv cannot be read after row 1"):
        archive_reading.load(OPERATOR, tmp_path / "out")

    assert whole_hash() == empty


@pytest.mark.one_engine
def test_nothing_secret_is_in_any_file(own_database: Database, tmp_path: Path) -> None:
    cast = hire()
    signed_in = sign_in.check_password("ann", PASSWORD)
    archives.save(cast.olga, tmp_path / "out.zip")

    with zipfile.ZipFile(tmp_path / "out.zip") as archive:
        held = b"".join(archive.read(name) for name in archive.namelist())
        names = {Path(name).stem for name in archive.namelist()}
    assert b"$2b$" not in held
    assert signed_in.ticket.encode() not in held
    assert names.isdisjoint({"sign_ins", "api_tokens", "sign_in_attempts", "idempotency_keys"})


@pytest.mark.one_engine
def test_who_may_not_or_sees_only_some_takes_nothing_out(own_database: Database, tmp_path: Path) -> None:
    cast = hire()
    for name in ("ann", "mia", "mark", "sue", "vera"):
        with pytest.raises(NotAllowed):
            archives.save(getattr(cast, name), tmp_path / "out.zip")
    for who in cast.everybody.values():
        with pytest.raises(NotAllowed):
            archive_reading.load(who, tmp_path / "out.zip")
    with pytest.raises(Invalid, match="csv or json"):
        archives.save(OPERATOR, tmp_path / "out.zip", ["xlsx"])
    (tmp_path / "out.zip").write_text("mine")
    with pytest.raises(Conflict, match="already"):
        archives.save(OPERATOR, tmp_path / "out.zip")

    assert [path.name for path in tmp_path.iterdir() if ".part" in path.name] == []


@pytest.mark.parametrize("target", ["out.zip", "out"])
def test_what_breaks_on_the_way_leaves_no_file(
    own_database: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, target: str
) -> None:
    hire()

    def break_down(_done: int, _total: int) -> None:
        raise RuntimeError("the disk is full")

    folder = tmp_path / "there"
    with pytest.raises(RuntimeError, match="full"):
        archives.write(OPERATOR, folder / target, told=break_down)

    assert list(folder.iterdir()) == []


def _column(kind: str, *, is_nullable: bool) -> ColumnShape:
    return ColumnShape("x", kind, None, is_nullable, False, "", False, None)


VALUES = {
    "text": st.text(st.characters(codec="utf-8"), max_size=20)
    | st.sampled_from(["", "'", "''", "=1", "'=1", "+49301234", "+1+1", "-", "\t=x", "\ufeff@", "null"]),
    "instant": st.datetimes(timezones=st.just(UTC)),
    "date": st.dates(),
    "yes/no": st.booleans(),
    "number": st.floats(allow_nan=False, allow_infinity=False),
    "decimal": st.decimals(allow_nan=False, allow_infinity=False, places=4),
    "integer": st.integers(),
    "json": st.recursive(
        st.booleans() | st.integers() | st.text(max_size=5), lambda inner: st.lists(inner) | st.dictionaries(
            st.text(max_size=5), inner), max_leaves=5),
}  # fmt: skip


@settings(max_examples=300, deadline=None)
@given(st.data())
def test_every_value_comes_back_from_a_cell_and_from_json(data: st.DataObject) -> None:
    kind = data.draw(st.sampled_from(sorted(VALUES)))
    column = _column(kind, is_nullable=data.draw(st.booleans()))
    value = data.draw(st.none() | VALUES[kind] if column.is_nullable else VALUES[kind])

    text = io.StringIO(newline="")
    csv.writer(text).writerow([archive_cells.csv_writers([column])[0](value), "beside"])
    [[cell, _]] = csv.reader(io.StringIO(text.getvalue(), newline=""))
    make = archive_cells.json_writers([column])[0]
    plain = json.loads(json.dumps(value if make is None else make(value)))

    for found in (
        archive_cells.csv_readers([column])[0](cell),
        archive_cells.json_readers([column])[0](plain),
    ):
        assert (found is NULL and value is None) or found == value
    assert kind != "text" or not cell.startswith(("=", "-", "@")), "a spreadsheet would compute it"


@given(VALUES["text"])
@example("+4930123456;ext=12")
def test_no_cell_computes_and_phone_numbers_stay_readable(text: str) -> None:
    cell = archive_cells.guarded(text)

    assert archive_cells.unguarded(cell) == text
    assert cell == text or cell == f"'{text}"


def test_every_table_leaves_or_stays_for_a_reason_and_columns_that_sound_secret_stay() -> None:
    leaving = {table.name for table in archive_shape.leaving()}

    assert leaving.isdisjoint(archive_shape.STAYING_TABLES)
    assert leaving | set(archive_shape.STAYING_TABLES) == {table.name for table in shapes()}
    known = {(table.name, column.name) for table in shapes() for column in table.columns}
    assert set(archive_shape.STAYING_COLUMNS) <= known
    assert known >= archive_shape.OPEN_COLUMNS
    digests = {
        f"{table.name}.{column.name}"
        for table in archive_shape.leaving()
        for column in table.columns
        if column.name.endswith(("token_digest", "password_hash", "_secret"))
    }
    assert digests == set()


def test_the_dictionary_says_of_every_column_what_it_means() -> None:
    rows = list(archive_dictionary.rows())[1:]

    told = {(row[0], row[1]): row for row in rows}
    for table in archive_shape.leaving():
        assert len(told[table.name, ""][5]) > 10
        for column in table.columns:
            row = told[table.name, column.name]
            assert len(row[5]) > 3, row
            if column.name in archive_dictionary.MONEY and column.kind == "integer":
                assert row[6], row
    columns = {(row[0], row[1]) for row in rows}
    names = {name for _, name in columns}
    assert set(archive_meanings.MEANINGS) - columns == set(), "no longer needed"
    assert set(archive_meanings.COMMON) - names == set(), "no longer needed"
    assert {key for key in archive_meanings.UNITS if key[0]} - columns == set(), "no longer needed"


def test_the_readme_names_every_table_with_its_rows() -> None:
    rows = {table.name: number for number, table in enumerate(archive_shape.leaving())}

    text = archive_dictionary.readme(NOON, rows, ["csv"])

    assert all(name in text for name in rows)
    assert "2026-03-02 12:30 UTC" in text
    assert "json/" not in text
    assert max(len(line) for line in text.splitlines()) < 220
