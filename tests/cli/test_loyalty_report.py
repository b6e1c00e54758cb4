"""The loyalty report on the command line has the shape of every report, and all that the page shows."""

from crm_core.people import contacts
from tests.cli.conftest import Run
from tests.people import Cast


def test_the_programme_is_reported_as_an_object_and_as_a_table(run: Run, staff: Cast) -> None:
    zoe = run("points", "earn", _customer(staff), "100", "--cause", "r1", "--json").json["card_number"]
    run("points", "redeem", zoe, "30", "--cause", "r2")

    told = run("report", "loyalty", "--json").json

    values = {row["measure"]: (row["value"], row["unit"]) for row in told["rows"]}
    assert values["members"] == (1, "count")
    assert (values["given"], values["spent"], values["open"]) == (
        (100, "points"),
        (30, "points"),
        (70, "points"),
    )
    assert values["rewards"] == ("0.00", "EUR")
    assert (told["active_share"], told["redemption_rate"]) == (1.0, 0.3)
    held = told["liability"]
    assert (held["cost"], held["expected_cost"], held["expected_redemption"]) == ("0.70", "0.70", 1.0)
    assert (held["has_expired"], [month["points"] for month in held["months"]]) == (False, [70])
    assert (told["name"], told["lift"], told["tier_flow"]) == ("loyalty", [], [])
    assert "members" in run("report", "loyalty", "--to", "2020-01-01").out


def _customer(staff: Cast) -> str:
    return str(contacts.create(staff.olga, {"first_name": "Zoe"}))
