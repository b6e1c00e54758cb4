"""`make bench`: run the benchmarks and print one table.

make bench ARGS="--only import"      those whose name contains a word
make bench ARGS="--scale 0.1"        a quick look at a tenth of the size
make bench ARGS="--json FILE"        keep the figures too
"""

import argparse
import importlib
import json
import pkgutil
import shutil
import sys
import tempfile
import traceback
from collections.abc import Iterator, Sequence
from dataclasses import asdict
from pathlib import Path

import tests.bench
from tests.bench.measuring import REGISTERED, LeftOut, Measurement, Setting

COLUMNS = ("measure", "value", "against", "ratio", "aim", "")
VERDICT = {True: "holds", False: "MISSED", None: ""}


def main(arguments: Sequence[str] | None = None) -> int:
    """Returns 0 when everything ran, 1 when a benchmark failed. A missed aim is a figure, not a failure."""
    chosen = _parser().parse_args(arguments)
    for found in pkgutil.iter_modules(tests.bench.__path__):
        if found.name.startswith("bench_"):
            importlib.import_module(f"tests.bench.{found.name}")
    names = [name for name in sorted(REGISTERED) if chosen.only in name]
    if not names:
        print("There is no such benchmark." if chosen.only else "There are no benchmarks yet.")
        return 1 if chosen.only else 0
    measured, failed = _run(names, chosen.scale)
    print()
    print("\n".join(table(measured)))
    if chosen.json:
        figures = [asdict(one) | {"ratio": one.ratio, "holds": one.holds} for one in measured]
        chosen.json.write_text(json.dumps(figures, indent=2, ensure_ascii=False) + "\n")
    if failed:
        print(f"\nFailed: {', '.join(failed)}")
    return 1 if failed else 0


def table(measured: Sequence[Measurement]) -> Iterator[str]:
    """The measurements as lines of aligned columns."""
    rows = [COLUMNS, *map(_cells, measured)]
    widths = [max(len(row[column]) for row in rows) for column in range(len(COLUMNS))]
    for number, row in enumerate(rows):
        cells = [
            cell.rjust(width) if column in (1, 3) and number else cell.ljust(width)
            for column, (cell, width) in enumerate(zip(row, widths, strict=True))
        ]
        yield "  ".join(cells).rstrip()
        if not number:
            yield "  ".join("-" * width for width in widths)


def _cells(one: Measurement) -> tuple[str, ...]:
    against = "" if one.base is None else f"{one.base_name} {_number(one.base)} {one.unit}".strip()
    ratio = "" if one.ratio is None else f"{one.ratio:.2f}×"
    return (one.name, f"{_number(one.value)} {one.unit}", against, ratio, one.aim, VERDICT[one.holds])


def _number(value: float) -> str:
    """Three digits that mean something, thousands apart."""
    if abs(value) >= 100:
        return f"{value:,.0f}"
    return f"{value:.1f}" if abs(value) >= 10 else f"{value:.2f}"


def _run(names: Sequence[str], scale: float) -> tuple[list[Measurement], list[str]]:
    measured: list[Measurement] = []
    failed: list[str] = []
    for name in names:
        print(f"{name} ...", flush=True)
        folder = Path(tempfile.mkdtemp(prefix="crm-bench-"))
        try:
            measured += REGISTERED[name](Setting(folder, scale))
        except LeftOut as reason:
            print(f"  left out: {reason}")
        except Exception:
            traceback.print_exc()
            failed.append(name)
        finally:
            shutil.rmtree(folder, ignore_errors=True)
    return measured, failed


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="make bench", description="Measure and print a table of ratios.")
    parser.add_argument("--only", default="", metavar="WORD", help="run those whose name contains this")
    parser.add_argument(
        "--scale", type=_scale, default=1.0, help="1.0 is usual, 0.01 a quick look, `full` ten times as much"
    )
    parser.add_argument("--json", type=Path, metavar="FILE", help="write the figures here too")
    return parser


def _scale(text: str) -> float:
    return 10.0 if text == "full" else float(text)


if __name__ == "__main__":
    sys.exit(main())
