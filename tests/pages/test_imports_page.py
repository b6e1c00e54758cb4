"""A file on its way through the Imports page: matched, checked, imported, undone; and who may do that."""

import io
import re
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from crm_core.data import claims, execution, imports, rereading
from crm_core.data.import_types import ImportOptions
from crm_core.data.layouts import Options
from crm_core.kernel.access import Actor
from crm_core.kernel.errors import Conflict, NotAllowed, NotFound
from crm_core.kernel.paging import Paging
from crm_core.people import contacts, custom_fields
from tests.pages.conftest import OpenApp, press, said
from tests.people import Cast

HUBSPOT = """Record ID,First Name,Last Name,Email,Phone Number,Company name,Lifecycle Stage,Lead date,Shoes
101,Anna,Berg,anna@berg.test,+49 30 901820,Berg & Co,customer,31/12/2025,41
102,Bruno,*bold*,bruno@rapport.test,,Berg & Co,lead,01/02/2026,44
,,,not an address,,,,,
104,Known,Already,known@rapport.test,+33 1 42 68 53 00,,lead,05/06/2025,40
"""
HOSTILE = "Name,E-mail,<img src=x onerror=alert(1)>\n**Bold** :smile: <script>x</script>,a@b.test,=1+1\n"


@pytest.fixture
def known(cast: Cast) -> int:
    """A contact whose address stands in the file."""
    return contacts.create(cast.mark, {"last_name": "Known", "email": "known@rapport.test"})


def receive(who: Actor, text: str = HUBSPOT, name: str = "hubspot.csv", kind: str = "contacts") -> int:
    return imports.receive(who, io.BytesIO(text.encode()), name, kind)


def opened(open_app: OpenApp, who: Actor, import_id: int, **query: str) -> AppTest:
    return open_app(who, "imports", **{"import": str(import_id)}, **query)


def box(app: AppTest, column: str) -> object:
    return next(each for each in app.selectbox if each.label == f"Field for {column}").value


def tiles(app: AppTest) -> dict[str, str]:
    return {each.label: each.value for each in app.metric}


def test_a_file_is_matched_checked_imported_and_undone(open_app: OpenApp, mark: Actor, known: int) -> None:
    import_id = receive(mark)
    app = opened(open_app, mark, import_id)
    assert (box(app, "Email"), box(app, "Record ID")) == ("email", "external_id")
    assert "chosen by you" not in said(app)

    press(app, "Check the file")
    assert "Checking every row" in said(app)
    execution.complete(mark, import_id)
    app.run()
    assert tiles(app) == {"New": "2", "Update": "0", "Skip": "1", "Refuse": "1", "Duplicates?": "0"}
    assert "1 company will be added" in said(app)

    press(app, "Import 2 contacts")
    execution.complete(mark, import_id)
    app.run()
    assert "Done: 4 rows" in app.success[0].value
    assert tiles(app)["New"] == "2"

    press(app, "Undo this import")
    press(app, "Undo the import", dialog="Undo this import")
    execution.complete(mark, import_id)
    app.run()
    assert "Undone: 3 records removed" in app.success[0].value
    assert contacts.get(mark, known)["last_name"] == "Known"
    assert not app.exception


def test_every_number_opens_its_rows(open_app: OpenApp, mark: Actor, known: int) -> None:
    import_id = receive(mark)
    imports.plan(mark, import_id, options=ImportOptions(on_duplicate="update"))
    imports.check(mark, import_id)
    execution.complete(mark, import_id)

    app = opened(open_app, mark, import_id, rows="refuse")
    refused = app.dataframe[0].value
    app.button(key="rows-update").click().run()
    updated = app.dataframe[0].value
    app.button(key="rows-create").click().run()

    assert refused["line"].tolist() == [4]
    assert refused["wrong"][0]
    assert updated["Who"].tolist() == ["Known"]
    assert "First name: – → Known" in updated["Before → after"][0]
    assert app.dataframe[0].value["Who"].tolist() == ["Anna Berg", "Bruno *bold*"]


def test_a_choice_of_a_field_is_stored_at_once_and_taken_from_the_other_column(
    open_app: OpenApp, mark: Actor
) -> None:
    import_id = receive(mark)
    app = opened(open_app, mark, import_id)

    next(each for each in app.selectbox if each.label == "Field for Shoes").set_value("email").run()

    assert imports.get(mark, import_id).mapping["Shoes"] == "email"
    assert (box(app, "Shoes"), box(app, "Email")) == ("email", "")
    assert "chosen by you" in said(app) or app.get("badge")


