"""Programs read what came of campaigns, and who is behind the numbers."""

import pytest

from crm_core.marketing.lift import HOLDOUT
from tests.api.rest import Program, is_refusal
from tests.marketing.campaigns_made import DAY, bought, campaign, people, recipient, variant
from tests.people import MONDAY, Cast


def test_programs_read_results_and_the_people_behind_them(olgas: Program, anns: Program, staff: Cast) -> None:
    key = campaign(cost=250)
    arm, held = variant(key, "A"), variant(key, HOLDOUT)
    ada, ben = people(staff.olga, ("ada", "ben"))
    recipient(key, arm, ada)
    recipient(key, held, ben, state="held")
    bought(ada, MONDAY + DAY, 1250)

    told = olgas.get(f"/campaigns/{key}/results")
    buyers = olgas.get(f"/campaigns/{key}/people", measure="converted")

    assert [(one["variant"], one["people"], one["converted"], one["revenue"]) for one in told["arms"]] == [
        ("A", 1, 1, "12.50"),
        (HOLDOUT, 1, 0, "0.00"),
    ]
    assert told["roi"] == pytest.approx(4)
    assert [(one["measure"], one["enough"]) for one in told["lift"]] == [
        ("converted", False),
        ("revenue", False),
    ]
    assert told["lift"][1]["low"] is None
    assert [(one["name"], one["variant"]) for one in buyers["items"]] == [("ada", "A")]
    assert anns.get(f"/campaigns/{key}/people")["items"] == []
    wrong = olgas.ask("GET", f"/campaigns/{key}/people", params={"measure": "guessed"})
    nothing = olgas.ask("GET", "/campaigns/999999/results")
    assert [(one.status_code, is_refusal(one)) for one in (wrong, nothing)] == [(422, True), (404, True)]
