"""Reports that people built, over the REST API."""

from crm_core.insights import saved_reports
from crm_core.insights.report_types import Definition
from tests.api.rest import Program, is_refusal
from tests.people import Cast


def test_programs_read_the_reports_of_their_owner(anns: Program, bobs: Program, staff: Cast) -> None:
    anns.make("/deals", deal="Chairs", amount="120.50", currency="EUR")
    key = saved_reports.save(staff.ann, "New", Definition(("new_deal_value",), "owner", chart="bars"))

    assert [row["name"] for row in anns.get("/reports")["items"]] == ["New"]
    told = anns.get(f"/reports/{key}")
    assert (told["columns"], told["rows"]) == (["Person", "New deal value (EUR)"], [["Ann Archer", "120.50"]])
    assert bobs.get("/reports")["items"] == []
    assert is_refusal(bobs.ask("GET", f"/reports/{key}"))