def test_options_are_stored_and_survive_a_reload(open_app: OpenApp, mark: Actor) -> None:
    import_id = receive(mark)
    app = opened(open_app, mark, import_id)

    app.radio[0].set_value("fill").run()
    next(each for each in app.toggle if each.label.startswith("Refuse rows")).set_value(True).run()
    next(each for each in app.text_input if each.label.startswith("Tag")).set_value("Fair").run()

    options = imports.get(mark, import_id).options
    assert (options.on_duplicate, options.strict, options.tag) == ("fill", True, "Fair")
    again = opened(open_app, mark, import_id)
    assert again.radio[0].value == "fill"


def test_dates_say_how_they_are_read(open_app: OpenApp, mark: Actor) -> None:
    import_id = receive(mark)
    imports.plan(mark, import_id, {"Lead date": "created_at"})

    app = opened(open_app, mark, import_id)

    assert "31\\/12\\/2025" in said(app)
    assert "31 December 2025" in said(app)
    [reading] = rereading.dates(mark, import_id)
    assert (reading.column, reading.has_year) == ("Lead date", True)


def test_an_admin_adds_a_field_for_a_column_and_others_cannot(
    open_app: OpenApp, olga: Actor, mark: Actor
) -> None:
    import_id = receive(olga)
    app = opened(open_app, olga, import_id)
    shoes = next(each for each in app.selectbox if each.label == "Field for Shoes")
    assert "New custom field …" in shoes.options
    shoes.set_value("+").run()
    shoes = next(each for each in app.selectbox if each.label == "Field for Shoes")
    shoes.set_value("+")
    next(each for each in app.button if each.label == "Add the field").click().run()

    assert [one.label for one in custom_fields.search(olga)] == ["Shoes"]
    assert imports.get(olga, import_id).mapping["Shoes"] == "custom.shoes"
    others = opened(open_app, mark, receive(mark))
    assert "New custom field …" not in others.selectbox[0].options


def test_the_first_page_says_what_to_do_and_the_list_shows_what_was_done(
    open_app: OpenApp, mark: Actor
) -> None:
    assert "No imports yet" in said(open_app(mark, "imports"))

    import_id = receive(mark, name="a_b*c*.csv")
    app = open_app(mark, "imports")

    assert "a\\_b\\*c\\*\\.csv" in said(app)
    app.button(key=f"open-import-{import_id}").click().run()
    assert "Check the file" in said(app)


def test_names_and_cells_of_a_file_are_shown_as_text(open_app: OpenApp, mark: Actor) -> None:
    import_id = receive(mark, HOSTILE, "<b>x</b>**y**.csv")

    app = opened(open_app, mark, import_id)

    assert not app.exception
    shown = "\n".join(str(each.value) for each in (*app.markdown, *app.header, *app.caption))
    for raw in (r"(?<!\\)<script", r"(?<!\\)<img", r"\*\*Bold", r"(?<!\\)\*\*y", ":smile:"):
        assert not re.search(raw, shown)
    assert not [each for each in app.markdown if each.allow_html]


def test_a_stopped_import_goes_on(open_app: OpenApp, mark: Actor) -> None:
    import_id = receive(mark)
    imports.check(mark, import_id)
    app = opened(open_app, mark, import_id)

    press(app, "Stop")
    app.run()

    assert imports.get(mark, import_id).state == "draft"
    assert "Stopped by hand" in said(app)


def test_a_base_that_changed_meanwhile_is_shown_row_by_row_and_can_be_checked_anew(
    open_app: OpenApp, mark: Actor
) -> None:
    import_id = receive(mark, "First name,E-mail\nAnna,a@x.test\n")
    imports.check(mark, import_id)
    execution.complete(mark, import_id)
    contacts.create(mark, {"first_name": "Anna", "email": "a@x.test"})
    imports.run(mark, import_id)
    execution.complete(mark, import_id)

    app = opened(open_app, mark, import_id)
    assert "Line 2: was to be “create”, is now “skip”." in said(app)
    assert "Go on anyway" in said(app)
    assert "Undo this import" not in said(app)
    press(app, "Check again")
    execution.complete(mark, import_id)
    app.run()

    assert tiles(app)["Skip"] == "1"
    assert not app.exception


def test_the_file_can_be_read_in_another_way_until_the_import_has_begun(mark: Actor) -> None:
    import_id = receive(mark, "a;b,c\nx;y,z\n")
    rereading.read_again(mark, import_id, "contacts", Options(delimiter=","))
    assert imports.get(mark, import_id).columns == ("a;b", "c")

    rereading.read_again(mark, import_id, "accounts", Options(delimiter=";"))
    found = imports.get(mark, import_id)
    assert (found.kind, found.columns) == ("accounts", ("a", "b,c"))

    other = receive(mark)
    assert not rereading.has_begun(mark, other)
    imports.run(mark, other)
    execution.complete(mark, other)
    assert rereading.has_begun(mark, other)
    with pytest.raises(Conflict):
        rereading.read_again(mark, other, "accounts", Options())


