"""A worker is killed while it makes a backup or an export: nothing half is left, the next one makes it."""

import os
import subprocess
import sys
import time
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from crm_core.data import archive_reading, backups, copies, sample
from crm_core.kernel.access import OPERATOR
from crm_core.settings import ROOT
from db.session import Database
from tests.kill.test_kill_import import _wait
from tests.people import hire

CUSTOMERS = 500


@contextmanager
def _worker(url: str, data_dir: Path) -> Iterator[subprocess.Popen[bytes]]:
    environment = {**os.environ, "CRM_DATABASE_URL": url, "CRM_DATA_DIR": str(data_dir)}
    process = subprocess.Popen([sys.executable, "-m", "crm_core", "worker"], cwd=ROOT, env=environment)
    try:
        yield process
    finally:
        process.kill()
        process.wait()


def _whole(folder: Path) -> list[Path]:
    """The files that bear their final name."""
    return [path for path in folder.glob("*") if not path.name.startswith(".")] if folder.exists() else []


@pytest.mark.kill
@pytest.mark.slow
@pytest.mark.timeout(300)
@pytest.mark.parametrize("act", ["export", "backup"])
def test_killed_while_making_a_copy(own_database: Database, tmp_path: Path, act: str) -> None:
    olga = hire().olga
    sample.load(OPERATOR, CUSTOMERS)
    data_dir = tmp_path / "data"
    folder = data_dir / f"{act}s"
    copy_id = (copies.export if act == "export" else copies.back_up)(olga)

    for moment in (0.0, 0.1):
        with _worker(own_database.url, data_dir) as process:
            attempts = copies.get(olga, copy_id).attempts
            _wait(lambda seen=attempts: copies.get(olga, copy_id).attempts > seen)
            time.sleep(moment)  # another step of the work each time
            process.kill()
            process.wait()
            done = copies.get(olga, copy_id).state == "done"
            assert done or len(_whole(folder)) <= 1
            for path in _whole(folder):
                assert zipfile.ZipFile(path).testzip() is None
        if done:
            break
    with _worker(own_database.url, data_dir):
        _wait(lambda: copies.get(olga, copy_id).is_over)

    assert copies.get(olga, copy_id).state == "done"
    [path] = _whole(folder)
    assert [each for each in folder.iterdir() if each != path] == []
    assert archive_reading.check(path).total if act == "export" else backups.check(path).digest
