"""A worker is killed while it makes a backup or an export: nothing half is left, the next one makes it."""

import time
import zipfile
from pathlib import Path

import pytest

from crm_core.data import archive_reading, backups, copies, sample
from crm_core.kernel.access import OPERATOR
from db.session import Database
from tests.kill.workers import wait, worker
from tests.people import hire

pytestmark = pytest.mark.one_engine

CUSTOMERS = 60


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
        with worker(own_database.url, data_dir) as process:
            attempts = copies.get(olga, copy_id).attempts
            wait(lambda seen=attempts: copies.get(olga, copy_id).attempts > seen)
            time.sleep(moment)  # another step of the work each time
            process.kill()
            process.join()
            done = copies.get(olga, copy_id).state == "done"
            assert done or len(_whole(folder)) <= 1
            for path in _whole(folder):
                assert zipfile.ZipFile(path).testzip() is None
        if done:
            break
    with worker(own_database.url, data_dir):
        wait(lambda: copies.get(olga, copy_id).is_over)

    assert copies.get(olga, copy_id).state == "done"
    [path] = _whole(folder)
    assert [each for each in folder.iterdir() if each != path] == []
    assert archive_reading.check(path).total if act == "export" else backups.check(path).digest
