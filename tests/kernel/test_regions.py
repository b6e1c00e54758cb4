"""What usually goes with a country."""

from zoneinfo import ZoneInfo

import pytest

from crm_core.kernel.values import regions
from crm_core.team import rules


@pytest.mark.parametrize(("country", "currency", "zone", "language"), [
    ("DE", "EUR", "Europe/Berlin", "de"), ("US", "USD", "America/New_York", "en"),
    ("JP", "JPY", "Asia/Tokyo", "ja"), ("CH", "CHF", "Europe/Zurich", "de"),
    ("BR", "BRL", "America/Sao_Paulo", "pt"), ("AU", "AUD", "Australia/Sydney", "en"),
    ("??", "EUR", "UTC", "en"), ("", "EUR", "UTC", "en"),
])  # fmt: skip
def test_a_country_suggests(country: str, currency: str, zone: str, language: str) -> None:
    found = (regions.currency_of(country), regions.time_zone_of(country), regions.language_of(country))

    assert found == (currency, zone, language)


def test_every_suggestion_is_accepted_as_a_setting() -> None:
    for country in regions.countries():
        assert regions.currency_of(country) in regions.currencies()
        assert regions.currency_of(country) in rules.currencies()
        assert regions.time_zone_of(country) in regions.time_zones()
        assert regions.time_zone_of(country) in rules.time_zones()
        assert regions.language_of(country) in rules.languages()


def test_every_zone_can_be_loaded() -> None:
    assert all(ZoneInfo(zone).key == zone for zone in regions.time_zones())
