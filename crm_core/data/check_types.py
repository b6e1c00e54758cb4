"""The shape of a check of data quality."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Check:
    """One thing that can be wrong with a record.

    ``title`` is what people read over the list of records, ``lacks`` what one record is told to lack.
    ``weight`` says how much it matters, from 1 to 5. ``share`` is how many of the 100 points of its score a
    record loses by it; the shares of a kind add up to 100. ``repairs`` are keys of ``quality_mending``.
    """

    key: str
    title: str
    group: str
    weight: int
    share: int = 0
    lacks: str = ""
    repairs: tuple[str, ...] = ()
