"""How many contacts a rule means, and the segments that there are."""

import click

from crm_core.cli.shell import Shell, as_json, pass_shell, show, table
from crm_core.marketing import rule_text, rules, segment_sizes, segments
from crm_core.marketing.rule_words import describe
from crm_core.people import custom_fields


@click.group()
def segment() -> None:
    """Contacts that are chosen by a rule."""


@segment.command()
@click.argument("rule")
@as_json
@pass_shell
def count(shell: Shell, rule: str, is_json: bool) -> None:
    """Count the contacts that RULE means, as in: 'country is DE and has purchases (category is Tea)'."""
    actor = shell.actor()
    custom = custom_fields.search(actor)
    wanted = rule_text.read(rule, custom)
    found = segments.count(actor, wanted)
    if is_json:
        show({"rule": rules.to_json(wanted), "count": found, "is_capped": False})
        return
    click.echo(f"{found:,} contacts: {describe(wanted, custom)}")


@segment.command("list")
@click.option("--archived", is_flag=True, help="Also those that were put away.")
@as_json
@pass_shell
def list_segments(shell: Shell, archived: bool, is_json: bool) -> None:
    """List the segments with their sizes as they were counted last."""
    rows = segments.search(shell.actor(), with_archived=archived)
    if is_json:
        columns = ("id", "name", "is_static", "rule", "size", "counted_at", "archived_at")
        show([{name: getattr(row, name) for name in columns} for row in rows])
        return
    table(
        ("id", "name", "size", "rule"),
        [(row.id, row.name, row.size, "static list" if row.is_static else row.rule) for row in rows],
    )


@segment.command()
@click.argument("number", type=int)
@as_json
@pass_shell
def refresh(shell: Shell, number: int, is_json: bool) -> None:
    """Count the segment NUMBER now, and note who entered and left."""
    size = segment_sizes.refresh(shell.actor(), number)
    if is_json:
        show({"id": number, "size": size})
        return
    click.echo(f"{size:,} contacts")
