"""Pairs of records that may be the same, each with a probability and the evidence field by field."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import jellyfish
import numpy as np
from numpy.typing import NDArray

from crm_core.data import blocking, linkage
from crm_core.data.comparing import MISSING, TOP, Column, Levels
from crm_core.data.linkage import Bits, Block, Field, Positions

SURE = 0.98
MAYBE = 0.40
SECONDARY = 0.6
SHARED = 0.55
SHARED_IN_A_HOUSE = {"last_name", "street", "postal_code", "city", "phone", "company"}
AT_ONCE = 500_000
KEPT = 0.02
# A single common word would pair half the base; the e-mail or phone of a firm may be shared by its people.
LARGEST_ALONE = 12
WEAK = {("last_sound", "city"), ("first_sound", "city"), ("first_sound", "birth_year", "city")}


@dataclass(frozen=True)
class Kind:
    """What is compared for one kind of record, and the keys that candidates share.

    ``anchors`` are the keys to learn from: combinations that strangers hardly share.
    """

    fields: tuple[Field, ...]
    keys: tuple[tuple[str, ...], ...]
    anchors: tuple[tuple[str, ...], ...]


CONTACTS = Kind(
    (
        Field("first_name", "name", "name"),
        Field("last_name", "name", "surname"),
        Field("birthday", "date", "birthday"),
        Field("email", "email", "email"),
        Field("phone", "code", "phone"),
        Field("company", "phrase", "company"),
        Field("street", "phrase", "address"),
        Field("postal_code", "code", "address"),
        Field("city", "name", "address"),
    ),
    (
        ("email",),
        ("email_name",),
        ("phone",),
        ("birthday",),
        ("full_name",),
        ("last_sound", "postal_code"),
        ("last_sound", "birth_year"),
        ("first_sound", "last_sound"),
        ("first_sound", "birth_year", "city"),
        ("first_sound", "birth_day"),
        ("last_sound", "birth_day"),
        ("last_sound", "company"),
        ("last_sound", "city"),
        ("first_sound", "city"),
        ("first_name",),
        ("last_name",),
        ("first_sound", "postal_code"),
        ("street", "postal_code"),
        ("street", "first_sound"),
        ("street", "last_sound"),
    ),
    (
        ("email",),
        ("phone",),
        ("birthday", "last_sound"),
        ("street", "postal_code"),
        ("full_name", "postal_code"),
        ("full_name", "birth_year"),
        ("first_sound", "last_sound"),
    ),
)  # fmt: skip

ACCOUNTS = Kind(
    (
        Field("name", "phrase", "name"),
        Field("domain", "phrase", "domain"),
        Field("phone", "code", "phone"),
        Field("street", "phrase", "address"),
        Field("postal_code", "code", "address"),
        Field("city", "name", "address"),
    ),
    (
        ("domain",),
        ("phone",),
        ("name",),
        ("sorted_name",),
        ("name_start", "city"),
        ("name_start", "street_number"),
        ("street_number", "city"),
        ("street", "city"),
        ("name_word",),
        ("street_start",),
    ),
    (("domain",), ("phone",), ("sorted_name",), ("street", "city")),
)  # fmt: skip

_READ_OFF = {
    # A key made of a field agrees on all that can be read off that field: nothing is learned about it there.
    "email_name": ("email",),
    "full_name": ("first_name", "last_name"),
    "last_sound": ("last_name",),
    "first_sound": ("first_name",),
    "birth_year": ("birthday",),
    "birth_day": ("birthday",),
    "sorted_name": ("name",),
    "name_start": ("name",),
    "name_word": ("name",),
    "street_number": ("street",),
    "street_start": ("street",),
}


@dataclass(frozen=True)
class Pairs:
    """Pairs by position of their records; ``evidence`` holds bits, a row for each field."""

    left: Positions
    right: Positions
    probability: Bits
    evidence: Bits
    found: NDArray[np.int8]
    fields: tuple[Field, ...]

    def reasons(self, pair: int) -> dict[str, tuple[int, float]]:
        """For each field that both records fill: how well it agrees (level), and its worth in bits."""
        return {
            one.name: (int(self.found[row, pair]), round(float(self.evidence[row, pair]), 1))
            for row, one in enumerate(self.fields)
            if self.found[row, pair] != MISSING
        }


def contact_columns(records: Mapping[str, Sequence[str]]) -> dict[str, Column]:
    """The compared fields of contacts (folded texts), and the keys that are read off them."""
    texts = {name: list(records.get(name, ())) for name in (one.name for one in CONTACTS.fields)}
    size = max(map(len, texts.values()))
    texts = {name: values or [""] * size for name, values in texts.items()}
    texts["email_name"] = [_long(value.partition("@")[0]) for value in texts["email"]]
    names = zip(texts["first_name"], texts["last_name"], strict=True)
    texts["full_name"] = [" ".join(sorted(pair)) if all(pair) else "" for pair in names]
    texts["first_sound"] = _sounds(texts["first_name"])
    texts["last_sound"] = _sounds(texts["last_name"])
    texts["birth_year"] = [value[:4] if value[:1] != "-" else "" for value in texts["birthday"]]
    texts["birth_day"] = [value[-5:] for value in texts["birthday"]]
    return _columns(texts)


def account_columns(records: Mapping[str, Sequence[str]]) -> dict[str, Column]:
    """The compared fields of accounts (folded texts), and the keys that are read off them."""
    texts = {name: list(records.get(name, ())) for name in (one.name for one in ACCOUNTS.fields)}
    size = max(map(len, texts.values()))
    texts = {name: values or [""] * size for name, values in texts.items()}
    texts["sorted_name"] = ["".join(sorted(value.split())) for value in texts["name"]]
    texts["name_start"] = [value.replace(" ", "")[:5] for value in texts["name"]]
    texts["name_word"] = [max(value.split(), key=len, default="") for value in texts["name"]]
    texts["street_number"] = [
        "".join(filter(str.isdigit, value.partition(" ")[0])) for value in texts["street"]
    ]
    texts["street_start"] = [value[:10] for value in texts["street"]]
    return _columns(texts)


def find(kind: Kind, columns: Mapping[str, Column]) -> Pairs:
    """All pairs worth looking at, scored by a model that is learned from these very records."""
    size = len(next(iter(columns.values())).codes)
    fields = tuple(one for one in kind.fields if columns[one.name].codes.any())
    blocks = [
        blocking.block(key, columns, None if len(key) > 1 and key not in WEAK else LARGEST_ALONE)
        for key in kind.keys
    ]
    anchors = [_with_fields(blocking.block(key, columns)) for key in kind.anchors]
    model = linkage.learn(fields, columns, anchors)
    left, right = blocking.union(blocks, size)
    total = np.concatenate([
        _evidence(model, columns, left[start:end], right[start:end])[1].sum(axis=0)
        for start, end in ((first, first + AT_ONCE) for first in range(0, max(1, len(left)), AT_ONCE))
    ])  # fmt: skip
    model.prior_bits = linkage.prior(total, size)
    probability = linkage.probability(total + model.prior_bits)
    kept = probability >= KEPT
    left, right = left[kept], right[kept]
    found, evidence = _evidence(model, columns, left, right)
    return Pairs(left, right, probability[kept], evidence, found, fields)


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
    read_off = {other for one in block.fields for other in _READ_OFF.get(one, ())}
    return Block(block.name, block.fields | read_off, block.left, block.right)


def _columns(texts: Mapping[str, list[str]]) -> dict[str, Column]:
    return {name: Column.of(values) for name, values in texts.items()}


def _sounds(names: list[str]) -> list[str]:
    different = {name: jellyfish.metaphone(name) if name.isascii() else name for name in set(names)}
    return [different[name] or name for name in names]


def _long(text: str) -> str:
    return text if len(text) >= 5 else ""


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


def classes(pairs: Pairs) -> NDArray[np.str_]:
    """``sure``, ``maybe`` or ``not`` for each pair.

    Sure needs, beside a high probability, agreement in at least two kinds of evidence that do not come
    together, and names that do not contradict.
    """
    strong = np.zeros((len({one.evidence for one in pairs.fields}), len(pairs.left)), bool)
    for place, kind in enumerate(dict.fromkeys(one.evidence for one in pairs.fields)):
        rows = [row for row, one in enumerate(pairs.fields) if one.evidence == kind]
        strong[place] = (pairs.evidence[rows] > 2.0).any(axis=0)
    sure = (pairs.probability >= SURE) & (strong.sum(axis=0) >= 2)
    for row, one in enumerate(pairs.fields):
        if one.evidence == "name":
            least = 3 if one.kind == "phrase" else 2
            sure &= (pairs.found[row] == MISSING) | (pairs.found[row] >= least)
    return np.where(sure, "sure", np.where(pairs.probability >= MAYBE, "maybe", "not"))


__all__ = [
    "ACCOUNTS",
    "CONTACTS",
    "Kind",
    "Levels",
    "Pairs",
    "account_columns",
    "classes",
    "contact_columns",
    "find",
]
