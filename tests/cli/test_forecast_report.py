"""The forecast on the command line: decimals as texts, and how good it would have been."""

from crm_core.kernel.work import Clock
from crm_core.sales import deals
from tests.cli.conftest import Run
from tests.people import Cast


def test_a_forecast_is_told_by_month_and_currency(run: Run, staff: Cast) -> None:
    today = Clock.now().date().isoformat()
    values = {"deal": "Roof", "amount": "1000", "currency": "EUR", "close_date": today, "stage": "Qualified"}
    deals.create(staff.ann, values)

    told = run("report", "forecast", "--periods", "2", "--backtest", "--json").json

    assert (told["name"], told["as_of"], told["from"], len(told["rows"])) == (
        "forecast", today, f"{today[:8]}01", 2,
    )  # fmt: skip
    row = told["rows"][0]
    assert (row["open_deals"], row["open_amount"], row["weighted"]) == (1, "1000.00", "250.00")
    assert {"brier", "brier_of_stage_default", "interval_coverage"} <= told.keys()
    assert (told["brier"], told["interval_coverage"], told["n"]) == (None, None, 0)
    assert run("report", "forecast", "--as-of", "2020-01-31", "--json").json["rows"][0]["open_deals"] == 0
    assert "Too little history" in run("report", "forecast", "--backtest").out
    assert run("--as", "bob", "report", "forecast", "--json").json["rows"][0]["open_deals"] == 0
    assert run("report", "forecast", "--as-of", "2999-01-31").code == 1
    assert run("report", "forecast", "--by", "week").code == 2
