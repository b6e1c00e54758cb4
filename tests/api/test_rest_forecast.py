"""Programs ask what may come, and how far goals are."""

from datetime import date

from crm_core.kernel.work import Clock
from crm_core.sales import goals
from crm_core.sales.goal_measures import period_of
from crm_core.sales.goal_types import NewGoal
from tests.api.rest import Program, is_refusal
from tests.people import Cast


def test_programs_get_the_forecast_of_what_their_owner_sees(anns: Program, bobs: Program) -> None:
    today = Clock.now().date().isoformat()
    anns.make("/deals", deal="Roof", amount="1000", currency="EUR", close_date=today, stage="Qualified")

    told = anns.get("/forecast", periods=1)

    assert (told["as_of"], told["has_history"], len(told["rows"])) == (today, False, 1)
    row = told["rows"][0]
    assert (row["kind"], row["open_deals"], row["open_amount"], row["weighted"]) == (
        "period",
        1,
        "1000.00",
        "250.00",
    )
    assert bobs.get("/forecast", periods=1)["rows"][0]["open_deals"] == 0
    assert anns.get("/forecast", periods=1, as_of="2020-01-31")["rows"][0]["open_deals"] == 0


def test_what_cannot_be_forecast_is_named(anns: Program) -> None:
    for name, value in (("by", "week"), ("periods", "99"), ("as_of", "soon"), ("as_of", "2999-01-01")):
        answer = anns.ask("GET", "/forecast", params={name: value})
        assert (answer.status_code, set(answer.json()["fields"])) == (422, {name})
        assert is_refusal(answer)


def test_programs_follow_the_goals_of_their_owner(anns: Program, bobs: Program, staff: Cast) -> None:
    month = period_of(Clock.now().date(), "month")
    goals.add(staff.mia, NewGoal("revenue_won", 500_00, *month, user_id=staff.ann.id))
    deal = anns.make("/deals", deal="Roof", amount="125", currency="EUR")
    assert anns.ask("POST", f"/deals/{deal['id']}/win", json={}).status_code == 200

    [goal] = anns.get("/goals")["items"]

    assert (goal["measure"], goal["value"], goal["target"], goal["share"]) == (
        "revenue_won",
        "125.00",
        "500.00",
        0.25,
    )
    assert (goal["level"], goal["whose"], date.fromisoformat(goal["starts_on"])) == (
        "person",
        "Ann Archer",
        month[0],
    )
    assert bobs.get("/goals")["items"] == []
    assert anns.get("/goals", **{"from": "2020-01-01", "to": "2020-01-31"})["items"] == []
