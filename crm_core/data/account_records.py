"""From the values of a row to a finished company: pure, so that it can run in any process."""

from collections.abc import Callable, Mapping
from typing import Any, Final
from urllib.parse import urlsplit

from crm_core.data.import_types import Key, Ready
from crm_core.data.layouts import Row
from crm_core.data.preparing import Prepared
from crm_core.data.record_rules import Columns, Frame
from crm_core.kernel.values.text import fold
from crm_core.people import rules
from crm_core.people.fields import ACCOUNT_COLUMNS

COLUMNS: Final = tuple(name for name in ACCOUNT_COLUMNS if name not in ("external_id",))
DERIVED: Final = ("name_key", "search_text")


def finisher(frame: Frame) -> Callable[[int, Row, Prepared], Ready]:
    """The function that finishes companies within these limits."""

    def finish(number: int, row: Row, prepared: Prepared) -> Ready:
        columns = Columns(frame, prepared)
        values = prepared.values
        for name in (*COLUMNS, "external_id", "annual_revenue", "currency", "created_at"):
            if name in values:
                columns.take(name)
        columns.take("company", "name")
        found = columns.found
        if domain := domain_of(found.get("website", "")):
            found["domain"] = domain[: frame.limits["domain"]]
        named = found if "name" in found else {**found, "name": domain}
        if not named["name"]:
            columns.refuse("A company needs a name or a website.")
        columns.take_custom()
        problems = columns.settled(row)
        return Ready(
            number,
            row.line,
            found,
            {**derived(named, (), frame.limits), "name": named["name"]},
            (),
            columns.tags(),
            values.get("owner", ""),
            values.get("parent", ""),
            {},
            keys_of(named),
            tuple(problems),
            any(problem["level"] == "error" for problem in problems),
            tuple(row.cells) if problems else (),
        )

    return finish


def derived(
    columns: Mapping[str, Any], _points: tuple[tuple[str, str, str], ...], limits: Mapping[str, int]
) -> dict[str, Any]:
    """The columns that follow from the others, within their limits."""
    found = rules.derived_of_account(columns)
    found["name_key"] = found["name_key"][: limits["name_key"]]
    return found


def keys_of(columns: Mapping[str, Any], _points: tuple[tuple[str, str, str], ...] = ()) -> tuple[Key, ...]:
    """Everything that this company is recognised by."""
    found = (
        ("external_id", columns.get("external_id") or ""),
        ("name", fold(columns.get("name") or "")),
        ("domain", columns.get("domain") or ""),
    )
    return tuple(key for key in found if key[1])


def domain_of(website: str) -> str:
    """The host of a website without “www.”; empty when there is none."""
    host = urlsplit(website).hostname or ""
    return host.removeprefix("www.")
