"""Data quality from the shell: how things stand, what is wrong, mending it and taking that back."""

from dataclasses import asdict
from typing import Any

import click

from crm_core.cli.shell import Shell, as_json, pass_shell, show, table
from crm_core.data import quality as kept
from crm_core.data import quality_runs, quality_work
from crm_core.data.quality_checks import KINDS
from crm_core.data.quality_repairs import Order
from crm_core.kernel.access import Actor
from crm_core.kernel.paging import Paging
from crm_core.team import users

KIND = click.option("--kind", type=click.Choice(list(KINDS)), default="contacts", show_default=True)


@click.group()
def quality() -> None:
    """See how well records are kept, and mend many at once."""


@quality.command("show")
@KIND
@as_json
@pass_shell
def overview(shell: Shell, kind: str, is_json: bool) -> None:
    """The score from 0 to 100, and what is wrong, the most urgent first. Counts when nobody did today."""
    me = shell.actor()
    found = kept.overview(me, kind)
    if is_json:
        days = [asdict(day) for day in kept.trend(me, kind)]
        show(answer(found) | {"trend": days})
        return
    if found.counted_at is None:
        click.echo("Nothing is counted yet. Count with: quality count")
        return
    click.echo(f"{found.records:,} {kind}, score {found.score if found.score is not None else '–'} of 100.")
    rows = [(one.check.key, f"{one.count:,}", one.check.title) for one in found.findings]
    table(("check", "records", "what is wrong"), rows)


@quality.command("list")
@click.argument("check")
@KIND
@click.option("--page", type=click.IntRange(1), default=1, show_default=True)
@as_json
@pass_shell
def records(shell: Shell, check: str, kind: str, page: int, is_json: bool) -> None:
    """The records that CHECK finds, by name."""
    found = kept.search(shell.actor(), kind, check, Paging(page, 100))
    if is_json:
        show({"total": found.total, "is_capped": found.is_capped, "items": [asdict(row) for row in found]})
        return
    table(("id", "name"), [(row.id, row.name) for row in found])


@quality.command()
@KIND
@as_json
@pass_shell
def count(shell: Shell, kind: str, is_json: bool) -> None:
    """Count anew what is wrong."""
    me = shell.actor()
    run = quality_runs.recount(me, kind)
    if run is not None:
        quality_work.complete(me, run.id)
    found = kept.overview(me, kind)
    if is_json:
        show(answer(found))
        return
    click.echo(f"{found.records:,} {kind} are counted.")


@quality.command()
@click.argument("check")
@click.argument("repair")
@KIND
@click.option("--only", type=int, multiple=True, metavar="ID", help="Only this record; may be repeated.")
@click.option("--owner", metavar="NAME", help="For “assign”: the sign-in name of the new owner.")
@click.option("--dry-run", is_flag=True, help="Show what would change, and change nothing.")
@as_json
@pass_shell
def repair(
    shell: Shell, /, check: str, repair: str, kind: str, dry_run: bool, is_json: bool, **of: Any
) -> None:
    """Mend the records that CHECK finds by REPAIR."""
    me = shell.actor()
    owner_id = users.id_of(me, of["owner"]) if of["owner"] else None
    order = Order(kind, check, repair, tuple(of["only"]), owner_id)
    if dry_run:
        _preview(me, order, is_json)
        return
    run = quality_runs.repair(me, order)
    over = run if run.is_over else quality_work.complete(me, run.id)
    if is_json:
        show(asdict(over))
        return
    click.echo(f"{over.done:,} of {over.total:,} are mended. To take it back: quality undo {over.id}")


@quality.command()
@click.argument("run_id", type=int)
@as_json
@pass_shell
def undo(shell: Shell, run_id: int, is_json: bool) -> None:
    """Take a repair back; what was changed since stays."""
    me = shell.actor()
    run = quality_runs.undo(me, run_id)
    over = run if run.is_over else quality_work.complete(me, run.id)
    if is_json:
        show(asdict(over))
        return
    kept_ones = f" {over.kept:,} were changed since and stay." if over.kept else ""
    click.echo(f"{over.done:,} have what they had before.{kept_ones}")


def answer(found: kept.Overview) -> dict[str, Any]:
    """The work list as programs get it."""
    findings = [
        {"check": one.check.key, "title": one.check.title, "group": one.check.group, "count": one.count,
         "weight": one.check.weight, "repairs": list(one.check.repairs)}
        for one in found.findings
    ]  # fmt: skip
    return {
        "record": found.record, "records": found.records, "score": found.score, "as_of": found.counted_at,
        "duplicate_pairs": found.pairs, "findings": findings,
    }  # fmt: skip


def _preview(me: Actor, order: Order, is_json: bool) -> None:
    shown = quality_runs.preview(me, order)
    if is_json:
        show(asdict(shown))
        return
    more = " of the first" if shown.is_capped else " of"
    click.echo(f"{shown.count:,}{more} {shown.looked_at:,} would change, as in:")
    rows = [
        (change.name, name, old, new)
        for change in shown.changes
        for name, (old, new) in change.values.items()
    ]
    table(("record", "field", "before", "after"), rows)
