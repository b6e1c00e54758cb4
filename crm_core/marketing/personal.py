"""What a template may say about one person, gathered for many at once."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final

from crm_core.commerce import recommendations
from crm_core.commerce.recommendations import Recommended
from crm_core.kernel.values import countries, money, phones
from crm_core.kernel.work import Work
from crm_core.marketing.rendering import Message
from crm_core.team.company import company
from db.queries import sending as sql

OFFERED: Final = 4
"""Products in a message: more are read by nobody."""


def values_of(
    work: Work, contact_ids: Sequence[int], messages: Iterable[Message] = ()
) -> dict[int, dict[str, Any]]:
    """The fields of templates by contact, as people read them; deleted contacts are missing.

    Args:
        messages: what the values are for; products are chosen only where one of them lists products.
    """
    mine = ours()
    found: dict[int, dict[str, Any]] = {}
    for row in work.tuples(sql.people(list(contact_ids))):
        found[row.id] = {**_readable(row._mapping), **mine}
    if any("products" in text for one in messages for text in (one.html, one.text)):
        for contact_id, offered in recommendations.for_many(work, list(found), OFFERED).items():
            found[contact_id]["products"] = [_shown(one) for one in offered.items]
    return found


def ours() -> dict[str, str]:
    """What templates may say about us: name and postal address, the latter in one line."""
    settings = company()
    return {"our_company": settings.name, "our_address": ", ".join(settings.address.splitlines())}


def _shown(one: Recommended) -> dict[str, str]:
    price = (
        "" if one.unit_price is None else f"{money.to_decimal(one.unit_price, one.currency):,} {one.currency}"
    )
    return {"name": one.name, "price": price, "category": one.category, "sku": one.sku}


def _readable(row: Mapping[str, Any]) -> dict[str, Any]:
    values = dict(row)
    values["country"] = countries.name(values["country"]) if values["country"] else ""
    for name in ("phone", "mobile"):
        values[name] = phones.shown(values[name]) if values[name] else ""
    return values
