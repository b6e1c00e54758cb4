"""The tables: up to this program, or back."""

import click

from crm_core import start
from crm_core.cli.shell import Shell, as_json, pass_shell, show


@click.group()
def db() -> None:
    """Bring the tables to the version of this program, or back."""


@db.command()
@as_json
@pass_shell
def upgrade(shell: Shell, is_json: bool) -> None:
    """Bring the tables up to this program."""
    revision = start.upgrade(shell.settings)
    if is_json:
        show({"revision": revision})
    else:
        click.echo(f"The tables are at revision {revision}.")


@db.command()
@click.argument("revision")
@as_json
@pass_shell
def downgrade(shell: Shell, revision: str, is_json: bool) -> None:
    """Take the tables back to REVISION; `base` removes all of them, with what is in them."""
    start.downgrade(revision, shell.settings)
    if is_json:
        show({"revision": revision})
    else:
        click.echo(f"The tables are back at revision {revision}.")
