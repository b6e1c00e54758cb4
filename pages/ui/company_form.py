"""Country, currency and time zone of the company, asked at the set-up and on the Admin page."""

import streamlit as st

from crm_core.kernel.values import regions
from crm_core.team.types import CompanySettings


def ask_settings(now: CompanySettings, *, key: str) -> CompanySettings:
    """Country, currency and time zone; choosing a country proposes what usually goes with it."""
    known = regions.countries()
    country = st.selectbox(
        "Country", list(known), index=_position(list(known), now.country), format_func=known.__getitem__,
        key=f"{key}.country", placeholder="Choose a country", help="Proposes currency and time zone below.",
    ) or ""  # fmt: skip
    is_other = country != now.country
    currency = regions.currency_of(country) if is_other else now.currency
    zone = regions.time_zone_of(country) if is_other else now.time_zone
    names = regions.currencies()
    return CompanySettings(
        name=now.name,
        address=now.address,
        country=country,
        currency=st.selectbox(
            "Currency", list(names), index=_position(list(names), currency),
            format_func=lambda code: f"{names[code]} ({code})", key=f"{key}.currency.{country}",
            help="What amounts are in when nothing else is written.",
        ) or currency,
        time_zone=st.selectbox(
            "Time zone", regions.time_zones(), index=_position(list(regions.time_zones()), zone),
            format_func=lambda name: name.replace("_", " "), key=f"{key}.zone.{country}",
            help="When a day begins in lists and reports.",
        ) or zone,
        language=regions.language_of(country) if is_other else now.language,
    )  # fmt: skip


def guess() -> dict[str, str]:
    """Country and time zone as the browser tells them."""
    locale, zone = st.context.locale, st.context.timezone
    _, _, region = (locale if isinstance(locale, str) else "").replace("_", "-").rpartition("-")
    country = region.upper() if region.upper() in regions.countries() else ""
    found = {
        "country": country,
        "currency": regions.currency_of(country),
        "language": regions.language_of(country),
    }
    is_known = isinstance(zone, str) and zone in regions.time_zones()
    return found | {"time_zone": str(zone) if is_known else regions.time_zone_of(country)}


def _position(options: list[str], wanted: str) -> int | None:
    return options.index(wanted) if wanted in options else None
