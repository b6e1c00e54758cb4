"""Lots that stay drawn: a number from a text, the same on both engines, in every process, for ever."""

import hashlib
from typing import Any

from sqlalchemy import Integer
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.functions import FunctionElement

DIGITS = 7
"""Hexadecimal digits that are used: 28 bits, so that shares of a ten-thousandth are off by 4 in 100,000."""


class Draw(FunctionElement[int]):
    """``draw`` in a statement, of a text."""

    name = "rapport_draw"
    type = Integer()
    inherit_cache = True


def draw(text: str) -> int:
    """A number below 2**28 that depends on every letter (the head of an MD5, which both engines can make)."""
    return int(hashlib.md5(text.encode(), usedforsecurity=False).hexdigest()[:DIGITS], 16)


@compiles(Draw)
def _on_sqlite(element: Draw, compiler: Any, **options: Any) -> str:
    return f"rapport_draw({compiler.process(element.clauses, **options)})"


@compiles(Draw, "postgresql")
def _on_postgres(element: Draw, compiler: Any, **options: Any) -> str:
    text = compiler.process(element.clauses, **options)
    return f"('x' || lpad(substr(md5({text}), 1, {DIGITS}), 8, '0'))::bit(32)::int"
