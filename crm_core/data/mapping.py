"""Which column of a file fills which field: proposed by name and by cells, remembered, applied.

A proposal is a guess with a reason that people can check against a few cells; they have the last word.
"""

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from crm_core.data import looks, special_columns, stage_steps
from crm_core.data.address_groups import choose_address
from crm_core.data.column_names import compact
from crm_core.data.column_readings import read
from crm_core.data.fields import CUSTOM, Field, vocabulary
from crm_core.data.synonyms import Meaning

_LEAST = 0.5
_EMPTY_COSTS, _UNFIT_LEAVES = 0.12, 0.35
_BY_CELLS, _SPARE = 0.55, 0.6
_SPARES = {"email": "email_secondary", "phone": "phone_secondary", "mobile": "phone_secondary"}
_SHOWN = 3


@dataclass(frozen=True, slots=True)
class Guess:
    """What one column is believed to hold. `field` is None where it will not be imported."""

    column: str
    field: str | None
    confidence: float
    reason: str
    samples: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Column:
    """A column as the proposal sees it: name, filled cells, possible meanings and how they were found."""

    index: int
    name: str
    cells: tuple[str, ...]
    meanings: tuple[Meaning, ...]
    how: str
    ignored: bool = False


def propose(
    kind: str,
    columns: Sequence[str],
    samples: Sequence[Sequence[str]] = (),
    custom: Iterable[Field] = (),
    memory: Mapping[str, str | None] | None = None,
) -> list[Guess]:
    """One guess per column, in the order of the file.

    `samples` are rows of cells (a dozen to a hundred are plenty, none is allowed); `memory` is the mapping
    that was saved for this layout and wins over every guess.
    """
    words = vocabulary(kind, custom)
    seen = [_column(kind, index, name, samples, words) for index, name in enumerate(columns)]
    seen = special_columns.settle(kind, seen)
    seen = choose_address(seen) if kind in ("contacts", "accounts", "orders") else seen
    chosen = _assign([_with_spares(_by_cells(kind, column, seen)) for column in seen], words)
    guesses = [chosen[index] for index in range(len(seen))]
    return guesses if memory is None else apply_memory(guesses, memory, words)


def apply_memory(
    guesses: Sequence[Guess], memory: Mapping[str, str | None], words: Mapping[str, Field]
) -> list[Guess]:
    """The guesses with a saved mapping over them; fields that no longer exist are not brought back."""
    settled = []
    for guess in guesses:
        field = memory.get(guess.column)
        if guess.column in memory and (field is None or field in words):
            guess = replace(
                guess, field=field, confidence=1.0, reason="This is how the layout was mapped before."
            )
        settled.append(guess)
    return settled


def layout_key(kind: str, columns: Sequence[str]) -> str:
    """What two files of one layout share, in whatever order their columns are: the key of a saved mapping."""
    names = "\n".join(sorted(compact(column) or column for column in columns))
    return hashlib.sha256(f"{kind}\n{names}".encode()).hexdigest()[:32]


def _column(
    kind: str, index: int, name: str, samples: Sequence[Sequence[str]], words: Mapping[str, Field]
) -> Column:
    cells = tuple(looks.filled([row[index] for row in samples if index < len(row)]))
    reading = read(kind, name)
    meanings = [*reading.meanings, *_custom_meanings(name, words)]
    fitted = [
        one._replace(score=_fitted(one.score, words[one.field], cells, bool(samples))) for one in meanings
    ]
    return Column(
        index, name, cells, tuple(sorted(fitted, key=lambda one: -one.score)), reading.how, reading.ignored
    )


def _custom_meanings(name: str, words: Mapping[str, Field]) -> list[Meaning]:
    step = stage_steps.STEP + stage_steps.stage_of(name)
    if step in words:
        return [Meaning(step, 1.0)]
    wanted = compact(name)
    fields = (field for field in words.values() if field.name.startswith(CUSTOM))
    return [
        Meaning(field.name, 1.0)
        for field in fields
        if wanted
        and wanted in (compact(field.name), compact(field.name[len(CUSTOM) :]), compact(field.label))
    ]


def _fitted(score: float, field: Field, cells: tuple[str, ...], has_samples: bool) -> float:
    """The score after a look at the cells: two unfit cells speak against a field, empty ones a little."""
    if not cells:
        return score - _EMPTY_COSTS if has_samples else score
    fit = looks.suits(field, cells) if len(cells) > 1 else None
    return score if fit is None or fit >= _LEAST else score * (_UNFIT_LEAVES + (1 - _UNFIT_LEAVES) * fit)


def _by_cells(kind: str, column: Column, columns: Sequence[Column]) -> Column:
    """A column whose name says nothing, judged by its cells, unless another column is named for the field."""
    if column.meanings or column.ignored or kind not in ("contacts", "accounts"):
        return column
    field = looks.guess(column.cells)
    named = {one.field for other in columns for one in other.meanings if one.score >= _LEAST}
    field = _SPARES.get(field or "") if field in named else field
    if field is None or field not in vocabulary(kind):
        return column
    return replace(column, meanings=(Meaning(field, _BY_CELLS),), how="The cells look like it")


def _with_spares(column: Column) -> Column:
    """A main address or number may become a further one, where another column is the main one."""
    best: dict[str, float] = {}
    for one in column.meanings:
        spare = _SPARES.get(one.field)
        if spare and one.score >= _LEAST:
            best[spare] = max(best.get(spare, 0), min(_SPARE, one.score - 0.01))
    known = {one.field for one in column.meanings}
    more = (Meaning(spare, max(score, _LEAST)) for spare, score in sorted(best.items()) if spare not in known)
    return replace(column, meanings=(*column.meanings, *more))


def _assign(columns: Sequence[Column], words: Mapping[str, Field]) -> dict[int, Guess]:
    """One field per column, one column per field (but for fields that take many): the best pairs first."""
    pairs = [(one.score, column, one) for column in columns for one in column.meanings if one.score >= _LEAST]
    pairs.sort(key=lambda pair: (-pair[0], not pair[1].cells, pair[1].index))
    taken: set[str] = set()
    chosen: dict[int, Guess] = {}
    for score, column, meaning in pairs:
        field = words.get(meaning.field)
        if column.index in chosen or field is None or (field.name in taken and not field.many):
            continue
        taken.add(field.name)
        shown = column.cells[:_SHOWN]
        chosen[column.index] = Guess(
            column.name, field.name, min(round(score, 2), 1.0), f"{column.how}.", shown
        )
    for column in columns:
        if column.index not in chosen:
            reason = "Another column fits this field better." if column.meanings else f"{column.how}."
            chosen[column.index] = Guess(column.name, None, 0.0, reason, column.cells[:_SHOWN])
    return chosen
