"""A throw-away Postgres server for a test run: made on first use, gone when the run ends, however it ends.

Every worker of a run calls `server()` and gets the same cluster, which listens only on a socket in a private
folder. Postgres refuses to run as root, so root hands it to an unprivileged user.
"""

import contextlib
import fcntl
import os
import pwd
import re
import select
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from urllib.parse import quote
from uuid import uuid4

import psycopg
from psycopg import sql

from db import migrate

OWNER = "crm"
UNPRIVILEGED = ("postgres", "nobody")
FAST = ("fsync=off", "synchronous_commit=off", "full_page_writes=off")


class PostgresMissing(RuntimeError):
    """There is no Postgres server on this machine; the message says how to get one."""


@dataclass(frozen=True)
class Cluster:
    """A running server. `folder` holds its data, its socket and its log."""

    folder: Path

    @property
    def url(self) -> str:
        """Where its maintenance database answers."""
        return self.url_of("postgres")

    def url_of(self, database: str) -> str:
        """The address of one database, in the form `CRM_DATABASE_URL` takes."""
        return f"postgresql+psycopg://{OWNER}@/{database}?host={quote(str(self.folder / 'socket'), safe='')}"

    @property
    def log(self) -> str:
        return (self.folder / "log").read_text(errors="replace")

    def stop(self) -> None:
        """Stop the server, whoever is connected, and remove its folder."""
        if (self.folder / "cluster" / "postmaster.pid").exists():
            _pg_ctl(self.folder, "stop", "--mode=immediate")
        shutil.rmtree(self.folder, ignore_errors=True)

    def kill(self) -> None:
        """Let the server die in the middle of its work, as after a loss of power; the folder stays."""
        _pg_ctl(self.folder, "stop", "--mode=immediate")

    def run(self) -> None:
        """Start the server of this folder, after `kill` with the settings it had before."""
        _pg_ctl(self.folder, "start", f"--log={self.folder / 'log'}")


def start(folder: Path, *, durable: bool = False) -> Cluster:
    """Make a new cluster in `folder` and start it.

    A durable one survives `kill` without losing a commit; the other kind trades that for speed.
    """
    folder.mkdir(parents=True, exist_ok=True)
    uid, gid, _ = _server_identity()
    os.chown(folder, -1 if uid is None else uid, -1 if gid is None else gid)
    folder.chmod(0o700)
    if len(str(folder)) > 90:
        raise ValueError(f"The path {folder} is too long for a Postgres socket; use a shorter one.")
    cluster = folder / "cluster"
    _as_server_user(
        [_program("initdb"), f"--pgdata={cluster}", f"--username={OWNER}", "--auth=trust", "--encoding=UTF8",
         "--locale=C.UTF-8", "--no-sync"], folder,
    )  # fmt: skip
    _as_server_user(["mkdir", str(folder / "socket")], folder)
    settings = [
        "listen_addresses=''", f"unix_socket_directories='{folder / 'socket'}'", "timezone=UTC",
        "max_connections=200", "shared_buffers=64MB", *(() if durable else FAST),
    ]  # fmt: skip
    with (cluster / "postgresql.conf").open("a") as conf:
        conf.write("\n".join(settings) + "\n")
    made = Cluster(folder)
    made.run()
    return made


def server() -> Cluster:
    """The one cluster of this test run; the first caller starts it, all workers share it."""
    folder = _run_folder()
    with _locked(folder):
        cluster = Cluster(folder / "pg")
        if not (folder / "running").exists():
            cluster = start(folder / "pg")
            _stop_after_run(folder)
            (folder / "running").touch()
    return cluster


def create_database(cluster: Cluster, name: str, template: str | None = None) -> str:
    """Make a database, empty or as a copy of a template, and return its address."""
    with _maintenance(cluster) as connection:
        # Without fsync, copying files takes half as long as writing them through the log.
        connection.execute(
            sql.SQL("CREATE DATABASE {} TEMPLATE {} STRATEGY FILE_COPY").format(
                sql.Identifier(name), sql.Identifier(template or "template1")
            )
        )
    return cluster.url_of(name)


