"""The bench computes its ratios, judges its aims and goes on after a failure."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.bench import __main__ as runner
from tests.bench import measuring
from tests.bench.measuring import Measurement, Setting


@pytest.fixture
def registered(monkeypatch: pytest.MonkeyPatch) -> dict[str, measuring.Benchmark]:
    fresh: dict[str, measuring.Benchmark] = {}
    monkeypatch.setattr(measuring, "REGISTERED", fresh)
    monkeypatch.setattr(runner, "REGISTERED", fresh)
    monkeypatch.setattr("pkgutil.iter_modules", lambda _: [])
    return fresh


@pytest.mark.parametrize(
    ("one", "aim", "holds"),
    [
        (Measurement("import", 400, "rows/s", base=1000, at_least=0.33), "≥ 0.33×", True),
        (Measurement("import", 300, "rows/s", base=1000, at_least=0.33), "≥ 0.33×", False),
        (Measurement("list", 12, "ms", at_most=30), "≤ 30 ms", True),
        (Measurement("list", 31, "ms", at_most=30), "≤ 30 ms", False),
        (Measurement("growth", 3, "ms", base=2, at_most=2), "≤ 2×", True),
        (Measurement("memory", 80, "MB"), "", None),
    ],
)
def test_an_aim_bounds_the_ratio_or_else_the_value(one: Measurement, aim: str, holds: bool | None) -> None:
    assert (one.aim, one.holds) == (aim, holds)


def test_the_table_shows_every_measurement_with_its_ratio() -> None:
    lines = list(runner.table([Measurement("import", 400, "rows/s", 1000, "COPY", at_least=0.5)]))

    assert lines[0].split() == ["measure", "value", "against", "ratio", "aim"]
    assert " ".join(lines[2].split()) == "import 400 rows/s COPY 1,000 rows/s 0.40× ≥ 0.5× MISSED"


def test_the_others_run_when_one_fails(
    registered: dict[str, measuring.Benchmark], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    @measuring.benchmark
    def broken(setting: Setting) -> Iterator[Measurement]:
        yield Measurement("never", 1 / 0, "ms")

    @measuring.benchmark
    def sound(setting: Setting) -> Iterator[Measurement]:
        assert setting.folder.is_dir()
        yield Measurement("rows", setting.rows(1000), "rows")

    code = runner.main(["--scale", "0.5", "--json", str(tmp_path / "figures.json")])

    assert code == 1
    assert "Failed: broken" in capsys.readouterr().out
    assert [one["value"] for one in json.loads((tmp_path / "figures.json").read_text())] == [500]


def test_a_benchmark_that_lacks_something_says_so_and_is_no_failure(
    registered: dict[str, measuring.Benchmark], capsys: pytest.CaptureFixture[str]
) -> None:
    @measuring.benchmark
    def wanting(setting: Setting) -> Iterator[Measurement]:
        raise measuring.LeftOut("there is no browser")

    assert runner.main([]) == 0
    assert "left out: there is no browser" in capsys.readouterr().out


def test_two_benchmarks_cannot_share_a_name(registered: dict[str, measuring.Benchmark]) -> None:
    def twice(setting: Setting) -> list[Measurement]:
        return []

    measuring.benchmark(twice)

    with pytest.raises(ValueError, match="twice"):
        measuring.benchmark(twice)
