"""``restore FILE``: the database as it was when the backup was made."""

from pathlib import Path

import click

from crm_core import start
from crm_core.cli.shell import Shell, as_json, pass_shell, show
from crm_core.data import backups


@click.command()
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
@click.option("--yes", is_flag=True, help="Do not ask.")
@as_json
@pass_shell
def restore(shell: Shell, file: Path, yes: bool, is_json: bool) -> None:
    """Replace the whole database by the backup in FILE. Stop the app first."""
    facts = backups.check(file)
    if not yes:
        made = f"{facts.made_at:%Y-%m-%d %H:%M} UTC"
        click.confirm(f"Everything since {made} will be gone. Replace the database?", abort=True)
    start.upgrade(shell.settings)
    facts = backups.restore(shell.actor(), shell.settings, file)
    if is_json:
        show({"file": str(file), "rows": sum(facts.rows.values()), "made_at": facts.made_at.isoformat()})
        return
    click.echo(f"{sum(facts.rows.values())} rows are back.")
