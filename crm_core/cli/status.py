"""How the background work stands, from the shell."""

from dataclasses import asdict

import click

from crm_core.cli.shell import Shell, as_json, pass_shell, show, table
from crm_core.insights import status as background
from crm_core.insights.status import Status


@click.group(invoke_without_command=True)
@as_json
@click.pass_context
@pass_shell
def status(shell: Shell, context: click.Context, is_json: bool) -> None:
    """Show workers, queues, failures and the health of mail."""
    if context.invoked_subcommand is not None:
        return
    found = background.get(shell.actor())
    if is_json:
        show(asdict(found))
        return
    _print(found)


@status.command()
@click.argument("queue")
@click.argument("number", type=int)
@pass_shell
def retry(shell: Shell, queue: str, number: int) -> None:
    """Do what failed again: a mail, a webhook or a journey, by the number that `status` shows."""
    background.retry(shell.actor(), queue, number)
    click.echo("It is done again as soon as a worker comes to it.")


@status.command("give-up")
@click.argument("queue")
@click.argument("number", type=int)
@pass_shell
def give_up(shell: Shell, queue: str, number: int) -> None:
    """Try a webhook no further, by the number that `status` shows."""
    background.give_up(shell.actor(), queue, number)
    click.echo("It is not tried again.")


def _print(found: Status) -> None:
    for worker in found.workers:
        click.echo(f"{'alive ' if worker.is_alive else 'SILENT'}  {worker.name}  since {worker.began_at}")
    if not found.workers:
        click.echo("No worker is at work.")
    click.echo()
    rows = [(row.name, row.waiting, row.working, row.failed, row.done_at or "") for row in found.queues]
    table(("queue", "waiting", "in work", "failed", "last success"), rows)
    for turn in found.turns:
        if turn.failures:
            click.echo(f"FAIL  {turn.name}, {turn.failures} times: {turn.sentence}")
    for failure in found.failures:
        click.echo(f"{failure.queue} {failure.id}  {failure.about[:60]}: {failure.reason}")
    if found.mail.warning:
        click.echo(f"WARN  {found.mail.warning}")
