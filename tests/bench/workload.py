"""Files and databases that benchmarks work on."""

import contextlib
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from uuid import uuid4

import pytest

from crm_core.kernel.access import OPERATOR, Actor, Role
from crm_core.kernel.work import begin
from crm_core.settings import ROOT
from crm_core.team import users
from crm_core.team.types import NewUser
from db import engines, migrate, session
from tests import postgres
from tests.bench import base_of
from tests.bench.measuring import LeftOut
from tests.people import PASSWORD
from tests.shared_data import shared

__all__ = ["ROOT"]

PART = 50_000
"""Contacts that are put into a base in one transaction."""


def contacts_file(folder: Path, count: int) -> Path:
    """A CSV file of this many contacts, the same ones every time.

    Raises:
        LeftOut: the generator of the workload is not on this machine.
    """
    try:
        generator = shared("workload/gen_workload.py")
    except pytest.skip.Exception as error:
        raise LeftOut(str(error)) from error
    few = ("--deals", "200", "--activities", "200")
    subprocess.run(
        [sys.executable, generator, "--out", folder, "--contacts", str(count), *few],
        check=True, stdout=subprocess.DEVNULL,
    )  # fmt: skip
    return folder / f"contacts_{count}.csv"


@contextlib.contextmanager
def databases(folder: Path, engine: str) -> Iterator["Databases"]:
    """Empty, migrated databases of one engine, with the care for data that the app has in earnest."""
    if engine == "sqlite":
        yield Databases(folder, None)
        return
    folder.chmod(0o711)  # the server runs as a user of its own
    cluster = postgres.start(folder / "pg", durable=True)
    try:
        yield Databases(folder, cluster)
    finally:
        session.disconnect()
        cluster.stop()


class Databases:
    """Makes databases, as many as a benchmark needs."""

    def __init__(self, folder: Path, cluster: postgres.Cluster | None) -> None:
        self.folder = folder
        self.cluster = cluster

    def empty(self) -> str:
        """The address of one more database with all tables and no rows."""
        name = f"bench_{uuid4().hex[:8]}"
        made = f"sqlite:///{self.folder / name}.db"
        if self.cluster is not None:
            made = postgres.create_database(self.cluster, name)
        migrate.upgrade(made)
        return made

    def filled(self, count: int) -> tuple[str, Actor]:
        """The address of one with this many contacts, connected, and its admin."""
        url = self.empty()
        session.connect(url, statement_timeout=600_000)
        owners = [None, *(_user(name, Role.SALES) for name in ("ann", "bob"))]
        _user("olga", Role.ADMIN)
        for start in range(0, count, PART):
            with begin(OPERATOR) as work:
                base_of.fill(work, min(PART, count - start), owners, start=start)
        if self.cluster is not None:
            _analyze(url)
        return url, users.acting_as(OPERATOR, "olga")


def _analyze(url: str) -> None:
    """As the server does by itself within a minute."""
    engine = engines.create(url)
    with engine.begin() as connection:
        connection.exec_driver_sql("ANALYZE")
    engine.dispose()


def _user(name: str, role: Role) -> int:
    new = NewUser(name, name.title(), role, password=PASSWORD, must_change_password=False)
    return users.add(OPERATOR, new).id


def environment(folder: Path, url: str) -> dict[str, str]:
    """What a command needs to work on this database."""
    own = {name: value for name, value in os.environ.items() if not name.startswith(("CRM_", "STREAMLIT_"))}
    return own | {"CRM_DATABASE_URL": url, "CRM_DATA_DIR": str(folder / "data")}
