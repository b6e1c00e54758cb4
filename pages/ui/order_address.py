"""Where an order goes, and by which channel it came."""

import streamlit as st

from crm_core.commerce.types import OrderDetail
from crm_core.kernel.values import regions

CHANNELS = ("Shop", "Online", "Phone", "E-mail", "Field sales")


def draw(key: str = "", now: OrderDetail | None = None) -> dict[str, str]:
    """The fields with what is stored ``now``; ``key`` keeps them apart from those of other forms."""
    channels = [*CHANNELS, *([now.channel] if now and now.channel and now.channel not in CHANNELS else [])]
    known = regions.countries()
    at = list(known).index(now.country) if now and now.country in known else None
    left, right = st.columns(2)
    postal_code = left.text_input(
        "Postal code", now.postal_code if now else "", key=f"order-postal{key}", max_chars=30
    )
    city = right.text_input("City", now.city if now else "", key=f"order-city{key}", max_chars=120)
    country = left.selectbox(
        "Country", list(known), index=at, format_func=known.__getitem__, key=f"order-country{key}",
        placeholder="Not said",
    )  # fmt: skip
    channel = right.selectbox(
        "Channel", channels, index=channels.index(now.channel) if now and now.channel else None,
        accept_new_options=True, key=f"order-channel{key}", placeholder="Not said",
    )  # fmt: skip
    return {
        "postal_code": postal_code or "", "city": city or "", "country": country or "",
        "channel": channel or "",
    }  # fmt: skip
