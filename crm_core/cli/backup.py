"""``backup FILE``: everything in the database, in one checked file."""

from pathlib import Path

import click

from crm_core.cli.shell import Shell, as_json, pass_shell, show
from crm_core.data import backups


@click.command()
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
@as_json
@pass_shell
def backup(shell: Shell, file: Path, is_json: bool) -> None:
    """Write a backup of the whole database to FILE, while people work on."""
    me = shell.actor()
    facts = backups.save(me, shell.settings, file)
    if is_json:
        show({"file": str(file), "rows": sum(facts.rows.values()), "digest": facts.digest})
        return
    click.echo(f"{sum(facts.rows.values())} rows are saved in {file}.")
