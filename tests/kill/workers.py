"""Workers to kill: each is forked in a moment from a process that has imported everything once."""

import os
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from multiprocessing.context import ForkServerProcess
from pathlib import Path
from typing import Any

from tests.warm import FORKS


def _work(environment: dict[str, str]) -> None:
    os.environ.update(environment)
    from crm_core.cli.main import main

    sys.exit(main(["worker"]))


@contextmanager
def worker(url: str, data_dir: Path | None = None) -> Iterator[ForkServerProcess]:
    """``python -m crm_core worker`` on this database; killed at the end, if it still lives."""
    environment = {**os.environ, "CRM_DATABASE_URL": url}
    if data_dir is not None:
        environment["CRM_DATA_DIR"] = str(data_dir)
    process = FORKS.Process(target=_work, args=(environment,))
    process.start()
    try:
        yield process
    finally:
        process.kill()
        process.join()
        process.close()


def wait(until: Any, seconds: float = 240.0) -> None:
    """Wait until something is true, and complain when it takes too long."""
    deadline = time.monotonic() + seconds
    while not until():
        assert time.monotonic() < deadline, "it takes too long"
        time.sleep(0.02)
