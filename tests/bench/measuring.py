"""What benchmarks are written with: register, time, give back measurements."""

import gc
import statistics
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Setting:
    """What a benchmark may use: an empty folder, and how big it should think.

    `scale` 1.0 is the usual size; smaller is a quick look, 10.0 is the full size of a big company.
    """

    folder: Path
    scale: float = 1.0

    def rows(self, full: int) -> int:
        """A number of rows at this scale, at least one."""
        return max(1, round(full * self.scale))


@dataclass(frozen=True)
class Measurement:
    """One line of the table: a value, and what it is compared with.

    `at_least` and `at_most` are the aim; they bound the ratio when there is a base, else the value itself.
    """

    name: str
    value: float
    unit: str
    base: float | None = None
    base_name: str = ""
    at_least: float | None = None
    at_most: float | None = None

    @property
    def ratio(self) -> float | None:
        """How many times the base; None without one."""
        return None if not self.base else self.value / self.base

    @property
    def aim(self) -> str:
        """The bound in words."""
        sign = "×" if self.base is not None else f" {self.unit}"
        low = "" if self.at_least is None else f"≥ {self.at_least:.3g}{sign}"
        high = "" if self.at_most is None else f"≤ {self.at_most:.3g}{sign}"
        return ", ".join(filter(None, (low, high)))

    @property
    def holds(self) -> bool | None:
        """Whether the aim is met; None when there is none."""
        if not self.aim:
            return None
        judged = self.value if self.ratio is None else self.ratio
        return (self.at_least is None or judged >= self.at_least) and (
            self.at_most is None or judged <= self.at_most
        )


class LeftOut(Exception):
    """A benchmark needs something that this machine does not have; the message says what."""


Benchmark = Callable[[Setting], Iterable[Measurement]]
REGISTERED: dict[str, Benchmark] = {}


def benchmark(function: Benchmark) -> Benchmark:
    """Register a function under its name; it gives back its measurements one by one."""
    if function.__name__ in REGISTERED:
        raise ValueError(f"Two benchmarks are called {function.__name__}.")
    REGISTERED[function.__name__] = function
    return function


def median_ms(act: Callable[[], object], *, times: int = 20, warm_up: int = 3) -> float:
    """The median duration of `act` in milliseconds, warm, with the garbage collector at rest."""
    for _ in range(warm_up):
        act()
    taken = []
    gc.collect()
    gc.disable()
    try:
        for _ in range(times):
            started = time.perf_counter()
            act()
            taken.append((time.perf_counter() - started) * 1000)
    finally:
        gc.enable()
    return statistics.median(taken)


def seconds(act: Callable[[], object]) -> float:
    """The duration of one run of `act` in seconds."""
    started = time.perf_counter()
    act()
    return time.perf_counter() - started
