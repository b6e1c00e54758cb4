"""Numbers for programs and for people who like the command line."""

from typing import Any

import click

from crm_core.cli import customer_reports
from crm_core.cli.campaign_reports import attribution_report, campaign_report, campaigns_report
from crm_core.cli.forecast_report import forecast_report
from crm_core.cli.funnel_report import funnel_report
from crm_core.cli.sales_reports import products_report, sales_report
from crm_core.cli.shell import Shell, as_json, pass_shell, show, table
from crm_core.insights import kpis
from crm_core.kernel.work import Clock


@click.group()
def report() -> None:
    """Numbers about the business."""


report.add_command(funnel_report)
report.add_command(forecast_report)
report.add_command(sales_report)
report.add_command(products_report)
report.add_command(campaign_report)
report.add_command(campaigns_report)
report.add_command(attribution_report)
for customer_report in customer_reports.COMMANDS:
    report.add_command(customer_report)


@report.command("kpis")
@as_json
@pass_shell
def key_figures(shell: Shell, is_json: bool) -> None:
    """Contacts and companies in all, and what came in since Monday."""
    found = kpis.home(shell.actor())
    week: list[tuple[str, kpis.Count]] = [
        ("new_contacts", found.new_contacts),
        ("interactions", found.interactions),
    ]
    rows = [_row("contacts", kpis.Count(found.contacts)), _row("companies", found.companies)]
    rows += [_row(f"{measure}_this_week", number) for measure, number in week]
    rows += [_row(f"lifecycle.{stage or 'none'}", kpis.Count(n)) for stage, n in found.by_lifecycle.items()]
    if is_json:
        now = Clock.now()
        dates = {"from": found.week_began_on.isoformat(), "to": now.date().isoformat()}
        show({"name": "kpis", **dates, "as_of": now.isoformat(), "rows": rows})
        return
    table(("measure", "value"), [(row["measure"], f"{row['value']:,}") for row in rows])


def _row(measure: str, number: kpis.Count) -> dict[str, Any]:
    """A measure as every report has it; what is not known yet is null."""
    return {
        "measure": measure,
        "value": number.value,
        "is_capped": number.is_capped,
        "unit": "count",
        "previous": None,
        "goal": None,
    }