class Spare:
    """A copy of a template that is emptied and handed out again: several times quicker than a new copy."""

    def __init__(self) -> None:
        self.name: str | None = None

    def emptied(self, template: str) -> str:
        """The address of the database, empty, with ids that begin at 1 and nobody connected."""
        cluster = server()
        if self.name is not None and not _empty(cluster, self.name):
            drop_database(cluster, self.name)
            self.name = None
        if self.name is None:
            self.name = f"own_{uuid4().hex[:12]}"
            create_database(cluster, self.name, template)
        return cluster.url_of(self.name)


def _empty(cluster: Cluster, name: str) -> bool:
    """Delete every row; False if that could not be done, or a test changed more than rows."""
    with _maintenance(cluster) as connection:
        connection.execute(_LEAVE, [name])
    try:
        with _connected(cluster, name) as connection:
            connection.execute(
                "SET session_replication_role = replica"
            )  # no keys are checked, no trigger runs
            if connection.execute(_REVISION).fetchall() != [(migrate.head(),)]:
                return False
            tables = [row[0] for row in connection.execute(_TABLES)]
            for table in _filled(connection, tables):
                deleted = connection.execute(sql.SQL("DELETE FROM {}").format(sql.Identifier(table))).rowcount
                if deleted > _MANY:
                    connection.execute(sql.SQL("VACUUM {}").format(sql.Identifier(table)))
            connection.execute(_RESTART)
    except psycopg.Error:
        return False
    return True


def _filled(connection: psycopg.Connection, tables: list[str]) -> list[str]:
    each = [
        sql.SQL("(SELECT {} FROM {} LIMIT 1)").format(sql.Literal(table), sql.Identifier(table))
        for table in tables
    ]
    return [row[0] for row in connection.execute(sql.SQL(" UNION ALL ").join(each))]


_LEAVE = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = %s"
_REVISION = "SELECT version_num FROM alembic_version"
_TABLES = "SELECT tablename FROM pg_tables WHERE schemaname = 'public' AND tablename <> 'alembic_version'"
_RESTART = (
    "SELECT setval(format('%I.%I', schemaname, sequencename)::regclass, 1, false)"
    " FROM pg_sequences WHERE schemaname = 'public' AND last_value IS NOT NULL"
)
_MANY = 500  # rows, from which on what was deleted would slow the next test down


def drop_database(cluster: Cluster, name: str) -> None:
    """Remove a database, also when somebody is still connected to it."""
    with _maintenance(cluster) as connection:
        connection.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name)))


def template(cluster: Cluster, name: str, prepare: Callable[[str], None]) -> str:
    """The name of a database that `prepare` filled once in this run; `create_database` copies it in a moment.

    `prepare` gets the address of the empty database and must leave no connection open.
    """
    with _locked(cluster.folder.parent if (cluster.folder.parent / "lock").exists() else cluster.folder):
        with _maintenance(cluster) as connection:
            known = connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", [name]).fetchone()
        if not known:
            unfinished = f"{name}_unfinished"
            drop_database(cluster, unfinished)
            prepare(create_database(cluster, unfinished))
            with _maintenance(cluster) as connection:
                connection.execute(
                    sql.SQL("ALTER DATABASE {} RENAME TO {}").format(
                        sql.Identifier(unfinished), sql.Identifier(name)
                    )
                )
    return name


def made_once(name: str, make: Callable[[Path], None]) -> Path:
    """A file of this run that the first worker makes and all read."""
    folder = _run_folder()
    server()  # its guard removes the folder when the run ends
    path = folder / name
    with _locked(folder):
        if not path.exists():
            unfinished = folder / f"unfinished-{name}"
            make(unfinished)
            unfinished.rename(path)
    return path


@contextlib.contextmanager
def _maintenance(cluster: Cluster) -> Iterator[psycopg.Connection]:
    with _connected(cluster, "postgres") as connection:
        yield connection


