"""What every command shares: the settings, who acts, and how answers are printed."""

import json
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any, TypeVar

import click

from crm_core import start
from crm_core.kernel.access import OPERATOR, Actor
from crm_core.settings import Settings
from crm_core.team import users

F = TypeVar("F", bound=Callable[..., Any])


@dataclass
class Shell:
    """The command line of one call."""

    as_name: str | None = None
    settings: Settings = field(default_factory=Settings.from_environment)

    def actor(self) -> Actor:
        """Connect, and say who acts: the operator of this machine, or the user named by ``--as``.

        Raises:
            Unavailable: the database does not fit or does not answer.
            Invalid: nobody has this name.
            NotAllowed: the user is disabled.
        """
        start.start(self.settings)
        return users.acting_as(OPERATOR, self.as_name) if self.as_name else OPERATOR


pass_shell = click.make_pass_decorator(Shell, ensure=True)


def as_json(function: F) -> F:
    """The option ``--json`` of every command that prints data."""
    return click.option("--json", "is_json", is_flag=True, help="Print JSON, for programs.")(function)


def show(answer: Any) -> None:
    """Print an answer as JSON, on standard output."""
    click.echo(json.dumps(answer, ensure_ascii=False, default=str, indent=2))


def table(columns: Sequence[str], rows: Iterable[Sequence[object]]) -> None:
    """Print rows under their headings, in columns as wide as needed."""
    cells = [[str(cell) if cell is not None else "" for cell in row] for row in rows]
    widths = [max(len(row[i]) for row in [list(columns), *cells]) for i in range(len(columns))]
    for row in [list(columns), *cells]:
        click.echo("  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip())
