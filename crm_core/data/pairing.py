"""Pairs of records that may be the same, each with a probability and the evidence field by field."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from crm_core.data import blocking, linkage
from crm_core.data.comparing import MISSING, TOP, Column
from crm_core.data.linkage import Bits, Block, Field, Positions
from crm_core.data.record_kinds import READ_OFF, Kind

SURE = 0.98
MAYBE = 0.40
SECONDARY = 0.6
SHARED = 0.55
SHARED_IN_A_HOUSE = {"last_name", "street", "postal_code", "city", "phone", "company"}
AT_ONCE = 500_000
KEPT = 0.02


@dataclass(frozen=True)
class Pairs:
    """Pairs by position of their records; ``evidence`` holds bits, a row for each field."""

    left: Positions
    right: Positions
    probability: Bits
    evidence: Bits
    found: NDArray[np.int8]
    model: linkage.Model

    @property
    def fields(self) -> Sequence[Field]:
        """The compared fields, in the order of the rows."""
        return self.model.fields

    def reasons(self, pair: int) -> dict[str, tuple[int, float]]:
        """For each field that both records fill: how well it agrees (level), and its worth in bits."""
        return {
            one.name: (int(self.found[row, pair]), round(float(self.evidence[row, pair]), 1))
            for row, one in enumerate(self.fields)
            if self.found[row, pair] != MISSING
        }


def find(
    kind: Kind,
    columns: Mapping[str, Column],
    fresh: blocking.Mask | None = None,
    learned: Mapping[str, Any] | None = None,
) -> Pairs:
    """All pairs worth looking at, scored by a model that is learned from these very records.

    Args:
        kind: what is compared, and which keys candidates share.
        columns: the fields and keys of all records.
        fresh: true for records that are new or changed; only pairs with one of them are scored then.
        learned: what an earlier search learned, as ``Model.facts`` gave it; without it the model is learned.
    """
    size = len(next(iter(columns.values())).codes)
    fields = tuple(one for one in kind.fields if columns[one.name].is_filled)
    left, right = blocking.candidates(kind.keys, columns, size, fresh)
    model = linkage.Model.of_facts(fields, learned) if learned else None
    if model is None:
        anchors = [_with_fields(blocking.block(key, columns)) for key in kind.anchors]
        model = linkage.learn(fields, columns, anchors)
        # The few pairs of new records say nothing about how rare matches are among all.
        if learned:
            model.prior_bits = float(learned["prior_bits"])
    total = np.concatenate([
        _evidence(model, columns, left[first:end], right[first:end])[1].sum(axis=0)
        for first, end in ((first, first + AT_ONCE) for first in range(0, max(1, len(left)), AT_ONCE))
    ])  # fmt: skip
    if not learned:
        model.prior_bits = linkage.prior(total, size)
    probability = linkage.probability(total + model.prior_bits)
    kept = probability >= KEPT
    left, right = left[kept], right[kept]
    found, evidence = _evidence(model, columns, left, right)
    return Pairs(left, right, probability[kept], evidence, found, model)


def _evidence(
    model: linkage.Model, columns: Mapping[str, Column], left: Positions, right: Positions
) -> tuple[NDArray[np.int8], Bits]:
    """Levels and bits of these pairs, a row for each field."""
    fields = model.fields
    found = np.stack([linkage.compare(one, columns[one.name], left, right) for one in fields])
    _swap_names(fields, columns, found, left, right)
    evidence = np.stack([
        linkage.bits(model, one, columns[one.name], row, columns[one.name].codes[left])
        for one, row in zip(fields, found, strict=True)
    ])  # fmt: skip
    return found, _counted_once(fields, found, evidence)


def _with_fields(block: Block) -> Block:
    read_off = {other for one in block.fields for other in READ_OFF.get(one, ())}
    return Block(block.name, block.fields | read_off, block.left, block.right)


def _swap_names(
    fields: Sequence[Field],
    columns: Mapping[str, Column],
    found: NDArray[np.int8],
    left: Positions,
    right: Positions,
) -> None:
    """First and last name in each other's place agree as well as a slip of the pen."""
    names = [one.name for one in fields]
    if not {"first_name", "last_name"} <= set(names):
        return
    first, last = columns["first_name"], columns["last_name"]
    numbers = {text: number for number, text in enumerate(last.texts)}
    as_last = np.array([numbers.get(text, -1) for text in first.texts], np.int32)
    crossed = (as_last[first.codes[left]] == last.codes[right]) & (
        as_last[first.codes[right]] == last.codes[left]
    )
    crossed &= (first.codes[left] != 0) & (last.codes[left] != 0) & (first.codes[left] != first.codes[right])
    for name in ("first_name", "last_name"):
        found[names.index(name), crossed] = TOP["name"] - 1


