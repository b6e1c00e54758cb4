"""Numbers for programs and for people who like the command line."""

import click

from crm_core.cli import customer_reports
from crm_core.cli.campaign_reports import attribution_report, campaign_report, campaigns_report
from crm_core.cli.forecast_report import forecast_report
from crm_core.cli.funnel_report import funnel_report
from crm_core.cli.kpi_report import kpis_report
from crm_core.cli.loyalty_report import loyalty_report
from crm_core.cli.sales_reports import products_report, sales_report
from crm_core.cli.satisfaction_reports import satisfaction_report, sentiment_command
from crm_core.cli.saved_report import saved_report
from crm_core.cli.service_report import service_report


@click.group()
def report() -> None:
    """Numbers about the business."""


report.add_command(kpis_report)
report.add_command(saved_report)
report.add_command(funnel_report)
report.add_command(forecast_report)
report.add_command(sales_report)
report.add_command(products_report)
report.add_command(campaign_report)
report.add_command(campaigns_report)
report.add_command(attribution_report)
report.add_command(loyalty_report)
report.add_command(service_report)
report.add_command(satisfaction_report)
report.add_command(sentiment_command)
for customer_report in customer_reports.COMMANDS:
    report.add_command(customer_report)