def test_a_file_of_companies_is_known_as_such(mark: Actor) -> None:
    text = "Company name,Industry,Number of employees,Annual revenue\nBerg,Retail,12,100000\n"
    import_id = receive(mark, text, "companies.csv")

    assert rereading.settle_kind(mark, import_id) == "accounts"
    assert imports.get(mark, import_id).mapping["Company name"] == "company"
    assert rereading.settle_kind(mark, receive(mark)) == "contacts"


@pytest.mark.parametrize("name", ["ann", "sue", "vera"])
def test_who_may_not_import_sees_no_page_and_no_file(open_app: OpenApp, cast: Cast, name: str) -> None:
    person = getattr(cast, name)
    import_id = receive(cast.mark)

    app = opened(open_app, person, import_id)

    assert "This page is not open to you" in said(app)
    assert "hubspot" not in said(app)
    with pytest.raises(NotAllowed):
        rereading.read_again(person, import_id, "contacts", Options())


def test_a_manager_does_not_see_the_import_of_somebody_outside_the_team(
    open_app: OpenApp, cast: Cast
) -> None:
    import_id = receive(cast.mark)

    app = opened(open_app, cast.mia, import_id)

    assert "not yours to see" in said(app)
    assert imports.search(cast.mia, Paging()).items == ()
    with pytest.raises(NotFound):
        rereading.dates(cast.mia, import_id)


def test_an_address_that_names_nothing_is_answered_calmly(open_app: OpenApp, mark: Actor) -> None:
    for text in ("x", "-1", "9" * 30, "12345"):
        app = open_app(mark, "imports", **{"import": text})
        assert not app.exception


def test_the_files_of_an_import_are_ours_alone(mark: Actor, tmp_path: Path, open_app: OpenApp) -> None:
    receive(mark)

    assert all(path.stat().st_mode & 0o077 == 0 for path in (tmp_path / "imports").glob("*/*"))


def test_all_refused_rows_of_a_reason_are_left_out_and_checked_again(open_app: OpenApp, mark: Actor) -> None:
    import_id = receive(mark, "First name,E-mail\nAnna,a@x.test\n-,-\n-,-\n")
    imports.check(mark, import_id)
    execution.complete(mark, import_id)
    app = opened(open_app, mark, import_id)

    press(app, "Repair 2 refused rows")
    assert "Repair the refused rows" in said(app)
    press(app, "Leave out 2 rows")
    assert "2 rows repaired" in said(app)
    assert app.button(key="run-import").disabled
    press(app, "Check again")
    execution.complete(mark, import_id)
    app.run()

    assert (tiles(app)["Skip"], tiles(app)["Refuse"]) == ("2", "0")
    app.button(key="rows-skip").click().run()
    assert "were left out by hand" in str([getattr(each, "options", ()) for each in app.get("button_group")])
    assert not app.exception


def test_several_files_are_ordered_checked_and_imported_one_after_the_other(
    open_app: OpenApp, mark: Actor
) -> None:
    people = receive(mark, "Name,E-mail,Company\nAnna Berg,a@x.test,Berg AB\n", "people.csv")
    firms = receive(mark, "Company,Industry\nBerg AB,Retail\n", "firms.csv", "accounts")
    app = open_app(mark, "imports", queue=f"{people}-{firms}-x-999")
    assert "so that should come first" in said(app)

    press(app, "Order them for me")
    assert app.query_params["queue"] in (f"{firms}-{people}", [f"{firms}-{people}"])
    assert "Comes after “firms\\.csv”" in said(app)
    press(app, "Import 2 files")
    for _ in range(2):
        assert execution.advance_next(claims.worker_name(), lambda: False)
    app.run()

    assert "Everything is in" in app.success[0].value
    assert imports.get(mark, people).summary["companies_created"] == 0
    app.button(key=f"open-queued-{people}").click().run()
    assert "Done: 1 row" in app.success[0].value
    press(app, "2 files")
    assert "one after the other" in said(app)
    assert not app.exception


def test_the_same_file_is_recognised_and_a_draft_can_be_thrown_away(open_app: OpenApp, mark: Actor) -> None:
    first = receive(mark)
    imports.run(mark, first)
    execution.complete(mark, first)
    again = receive(mark)
    app = opened(open_app, mark, again)
    assert "You imported this very file" in app.info[0].value
    assert "3 new" in app.info[0].value

    press(app, "Discard")

    assert "No imports yet" not in said(app)
    assert [one.id for one in imports.search(mark, Paging())] == [first]
    assert not app.exception
