"""Finding and merging duplicates from the shell."""

import csv
import time
from dataclasses import asdict
from pathlib import Path

import click

from crm_core.cli.shell import Shell, as_json, pass_shell, show
from crm_core.data import duplicates as found
from crm_core.data import merging, searching
from crm_core.kernel.access import Actor

AT_ONCE = 5_000
HEADER = ("id_a", "id_b", "external_id_a", "external_id_b", "score", "class", "reasons")


@click.group()
def duplicates() -> None:
    """Find records that may be the same, merge them, part them again."""


@duplicates.command()
@click.option("--kind", type=click.Choice(["contacts", "accounts"]), default="contacts", show_default=True)
@click.option(
    "--out", type=click.Path(dir_okay=False, path_type=Path), help="Write the pairs to this CSV file."
)
@as_json
@pass_shell
def find(shell: Shell, kind: str, out: Path | None, is_json: bool) -> None:
    """Search all records for duplicates. Nothing is merged."""
    me, begun = shell.actor(), time.perf_counter()
    result = searching.find(me, kind)
    if out is not None:
        _write(me, kind, out)
    answer = {
        **asdict(result),
        "seconds": round(time.perf_counter() - begun, 2),
        "out": str(out) if out else None,
    }
    if is_json:
        show(answer)
        return
    click.echo(f"{result.records} {kind}: {result.sure} pairs are surely the same, {result.maybe} maybe.")


@duplicates.command()
@click.argument("keep_id", type=int)
@click.argument("drop_id", type=int)
@click.option("--kind", type=click.Choice(["contacts", "accounts"]), default="contacts", show_default=True)
@as_json
@pass_shell
def merge(shell: Shell, keep_id: int, drop_id: int, kind: str, is_json: bool) -> None:
    """Merge DROP_ID into KEEP_ID."""
    merge_id = merging.merge(shell.actor(), kind, keep_id, drop_id)
    if is_json:
        show({"merge_id": merge_id, "keep_id": keep_id, "drop_id": drop_id})
        return
    click.echo(f"Merged. To part them again: duplicates unmerge {merge_id}")


@duplicates.command()
@click.argument("merge_id", type=int)
@as_json
@pass_shell
def unmerge(shell: Shell, merge_id: int, is_json: bool) -> None:
    """Part two merged records again."""
    parted = merging.unmerge(shell.actor(), merge_id)
    if is_json:
        show(asdict(parted))
        return
    stays = f" Changed since and kept: {', '.join(parted.kept_fields)}." if parted.kept_fields else ""
    click.echo(f"Parted: {parted.keep_id} and {parted.drop_id} are two records again.{stays}")


def _write(me: Actor, kind: str, out: Path) -> None:
    """The open pairs as CSV, the surest first."""
    rows = found.every(me, kind)
    with out.open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file)
        writer.writerow(HEADER)
        for some in (rows[start : start + AT_ONCE] for start in range(0, len(rows), AT_ONCE)):
            ids = [one for row in some for one in (row.left_id, row.right_id)]
            outside = found.external_ids(me, kind, ids)
            for row in some:
                reasons = "; ".join(f"{name}: {words}" for name, words in row.reasons.items())
                names = (outside.get(row.left_id, ""), outside.get(row.right_id, ""))
                writer.writerow((row.left_id, row.right_id, *names, row.probability, row.verdict, reasons))
