"""``import KIND FILE``, ``import all FILE`` and ``import undo ID``."""

import shutil
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import click

from crm_core.cli.shell import Shell, as_json, pass_shell, show
from crm_core.data import archive_reading, execution, import_lines, imports
from crm_core.data.entities import ENTITIES
from crm_core.data.import_types import ON_DUPLICATE, ImportDetail, ImportOptions
from crm_core.data.layouts import Options
from crm_core.kernel.access import Actor
from crm_core.kernel.errors import CrmError

Pairs = tuple[str, ...]


class Kinds(click.Group):
    """A command for each kind of record that can be imported, and the one that takes an import back."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """The kinds, then the fixed commands."""
        return [*ENTITIES, *super().list_commands(ctx)]

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """The command of this name, or None."""
        if cmd_name in ENTITIES:
            return _command(cmd_name)
        return super().get_command(ctx, cmd_name)


@click.group("import", cls=Kinds)
def import_() -> None:
    """Import a file of records, or take an import back."""


@import_.command(name="all")
@click.argument("file", type=click.Path(path_type=Path))
@as_json
@pass_shell
def everything(shell: Shell, file: Path, is_json: bool) -> None:
    """Read an export of everything (`export all`) into this empty installation."""
    begun = time.perf_counter()
    facts = archive_reading.load(shell.actor(), file)
    if is_json:
        show({"rows": facts.total, "tables": facts.rows, "seconds": round(time.perf_counter() - begun, 2)})
        return
    click.echo(f"{facts.total} rows are back. Nobody has a password yet; give each person one:")
    click.echo("python -m crm_core user reset-password NAME")


@import_.command()
@click.argument("import_id", type=int)
@as_json
@pass_shell
def undo(shell: Shell, import_id: int, is_json: bool) -> None:
    """Take an import back: new records go, changed ones get their old values."""
    me, begun = shell.actor(), time.perf_counter()
    imports.undo(me, import_id)
    done = _complete(me, import_id)
    answer = {"import_id": import_id, "state": done.state}
    answer |= {name: done.summary.get(f"undo_{name}", 0) for name in ("removed", "restored", "kept")}
    answer["seconds"] = round(time.perf_counter() - begun, 2)
    if is_json:
        show(answer)
        return
    click.echo(f"{answer['removed']} records removed, {answer['restored']} restored, {answer['kept']} kept.")


def _command(kind: str) -> click.Command:
    options: list[Callable[[Any], Any]] = [
        click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path)),
        click.option(
            "--map",
            "mapped",
            multiple=True,
            metavar="COLUMN=FIELD",
            help="An empty field ignores the column.",
        ),
        click.option("--on-duplicate", type=click.Choice(ON_DUPLICATE), default="skip", show_default=True),
        click.option(
            "--match", "match_by", multiple=True, metavar="KEY", help="What makes two records the same."
        ),
        click.option(
            "--default", "defaults", multiple=True, metavar="FIELD=VALUE", help="Where a row has no value."
        ),
        click.option(
            "--region", default="", metavar="CC", help="Country of phone numbers without a country code."
        ),
        click.option(
            "--date-order", type=click.Choice(("DMY", "MDY")), help="Where the file does not say it."
        ),
        click.option("--origin", default="", metavar="NAME", help="The system the file comes from."),
        click.option("--tag", default="", help="A tag for every row."),
        click.option("--strict", is_flag=True, help="Refuse rows with a value that cannot be read."),
        click.option("--no-companies", is_flag=True, help="Make no companies that rows name."),
        click.option(
            "--means",
            "meanings",
            multiple=True,
            metavar="FIELD:WORD=MEANING",
            help="What a word of the file is here, such as owner:Bob B.=bob. It is remembered.",
        ),
        click.option(
            "--create-missing", multiple=True, metavar="KIND", help="Make what rows name, such as products."
        ),
        click.option("--encoding", help="Where the file does not say it."),
        click.option("--sheet", help="Of a workbook."),
        click.option("--dry-run", is_flag=True, help="Say what would happen, and store nothing."),
        click.option(
            "--rejects", type=click.Path(dir_okay=False, path_type=Path), help="Refused rows go here."
        ),
        as_json,
        pass_shell,
    ]

    def run(shell: Shell, **given: Any) -> None:
        _import(shell.actor(), kind, given)

    for option in reversed(options):
        run = option(run)
    return click.command(kind, help=f"Import a file of {kind}: CSV, TSV, XLSX or vCard.")(run)


def _import(me: Actor, kind: str, given: dict[str, Any]) -> None:
    begun, path = time.perf_counter(), given["file"]
    import_id = imports.receive(
        me, path, path.name, kind, Options(encoding=given["encoding"], sheet=given["sheet"])
    )
    mapping: dict[str, str | None] = {
        column: name or None for column, name in _pairs(given["mapped"], "--map", at_end=True).items()
    }
    imports.plan(me, import_id, mapping, _options(given))
    (imports.check if given["dry_run"] else imports.run)(me, import_id)
    done = _complete(me, import_id)
    if given["rejects"]:
        shutil.copyfile(import_lines.rejects_csv(me, import_id), given["rejects"])
    answer = _answer(done, round(time.perf_counter() - begun, 2))
    if given["is_json"]:
        show(answer)
        return
    click.echo(
        "{rows} rows: {created} created, {updated} updated, {skipped} skipped, {rejected} refused, "
        "{warnings} warnings, {possible_duplicates} possible duplicates. {seconds} s.".format(**answer)
    )
    if not given["dry_run"]:
        click.echo(f"To take it back: python -m crm_core import undo {import_id}")


def _options(given: dict[str, Any]) -> ImportOptions:
    return ImportOptions(
        on_duplicate=given["on_duplicate"],
        match_by=given["match_by"],
        create_missing=_missing(given),
        strict=given["strict"],
        defaults=_pairs(given["defaults"], "--default"),
        region=given["region"].upper(),
        date_order=given["date_order"] or "",
        origin=given["origin"],
        tag=given["tag"],
        meanings=_meanings(given["meanings"]),
    )


def _meanings(given: Pairs) -> dict[str, dict[str, str]] | None:
    """What words mean, by field; None where nothing is said, so that what was learned holds."""
    found: dict[str, dict[str, str]] = {}
    for told, meaning in _pairs(given, "--means", at_end=True).items():
        name, sign, word = told.partition(":")
        if not sign:
            raise click.BadParameter(f"“{told}” is not of the form FIELD:WORD.", param_hint="--means")
        found.setdefault(name, {})[word] = meaning
    return found or None


def _missing(given: dict[str, Any]) -> tuple[str, ...]:
    usual = () if given["no_companies"] else ImportOptions().create_missing
    return tuple(dict.fromkeys((*usual, *given["create_missing"])))


def _complete(me: Actor, import_id: int) -> ImportDetail:
    """Do the work here, or wait for the worker that was quicker.

    Raises:
        CrmError: the import could not be completed.
    """
    done = execution.complete(me, import_id)
    if done.state in ("failed", "stopped", "draft"):
        raise CrmError(done.message)
    return done


def _answer(done: ImportDetail, seconds: float) -> dict[str, Any]:
    return {
        "import_id": done.id,
        "rows": done.rows_total,
        **done.counts,
        "made": {
            name.removesuffix("_created"): count
            for name, count in done.summary.items()
            if name.endswith("_created") and count
        },
        "seconds": seconds,
        "encoding": done.layout["text"]["codec"] if done.layout["kind"] != "xlsx" else None,
        "delimiter": done.layout["dialect"]["delimiter"] if done.layout["kind"] in ("csv", "tsv") else None,
        "mapping": {column: done.mapping.get(column) for column in done.columns},
        "unmapped": list(done.unmapped),
        "state": done.state,
        "assumptions": done.summary.get("assumptions", []),
        "unknown": done.summary.get("unknown", {}),
    }


def _pairs(given: Pairs, option: str, *, at_end: bool = False) -> dict[str, str]:
    """``a=b`` as a pair; a column may hold “=” itself, a field cannot."""
    found = {}
    for text in given:
        left, sign, right = text.rpartition("=") if at_end else text.partition("=")
        if not sign or not left:
            raise click.BadParameter(f"“{text}” is not of the form A=B.", param_hint=option)
        found[left] = right
    return found
