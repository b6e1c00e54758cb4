"""Days and instants as people write them."""

from datetime import UTC, date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crm_core.kernel.values import Problem, dates
from crm_core.kernel.values.date_styles import DateOrder, DateStyle, decide_style

BERLIN = dates.zone_of("Europe/Berlin")


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("2021-03-14", date(2021, 3, 14)),
        ("20210314", date(2021, 3, 14)),
        ("14 Mar 2021", date(2021, 3, 14)),
        ("March 14th, 2021", date(2021, 3, 14)),
        ("14. März 2021", date(2021, 3, 14)),
        ("1er mai 2020", date(2020, 5, 1)),
        ("14 de marzo de 2021", date(2021, 3, 14)),
        ("14 maart 2021", date(2021, 3, 14)),
        ("14-Mar-21", date(2021, 3, 14)),
        ("31.12.1999", date(1999, 12, 31)),
        ("31/12/68", date(2068, 12, 31)),
        ("31/12/69", date(1969, 12, 31)),
    ],
)
def test_a_day_is_read(text: str, day: date) -> None:
    assert dates.parse_date(text) == day


@pytest.mark.parametrize(
    "text", ["30/02/2020", "2025-13-45", "31/31/2025", "yesterday", "2021", "March 2021", "²/3/2020"]
)
def test_a_day_that_does_not_exist_is_a_problem(text: str) -> None:
    assert isinstance(dates.parse_date(text), Problem)
    assert isinstance(dates.parse_instant(text), Problem)


@pytest.mark.parametrize(
    ("text", "instant"),
    [
        ("2016-04-18 13:51:14", datetime(2016, 4, 18, 11, 51, 14, tzinfo=UTC)),
        ("2006-04-15T03:23:15.000Z", datetime(2006, 4, 15, 3, 23, 15, tzinfo=UTC)),
        ("12-04-2022 09:30", datetime(2022, 4, 12, 7, 30, tzinfo=UTC)),
        ("14 Mar 2021 3:05 PM", datetime(2021, 3, 14, 14, 5, tzinfo=UTC)),
        ("Sat, 2 Nov 2019 10:00:00 +0200", datetime(2019, 11, 2, 8, 0, tzinfo=UTC)),
        ("Thu Jan 2 2020 10:00:00 GMT+0100 (CET)", datetime(2020, 1, 2, 9, 0, tzinfo=UTC)),
        ("2021-03-14", datetime(2021, 3, 13, 23, 0, tzinfo=UTC)),
    ],
)
def test_an_instant_without_a_zone_is_the_companys(text: str, instant: datetime) -> None:
    assert dates.parse_instant(text, zone=BERLIN) == instant


@pytest.mark.parametrize(
    ("cells", "order", "ambiguous"),
    [
        (["1/10/2026", "12/27/2025"], DateOrder.MDY, False),
        (["12-04-2022 09:30", "13-04-2022"], DateOrder.DMY, False),
        (["01.02.2020"], DateOrder.DMY, True),
        (["13/1/2020", "1/13/2020", "14/1/2020"], DateOrder.DMY, True),
    ],
)
def test_the_column_decides_the_order(cells: list[str], order: DateOrder, ambiguous: bool) -> None:
    style = decide_style(cells)

    assert (style.order, style.ambiguous) == (order, ambiguous)
    assert str(order) in style.sentence


def test_slashes_that_fit_both_orders_are_read_as_in_the_region() -> None:
    assert decide_style(["1/2/2020"], "US").order is DateOrder.MDY
    assert decide_style(["1/2/2020"], "GB").order is DateOrder.DMY


def test_day_numbers_of_a_spreadsheet_count_only_where_the_whole_column_has_them() -> None:
    assert dates.parse_date("45123", decide_style(["45123", "45124.5"])) == date(2023, 7, 16)
    assert isinstance(dates.parse_date("45123", decide_style(["45123", "2020-01-01"])), Problem)


@pytest.mark.parametrize(
    ("text", "birthday"),
    [
        ("1979-04-01", "1979-04-01"),
        ("1979-04-01T00:00:00Z", "1979-04-01"),
        ("--04-01", "--04-01"),
        ("1 April", "--04-01"),
        ("29 Feb", "--02-29"),
        ("31/12/55", "1955-12-31"),
        ("31/12/05", "2005-12-31"),
    ],
)
def test_a_birthday_may_lack_its_year(text: str, birthday: str) -> None:
    found = dates.parse_birthday(text, zone=BERLIN)

    assert isinstance(found, date)
    assert dates.birthday_text(found) == birthday
    assert dates.has_year(found) == (birthday[0] != "-")


def test_a_birthday_is_composed_of_three_cells() -> None:
    assert dates.birthday_of("1972", "1", "3") == date(1972, 1, 3)
    assert dates.birthday_of("", "April", "1") == date(dates.NO_YEAR, 4, 1)
    assert dates.birthday_of("1972", "", "") is None
    assert isinstance(dates.birthday_of("1972", "2", "30"), Problem)


@given(st.dates(date(1001, 1, 1), date(2998, 12, 31)), st.sampled_from(list(DateOrder)))
def test_a_written_day_is_read_back(day: date, order: DateOrder) -> None:
    first, second = (day.day, day.month) if order is DateOrder.DMY else (day.month, day.day)

    assert dates.parse_date(f"{first}/{second}/{day.year:04}", DateStyle(order)) == day
    assert dates.parse_date(day.isoformat()) == day


@given(st.text("0123456789-/.: TZabcdemprz+²", max_size=24), st.booleans(), st.booleans())
def test_no_text_is_too_strange_for_an_answer(text: str, serial: bool, epoch: bool) -> None:
    style = DateStyle(serial=serial, epoch=epoch)

    assert isinstance(dates.parse_date(text, style, BERLIN), (date, Problem))
    assert isinstance(dates.parse_instant(text, style, BERLIN), (datetime, Problem))
    assert isinstance(dates.parse_birthday(text, style, BERLIN), (date, Problem))
