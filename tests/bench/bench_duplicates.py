"""How many duplicates are found, how many of them are right, and how long and in how much memory."""

import json
import os
import subprocess
import sys
import time
from collections.abc import Generator, Iterator, Mapping
from datetime import UTC, datetime
from typing import Any

import numpy as np
import pytest

from crm_core.data import pairing, record_kinds, searching, thresholds
from crm_core.kernel.values.text import fold
from db.seed import company
from tests.bench.measuring import LeftOut, Measurement, Setting, benchmark
from tests.bench.workload import ROOT
from tests.data.published_pairs import SETS, published, restaurants
from tests.shared_data import shared

SIZES = (100_000, 1_000_000)
SOURCES = ("with birthdays", "without birthdays")
"""Of a million people more than a hundred have the same name; without birthdays little tells them apart."""
TWIN_EVERY = 20
"""Every so many people one stands in the base twice: 5 %."""
FIELDS = ("first_name", "last_name", "birthday", "email", "phone", "company", "street", "postal_code", "city")
NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)


@benchmark
def duplicates_labelled(_: Setting) -> Iterator[Measurement]:
    """Published sets whose true pairs are known, beside the best threshold of a plain weighted comparison."""
    try:
        for name in SETS:
            texts, truth = published(name)
            found = pairing.find(record_kinds.CONTACTS, record_kinds.contact_columns(texts))
            yield from _judged(name, found, truth, _baseline(name))
        texts, truth = restaurants()
        found = pairing.find(record_kinds.ACCOUNTS, record_kinds.account_columns(texts))
        yield from _judged("restaurants", found, truth, _baseline("restaurants"))
    except pytest.skip.Exception as error:
        raise LeftOut(str(error)) from error


@benchmark
def duplicates_speed(setting: Setting) -> Iterator[Measurement]:
    """Made-up people with 5 % planted duplicates, compared in a process of their own."""
    for source in SOURCES:
        few, many = (setting.rows(size) for size in SIZES)
        quick = yield from _one_size(source, few)
        slow = yield from _one_size(source, many)
        growth = (slow / many) / (quick / few)
        yield Measurement(f"duplicates, {source}: time a record, most to fewest", growth, "x", at_most=2)


def _one_size(source: str, count: int) -> Generator[Measurement, None, float]:
    command = [sys.executable, "-m", "tests.bench.bench_duplicates", source, str(count)]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        told = json.loads(process.stdout.read())
        _, status, used = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
    name = f"duplicates among {count:,}, {source}"
    yield Measurement(name, told["seconds"], "s", at_most=300)
    yield Measurement(f"{name}, peak memory", used.ru_maxrss / 1024, "MB", at_most=2048)
    yield Measurement(f"{name}, precision of sure", told["precision"], "", at_least=0.98)
    yield Measurement(f"{name}, recall of sure", told["recall_sure"], "")
    yield Measurement(f"{name}, recall of sure and maybe", told["recall"], "", at_least=0.9)
    return float(told["seconds"])


def _judged(
    name: str, found: pairing.Pairs, truth: set[tuple[int, int]], baseline: float
) -> Iterator[Measurement]:
    verdicts = pairing.classes(found)
    pairs = list(zip(found.left.tolist(), found.right.tolist(), strict=True))
    sure = {pair for pair, verdict in zip(pairs, verdicts, strict=True) if verdict == "sure"}
    both = {pair for pair, verdict in zip(pairs, verdicts, strict=True) if verdict != "not"}
    yield Measurement(f"{name}, precision of sure", _share(sure & truth, sure), "", at_least=0.98)
    yield Measurement(f"{name}, recall of sure", _share(sure & truth, truth), "")
    yield Measurement(f"{name}, recall of sure and maybe", _share(both & truth, truth), "")
    f1 = 2 * len(both & truth) / (len(both) + len(truth))
    yield Measurement(f"{name}, F1", f1, "", baseline, "best threshold", at_least=1)


def _share(part: set[Any], whole: set[Any]) -> float:
    return len(part) / len(whole) if whole else 1.0


def _baseline(name: str) -> float:
    figures = json.loads(shared(f"01_dedupe/{name}.expected.json").read_text())
    return float(figures["baseline"]["best_threshold"]["f1"])


def _people(source: str, count: int) -> tuple[dict[str, list[str]], set[tuple[int, int]]]:
    """People with twins: one of each pair has a slip in the name and another e-mail or phone."""
    firms = list(company.firms(max(count // 20, 1), NOON))
    texts: dict[str, list[str]] = {name: [] for name in FIELDS}
    truth: set[tuple[int, int]] = set()
    made = 0
    for number, person in enumerate(company.people(count, firms, NOON)):
        values = {name: fold(str(person.get(name) or "")) for name in FIELDS}
        values["phone"] = "".join(filter(str.isdigit, values["phone"]))[-9:]
        if source == "without birthdays":
            values["birthday"] = ""
        _add(texts, values)
        made += 1
        if number % TWIN_EVERY == 0:
            _add(texts, _twin(values, number))
            truth.add((made - 1, made))
            made += 1
        if made >= count:
            break
    return texts, truth


def _twin(values: Mapping[str, str], number: int) -> dict[str, str]:
    name = "first_name" if number // TWIN_EVERY % 2 else "last_name"
    slipped = values[name][:1] + values[name][2:] if len(values[name]) > 3 else values[name]
    if number // TWIN_EVERY % 3 == 0:
        return {**values, name: slipped, "email": f"home{number}@other.example"}
    return {**values, name: slipped, "phone": "", "city": ""}


def _add(texts: dict[str, list[str]], values: Mapping[str, str]) -> None:
    for name in FIELDS:
        texts[name].append(values[name])


def _measure(source: str, count: int) -> dict[str, float]:
    texts, truth = _people(source, count)
    records = searching.Records(np.arange(len(texts["email"]), dtype=np.int64), texts)
    limits = thresholds.Thresholds()
    begun = time.perf_counter()
    found = searching.compare("contacts", records).pairs
    seconds = time.perf_counter() - begun
    judged = {pair[:2]: limits.verdict(pair.probability, is_strong=pair.is_strong) for pair in found}
    sure = {pair for pair, verdict in judged.items() if verdict == "sure"}
    both = {pair for pair, verdict in judged.items() if verdict != "not"}
    return {
        "seconds": seconds,
        "precision": _share(sure & truth, sure),
        "recall_sure": _share(sure & truth, truth),
        "recall": _share(both & truth, truth),
    }


if __name__ == "__main__":
    sys.stdout.write(json.dumps(_measure(sys.argv[1], int(sys.argv[2]))))
