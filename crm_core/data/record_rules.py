"""What every kind of record needs on the way from typed values to columns, without a database."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from typing import Any, Final

from crm_core.data.import_types import note
from crm_core.data.layouts import Row
from crm_core.data.preparing import Prepared
from crm_core.kernel.values.dates import birthday_text
from crm_core.kernel.values.problem import Problem
from crm_core.kernel.values.text import fold

LONGEST_KEY: Final = 500

_LIFECYCLE_WORDS: Final = {
    "marketingqualifiedlead": "qualified", "mql": "qualified",
    "salesqualifiedlead": "qualified", "sql": "qualified",
    "qualifiedlead": "qualified", "evangelist": "advocate", "promoter": "advocate", "client": "customer",
    "kunde": "customer", "cliente": "customer", "klant": "customer", "prospect": "lead",
    "interessent": "lead",
    "newlead": "lead", "contact": "other", "formercustomer": "former", "churned": "former", "lost": "former",
    "deal": "opportunity", "chance": "opportunity",
}  # fmt: skip
_LEAD_STATUSES: Final = {
    "new": """open neu nuevo nouveau nuovo opennotcontacted notcontacted assigned uncontacted fresh
    unread""",
    "contacted": """attemptedtocontact attempted connected reached kontaktiert contacte contactado contattato
    leftvoicemail""",
    "working": "inprogress workingcontacted inbearbeitung encours engaged active followup",
    "qualified": """opendeal prequalified qualifiedlead marketingqualified salesqualified mql sql
    qualifiziert qualifie cualificado qualificato""",
    "unqualified": """closednotconverted notconverted disqualified badfit notqualified junk junklead lost
    lostlead dead rejected notinterested closedlost unqualifiziert disqualifiziert""",
    "nurturing": "badtiming nurture recycled contactinfuture onhold later",
    "converted": "closedconverted customer won closedwon konvertiert kunde converti convertido convertito",
}
_LEAD_STATUS_WORDS: Final = {
    word: status for status, words in _LEAD_STATUSES.items() for word in words.split()
}
CHOICES: Final[Mapping[str, Mapping[str, str]]] = {
    "lifecycle": _LIFECYCLE_WORDS,
    "lead_status": _LEAD_STATUS_WORDS,
}


@dataclass(frozen=True)
class Frame:
    """What a worker has to know beside the plan: limits of columns, choices of fields, width of the file.

    ``tag`` is put on every row. ``strict``: a value with a problem refuses its row. ``mapped`` are the fields
    that the file fills, ``zone`` and ``currency`` those of the company. ``has_line_amounts``: the amounts of
    the file are those of lines, not of whole orders.
    """

    kind: str
    width: int
    limits: Mapping[str, int]
    options: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    tag: str = ""
    strict: bool = False
    mapped: frozenset[str] = frozenset()
    zone: str = "UTC"
    currency: str = "EUR"
    has_line_amounts: bool = False


class Columns:
    """Collects the columns of one row, and what has to be said about its values."""

    def __init__(self, frame: Frame, prepared: Prepared) -> None:
        self.frame = frame
        self.values = prepared.values
        self.problems = [stored(problem) for problem in prepared.problems]
        self.found: dict[str, Any] = {}

    def take(self, field_name: str, column: str = "") -> None:
        """Put the value of a field into its column, unless it is missing, not to be chosen or too long."""
        value = self.values.get(field_name)
        if value is None or value == "":
            return
        target = column or field_name
        if field_name in self.frame.options:
            value = self._chosen(field_name, str(value))
        elif isinstance(value, str):
            limit = self.frame.limits.get(target)
            if limit is not None and len(value) > limit:
                self.say(f"This has {len(value)} characters; there is room for {limit}.", field_name, value)
                return
        if value is not None:
            self.found[target] = value

    def say(self, message: str, field_name: str = "", value: str = "") -> None:
        """Note a problem: a warning, or in a strict import a reason to refuse the row."""
        self.problems.append(
            note(message, field_name, "", value, "error" if self.frame.strict else "warning")
        )

    def refuse(self, message: str) -> None:
        """Note a reason to refuse the row."""
        self.problems.append(note(message, level="error"))

    def take_custom(self) -> None:
        """Gather the values of custom fields."""
        found = {name[7:]: plain(value) for name, value in self.values.items() if name.startswith("custom.")}
        if found:
            self.found["custom"] = found

    def tags(self) -> tuple[str, ...]:
        """The tags of the row, those that fit, each once."""
        wanted = [*self.values.get("tags", ()), *([self.frame.tag] if self.frame.tag else [])]
        limit = self.frame.limits["tags"]
        for name in wanted:
            if len(name) > limit:
                self.say(f"A tag has at most {limit} characters.", "tags", name)
        return tuple({fold(name): name for name in wanted if fold(name) and len(name) <= limit}.values())

    def settled(self, row: Row) -> list[dict[str, str]]:
        """Everything that is to be said about the row, also about its shape."""
        width = self.frame.width
        if row.problem:
            self.refuse(row.problem)
        elif len(row.cells) > width and any(cell.strip() for cell in row.cells[width:]):
            count = len(row.cells)
            self.refuse(
                f"This row has {count} cells, the header {width}: values may have slipped. Check the quotes."
            )
        elif len(row.cells) < width:
            message = f"This row has only {len(row.cells)} of {width} cells; the others count as empty."
            self.problems.append(note(message))
        return self.problems

    def _chosen(self, field_name: str, text: str) -> str | None:
        word = fold(text)
        options = self.frame.options[field_name]
        known = CHOICES.get(field_name, {}).get("".join(letter for letter in word if letter.isalnum()), word)
        if known in options:
            return known
        self.say(f"“{text[:60]}” is none of {', '.join(options)}.", field_name, text)
        return None


def stored(problem: Problem) -> dict[str, str]:
    """A problem in the form in which it is kept with the row."""
    return note(problem.message, problem.field, problem.column, problem.value, problem.level)


def plain(value: Any) -> Any:
    """A typed value as a JSON column keeps it."""
    if isinstance(value, Decimal):
        return int(value) if value == value.to_integral_value() else float(value)
    if isinstance(value, datetime | date):
        return value.isoformat()
    return value


def birthday(value: Any) -> str:
    """A birthday as it is stored."""
    return birthday_text(value) if isinstance(value, date) else str(value)
