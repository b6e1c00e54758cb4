"""Which records are the same? The probabilistic model of Fellegi and Sunter, learned without examples.

Fellegi, Sunter: A Theory for Record Linkage, JASA 64 (1969). Each field of a pair agrees at some level; a
level that matches reach often (``m``) and strangers seldom (``u``) speaks for a match with log2(m / u) bits.
``u`` comes from random pairs, ``m`` by expectation maximisation (Winkler 1988) inside groups of pairs that
agree on something else, held by a prior so that small bases stay sane. Agreement on a rare value weighs more
than on a common one.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from crm_core.data.comparing import MISSING, TOP, Codes, Column, Levels, levels

Bits = NDArray[np.float64]
Positions = NDArray[np.int32]

RANDOM_PAIRS = 400_000
LEARNING_PAIRS = 150_000
ROUNDS = 25
PRIOR_PAIRS = 30.0
FEWEST_TO_LEARN = 20
MOST_BITS = 16.0
USUAL_M: dict[int, tuple[float, ...]] = {3: (0.04, 0.07, 0.89), 4: (0.05, 0.04, 0.09, 0.82)}


@dataclass(frozen=True)
class Field:
    """A compared field: its column, how its values are compared, and which evidence it belongs to.

    Fields of one ``evidence`` change together (a move changes street, city and postal code), so only the
    strongest of them counts in full.
    """

    name: str
    kind: str
    evidence: str
    by_frequency: bool = True


@dataclass(frozen=True)
class Block:
    """Pairs that agree on a key; ``fields`` are those that the key is made of."""

    name: str
    fields: frozenset[str]
    left: Positions
    right: Positions


@dataclass
class Model:
    """Bits of evidence for each level of each field, and the log-odds of two random records."""

    fields: Sequence[Field]
    u: dict[str, Bits] = field(default_factory=dict)
    m: dict[str, Bits] = field(default_factory=dict)
    prior_bits: float = 0.0

    def facts(self) -> dict[str, Any]:
        """The model as plain values, to be stored with the search that learned it."""
        shares = {one.name: [self.u[one.name].tolist(), self.m[one.name].tolist()] for one in self.fields}
        return {"prior_bits": self.prior_bits, "shares": shares}

    @classmethod
    def of_facts(cls, fields: Sequence[Field], facts: Mapping[str, Any]) -> "Model | None":
        """The stored model; None where it knows nothing of one of these fields, so that it is learned."""
        shares = facts.get("shares", {})
        if any(len(shares.get(one.name, ((),))[0]) != TOP[one.kind] for one in fields):
            return None
        u, m = ({one.name: np.array(shares[one.name][side]) for one in fields} for side in (0, 1))
        return cls(fields, u, m, float(facts["prior_bits"]))


def learn(
    fields: Sequence[Field], columns: Mapping[str, Column], blocks: Sequence[Block], seed: int = 7
) -> Model:
    """Learn what agreement means in this base, from the base alone."""
    model = Model(fields)
    size = len(next(iter(columns.values())).codes)
    chance = np.random.default_rng(seed)
    left, right = _random_pairs(size, chance)
    for one in fields:
        found = compare(one, columns[one.name], left, right)
        model.u[one.name] = _shares(found, TOP[one.kind], 0.5 / max(size, 100))
    learned: dict[str, list[tuple[float, Bits]]] = {one.name: [] for one in fields}
    for block in blocks:
        _learn_from(block, model, columns, learned, chance)
    for one in fields:
        usual = np.array(USUAL_M[TOP[one.kind]])
        total = usual * PRIOR_PAIRS + sum(
            (weight * m for weight, m in learned[one.name]), np.zeros(len(usual))
        )
        model.m[one.name] = total / total.sum()
    return model


def compare(one: Field, column: Column, left: Positions, right: Positions) -> Levels:
    """The level of agreement on one field, pair by pair."""
    return levels(one.kind, column, column.codes[left], column.codes[right])


def bits(model: Model, one: Field, column: Column, found: Levels, codes: Codes) -> Bits:
    """The evidence of one field for each pair: positive speaks for the same, negative against it."""
    weights = np.log2(model.m[one.name] / model.u[one.name])
    weights = np.concatenate([np.minimum(weights, MOST_BITS), [0.0]])
    result = weights[np.where(found == MISSING, len(weights) - 1, found - 1)]
    if one.by_frequency:
        same = found == TOP[one.kind]
        common = np.maximum(column.share[codes[same]], 1e-12)
        rare = np.log2(model.m[one.name][-1] / common)
        result[same] = np.clip(rare, weights[-2] - 6, min(MOST_BITS, weights[-2] + 8))
    return result


def probability(log_odds_bits: Bits) -> Bits:
    """Bits of evidence, prior included, as a probability between 0 and 1."""
    result: Bits = 1.0 / (1.0 + np.exp2(-np.clip(log_odds_bits, -60, 60)))
    return result


def prior(evidence: Bits, size: int) -> float:
    """The log-odds (bits) at which the matches that are found and the matches that are expected are as many.

    Args:
        evidence: bits of all candidate pairs.
        size: number of records, whose pairs are the ones that could match.
    """
    pairs = max(1.0, size * (size - 1) / 2)
    expected = max(1.0, float((evidence > np.log2(pairs) - 4).sum()))
    share = min(0.5, expected / pairs)
    for _ in range(30):
        share = min(0.5, expected / pairs)
        now = float(probability(evidence + np.log2(share / (1 - share))).sum())
        if abs(now - expected) < 0.01 * expected + 0.01:
            break
        expected = max(0.5, now)
    return float(np.log2(share / (1 - share)))


def _random_pairs(size: int, chance: np.random.Generator) -> tuple[Positions, Positions]:
    count = min(RANDOM_PAIRS, size * size)
    left = chance.integers(0, size, count, dtype=np.int32)
    right = chance.integers(0, size, count, dtype=np.int32)
    return left[left != right], right[left != right]


def _shares(found: Levels, top: int, least: float) -> Bits:
    filled = found[found != MISSING]
    counts = np.bincount(filled, minlength=top + 1)[1:].astype(np.float64)
    shares = np.maximum(counts / max(1.0, counts.sum()), least)
    result: Bits = shares / shares.sum()
    return result


def _learn_from(
    block: Block,
    model: Model,
    columns: Mapping[str, Column],
    learned: dict[str, list[tuple[float, Bits]]],
    chance: np.random.Generator,
) -> None:
    """Expectation maximisation over the pairs of one block, for the fields that its key leaves open."""
    if len(block.left) < FEWEST_TO_LEARN:
        return
    left, right = block.left, block.right
    if len(left) > LEARNING_PAIRS:
        chosen = chance.choice(len(left), LEARNING_PAIRS, replace=False)
        left, right = left[chosen], right[chosen]
    open_fields = [one for one in model.fields if one.name not in block.fields]
    found = np.stack([compare(one, columns[one.name], left, right) for one in open_fields])
    patterns, counts = np.unique(found, axis=1, return_counts=True)
    estimate = {one.name: np.array(USUAL_M[TOP[one.kind]]) for one in open_fields}
    share = 0.5
    matched = counts * share
    for _ in range(ROUNDS):
        evidence = np.full(patterns.shape[1], np.log2(share / (1 - share)))
        for row, one in zip(patterns, open_fields, strict=True):
            weights = np.concatenate([np.log2(estimate[one.name] / model.u[one.name]), [0.0]])
            evidence += weights[np.where(row == MISSING, len(weights) - 1, row - 1)]
        matched = counts * probability(evidence)
        share = float(np.clip(matched.sum() / counts.sum(), 1e-4, 1 - 1e-4))
        for row, one in zip(patterns, open_fields, strict=True):
            usual = np.array(USUAL_M[TOP[one.kind]]) * PRIOR_PAIRS
            seen = np.bincount(row[row > 0], weights=matched[row > 0], minlength=TOP[one.kind] + 1)[1:]
            estimate[one.name] = (usual + seen) / (usual + seen).sum()
    for row, one in zip(patterns, open_fields, strict=True):
        weight = float(matched[row > 0].sum())
        learned[one.name].append((min(weight, 5_000.0), estimate[one.name]))
