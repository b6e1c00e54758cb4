"""Pipelines and deals for the tests of selling."""

from typing import Any

import pytest

from crm_core.kernel.access import SYSTEM
from crm_core.kernel.work import begin
from crm_core.sales import pipelines
from crm_core.sales.types import PipelineRow
from tests.people import Cast


@pytest.fixture
def sales(cast: Cast) -> PipelineRow:
    """The usual pipeline: New, Qualified, Proposal (asks for amount and close date), Negotiation."""
    assert cast.everybody
    with begin(SYSTEM) as work:
        pipelines.default(work)
    return pipelines.search(SYSTEM)[0]


@pytest.fixture
def stage(sales: PipelineRow) -> dict[str, int]:
    """The stages of the usual pipeline by name."""
    return {row.name: row.id for row in sales.stages}


WHOLE: dict[str, Any] = {"amount": "1200.00", "currency": "EUR", "close_date": "2026-06-30"}
"""What every stage of the usual pipeline asks for."""
