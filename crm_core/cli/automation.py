"""Journeys from the shell: list them, try one out, read its log, pause and resume it."""

from dataclasses import asdict

import click

from crm_core.automation import dry_runs, journeys, runs
from crm_core.automation import ready_made as ready
from crm_core.automation.types import RunDetail
from crm_core.cli.shell import Shell, as_json, pass_shell, show, table
from crm_core.kernel.paging import Paging


@click.group()
def automation() -> None:
    """What happens by itself. NAME is the name of a journey, or its number."""


@automation.command("list")
@click.option("--all", "is_all", is_flag=True, help="Also those that were put away.")
@as_json
@pass_shell
def list_journeys(shell: Shell, is_all: bool, is_json: bool) -> None:
    """List the journeys with how many are on them."""
    rows = journeys.search(shell.actor(), journeys.STATES if is_all else journeys.STATES[:-1])
    if is_json:
        show([asdict(row) for row in rows])
        return
    names = ("id", "name", "state", "waiting", "running", "done", "failed")
    table(names, [tuple(getattr(row, name) for name in names) for row in rows])


@automation.command("dry-run")
@click.argument("name")
@click.option(
    "--people", type=click.IntRange(0, dry_runs.MOST_SHOWN), default=5, help="How many to play through."
)
@as_json
@pass_shell
def dry_run(shell: Shell, name: str, people: int, is_json: bool) -> None:
    """Say whom the draft of NAME would touch, and what it would do; nothing is done."""
    actor = shell.actor()
    found = dry_runs.try_out(actor, journeys.find(actor, name), shown=people)
    if is_json:
        show(asdict(found))
        return
    click.echo("\n".join(found.sentences))
    click.echo(
        f"Today it would touch {found.today:,} contacts, in the last {found.days} days {found.last_days:,}."
    )
    for trial in found.sample:
        click.echo(f"\n{trial.name}:")
        for step in trial.steps:
            click.echo(f"  {step.place}  {step.outcome}: {step.text}")


@automation.command("run-log")
@click.argument("name")
@click.option("--state", type=click.Choice(runs.STATES), help="Only runs in this state.")
@click.option("--last", type=click.IntRange(1, 500), default=20, help="How many, the latest first.")
@as_json
@pass_shell
def run_log(shell: Shell, name: str, state: str | None, last: int, is_json: bool) -> None:
    """Say who was on NAME and what was done with each, step by step."""
    actor = shell.actor()
    page = runs.search(actor, journeys.find(actor, name), [state] if state else [], Paging(size=last))
    details: list[RunDetail] = [runs.get(actor, row.id) for row in page]
    if is_json:
        show([asdict(one) for one in details])
        return
    for one in details:
        reason = f" ({one.run.reason})" if one.run.reason else ""
        click.echo(f"{one.run.id}  {one.run.contact}: {one.run.state}{reason}")
        for step in one.steps:
            click.echo(f"    {step.place}  {step.happened_at:%Y-%m-%d %H:%M}  {step.text}")


@automation.command()
@click.argument("name")
@as_json
@pass_shell
def pause(shell: Shell, name: str, is_json: bool) -> None:
    """Let nobody onto NAME and do no step until it is resumed."""
    actor = shell.actor()
    key = journeys.find(actor, name)
    journeys.pause(actor, key)
    _say(key, "paused", is_json)


@automation.command()
@click.argument("name")
@as_json
@pass_shell
def resume(shell: Shell, name: str, is_json: bool) -> None:
    """Let NAME go on where it was paused."""
    actor = shell.actor()
    key = journeys.find(actor, name)
    journeys.resume(actor, key)
    _say(key, "live", is_json)


@automation.command("ready-made")
@click.argument("key", required=False, type=click.Choice(ready.KEYS))
@as_json
@pass_shell
def ready_made(shell: Shell, key: str | None, is_json: bool) -> None:
    """Bring the ready-made journey KEY in as a draft; without KEY, say which there are."""
    actor = shell.actor()
    if key is None:
        rows = [
            {"key": one.key, "name": one.name, "about": one.description} for one, _ in ready.search(actor)
        ]
        if is_json:
            show(rows)
        else:
            table(("key", "name", "about"), [tuple(row.values()) for row in rows])
        return
    _say(ready.install(actor, key), "draft", is_json)


def _say(key: int, state: str, is_json: bool) -> None:
    if is_json:
        show({"id": key, "state": state})
        return
    click.echo(f"Journey {key} is {state}.")
