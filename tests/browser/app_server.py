"""The running app, as a person starts it, for tests that look at it from outside."""

import os
import re
import secrets
import signal
import socket
import subprocess
import sys
import time
from dataclasses import dataclass, field
from http.client import HTTPConnection, HTTPException
from multiprocessing.context import ForkServerProcess
from pathlib import Path

from tests import warm

ROOT = Path(__file__).parents[2]
PATIENCE = 180
"""Seconds that an app may take to start on a machine where every core is busy."""
SET_UP_CODE = re.compile(r"Set-up code: ([A-Z0-9]{4}-[A-Z0-9]{4})")
# Nothing the developer has set for himself may reach the app under test.
FOREIGN = ("CRM_", "STREAMLIT_", "PYTEST_")


@dataclass
class AppServer:
    """One `python -m crm_core serve` with a data folder of its own.

    `start` is what a person does. `start_warm` saves reading the program: the app and its worker are forked.
    """

    data_dir: Path
    database_url: str | None = None
    port: int = 0
    process: subprocess.Popen[bytes] | None = None
    forked: list[ForkServerProcess] = field(default_factory=list)

    @property
    def url(self) -> str:
        return f"http://localhost:{self.port}"

    @property
    def log_file(self) -> Path:
        return self.data_dir.parent / f"{self.data_dir.name}.log"

    @property
    def log(self) -> str:
        """What the app printed since its first start."""
        return self.log_file.read_text(errors="replace") if self.log_file.exists() else ""

    @property
    def setup_code(self) -> str:
        """The one-time code that an app without users prints."""
        deadline = time.monotonic() + PATIENCE
        while not (codes := SET_UP_CODE.findall(self.log)):
            if time.monotonic() > deadline:
                raise AssertionError(f"The app printed no set-up code:\n{self.log[-3000:]}")
            time.sleep(0.05)
        return str(codes[-1])

    def environment(self, **more: str) -> dict[str, str]:
        """What a command needs to work on the same data as this app."""
        own = {name: value for name, value in os.environ.items() if not name.startswith(FOREIGN)}
        own |= {"CRM_DATA_DIR": str(self.data_dir), "CRM_PORT": str(self.port), "PYTHONUNBUFFERED": "1"}
        if self.database_url:
            own["CRM_DATABASE_URL"] = self.database_url
        return own | more

    def start(self, **environment: str) -> None:
        """Start the app, with these settings on top, and wait until it answers."""
        self.port = self.port or free_port()
        with self.log_file.open("ab") as log:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "crm_core", "serve"],
                cwd=ROOT,
                env=self.environment(**environment),
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )
        self._wait()

    def start_warm(self, **environment: str) -> None:
        """The same, with app and worker forked from a process that has read the program."""
        self.port = self.port or free_port()
        alone = self.environment(**environment) | {"CRM_WORKER": "none"}
        self.forked.append(warm.start(("serve",), alone, self.log_file))
        self._wait()
        if environment.get("CRM_WORKER") != "none":
            self.forked.append(warm.start(("worker",), self.environment(**environment), self.log_file))

    def _wait(self) -> None:
        """Until it answers; complains when it ended or takes too long."""
        deadline = time.monotonic() + PATIENCE
        while not self.answers():
            has_ended = self.process is not None and self.process.poll() is not None
            has_ended |= any(each.exitcode is not None for each in self.forked)
            if has_ended or time.monotonic() > deadline:
                self.kill()
                raise AssertionError(f"The app did not start:\n{self.log[-5000:]}")
            time.sleep(0.1)

    def answers(self) -> bool:
        """Whether the app says that it is well."""
        connection = HTTPConnection("localhost", self.port, timeout=5)
        try:
            connection.request("GET", "/healthz")
            answer = connection.getresponse()
            # A page that Streamlit serves for any unknown address is no sign of health.
            return answer.status == 200 and "text/html" not in answer.headers.get("content-type", "")
        except (OSError, HTTPException):
            return False
        finally:
            connection.close()

    def run(self, *arguments: str, stdin: str = "") -> subprocess.CompletedProcess[str]:
        """`python -m crm_core ...` on the data of this app; a refusal is the caller's to judge."""
        return warm.run(arguments, self.environment(), stdin)

    def kill(self) -> None:
        """End it and everything it started, without a word of warning."""
        self._end(signal.SIGKILL)

    def stop(self) -> None:
        """Ask it to end, as Ctrl-C does."""
        self._end(signal.SIGINT)

    def _end(self, how: signal.Signals) -> None:
        for each in self.forked:
            if each.pid is not None and each.exitcode is None:
                os.killpg(each.pid, how)
            each.join()
            each.close()
        self.forked.clear()
        if self.process is None or self.process.poll() is not None:
            return
        os.killpg(self.process.pid, how)
        try:
            self.process.wait(timeout=15)
        except subprocess.TimeoutExpired:
            os.killpg(self.process.pid, signal.SIGKILL)
            self.process.wait(timeout=15)


def free_port() -> int:
    """A port nobody listens on; taken at random so that two workers do not meet."""
    for _ in range(50):
        port = 20_000 + secrets.randbelow(10_000)
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) != 0:
                return port
    raise RuntimeError("No free port was found between 20000 and 30000.")