def _counted_once(fields: Sequence[Field], found: NDArray[np.int8], evidence: Bits) -> Bits:
    """Evidence that comes together counts once: parts of an address, and what a household shares."""
    counted = evidence.copy()
    for kind in {one.evidence for one in fields}:
        rows = [row for row, one in enumerate(fields) if one.evidence == kind]
        if len(rows) > 1:
            positive = np.maximum(counted[rows], 0)
            best = positive.max(axis=0)
            scale = np.where(positive > 0, SECONDARY + (1 - SECONDARY) * (positive == best), 1.0)
            counted[rows] = np.where(counted[rows] > 0, counted[rows] * scale, counted[rows] * 0.6)
    _mail_after_name(fields, found, counted)
    return _without_household(fields, found, counted)


def _mail_after_name(fields: Sequence[Field], found: NDArray[np.int8], evidence: Bits) -> None:
    """Addresses are made of names: people of one name have like ones, so only the same one is news."""
    rows = {one.name: row for row, one in enumerate(fields)}
    if not {"email", "first_name", "last_name"} <= rows.keys():
        return
    named_alike = (found[rows["first_name"]] >= 3) | (found[rows["last_name"]] >= 3)
    level, row = found[rows["email"]], evidence[rows["email"]]
    different = row[level == 1].min(initial=-2.0)
    row = np.where(named_alike & (level == 2), different, row)
    evidence[rows["email"]] = np.where(named_alike & (level == 3), np.minimum(row, 0.0), row)


def _without_household(fields: Sequence[Field], found: NDArray[np.int8], evidence: Bits) -> Bits:
    """People of one house, and firms of one building, share much: with other names that proves little."""
    rows = {one.name: row for row, one in enumerate(fields)}
    own_name = rows.get("first_name", rows.get("name"))
    if own_name is None:
        return evidence
    others = found[own_name] == 1
    for name in SHARED_IN_A_HOUSE & rows.keys():
        row = evidence[rows[name]]
        evidence[rows[name]] = np.where(others & (row > 0), row * SHARED, row)
    return evidence


def strong(pairs: Pairs) -> NDArray[np.bool_]:
    """Which pairs may be called sure: they agree in at least two kinds of evidence that do not come together,
    and their names do not contradict."""
    kinds = list(dict.fromkeys(one.evidence for one in pairs.fields))
    agreeing = np.zeros(len(pairs.left), np.int8)
    for kind in kinds:
        rows = [row for row, one in enumerate(pairs.fields) if one.evidence == kind]
        agreeing += (pairs.evidence[rows] > 2.0).any(axis=0)
    result: NDArray[np.bool_] = agreeing >= 2
    for row, one in enumerate(pairs.fields):
        if one.evidence == "name":
            least = 3 if one.kind == "phrase" else 2
            result &= (pairs.found[row] == MISSING) | (pairs.found[row] >= least)
    return result


def classes(pairs: Pairs, sure: float = SURE, maybe: float = MAYBE) -> NDArray[np.str_]:
    """``sure``, ``maybe`` or ``not`` for each pair, by these thresholds of its probability."""
    is_sure = (pairs.probability >= sure) & strong(pairs)
    return np.where(is_sure, "sure", np.where(pairs.probability >= maybe, "maybe", "not"))
