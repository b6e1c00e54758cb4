"""Data quality from the command line: shown, listed, mended, taken back."""

import json
from datetime import timedelta

from sqlalchemy import select

from crm_core.cli import main as cli
from crm_core.kernel.work import begin
from crm_core.people import contacts
from db.models import Contact, QualityDay
from tests.cli.conftest import Run
from tests.people import Cast


def loud(staff: Cast) -> int:
    """A contact in capitals."""
    one = contacts.create(staff.ann, {"last_name": "Berg", "email": "a@berg.example"})
    with begin(staff.ann) as work:
        work.get(Contact, one).last_name = "BERG"
    return one


def test_it_is_counted_mended_after_a_dry_run_and_taken_back(run: Run, staff: Cast) -> None:
    one = loud(staff)
    assert "Nothing is counted yet" in run("quality", "show").out
    assert run("quality", "count").out == "1 contacts are counted.\n"

    told = run("quality", "show", "--json").json
    assert {"name_case", "no_phone"} <= {each["check"] for each in told["findings"]}
    assert (told["records"], len(told["trend"]), told["duplicate_pairs"]) == (1, 1, 0)
    assert "all in capitals" in run("quality", "show").out
    assert run("quality", "list", "name_case", "--json").json["total"] == 1
    assert str(one) in run("quality", "list", "name_case").out

    dry = run("quality", "repair", "name_case", "recase_names", "--dry-run")
    assert "1 of 1 would change" in dry.out
    assert contacts.get(staff.ann, one)["last_name"] == "BERG"
    done = run("quality", "repair", "name_case", "recase_names", "--only", str(one), "--json").json
    assert (done["done"], done["state"]) == (1, "done")
    assert contacts.get(staff.ann, one)["last_name"] == "Berg"
    assert "1 have what they had before" in run("quality", "undo", str(done["id"])).out
    assert contacts.get(staff.ann, one)["last_name"] == "BERG"


def test_the_doctor_sees_when_nobody_counts_any_more(run: Run, staff: Cast) -> None:
    loud(staff)
    run("quality", "count")
    assert "The quality of records is counted every day." in run("doctor").out

    with begin(staff.olga) as work:
        for row in work.scalars(select(QualityDay)):
            row.counted_at -= timedelta(days=3)

    assert "The quality of contacts was not counted for two days" in run("doctor").out


def test_records_are_given_away_and_refusals_are_sentences(run: Run, staff: Cast) -> None:
    one = loud(staff)
    contacts.assign(staff.mia, [one], None)

    given = run("quality", "repair", "no_owner", "assign", "--owner", "bob")
    assert given.out.startswith("1 of 1 are mended.")
    assert contacts.get(staff.bob, one).owner_id == staff.bob.id
    for words in (("repair", "no_owner", "magic"), ("list", "dreams"), ("undo", "99")):
        refused = run("quality", *words)
        assert (refused.code, refused.out) == (cli.REFUSED, "")
        assert "here is no" in refused.err or "does not exist" in refused.err
    assert run("quality", "show", "--kind", "dreams").code == cli.WRONG_USAGE


def test_a_dry_run_for_programs_names_each_change(run: Run, staff: Cast) -> None:
    loud(staff)

    told = json.loads(run("quality", "repair", "name_case", "recase_names", "--dry-run", "--json").out)

    assert told["changes"][0]["values"] == {"last_name": ["BERG", "Berg"]}
