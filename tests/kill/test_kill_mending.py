"""A worker is killed while orders come in, and while many records are mended: nothing is left half done."""

import os
import random
import time
from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import func, select

from crm_core.data import imports, quality_runs
from crm_core.data.quality_repairs import Order as Mending
from crm_core.kernel.access import SYSTEM
from crm_core.kernel.work import begin
from db.models import Activity, Contact, Order, OrderLine
from db.session import Database
from tests.data.importing import draft, inbox, table
from tests.data.test_import_orders import sums_are_right
from tests.kill.workers import wait, worker
from tests.people import MONDAY, hire

__all__ = ["inbox"]

pytestmark = pytest.mark.one_engine

KILLS = int(os.environ.get("CRM_TEST_KILLS", "1"))
ORDERS = 2_100 * KILLS
"""More than a worker stores at once."""

PEOPLE = 600 + 500 * KILLS
"""More than are mended at once, so that a worker does it, part by part."""


def _until(own_database: Database, is_over: Callable[[], bool], progress: Callable[[], Any]) -> int:
    """Kill the worker behind the first step of each life; returns how often, before it was over."""
    dice, kills = random.Random(7), 0  # noqa: S311 - dice, no secrets
    while not is_over():
        with worker(own_database.url) as process:
            before = progress()
            wait(lambda before=before: is_over() or progress() != before)
            if kills < KILLS:
                time.sleep(dice.random() / 10)  # another moment of the work each time
                process.kill()
                kills += 1
            else:
                wait(is_over)
    return kills


@pytest.mark.kill
def test_killed_while_orders_come_in(own_database: Database, inbox: Any) -> None:
    olga = hire().olga
    rows = [
        (f"N{at // 2}", "2026-03-01", f"buyer{at // 2 % 300}@x.test", f"Ware {at % 20}", "2", "10.00")
        for at in range(ORDERS)
    ]
    columns = ("Order ID", "Order date", "Customer email", "Product", "Quantity", "Unit price")
    import_id = draft(olga, table(inbox, columns, rows), "orders")
    imports.run(olga, import_id)

    kills = _until(
        own_database, lambda: imports.get(olga, import_id).state == "done",
        lambda: imports.get(olga, import_id).rows_done,
    )  # fmt: skip

    assert kills == KILLS
    with begin(SYSTEM, write=False) as work:
        assert work.scalar(select(func.count(Order.number.distinct()))) == ORDERS // 2
        assert work.scalar(select(func.count()).select_from(Order)) == ORDERS // 2
        assert work.scalar(select(func.count()).select_from(OrderLine)) == ORDERS
        assert work.scalar(select(func.sum(Order.total))) == ORDERS * 2_000
    assert sums_are_right()


@pytest.mark.kill
def test_killed_while_many_records_are_mended_and_given_back(own_database: Database) -> None:
    olga = hire().olga
    names = ("name", "name_key", "first_name", "last_name", "lifecycle", "created_at", "updated_at")
    with begin(olga) as work:
        for at in range(PEOPLE):
            values = (f"ANNA BERG{at}", f"anna berg{at}", "ANNA", f"BERG{at}", "lead", MONDAY, MONDAY)
            work.add(Contact(**dict(zip(names, values, strict=True)), owner_id=olga.id))
    mending = Mending("contacts", "name_case", "recase_names")

    run = quality_runs.repair(olga, mending)
    kills = _until(
        own_database, lambda: quality_runs.get(olga, run.id).is_over,
        lambda: quality_runs.get(olga, run.id).done,
    )  # fmt: skip

    assert kills == KILLS
    assert quality_runs.get(olga, run.id).done == PEOPLE
    with begin(SYSTEM, write=False) as work:
        mended = select(func.count()).where(Contact.first_name == "Anna", Contact.last_name.like("Berg%"))
        assert work.scalar(mended) == PEOPLE
        traces = select(func.count(), func.count(Activity.subject_id.distinct())).where(
            Activity.subject_type == "contacts", Activity.name == "contact.changed"
        )
        assert tuple(work.tuples(traces)[0]) == (PEOPLE, PEOPLE)

    back = quality_runs.undo(olga, run.id)
    _until(
        own_database, lambda: quality_runs.get(olga, back.id).is_over,
        lambda: quality_runs.get(olga, back.id).done,
    )  # fmt: skip
    with begin(SYSTEM, write=False) as work:
        given_back = select(func.count()).where(Contact.first_name == "ANNA", Contact.name.like("ANNA BERG%"))
        assert work.scalar(given_back) == PEOPLE
