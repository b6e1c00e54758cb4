"""How many contacts a rule means."""

import click

from crm_core.cli.shell import Shell, as_json, pass_shell, show
from crm_core.marketing import rule_text, rules
from crm_core.marketing.rule_words import describe
from crm_core.people import custom_fields, listing
from crm_core.team.company import company


@click.group()
def segment() -> None:
    """Contacts that are chosen by a rule."""


@segment.command()
@click.argument("rule")
@as_json
@pass_shell
def count(shell: Shell, rule: str, is_json: bool) -> None:
    """Count the contacts that RULE means, as in: 'country is DE and created in_the_last_days 30'."""
    actor = shell.actor()
    wanted = rule_text.read(rule, custom_fields.search(actor))
    query = listing.Query(rule=wanted, zone=company().time_zone)
    found, is_capped = listing.count(actor, query)
    if is_json:
        show({"rule": rules.to_json(wanted), "count": found, "is_capped": is_capped})
        return
    more = "More than " if is_capped else ""
    click.echo(f"{more}{found:,} contacts: {describe(wanted)}")
