"""Is this installation well?"""

from dataclasses import asdict

import click

from crm_core.cli import checks
from crm_core.cli.main import REFUSED
from crm_core.cli.shell import Shell, as_json, pass_shell, show, table

SIGNS = {"ok": "ok  ", "warn": "WARN", "fail": "FAIL"}


@click.command()
@as_json
@click.pass_context
@pass_shell
def doctor(shell: Shell, context: click.Context, is_json: bool) -> None:
    """Look at everything that can be wrong, and say how to put it right; exit code 1 when something is."""
    found = checks.all_findings(shell.settings)
    in_force = checks.variables(shell.settings)
    is_well = all(finding.state != "fail" for finding in found)
    if is_json:
        show({"ok": is_well, "findings": [asdict(finding) for finding in found], "settings": in_force})
    else:
        for finding in found:
            click.echo(f"{SIGNS[finding.state]}  {finding.check}: {finding.sentence}")
        click.echo()
        table(("variable", "in force"), in_force.items())
    if not is_well:
        context.exit(REFUSED)
