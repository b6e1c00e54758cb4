"""Reports that people built, for programs and for people who like the command line."""

from pathlib import Path
from typing import Any

import click

from crm_core.cli.shell import Shell, as_json, pass_shell, show, table
from crm_core.insights import report_answers, report_files, saved_reports
from crm_core.insights.report_types import Answer
from crm_core.kernel.errors import Invalid


@click.command("saved")
@click.argument("name", default="")
@click.option(
    "--out", type=click.Path(dir_okay=False, path_type=Path), help="A .csv, .xlsx, .png or .pdf file."
)
@as_json
@pass_shell
def saved_report(shell: Shell, /, is_json: bool, name: str, out: Path | None) -> None:
    """What a report says that somebody built (by its name or number); without a name, which there are."""
    actor = shell.actor()
    if not name:
        _listed(actor, is_json=is_json)
        return
    found = saved_reports.find(actor, name)
    if out is not None:
        if out.suffix[1:].lower() not in report_files.MEDIA:
            raise Invalid(f"Give the file one of these endings: {', '.join(report_files.MEDIA)}.")
        out.write_bytes(report_files.of_report(actor, found.id, out.suffix[1:].lower()).content)
        click.echo(f"“{found.name}” is in {out}.")
        return
    answer = saved_reports.answer(actor, found.id)
    columns, rows = report_answers.table(answer)
    if is_json:
        show(_frame(answer) | {"rows": [dict(zip(columns, map(_plain, row), strict=True)) for row in rows]})
        return
    table(columns, [tuple(map(_plain, row)) for row in rows])


def _listed(actor: Any, *, is_json: bool) -> None:
    known = saved_reports.search(actor)
    rows = [{"id": one.id, "name": one.name, "by": one.by, "shared": one.shared} for one in known]
    if is_json:
        show({"name": "saved", "rows": rows})
        return
    table(("id", "name", "by", "shared"), [tuple(row.values()) for row in rows])


def _frame(found: Answer) -> dict[str, Any]:
    period = found.question.period
    dated = {
        "from": period.since,
        "to": period.until,
        "as_of": found.question.as_of or found.made_at.isoformat(),
    }
    return {"name": found.title, **dated, "filters": list(found.told), "notes": list(found.notes)}


def _plain(cell: object) -> object:
    return cell if isinstance(cell, int | float | None) else str(cell)
