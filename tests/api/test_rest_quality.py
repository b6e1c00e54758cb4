"""Programs ask how well the records are kept."""

from crm_core.data import quality_counts
from crm_core.kernel.access import SYSTEM
from crm_core.kernel.work import begin
from tests.api.rest import Program, is_refusal


def test_programs_get_the_work_list_of_what_their_owner_sees(anns: Program, bobs: Program) -> None:
    anns.make("/contacts", last_name="Berg")
    with begin(SYSTEM) as work:
        quality_counts.store(work, "contacts")

    told = anns.get("/quality")

    assert (told["record"], told["records"], told["duplicate_pairs"]) == ("contacts", 1, None)
    assert told["as_of"].endswith("Z")
    assert {each["check"]: each["count"] for each in told["findings"]}["unreachable"] == 1
    assert told["findings"][0]["check"] == "unreachable"
    assert [day["score"] for day in told["trend"]] == [told["score"]]
    assert bobs.get("/quality")["records"] == 0
    assert anns.get("/quality", record="accounts")["as_of"] is None


def test_a_kind_that_is_not_looked_at_is_named(anns: Program) -> None:
    answer = anns.ask("GET", "/quality", params={"record": "dreams"})

    assert (answer.status_code, set(answer.json()["fields"])) == (422, {"record"})
    assert is_refusal(answer)
