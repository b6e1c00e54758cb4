"""Lists that leave as files."""

import json
from pathlib import Path
from typing import Any

import click

from crm_core.cli.shell import Shell, as_json, pass_shell, show
from crm_core.data import archives, exports
from crm_core.data.export_columns import KINDS
from crm_core.data.export_rows import Filter
from crm_core.data.exports import FORMATS, ExportDetail
from crm_core.kernel.errors import Invalid


@click.command()
@click.argument("kind", type=click.Choice([*KINDS, "all"]))
@click.argument("target", type=click.Path(path_type=Path))
@click.option(
    "--format", "format_name", type=click.Choice(list(FORMATS)), help="Else the ending of TARGET decides."
)
@click.option(
    "--where", "rule", metavar="RULE", help='Only these contacts, as in {"field": "country", "is": "DE"}.'
)
@click.option("--raw", is_flag=True, help="Leave out the apostrophe that keeps cells from becoming formulas.")
@as_json
@pass_shell
def export(
    shell: Shell, kind: str, target: Path, format_name: str | None, rule: str | None, raw: bool, is_json: bool
) -> None:
    """Write all records of one kind to the file TARGET.

    `all` writes every table, as CSV and JSON with a dictionary, to the zip TARGET (a folder when it has no
    ending); `import all` reads it back.
    """
    if kind == "all":
        _everything(shell, target, format_name, is_limited=bool(rule or raw), is_json=is_json)
        return
    ending = target.suffix.lstrip(".").lower()
    chosen = format_name or (ending if ending in FORMATS else "csv")
    wanted = Filter(_rule(rule)) if rule else None
    actor = shell.actor()
    target.parent.mkdir(parents=True, exist_ok=True)
    made = exports.save(actor, kind, target, chosen, wanted, raw=raw)
    if is_json:
        show([_told(str(target), made)])
        return
    click.echo(f"{made.row_count} {made.kind} are in {target}.")


def _everything(
    shell: Shell, target: Path, format_name: str | None, *, is_limited: bool, is_json: bool
) -> None:
    if is_limited:
        raise Invalid("“all” means everything: leave out --where and --raw, or export contacts or accounts.")
    formats = archives.FORMATS if format_name is None else (format_name,)
    facts = archives.save(shell.actor(), target, formats)
    if is_json:
        show({"kind": "all", "file": str(target), "rows": facts.total, "tables": facts.rows})
        return
    click.echo(f"{facts.total} rows of {len(facts.rows)} tables are in {target}.")


def _rule(text: str) -> Any:
    try:
        return json.loads(text)
    except ValueError as error:
        raise Invalid('The rule is not JSON. Write it like {"field": "country", "is": "DE"}.') from error


def _told(path: str, detail: ExportDetail) -> dict[str, Any]:
    return {
        "export_id": detail.id, "kind": detail.kind, "file": path, "rows": detail.row_count,
        "sha256": detail.digest, "format": detail.format,
    }  # fmt: skip
