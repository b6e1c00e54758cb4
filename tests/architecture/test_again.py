"""Which failures of a whole run get a second chance."""

from tests.again import MOST, may_run_again

ONE = "tests/browser/test_board.py::test_a_card_is_dragged"


def test_only_a_few_failures_in_a_browser_are_tried_again() -> None:
    assert may_run_again([ONE])
    assert not may_run_again([ONE, "tests/sales/test_deals.py::test_a_deal_is_won"])
    assert not may_run_again([f"{ONE}_{number}" for number in range(MOST + 1)])
    assert not may_run_again([])