@contextlib.contextmanager
def _connected(cluster: Cluster, database: str) -> Iterator[psycopg.Connection]:
    with psycopg.connect(
        host=str(cluster.folder / "socket"), user=OWNER, dbname=database, autocommit=True
    ) as connection:
        yield connection


@contextlib.contextmanager
def _locked(folder: Path) -> Iterator[None]:
    with (folder / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


@cache
def _run_folder() -> Path:
    run = os.environ.get("PYTEST_XDIST_TESTRUNUID")
    if run is None:
        folder = Path(tempfile.mkdtemp(prefix="crm-pg-"))
    else:
        folder = Path(tempfile.gettempdir(), f"crm-pg-{run[:12]}")
        folder.mkdir(exist_ok=True)
    folder.chmod(0o711)
    return folder


def _stop_after_run(folder: Path) -> None:
    """Leave a guard behind that outlives this process, so that even a killed run leaves nothing."""
    in_worker = "PYTEST_XDIST_WORKER" in os.environ
    owner = os.getppid() if in_worker else os.getpid()
    guard = subprocess.Popen(
        [sys.executable, "-m", "tests.postgres", str(owner), str(folder)],
        cwd=Path(__file__).parent.parent,
        start_new_session=True,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    # It is meant to outlive us: without this, Python warns about a child that nobody waited for.
    guard.returncode = 0


def _guard(owner: int, folder: Path) -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGHUP, signal.SIG_IGN)
    _wait_for_end(owner)
    Cluster(folder / "pg").stop()
    shutil.rmtree(folder, ignore_errors=True)


def _wait_for_end(process: int) -> None:
    with contextlib.suppress(ProcessLookupError):
        if sys.platform == "linux":
            select.select([os.pidfd_open(process)], [], [])
        else:
            while True:
                os.kill(process, 0)
                time.sleep(0.3)


def _pg_ctl(folder: Path, *arguments: str) -> None:
    _as_server_user(
        [_program("pg_ctl"), f"--pgdata={folder / 'cluster'}", "--wait", "--silent", *arguments], folder
    )


def _as_server_user(command: Sequence[str], folder: Path) -> None:
    uid, gid, groups = _server_identity()
    # Into a file, not a pipe: the server inherits what it is given and would hold a pipe open.
    with (folder / "output").open("w+") as output:
        done = subprocess.run(
            command, cwd=folder, user=uid, group=gid, extra_groups=groups, check=False,
            stdin=subprocess.DEVNULL, stdout=output, stderr=output,
        )  # fmt: skip
        output.seek(0)
        said = output.read()
    if done.returncode:
        log = folder / "log"
        tail = log.read_text(errors="replace")[-2000:] if log.exists() else ""
        hint = ""
        if uid is not None and "Permission denied" in said:
            hint = "The server's own user cannot reach this folder; use one from tempfile.mkdtemp().\n"
        raise RuntimeError(f"{command[0]} failed in {folder}.\n{hint}{said}{tail}")


@cache
def _server_identity() -> tuple[int | None, int | None, list[int] | None]:
    """User, group and further groups the server runs with; nothing to change unless we are root."""
    if os.geteuid() != 0:
        return None, None, None
    for name in UNPRIVILEGED:
        with contextlib.suppress(KeyError):
            user = pwd.getpwnam(name)
            return user.pw_uid, user.pw_gid, []
    raise PostgresMissing("Postgres does not run as root, and this machine has no user postgres or nobody.")


@cache
def _program(name: str) -> str:
    installed = Path("/usr/lib/postgresql").glob(f"*/bin/{name}")
    newest_first = sorted(
        installed, key=lambda path: int(re.sub(r"\D", "", path.parts[4]) or 0), reverse=True
    )
    found = shutil.which(name) or next(map(str, newest_first), None)
    if found is None:
        raise PostgresMissing(
            f"The Postgres program {name} is neither on the PATH nor in /usr/lib/postgresql. "
            "`make test` installs it; by hand: sudo apt-get install postgresql"
        )
    return found


if __name__ == "__main__":
    _guard(int(sys.argv[1]), Path(sys.argv[2]))
