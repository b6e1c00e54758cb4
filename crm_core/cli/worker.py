"""The worker: what takes longer than a click is done here."""

import os
import signal
import sys
import threading

import click

from crm_core import jobs, start
from crm_core.cli.shell import Shell, pass_shell

STATEMENT_TIMEOUT = 300_000  # milliseconds; imports and reports take longer than pages may
GRACE = 10.0  # seconds that a worker without its parent may take to end


@click.command()
@click.option("--with-parent", is_flag=True, hidden=True, help="End when standard input is closed.")
@pass_shell
def worker(shell: Shell, with_parent: bool) -> None:
    """Do the background work of the app; start it on as many machines as wanted."""
    start.start(shell.settings, statement_timeout=STATEMENT_TIMEOUT)
    if with_parent:
        threading.Thread(target=_end_with_parent, name="parent", daemon=True).start()
    jobs.work()


def _end_with_parent() -> None:
    """The parent holds the other end of standard input, until it ends for whatever reason."""
    # Not through `sys.stdin`: its lock would still be held when the interpreter shuts down.
    while os.read(sys.stdin.fileno(), 1):
        pass
    os.kill(os.getpid(), signal.SIGTERM)
    threading.Event().wait(GRACE)
    os._exit(1)
