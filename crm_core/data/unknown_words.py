"""What a file names and the base does not know, counted by the dry run: people, stages, states, companies."""

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from typing import Any, Final

from crm_core.data import references
from crm_core.data.deciding import Decider
from crm_core.data.import_types import Decision, Ready
from crm_core.data.meanings import FIELDS
from crm_core.data.references import Links
from crm_core.data.stage_finding import Stages
from crm_core.data.storing import Decided
from crm_core.kernel.values.text import fold

EMPTY, MADE, KEPT, READ = "empty", "made", "kept", "read"
"""What becomes of an unknown word: it is left out, made, kept as text, or read as the usual value."""

_STORED: Final = frozenset("cdua")
_MOST: Final = 2_000
_SHOWN: Final = 30


class UnknownWords:
    """Counts the unknown words of a file by field. Two thousand different ones of each are told apart."""

    def __init__(self, kind: str, categories: Sequence[str] = ()) -> None:
        self._kind = kind
        self._categories = {fold(name) for name in categories}
        self._rows: Counter[tuple[str, str]] = Counter()
        self._words: dict[tuple[str, str], Counter[str]] = defaultdict(Counter)

    def count(self, decided: Sequence[Decided], decider: Decider) -> None:
        """Look at the rows of a chunk; those that change nothing name nothing that matters."""
        for row, decision in decided:
            if decision.letter in _STORED:
                self._owner(row, decider)
                self._choices(row)
                self._in_base(row, decision, decider)

    def facts(self) -> dict[str, dict[str, Any]]:
        """By field: in how many rows, how many different words, the most frequent, their fate."""
        found: dict[str, dict[str, Any]] = {}
        for (name, fate), rows in self._rows.items():
            words = self._words[name, fate]
            shown = [list(pair) for pair in words.most_common(_SHOWN)]
            found[name] = {"rows": rows, "count": len(words), "words": shown, "fate": fate}
        return found

    def _owner(self, row: Ready, decider: Decider) -> None:
        if not row.owner:
            return
        if decider.entity.loader is None:
            if decider.owners.of(row.owner)[1] is not None:
                self._add("owner", EMPTY, row.owner)
        elif decider.owners.seller(row.owner)[1]:
            self._add("owner", KEPT, row.owner)

    def _choices(self, row: Ready) -> None:
        names = FIELDS.get(self._kind, ())
        for problem in row.problems:
            if problem.get("field") in names and problem.get("value"):
                is_read = self._kind in ("orders", "interactions")
                self._add(problem["field"], READ if is_read else EMPTY, problem["value"])
        category = row.columns.get("category")
        if self._kind == "products" and category and fold(category) not in self._categories:
            self._add("category", MADE, category)

    def _in_base(self, row: Ready, decision: Decision, decider: Decider) -> None:
        loader, links = decider.entity.loader, decider.found
        if loader is None or not isinstance(links, Links):
            return
        stages: Stages | None = links.kept.get("stages") if self._kind == "deals" else None
        if decision.letter == "a":
            return
        if stages is not None:
            self._stage(row.facts, stages)
        for problem in references.missing(row, links, decider.options, loader.references):
            self._add("company" if problem["field"] == "company" else "contact", EMPTY, problem["value"])
        keys = references.product_keys(row)
        if keys and links.product(row) is None and not decider.options.creates("products"):
            self._add("product", KEPT, keys[0][1])

    def _stage(self, facts: Mapping[str, Any], stages: Stages) -> None:
        if facts["pipeline"] and stages.pipeline(facts["pipeline"]) is None:
            self._add("pipeline", MADE, facts["pipeline"])
        told = dict.fromkeys((facts["stage"], *(name for name, _ in facts["steps"])))
        for name in filter(None, told):
            if stages.entry(facts["pipeline"], name) is None:
                self._add("stage", MADE, name)

    def _add(self, name: str, fate: str, word: str) -> None:
        self._rows[name, fate] += 1
        words = self._words[name, fate]
        if word in words or len(words) < _MOST:
            words[str(word)[:200]] += 1
