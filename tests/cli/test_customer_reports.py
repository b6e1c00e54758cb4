"""Customers as groups, on the command line."""

import pytest

from tests.cli.conftest import Run
from tests.insights.published_orders import cdnow, put_in
from tests.people import Cast


def test_the_value_of_customers_is_told_with_its_error(run: Run, staff: Cast) -> None:
    put_in(cdnow())

    told = run("report", "customer-value", "--holdout-from", "1997-10-01", "--json").json

    assert (told["name"], told["as_of"], told["weeks"]) == ("customer-value", "1998-06-30", 39)
    assert told["model"]["r"] == pytest.approx(0.243, rel=0.01)
    assert set(told["model"]) == {"r", "alpha", "a", "b", "log_likelihood"}
    assert set(told["spend"]) == {"p", "q", "v"}
    assert told["holdout"]["actual"] == 1882
    assert told["holdout"]["expected"] == pytest.approx(1653, abs=2)
    assert len(told["rows"]) == 8
    assert "1,411" in run("report", "customer-value", "--holdout-from", "1997-10-01").out.replace(
        "1411", "1,411"
    )
    assert run("report", "customer-value", "--holdout-from", "1999-10-01").code == 1


def test_customers_are_told_by_cohort_score_risk_and_stage(run: Run, staff: Cast) -> None:
    put_in(cdnow())

    months = run("report", "cohorts", "--as-of", "1998-06-30", "--json").json
    scores = run("report", "rfm", "--as-of", "1998-06-30", "--json").json
    risks = run("report", "churn", "--as-of", "1998-06-30", "--json").json
    stages = run("report", "stages", "--json").json

    assert months["customers"] == scores["customers"] == risks["learned_from"] == 2357
    assert sum(row["customers"] for row in scores["rows"]) == 2357
    assert sum(float(row["revenue"]) for row in scores["rows"]) == pytest.approx(244091.94)
    assert months["rows"][0] == {"cohort": "1997-01", "months": 0, "customers": 781, "share": 1.0}
    assert risks["rows"][0]["currency"] == "USD"
    assert [row["stage"] for row in stages["rows"]][2] == "collaborative"
    for name in ("cohorts", "rfm", "churn", "stages"):
        assert run("report", name).code == 0
    assert run("--as", "bob", "report", "rfm", "--json").json["rows"] == []
    assert run("report", "rfm", "--owner", "Bob Brandt", "--json").json["rows"] == []
    assert run("report", "cohorts", "--country", "IT", "--team", "North", "--json").json["customers"] == 0
    assert run("report", "stages", "--segment", "Unknown").code == 1
