"""Mail that came back, from the shell: read files as the return mailbox would be read."""

from pathlib import Path

import click

from crm_core.cli.shell import Shell, as_json, pass_shell, show
from crm_core.kernel.errors import Invalid
from crm_core.marketing import answers


@click.group()
def mail() -> None:
    """Read mail that came back: bounces, complaints and replies."""


@mail.command()
@click.argument(
    "files", nargs=-1, required=True, type=click.Path(exists=True, dir_okay=False, path_type=Path)
)
@as_json
@pass_shell
def read(shell: Shell, files: tuple[Path, ...], is_json: bool) -> None:
    """Take in mails as files (.eml), each once, and say what they were."""
    me, taken, left_out = shell.actor(), [], {}
    for path in files:
        try:
            taken.append(answers.take_in(me, path.read_bytes()))
        except Invalid as error:
            left_out[str(path)] = error.message
    found = answers.kinds(taken)
    if is_json:
        show({"read": found, "left_out": left_out})
        return
    for kind, count in sorted(found.items()):
        click.echo(f"{count:>6}  {kind}")
    for name, why in left_out.items():
        click.echo(f"{name}: {why}", err=True)
