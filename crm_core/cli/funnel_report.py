"""How far deals came, for programs and for people who like the command line."""

from dataclasses import asdict
from datetime import UTC, datetime, timedelta
from typing import Any

import click

from crm_core.cli.filters import asked_for, filtered, words_of
from crm_core.cli.shell import Shell, as_json, pass_shell, show, table
from crm_core.insights import funnel
from crm_core.kernel.errors import Invalid
from crm_core.sales import pipelines

_DAY = click.DateTime(formats=["%Y-%m-%d"])


@click.command("funnel")
@click.option("--from", "since", type=_DAY, help="The first day of opening, such as 2026-01-01.")
@click.option("--to", "until", type=_DAY, help="The last day of opening; it belongs to the period.")
@click.option("--as-of", "as_of", type=_DAY, help="Only what had happened before this day counts.")
@click.option("--pipeline", help="The name of a pipeline; the first one otherwise.")
@filtered
@as_json
@pass_shell
def funnel_report(
    shell: Shell, /, since: datetime | None, until: datetime | None, is_json: bool, **asked: Any
) -> None:
    """Of the deals opened in a period: how many reached each stage, and were won."""
    actor, words = shell.actor(), words_of(asked)
    period = (since.date() if since else None, until.date() if until else None)
    pipeline, as_of = asked["pipeline"], asked["as_of"]
    pipeline_id = _named(pipelines.search(actor), pipeline) if pipeline else None
    if any(words):
        last = (as_of - timedelta(days=1)).date() if as_of else None
        found = funnel.narrowed(actor, asked_for(actor, period, words, last), pipeline_id)
    else:
        known = as_of.replace(tzinfo=UTC) if as_of else None
        found = funnel.report(actor, *period, pipeline_id=pipeline_id, as_of=known)
    rows: list[dict[str, Any]] = [_plain(row) for row in found.rows]
    if is_json:
        frame = {"from": _text(since), "to": _text(until), "as_of": found.as_of.isoformat()}
        told = {name: value for name, value in asdict(found).items() if name not in ("rows", "as_of")}
        show({"name": "funnel", **frame, **told, "rows": rows})
        return
    table(("stage", "entered", "reached", "share", "median days", "lost"), [_cells(row) for row in rows])
    click.echo(f"{found.opened} opened: {found.won} won, {found.lost} lost, {found.open} open.")


def _cells(row: dict[str, Any]) -> list[object]:
    share = "" if row["share"] is None else f"{row['share']:.0%}"
    return [row["stage"], row["entered"], row["reached"], share, row["median_days"], row["lost"]]


def _named(known: list[Any], name: str) -> int:
    for row in known:
        if row.name.casefold() == name.casefold():
            return int(row.id)
    names = ", ".join(row.name for row in known)
    raise Invalid(f"There is no pipeline “{name}”. There are: {names or 'none yet'}.")


def _text(day: datetime | None) -> str | None:
    return day.date().isoformat() if day else None


def _plain(row: funnel.FunnelRow) -> dict[str, Any]:
    """A stage by its name; its number is for the app alone."""
    return {name: value for name, value in asdict(row).items() if name != "stage_id"}
