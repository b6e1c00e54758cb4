"""A worker beside the server: started with it, started again when it dies, ended with it."""

import logging
import subprocess
import sys
import threading

from crm_core.settings import ROOT

FIRST_PAUSE, LONGEST_PAUSE = 1.0, 60.0  # seconds before a worker that died is started again
GRACE = 10.0

_log = logging.getLogger(__name__)


class WorkerProcess:
    """One child process that runs ``python -m crm_core worker``."""

    def __init__(self) -> None:
        self.process: subprocess.Popen[bytes] | None = None
        self.stopping = threading.Event()
        self.watch = threading.Thread(target=self._keep_alive, name="worker-watch", daemon=True)

    def start(self) -> None:
        """Start the child, and watch over it."""
        self.watch.start()

    def stop(self) -> None:
        """Ask the child to end, and wait for it."""
        self.stopping.set()
        process = self.process
        if process is not None and process.poll() is None:
            if process.stdin is not None:
                process.stdin.close()
            try:
                process.wait(GRACE)
            except subprocess.TimeoutExpired:
                process.kill()
        self.watch.join(GRACE)

    def _keep_alive(self) -> None:
        pause = FIRST_PAUSE
        while not self.stopping.is_set():
            # The child reads standard input only to learn that we are gone, even when we were killed.
            self.process = subprocess.Popen(
                [sys.executable, "-m", "crm_core", "worker", "--with-parent"], cwd=ROOT, stdin=subprocess.PIPE
            )
            code = self.process.wait()
            if code == 0 or self.stopping.is_set():  # 0: it was told to end, as by Ctrl-C
                return
            _log.warning("The worker ended with code %s; it starts again in %.0f s.", code, pause)
            self.stopping.wait(pause)
            pause = min(pause * 2, LONGEST_PAUSE)
