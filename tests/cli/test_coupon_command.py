"""Coupons from the command line: set up, drawn, asked, used once, counted."""

from pathlib import Path

from tests.cli.conftest import Run
from tests.people import Cast


def test_a_coupon_from_set_up_to_report(run: Run, staff: Cast, tmp_path: Path) -> None:
    made = run("coupon", "create", "Spring", "fixed", "--amount", "7.50", "--minimum", "10", "--json").json
    assert (made["state"], made["amount"], made["kind"], staff.ann.name) == (
        "active", 750, "single", "Ann Archer",
    )  # fmt: skip
    file = tmp_path / "codes.csv"
    assert run("coupon", "codes", "Spring", "3", "--out", str(file), "--json").json["codes"] == 3
    code = file.read_text().splitlines()[1].split(",")[0]

    assert run("coupon", "check", code, "50.00", "--json").json["discount"] == "7.50"
    assert "smaller than the coupon asks for" in run("coupon", "check", code, "9").out
    use = run("coupon", "redeem", code.lower(), "50", "--cause", "r1", "--json").json
    assert (use["discount"], use["basket"]) == ("7.50", "50.00")
    assert "nothing changed" in run("coupon", "redeem", code, "50", "--cause", "r1").out
    late = run("--as", "ann", "coupon", "redeem", code, "50", "--cause", "r2")
    assert (late.code, "already used" in late.err) == (1, True)
    [told] = run("coupon", "report", "spring", "--json").json["rows"]
    assert (told["uses"], told["codes"], told["discount"]) == (1, 3, "7.50")
    assert "Used: 1, with 3 codes" in run("coupon", "report", "Spring").out
    assert "taken back" in run("coupon", "cancel", str(use["id"]), "--reason", "slip").out
    assert "“Spring” is paused" in run("coupon", "pause", "Spring").out
    assert "1" in run("coupon", "list").out
    assert "Choose a segment" in run("coupon", "targets", "Spring").err
    assert run("coupon", "check", code, "much").code == 2
    assert run("--as", "ann", "coupon", "create", "Mine", "percent", "--percent", "5").code == 1
