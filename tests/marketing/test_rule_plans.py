"""Rules about purchases are answered from indexes, not by reading all orders and lines."""

import pytest
from sqlalchemy import select, text

from crm_core.kernel.work import begin
from crm_core.marketing import rule_text
from db.models import Contact
from db.queries.rules import condition
from db.rule_tree import Moment
from db.session import current
from tests.marketing.buying_world import BuyingWorld
from tests.people import MONDAY, Cast


@pytest.mark.parametrize(
    ("line", "index"),
    [
        ("has purchases (product is CUP-1)", "ix_order_lines_bought"),
        ("has purchases (category is Tea)", "ix_order_lines_bought"),
        ("orders.last in_the_last_days 3", "ix_purchase_totals_last_at_contact_id"),
        ("orders.revenue more_than 900", "COVERING INDEX ix_purchase_totals"),
        ("orders.last more_than_days_ago 90", "COVERING INDEX ix_purchase_totals_sums"),
        (
            "has purchases (category is Tea and ordered in_the_last_days 90)",
            "COVERING INDEX ix_order_lines_bought",
        ),
    ],
)
def test_typical_rules_use_an_index_on_sqlite(cast: Cast, line: str, index: str) -> None:
    if not current().is_sqlite:
        pytest.skip("with so few rows Postgres rightly reads them all; its plans are looked at by the bench")
    with begin(cast.olga) as work:
        BuyingWorld(work)
        asked = select(Contact.id).where(
            condition(rule_text.read(line), Moment(MONDAY.date(), "UTC", None, "EUR"))
        )
        sentence = str(asked.compile(work.session.get_bind(), compile_kwargs={"literal_binds": True}))
        plan = " ".join(row[-1] for row in work.session.execute(text(f"EXPLAIN QUERY PLAN {sentence}")))

    assert index in plan
