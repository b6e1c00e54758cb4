"""From the values of a row to a finished product: pure, so that it can run in any process."""

from collections.abc import Callable
from typing import Final

from crm_core.commerce.rules import product_key
from crm_core.data.import_types import Key, Ready
from crm_core.data.layouts import Row
from crm_core.data.preparing import Prepared
from crm_core.data.record_rules import Columns, Frame

_COLUMNS: Final = ("sku", "category", "unit_price", "cost", "description")


def finisher(frame: Frame) -> Callable[[int, Row, Prepared], Ready]:
    """The function that finishes products within these limits."""

    def finish(number: int, row: Row, prepared: Prepared) -> Ready:
        columns = Columns(frame, prepared)
        found, values = columns.found, prepared.values
        for name in _COLUMNS:
            columns.take(name)
        columns.take("product", "name")
        if "active" in values:
            found["is_active"] = values["active"]
        if "unit_price" in found or "cost" in found or "currency" in values:
            found["currency"] = values.get("currency", frame.currency)
        keys: list[Key] = [("sku", found["sku"])] if found.get("sku") else []
        if found.get("name"):
            keys.append(("name", product_key(found["name"])[: frame.limits["name_key"]]))
        problems = columns.settled(row)
        return Ready(
            number, row.line, found, {"name_key": keys[-1][1] if keys else ""}, keys=tuple(keys),
            problems=tuple(problems), is_refused=any(one["level"] == "error" for one in problems),
            cells=tuple(row.cells) if problems else (),
        )  # fmt: skip

    return finish
