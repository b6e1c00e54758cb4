"""Processes of the program, forked in a moment from one that has read all of it once.

To read the program takes seconds, which a run of all tests would spend a hundred times. What is forked does
from there on what ``python -m crm_core`` does.
"""

import multiprocessing
import os
import subprocess
import sys
import tempfile
from collections.abc import Mapping
from multiprocessing.context import ForkServerProcess
from pathlib import Path

ROOT = Path(__file__).parents[1]
FORKS = multiprocessing.get_context("forkserver")
FORKS.set_forkserver_preload(
    [
        "crm_core.cli.main",
        "crm_core.cli.serve",
        "crm_core.cli.worker",
        "crm_core.api.routes",
        "altair",
        "pandas",
        "phonenumbers",
        "pyarrow",
        "streamlit",
        "tests.kill.mailing",
    ]
)


def start(arguments: tuple[str, ...], environment: Mapping[str, str], log: Path) -> ForkServerProcess:
    """``python -m crm_core`` with these words, in a group of its own; what it prints is added to ``log``."""
    streams = (os.devnull, str(log), str(log))
    process = FORKS.Process(target=_become, args=(arguments, dict(environment), streams))
    process.start()
    return process


def run(
    arguments: tuple[str, ...], environment: Mapping[str, str], stdin: str = "", *, seconds: float = 300
) -> subprocess.CompletedProcess[str]:
    """The same for a command that ends by itself."""
    with tempfile.TemporaryDirectory() as folder:
        given, told, complained = (Path(folder, name) for name in ("in", "out", "err"))
        given.write_text(stdin, encoding="utf-8")
        streams = (str(given), str(told), str(complained))
        process = FORKS.Process(target=_become, args=(arguments, dict(environment), streams))
        process.start()
        process.join(seconds)
        code = process.exitcode
        if code is None:
            process.kill()
            process.join()
        process.close()
        printed = [path.read_text(encoding="utf-8") for path in (told, complained)]
    if code is None:
        raise subprocess.TimeoutExpired(arguments, seconds, *printed)
    return subprocess.CompletedProcess(arguments, code, *printed)


def _become(arguments: tuple[str, ...], environment: dict[str, str], streams: tuple[str, str, str]) -> None:
    os.setsid()
    given, told, complained = streams
    for number, path in enumerate((given, told, complained)):
        flags = os.O_WRONLY | os.O_CREAT | os.O_APPEND if number else os.O_RDONLY
        os.dup2(os.open(path, flags, 0o600), number)
    sys.stdin = open(0, encoding="utf-8", closefd=False)  # noqa: SIM115 - open as long as the process
    sys.stdout = open(1, "w", encoding="utf-8", closefd=False, buffering=1)  # noqa: SIM115
    sys.stderr = open(2, "w", encoding="utf-8", closefd=False, buffering=1)  # noqa: SIM115
    os.environ.clear()
    os.environ.update(environment)
    os.chdir(ROOT)
    from crm_core.cli.main import main

    sys.exit(main(list(arguments)))
