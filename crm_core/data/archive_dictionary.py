"""What an export of everything says about itself: a README for people, a dictionary of every column."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import Final

from crm_core.data import fields
from crm_core.data.archive_meanings import COMMON, MEANINGS, UNITS
from crm_core.data.archive_shape import Leaving, leaving
from db.tables import ColumnShape

HEADING: Final = ("table", "column", "type", "length", "may be empty", "meaning", "unit", "references")
TYPES: Final = {
    "instant": "instant (ISO 8601, UTC)", "date": "date (YYYY-MM-DD)", "yes/no": "true or false",
    "json": "JSON", "number": "number", "decimal": "decimal number", "integer": "whole number",
    "text": "text",
}  # fmt: skip
MONEY: Final = frozenset(
    {"amount", "annual_revenue", "unit_price", "price", "cost", "total", "discount", "refunded", "revenue",
     "value", "weighted", "budget", "fee", "won", "committed", "best_case", "worst_case"}
)  # fmt: skip
"""Whole numbers that are money where the table, or the one above it, has a currency."""


def rows() -> Iterator[Sequence[str]]:
    """The dictionary, heading first: one row a column, and one a table with an empty column."""
    yield HEADING
    for table in leaving():
        yield (table.name, "", "table", "", "", table.table.about, "", "")
        for column in table.columns:
            yield (
                table.name, column.name, TYPES[column.kind], str(column.length or ""),
                "yes" if column.is_nullable else "no", meaning(table.name, column), unit(table, column),
                column.references,
            )  # fmt: skip


def meaning(table: str, column: ColumnShape) -> str:
    """What a column holds, as a phrase: written for it, for its name, told by its field, or by its name."""
    declared = MEANINGS.get((table, column.name)) or COMMON.get(column.name)
    if declared:
        return declared
    if column.references:
        words = _words(column.name.removesuffix("_id"))
        return f"The {words}: the id of a row of {column.references.partition('.')[0]}."
    field = fields.vocabulary(table).get(column.name)
    if field is not None and field.help:
        return f"{field.label}. {field.help}" if field.help != field.label else field.label
    return _told_by_name(column)


def unit(table: Leaving, column: ColumnShape) -> str:
    """What the number of a column counts; empty where it is plain."""
    declared = UNITS.get((table.name, column.name)) or UNITS.get(("", column.name))
    if declared:
        return declared
    if column.kind == "integer" and column.name in MONEY:
        return "minor units of the currency (cents)"
    if column.name.endswith("_minutes"):
        return "minutes"
    return "UTC" if column.kind == "instant" else ""


def readme(made_at: datetime, counts: Mapping[str, int], formats: Sequence[str]) -> str:
    """The README of an export: what is in it, and how to read it, for somebody who is no programmer."""
    tables = "\n".join(
        f"  {each.name:<22}{counts[each.name]:>12,}  {each.table.meaning}"
        for each in sorted(leaving(), key=lambda each: each.name)
    )
    ways = {
        "csv": "  csv/        each table as CSV. Open it in Excel, LibreOffice, Numbers or Google Sheets.\n",
        "json": "  json/       each table as JSON Lines, one record a line. Made for programs.\n",
    }
    return _README.format(
        made=f"{made_at:%Y-%m-%d %H:%M} UTC", ways="".join(ways[name] for name in formats),
        total=f"{sum(counts.values()):,}", tables=tables,
    )  # fmt: skip


def _told_by_name(column: ColumnShape) -> str:
    name = column.name
    if column.kind == "instant":
        return f"When: {_words(name.removesuffix('_at'))}."
    if column.kind == "date":
        return f"The day: {_words(name.removesuffix('_on'))}."
    if column.kind == "yes/no":
        return f"Whether it is {_words(name.removeprefix('is_').removeprefix('has_'))}."
    if name.endswith("_count"):
        return f"How many: {_words(name.removesuffix('_count'))}."
    if name.endswith("_key"):
        return f"The {_words(name.removesuffix('_key'))} in the form that is compared and sorted."
    return f"{_words(name).capitalize()}."


def _words(name: str) -> str:
    return name.replace("_", " ").strip()


_README: Final = """Everything of Rapport, as it was on {made}
=====================================================

You can read all of this without Rapport.

What is in here
{ways}  data_dictionary.csv   what every table and every column means, its type, its unit, what it refers to
  manifest.json         for programs: the number of rows and the SHA-256 check sum of every file

How to read the tables
  - Each row has a number, its id. A column called contact_id holds the id of a row of contacts, and so on:
    the dictionary says for each column which table it refers to.
  - Times are UTC and end with Z (2026-03-02T09:00:00Z). Days are written 2026-03-02.
  - Money is a whole number of the smallest unit of its currency: 1999 with EUR is 19.99 euros. The dictionary
    says which columns are money.
  - Yes and no are true and false. What has several values or a form of its own is JSON in one cell.
  - An empty cell holds nothing. Where a column may hold nothing at all, a lone apostrophe is an empty text.
  - A text that a spreadsheet could take for a formula (=, +, -, @ at its start) begins with an apostrophe,
    and so does a text that begins with one itself: take one apostrophe away to have what was stored.
  - A row with a deleted_at is in the bin: it was deleted, and could be restored.

What is not in here
  Passwords, sign-ins, tokens of programs and other secrets; the uploaded files themselves; backups.

Back into Rapport
  Into a new, empty installation, on SQLite or Postgres:
      python -m crm_core db upgrade
      python -m crm_core import all THIS_FILE
  People have no password afterwards. Give one to each (the first one on the command line):
      python -m crm_core user reset-password NAME
  Mail that waited to be sent is sent by the new installation: stop the old one first.

The tables ({total} rows in all)
{tables}
"""
