"""How many duplicates are found, how many of them are right, and how long and in how much memory."""

import json
import os
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from typing import Any

import numpy as np
import pytest

from crm_core.data import duplicates, pairing
from crm_core.kernel.values.text import fold
from db.seed import company
from tests.bench.measuring import LeftOut, Measurement, Setting, benchmark
from tests.bench.workload import ROOT
from tests.data.published_pairs import SETS, published, restaurants
from tests.shared_data import shared

SIZES = (100_000, 1_000_000)
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
            found = pairing.find(pairing.CONTACTS, pairing.contact_columns(texts))
            yield from _judged(name, found, truth, _baseline(name))
        texts, truth = restaurants()
        found = pairing.find(pairing.ACCOUNTS, pairing.account_columns(texts))
        yield from _judged("restaurants", found, truth, _baseline("restaurants"))
    except pytest.skip.Exception as error:
        raise LeftOut(str(error)) from error


@benchmark
def duplicates_speed(setting: Setting) -> Iterator[Measurement]:
    """Made-up people with 5 % planted duplicates, compared in a process of their own."""
    for size in SIZES:
        count = setting.rows(size)
        command = [sys.executable, "-m", "tests.bench.bench_duplicates", str(count)]
        with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) as process:
            assert process.stdout is not None
            told = json.loads(process.stdout.read())
            _, status, used = os.wait4(process.pid, 0)
            process.returncode = os.waitstatus_to_exitcode(status)
        name = f"duplicates among {count:,}"
        yield Measurement(name, told["seconds"], "s", at_most=300)
        yield Measurement(f"{name}, peak memory", used.ru_maxrss / 1024, "MB", at_most=2048)
        yield Measurement(f"{name}, precision of sure", told["precision"], "", at_least=0.98)
        yield Measurement(f"{name}, recall of sure and maybe", told["recall"], "", at_least=0.9)


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


def _people(count: int) -> tuple[dict[str, list[str]], set[tuple[int, int]]]:
    """People with twins: one of each pair has a slip in the name and another e-mail or phone."""
    firms = list(company.firms(max(count // 20, 1), NOON))
    texts: dict[str, list[str]] = {name: [] for name in FIELDS}
    truth: set[tuple[int, int]] = set()
    made = 0
    for number, person in enumerate(company.people(count, firms, NOON)):
        values = {name: fold(str(person.get(name) or "")) for name in FIELDS}
        values["phone"] = "".join(filter(str.isdigit, values["phone"]))[-9:]
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


def _measure(count: int) -> dict[str, float]:
    texts, truth = _people(count)
    ids = np.arange(len(texts["email"]), dtype=np.int64)
    begun = time.perf_counter()
    found = duplicates.compare("contacts", ids, texts)
    seconds = time.perf_counter() - begun
    sure = {pair[:2] for pair in found if pair[3] == "sure"}
    both = {pair[:2] for pair in found}
    precision, recall = _share(sure & truth, sure), _share(both & truth, truth)
    return {"seconds": seconds, "precision": precision, "recall": recall}


if __name__ == "__main__":
    sys.stdout.write(json.dumps(_measure(int(sys.argv[1]))))
