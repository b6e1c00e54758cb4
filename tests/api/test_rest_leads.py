"""Programs bring leads in, and read the queue with scores and reasons."""

import pytest

from crm_core.sales import assignment
from crm_core.sales.lead_types import NewRule
from tests.api.rest import Program, is_refusal
from tests.people import Cast

WHOLE = {"full_name": "Zoe Zimmer", "email": "zoe@acme.test", "source": "Fair"}


def test_a_lead_goes_to_whom_the_rules_say_even_beyond_the_reach_of_the_program(
    anns: Program, bobs: Program, staff: Cast
) -> None:
    assignment.add(staff.olga, NewRule("All", "", "person", [staff.bob.id or 0]))

    made = anns.make("/leads", **WHOLE)

    assert (made["owner"], made["because"]) == (staff.bob.id, "rule “All”, goes to Bob Brandt")
    assert anns.get("/leads")["items"] == []
    [row] = bobs.get("/leads", band="cold", source="Fair")["items"]
    assert (row["name"], row["owner"], row["score"], row["band"]) == ("Zoe Zimmer", staff.bob.id, 32, "cold")
    assert [reason["text"] for reason in row["reasons"]] == ["business e-mail"]


def test_the_same_request_makes_one_lead(anns: Program) -> None:
    headers = {"idempotency-key": "k1"}
    answers = [anns.ask("POST", "/leads", json=WHOLE, headers=headers) for _ in range(2)]

    assert [answer.status_code for answer in answers] == [201, 201]
    assert answers[0].json() == answers[1].json()
    assert answers[1].headers["idempotency-replayed"] == "true"
    assert anns.get("/leads")["total"] == 1
    again = anns.ask("POST", "/leads", json=WHOLE)
    assert (again.status_code, is_refusal(again)) == (409, True)


@pytest.mark.parametrize(
    "query", [{"status": "dead"}, {"band": "boiling"}, {"owner_id": "-1"}, {"mine": "yes"}, {"sort": "size"}]
)
def test_a_question_that_cannot_be_is_refused(anns: Program, query: dict[str, str]) -> None:
    answer = anns.ask("GET", "/leads", params=query)

    assert (answer.status_code, is_refusal(answer)) == (422, True)
