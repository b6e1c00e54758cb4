"""What to offer whom, and how good such offers are."""

from dataclasses import asdict

import click

from crm_core.cli.shell import Shell, as_json, pass_shell, show, table
from crm_core.commerce import recommendations
from crm_core.commerce.recommendations import Quality, Recommendations

_COLUMNS = ("product_id", "name", "because")


@click.group()
def recommend() -> None:
    """What to offer whom, learned from what customers bought."""


@recommend.command("for")
@click.argument("contact", type=int)
@click.option("--most", default=5, show_default=True, help="How many products.")
@as_json
@pass_shell
def for_contact(shell: Shell, contact: int, most: int, is_json: bool) -> None:
    """Products for the contact of this number."""
    _tell(recommendations.for_contact(shell.actor(), contact, most), is_json)


@recommend.command()
@click.argument("product", type=int)
@click.option("--most", default=5, show_default=True, help="How many products.")
@as_json
@pass_shell
def together(shell: Shell, product: int, most: int, is_json: bool) -> None:
    """What is bought together with the product of this number."""
    _tell(recommendations.bought_together(shell.actor(), product, most), is_json)


@recommend.command()
@as_json
@pass_shell
def fit(shell: Shell, is_json: bool) -> None:
    """Learn anew now; it happens every night anyway."""
    _tell_quality(recommendations.fit(shell.actor()), is_json)


@recommend.command()
@as_json
@pass_shell
def quality(shell: Shell, is_json: bool) -> None:
    """How often the product bought last is among the first ten, beside naming what is popular."""
    _tell_quality(recommendations.quality(shell.actor()), is_json)


def _tell(found: Recommendations, is_json: bool) -> None:
    if is_json:
        show(asdict(found))
        return
    if found.is_popular:
        click.echo("Too little is known; this is what most people buy:")
    table(_COLUMNS, [[getattr(item, name) for name in _COLUMNS] for item in found.items])


def _tell_quality(found: Quality | None, is_json: bool) -> None:
    if is_json:
        show(asdict(found) if found else None)
    elif found is None:
        click.echo("Nothing was learned yet. It happens every night, or by: python -m crm_core recommend fit")
    elif found.test is None:
        click.echo(f"Too few customers bought more than one product ({found.customers:,} bought anything).")
    else:
        test = found.test
        rates = f"{test.hit_rate:.1%} found, popular {test.hit_rate_popular:.1%}"
        click.echo(f"Tried on {test.tried:,} customers: {rates}")
