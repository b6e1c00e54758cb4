"""Long lists of values in a condition, as one parameter: a thousand would cost more than the search."""

import json
from collections.abc import Collection
from typing import Any

from sqlalchemy import ARRAY, BigInteger, ColumnElement, FromClause, Text, any_, bindparam, func, select

from db.session import current


def listed(column: Any, values: Collection[Any]) -> ColumnElement[bool]:
    """The condition that a column has one of these values (texts or whole numbers)."""
    if current().is_sqlite:
        each = func.json_each(bindparam(None, json.dumps(list(values)))).table_valued("value")
        found: ColumnElement[bool] = column.in_(select(each.c.value))
        return found
    is_number = all(isinstance(value, int) for value in values)
    item = BigInteger() if is_number else Text()
    one: ColumnElement[bool] = column == any_(bindparam(None, list(values), ARRAY(item)))
    return one


def pairs(values: Collection[tuple[int, str]]) -> tuple[FromClause, Any, Any]:
    """These (number, text) pairs as a table to join with, and its two columns."""
    if current().is_sqlite:
        each = func.json_each(bindparam(None, json.dumps([list(pair) for pair in values]))).table_valued(
            "value"
        )
        return each, func.json_extract(each.c.value, "$[0]"), func.json_extract(each.c.value, "$[1]")
    numbers = bindparam(None, [number for number, _ in values], ARRAY(BigInteger()))
    texts = bindparam(None, [text for _, text in values], ARRAY(Text()))
    table = func.unnest(numbers, texts).table_valued("number", "text", name="wanted").render_derived()
    return table, table.c.number, table.c.text
