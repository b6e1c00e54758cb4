"""Filters are found by the names that people use, and key figures leave for programs in one shape."""

from datetime import date

import pytest

from crm_core.insights import kpi_filters, periods
from crm_core.insights.kpi_filters import Words
from crm_core.insights.metric_types import Question
from crm_core.insights.periods import Period
from crm_core.kernel.errors import Invalid
from tests.insights.measured import furnish
from tests.people import MONDAY, Cast

TODAY = MONDAY.date()


@pytest.mark.usefixtures("clock")
def test_filters_are_found_by_name_number_or_sku(cast: Cast) -> None:
    house = furnish(cast)
    plain = Question(periods.month_of(TODAY))

    found = kpi_filters.question(cast.olga, plain, Words("north", "Bob Brandt", "pump", "french", "fr"))
    numbered = kpi_filters.question(cast.olga, plain, Words(owner=str(cast.bob.id)))

    assert (found.owner_id, found.product_id, found.segment_id) == (cast.bob.id, house.pump, house.french)
    assert (found.country, numbered.owner_id) == ("FR", cast.bob.id)
    assert kpi_filters.countries(cast.olga) == ["DE", "FR"]
    assert [name for _, name in kpi_filters.choices(cast.mark)["segment"]] == ["French"]


@pytest.mark.usefixtures("clock")
def test_what_is_not_within_reach_is_not_found(cast: Cast) -> None:
    plain = Question(periods.month_of(TODAY))

    with pytest.raises(Invalid) as caught:
        kpi_filters.question(cast.ann, plain, Words("South", "Bob Brandt", "x", "y", "Germany"))

    assert set(caught.value.fields) == {"team", "owner", "product", "segment", "country"}


def test_a_reach_is_only_ever_narrowed(cast: Cast) -> None:
    assert kpi_filters.within(cast.ann) == cast.ann
    team = kpi_filters.choices(cast.ann)["team"][0][0]
    for owner_id, team_id in ((cast.ann.id, None), (None, team), (cast.ann.id, team)):
        assert kpi_filters.within(cast.ann, owner_id, team_id).scope.owner_ids == (cast.ann.id,)
    for owner_id, team_id in ((cast.bob.id, None), (None, team + 99), (0, None)):
        with pytest.raises(Invalid, match="nobody whom you see"):
            kpi_filters.within(cast.ann, owner_id, team_id)


@pytest.mark.parametrize(
    ("period", "comparison", "wanted"),
    [
        (Period(date(2026, 3, 1), date(2026, 3, 31)), "previous", (date(2026, 2, 1), date(2026, 2, 2))),
        (Period(date(2026, 2, 1), date(2026, 2, 28)), "previous", (date(2026, 1, 1), date(2026, 1, 31))),
        (Period(date(2026, 2, 21), date(2026, 3, 2)), "previous", (date(2026, 2, 11), date(2026, 2, 20))),
        (Period(date(2026, 1, 1), date(2026, 12, 31)), "year", (date(2025, 1, 1), date(2025, 3, 2))),
        (Period(date(2024, 2, 29), date(2024, 2, 29)), "year", (date(2023, 2, 28), date(2023, 2, 28))),
    ],
)
def test_a_period_is_compared_with_one_as_long(
    period: Period, comparison: str, wanted: tuple[date, date]
) -> None:
    assert periods.before(period, comparison, TODAY) == Period(*wanted)
    assert periods.before(period, "none", TODAY) is None


@pytest.mark.parametrize("step", periods.STEPS)
def test_the_parts_of_a_period_cover_it_once(step: str) -> None:
    whole = Period(date(2025, 11, 13), date(2026, 3, 2))

    parts = periods.parts(whole, step)

    assert sum(part.days for part in parts) == whole.days
    assert (parts[0].since, parts[-1].until) == (whole.since, whole.until)


@pytest.mark.parametrize("name", list(periods.NAMED))
def test_every_named_period_is_in_order(name: str) -> None:
    found = periods.named(name, TODAY)

    assert found is not None
    assert found.since <= found.until
    assert periods.named("someday", TODAY) is None
