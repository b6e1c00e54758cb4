"""Rows of a file that somebody repaired by hand: they stand beside the file, which stays as it is."""

from collections.abc import Collection, Iterable, Iterator, Mapping
from types import MappingProxyType
from typing import Final

from crm_core.data.layouts import Row
from crm_core.kernel.work import Work
from db.queries import imports as sql

PHASE: Final = "repair"
DROPPING: Final = ("drop", "dropped")

Repairs = Mapping[int, tuple[str, ...] | None]
"""The cells that take the place of those in the file, by number of the row; None where it is left out."""

NONE: Final[Repairs] = MappingProxyType({})


def known(work: Work, import_id: int, numbers: Collection[int] | None = None) -> Repairs:
    """What was repaired in an import: in all of it, or in these rows."""
    return {
        number: None if outcome in DROPPING else tuple(cells)
        for number, outcome, cells in work.tuples(sql.repairs(import_id, numbers))
    }


def repaired(rows: Iterable[Row], repairs: Repairs, first: int) -> Iterator[Row]:
    """The rows, of which the first has the number ``first``, as they were repaired.

    What was wrong with the quotes of a row says nothing about the cells that a person wrote.
    """
    if not repairs:
        yield from rows
        return
    for number, row in enumerate(rows, start=first):
        if number not in repairs:
            yield row
            continue
        cells = repairs[number]
        yield row._replace(is_dropped=True) if cells is None else Row(row.line, list(cells))
