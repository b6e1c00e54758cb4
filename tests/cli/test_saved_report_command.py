"""Reports that people built, on the command line."""

from pathlib import Path

from crm_core.activity import interactions
from crm_core.activity.types import NewInteraction
from crm_core.insights import saved_reports
from crm_core.insights.report_types import Definition
from tests.cli.conftest import Run
from tests.commerce.selling import customer
from tests.people import Cast


def test_a_saved_report_is_told_by_its_name_and_as_a_file(run: Run, staff: Cast, tmp_path: Path) -> None:
    zoe = customer(staff.ann, "Zoe")
    interactions.log(staff.ann, NewInteraction("call", contact_id=zoe, subject="Hello"))
    saved_reports.save(staff.ann, "My calls", Definition(("calls",), "owner", chart="bars"))

    told = run("report", "saved", "my calls", "--json").json
    assert (told["name"], told["rows"]) == ("My calls", [{"Person": "Ann Archer", "Calls": 1}])
    assert run("report", "saved", "--json").json["rows"][0]["name"] == "My calls"
    assert run("--as", "bob", "report", "saved", "My calls").code == 1, "it is private"
    place = tmp_path / "calls.pdf"
    assert run("report", "saved", "My calls", "--out", str(place)).code == 0
    assert place.read_bytes().startswith(b"%PDF")
    assert run("report", "saved", "My calls", "--out", "calls.exe").code == 1
