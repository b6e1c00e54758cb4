"""The made-up company: loaded to look around, and removed without a trace."""

from dataclasses import asdict

import click

from crm_core.cli.shell import Shell, as_json, pass_shell, show
from crm_core.data import sample


@click.group()
def demo() -> None:
    """Load a made-up company to look around with, or remove it."""


@demo.command()
@click.option("--contacts", type=int, default=sample.USUAL_SIZE, show_default=True, help="How many people.")
@as_json
@pass_shell
def load(shell: Shell, contacts: int, is_json: bool) -> None:
    """Add the made-up company beside whatever is here already."""
    made = sample.load(shell.actor(), contacts)
    if is_json:
        show(asdict(made))
    else:
        click.echo(
            f"{made.contacts:,} contacts, {made.accounts:,} companies and {made.interactions:,} touchpoints "
            "were made up. To remove them: python -m crm_core demo remove"
        )


@demo.command()
@as_json
@pass_shell
def remove(shell: Shell, is_json: bool) -> None:
    """Remove everything that was made up; everything else stays."""
    gone = sample.remove(shell.actor())
    if is_json:
        show(asdict(gone))
    else:
        click.echo(
            f"{gone.contacts:,} contacts, {gone.accounts:,} companies and {gone.interactions:,} touchpoints "
            "that were made up are gone."
        )
