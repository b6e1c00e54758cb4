"""Lists that leave as files."""

import json
from pathlib import Path
from typing import Any

import click

from crm_core.cli.shell import Shell, as_json, pass_shell, show
from crm_core.data import exports
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
    """Write contacts or accounts to the file TARGET; `all` writes both into the folder TARGET."""
    ending = target.suffix.lstrip(".").lower()
    chosen = format_name or (ending if ending in FORMATS else "csv")
    wanted = Filter(_rule(rule)) if rule else None
    actor = shell.actor()
    made: dict[str, ExportDetail] = {}
    for one, path in _places(kind, target, chosen).items():
        path.parent.mkdir(parents=True, exist_ok=True)
        made[str(path)] = exports.save(actor, one, path, chosen, wanted, raw=raw)
    if is_json:
        show([_told(path, detail) for path, detail in made.items()])
        return
    for name, detail in made.items():
        click.echo(f"{detail.row_count} {detail.kind} are in {name}.")


def _places(kind: str, target: Path, format_name: str) -> dict[str, Path]:
    if kind != "all":
        return {kind: target}
    ending = "vcf" if format_name == "vcf4" else format_name
    return {one: target / f"{one}.{ending}" for one in KINDS}


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
