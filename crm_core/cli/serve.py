"""The server: tables up to date, worker beside it, pages on the port."""

import importlib
import os
import socket
import sys

import click
import uvicorn

from crm_core import start
from crm_core.cli.shell import Shell, pass_shell
from crm_core.cli.worker_process import WorkerProcess
from crm_core.kernel.errors import Unavailable
from crm_core.settings import ROOT, Settings
from crm_core.team import company

MAX_MESSAGE_BYTES = 50 * 1024 * 1024  # as server.maxMessageSize in .streamlit/config.toml
GRACE = 5  # seconds that open connections have when the server stops


class Server(uvicorn.Server):
    """Says where it is, once it listens."""

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Start, then tell the address."""
        await super().startup(sockets)
        if self.started:
            click.echo(f"Rapport is running at http://localhost:{self.config.port}")


@click.command()
@pass_shell
def serve(shell: Shell) -> None:
    """Start the app, and print its address."""
    settings = shell.settings
    listener = _listen(settings)
    start.upgrade(settings)
    start.start(settings)
    code = company.setup_code(settings)
    if code is not None:
        click.echo("Nobody is in charge yet. Open the address below and type this code to set Rapport up.")
        click.echo(f"Set-up code: {code}")
    _prepare(settings)
    worker = WorkerProcess() if settings.worker != "none" else None
    if worker is not None:
        worker.start()
    try:
        Server(_config(settings)).run(sockets=[listener])
    finally:
        if worker is not None:
            worker.stop()


def _listen(settings: Settings) -> socket.socket:
    """The port, taken before anything else is done, so that two servers never share a folder by mistake."""
    wildcard = settings.address in ("0.0.0.0", "")  # noqa: S104 - compared, not bound
    try:
        # One socket for both families where the machine has both: “localhost” may mean either.
        if wildcard and socket.has_dualstack_ipv6():
            address = ("::", settings.port)
            return socket.create_server(address, family=socket.AF_INET6, dualstack_ipv6=True, backlog=2048)
        family = socket.AF_INET6 if ":" in settings.address else socket.AF_INET
        return socket.create_server((settings.address, settings.port), family=family, backlog=2048)
    except OSError as error:
        raise Unavailable(
            f"Port {settings.port} cannot be used ({error.strerror}). "
            "Is Rapport running already? Else choose another port with CRM_PORT."
        ) from error


def _prepare(settings: Settings) -> None:
    """Give the app and the worker what they read from the environment, and the folder of the program."""
    os.environ["CRM_DATA_DIR"] = str(settings.data_dir)
    os.environ["CRM_DATABASE_URL"] = settings.database_url
    os.environ.setdefault("STREAMLIT_SERVER_COOKIE_SECRET", settings.secret("cookie"))
    os.environ["STREAMLIT_SERVER_PORT"] = str(settings.port)
    os.environ["STREAMLIT_BROWSER_GATHER_USAGE_STATS"] = "false"
    os.chdir(ROOT)
    if str(ROOT) not in sys.path:
        sys.path.insert(0, str(ROOT))


def _config(settings: Settings) -> uvicorn.Config:
    return uvicorn.Config(
        importlib.import_module("app").app,
        host=settings.address,
        port=settings.port,
        loop="auto",
        ws="websockets-sansio",
        ws_max_size=MAX_MESSAGE_BYTES,
        ws_per_message_deflate=False,
        ws_ping_interval=30,
        ws_ping_timeout=30,
        access_log=False,
        log_level="warning",
        server_header=False,
        timeout_graceful_shutdown=GRACE,
    )
