"""What a template may say about one person, gathered for many at once."""

from collections.abc import Mapping, Sequence
from typing import Any

from crm_core.kernel.values import countries, phones
from crm_core.kernel.work import Work
from crm_core.team.company import company
from db.queries import sending as sql


def values_of(work: Work, contact_ids: Sequence[int]) -> dict[int, dict[str, Any]]:
    """The fields of templates by contact, as people read them; deleted contacts are missing."""
    ours = company().name
    found: dict[int, dict[str, Any]] = {}
    for row in work.tuples(sql.people(list(contact_ids))):
        found[row.id] = {**_readable(row._mapping), "our_company": ours}
    return found


def _readable(row: Mapping[str, Any]) -> dict[str, Any]:
    values = dict(row)
    values["country"] = countries.name(values["country"]) if values["country"] else ""
    for name in ("phone", "mobile"):
        values[name] = phones.shown(values[name]) if values[name] else ""
    return values
