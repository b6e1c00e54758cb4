"""Past results come in and are reported, on the command line alone."""

import csv
import gzip
import json
import shutil
from pathlib import Path

import pytest

from tests.cli.conftest import Run
from tests.marketing.campaigns_made import bought, campaign, people, recipient, variant
from tests.people import MONDAY, Cast
from tests.shared_data import shared


def test_a_published_test_is_imported_and_its_lift_reported(run: Run, tmp_path: Path) -> None:
    packed = shared("08_crm_campaigns/hillstrom_half.csv.gz")
    expected = json.loads(packed.with_name("hillstrom_half.expected.json").read_text(encoding="utf-8"))
    path = tmp_path / "hillstrom.csv"
    with gzip.open(packed) as source, path.open("wb") as target:
        shutil.copyfileobj(source, target)
    default = ("--default", "campaign=Holiday test")

    assert run("import", "campaign-results", str(path), *default, "--json").json["created"] == 32_000

    told = run("report", "campaign", "holiday TEST", "--json").json
    arms = {arm["variant"]: arm for arm in told["arms"]}
    assert arms.keys() == {"Mens E-Mail", "Womens E-Mail", "holdout"}
    for name, known in expected["arms"].items():
        arm = arms["holdout" if name == "No E-Mail" else name]
        assert (arm["people"], arm["visited"], arm["converted"], arm["revenue"]) == (
            known["customers"], known["visits"], known["conversions"], f"{known['revenue']:.2f}",
        )  # fmt: skip
    names = {"visited": "visit", "converted": "conversion", "revenue": "spend"}
    assert len(told["lift"]) == 6
    for row in told["lift"]:
        lift = expected["lift_vs_no_email"][row["variant"]][names[row["measure"]]]
        assert row["difference"] == pytest.approx(lift["lift_absolute"], abs=6e-6)
        assert [row["low"], row["high"]] == pytest.approx(lift["ci95"], abs=6e-5)
        assert row["enough"]
    together = sum(one["incremental_revenue_total"] for one in expected["lift_vs_no_email"].values())
    assert float(told["incremental_revenue"]) == pytest.approx(together, abs=0.02)
    assert "Mens E-Mail, visited: +7.50 points" in run("report", "campaign", "Holiday test").out


def test_a_small_test_says_that_there_is_not_enough_data(run: Run, tmp_path: Path) -> None:
    path = tmp_path / "pilot.csv"
    rows = [
        ("A" if at % 2 else "Control", int(at % 3 == 0), "4.00" if at % 3 == 0 else "0") for at in range(80)
    ]
    with path.open("w", newline="", encoding="utf-8") as file:
        csv.writer(file).writerows([("group", "purchased", "revenue"), *rows])

    run("import", "campaign-results", str(path), "--json")

    told = run("report", "campaign", "pilot", "--json").json
    assert [row["enough"] for row in told["lift"]] == [False, False]
    assert run("report", "campaign", "pilot").out.count("Not enough data yet.") == 2
    assert run("report", "campaign", "unknown").code == 1


def test_campaigns_and_what_orders_owe_to_them_are_reported(run: Run, staff: Cast) -> None:
    key = campaign(cost=500)
    [ada] = people(staff.mark, ["ada"])
    recipient(key, variant(key, "A"), ada, clicked_at=MONDAY)
    bought(ada, MONDAY, 1999)

    [row] = run("report", "campaigns", "--json").json["rows"]
    [owed] = run("report", "attribution", "--from", "2026-03-01", "--json").json["rows"]

    assert (row["campaign"], row["people"], row["clicked"], row["revenue"]) == ("Spring", 1, 1, "19.99")
    assert (row["cost"], row["roi"]) == ("5.00", pytest.approx(2.998))
    assert owed == {
        "campaign": "Spring", "orders": 1, "currency": "EUR", "first": "19.99", "last": "19.99",
        "linear": "19.99",
    }  # fmt: skip
    assert "19.99" in run("report", "campaigns").out
    assert "19.99" in run("report", "attribution").out
