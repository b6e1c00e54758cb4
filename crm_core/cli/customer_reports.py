"""Customers as groups, for programs and for people who like the command line: cohorts, RFM, value."""

from dataclasses import asdict
from datetime import date, datetime
from typing import Any

import click

from crm_core.cli.filters import customers, filtered, words_of
from crm_core.cli.shell import Shell, as_json, pass_shell, show, table
from crm_core.insights import churn, cohorts, customer_value, journey_stages, retention, rfm
from crm_core.kernel.values import money

_DAY = click.DateTime(formats=["%Y-%m-%d"])
_as_of = click.option("--as-of", "as_of", type=_DAY, help="The last day that counts, such as 2026-01-31.")
_currency = click.option("--currency", help="Three letters; the company's currency otherwise.")


@click.command("cohorts")
@click.option("--from", "since", type=_DAY, help="The first month of cohorts, by any of its days.")
@click.option("--to", "until", type=_DAY, help="The last month of cohorts, by any of its days.")
@_as_of
@filtered
@as_json
@pass_shell
def cohorts_report(
    shell: Shell,
    /,
    since: datetime | None,
    until: datetime | None,
    as_of: datetime | None,
    is_json: bool,
    **asked: Any,
) -> None:
    """Which share of the customers of each month came back, and when."""
    actor, which = customers(shell.actor(), words_of(asked))
    found = cohorts.report(actor, _day(since), _day(until), _day(as_of), which)
    back = retention.report(actor, _day(as_of), which)
    if is_json:
        show({
            "name": "cohorts", "from": _day(since), "to": _day(until), "as_of": found.as_of,
            "rows": [asdict(cell) for cell in found.cells], "sizes": found.sizes,
            "average": {str(months): share for months, share in found.average.items()},
            "customers": found.customers, "repeaters": found.repeaters, "orders": found.orders,
            "repeat_rate": found.repeat_rate, "median_days_to_return": back.median_days,
            "returned_after": {str(days): back.share_after(days) for days in (30, 90, 180, 365)},
        })  # fmt: skip
        return
    rows = [(cell.cohort, cell.months, cell.customers, f"{cell.share:.0%}") for cell in found.cells]
    table(("cohort", "months later", "customers", "share"), rows)
    if found.repeat_rate is not None:
        click.echo(f"{found.repeat_rate:.1%} of {found.customers:,} customers ordered more than once.")


@click.command("rfm")
@_as_of
@_currency
@filtered
@as_json
@pass_shell
def rfm_report(
    shell: Shell, /, as_of: datetime | None, currency: str | None, is_json: bool, **asked: Any
) -> None:
    """Customers by how lately, how often and for how much they bought."""
    actor, which = customers(shell.actor(), words_of(asked))
    found = rfm.report(actor, _day(as_of), currency, which)
    rows = [asdict(row) | _amount("revenue", row.revenue, found.currency) for row in found.segments]
    if is_json:
        cells = [
            asdict(cell) | {"segment": cell.segment} | _amount("revenue", cell.revenue, found.currency)
            for cell in found.cells
        ]
        scale = 10 ** money.exponent(found.currency)
        revenue = [end / scale for end in found.revenue]
        cuts = {"recency_days": found.days, "orders": found.orders, "revenue": revenue}
        show({"name": "rfm", "from": None, "to": None, "as_of": found.as_of, "currency": found.currency,
              "customers": found.customers, "rows": rows, "cells": cells,
              "scores_rise_at": cuts})  # fmt: skip
        return
    shown = ("segment", "customers", "orders", "revenue", "currency")
    table(shown, [[row[name] for name in shown] for row in rows])


@click.command("customer-value")
@click.option("--holdout-from", type=_DAY, help="Fit on what came before this day, compare with the rest.")
@_as_of
@click.option("--to", "until", type=_DAY, help="The same as --as-of.")
@_currency
@filtered
@as_json
@pass_shell
def value_report(shell: Shell, /, currency: str | None, is_json: bool, **asked: Any) -> None:
    """How often customers will buy again and what they will spend, by BG/NBD and Gamma-Gamma."""
    actor, which = customers(shell.actor(), words_of(asked))
    last = _day(asked["as_of"] or asked["until"])
    found = customer_value.report(actor, _day(asked["holdout_from"]), last, currency, which)
    if is_json:
        held = found.holdout
        show({
            "name": "customer-value", "from": None, "to": found.as_of, "as_of": found.as_of,
            "currency": found.currency, "customers": found.customers, "repeaters": found.repeaters,
            "weeks": found.weeks, "missing": found.missing, "rows": [asdict(row) for row in found.rows],
            "model": asdict(found.buying) if found.buying else None,
            "spend": asdict(found.spending) if found.spending else None,
            "holdout": asdict(held) | {"error": held.error} if held else None,
        })  # fmt: skip
        return
    if found.missing:
        click.echo(found.missing)
    rows = [(row.repeats, row.customers, f"{row.expected:.2f}", _number(row.actual)) for row in found.rows]
    table(("came back", "customers", f"expected in {found.weeks:g} weeks", "came"), rows)


@click.command("churn")
@_as_of
@_currency
@filtered
@as_json
@pass_shell
def churn_report(
    shell: Shell, /, as_of: datetime | None, currency: str | None, is_json: bool, **asked: Any
) -> None:
    """The most valuable customers who may be about to leave, and how far that can be trusted."""
    actor, which = customers(shell.actor(), words_of(asked))
    found = churn.report(actor, wanted=currency, as_of=_day(as_of), which=which)
    rows = [asdict(one) | _amount("spent", one.spent, found.currency) for one in found.customers]
    if is_json:
        told = {name: value for name, value in asdict(found).items() if name != "customers"}
        show({"name": "churn", "from": None, "to": None, "as_of": _day(as_of), **told, "rows": rows})
        return
    if found.missing:
        click.echo(found.missing)
    shown = [
        (one["name"], f"{one['risk']:.0%}", one["last_on"], one["spent"], one["currency"]) for one in rows
    ]
    table(("customer", "risk", "last order", "spent", ""), shown)


@click.command("stages")
@_as_of
@filtered
@as_json
@pass_shell
def stages_report(shell: Shell, /, as_of: datetime | None, is_json: bool, **asked: Any) -> None:
    """How far relationships grew, how long that took, and how many stayed behind."""
    actor, which = customers(shell.actor(), words_of(asked))
    rows = [asdict(step) for step in journey_stages.report(actor, _day(as_of), which)]
    if is_json:
        show({"name": "stages", "from": None, "to": None, "as_of": _day(as_of), "rows": rows})
        return
    shown = ("stage", "reached", "stands", "median_days")
    table(shown, [[row[name] for name in shown] for row in rows])


COMMANDS = (cohorts_report, rfm_report, value_report, churn_report, stages_report)


def _amount(name: str, minor: int, currency: str) -> dict[str, str]:
    return {name: str(money.to_decimal(minor, currency)), "currency": currency}


def _number(value: float | None) -> str:
    return "" if value is None else f"{value:.2f}"


def _day(moment: datetime | None) -> date | None:
    return moment.date() if moment else None
