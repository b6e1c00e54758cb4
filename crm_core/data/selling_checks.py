"""What is looked at in deals, orders and products; see ``quality_checks``."""

from typing import Final

from crm_core.data.check_types import Check

DEALS: Final = (
    Check("close_date_past", "They are open, but their close date is past", "stale", 4, 20,
          "close date that is still to come", ("close_soon",)),
    Check("no_next_step", "They are open, but nothing is planned", "missing", 4, 20, "next step"),
    Check("no_amount", "They have no amount", "missing", 3, 15, "amount"),
    Check("no_close_date", "They have no close date", "missing", 2, 15, "close date", ("close_soon",)),
    Check("no_customer", "They belong to no customer", "missing", 4, 10, "customer"),
    Check("no_contact", "Nobody at the company is named", "missing", 2, 10, "contact"),
    Check("no_owner", "Nobody works on them", "ownerless", 4, 10, "owner", ("assign",)),
    Check("no_lost_reason", "They were lost, but nobody said why", "missing", 2),
)  # fmt: skip
ORDERS: Final = (
    Check("no_customer", "They belong to no customer", "missing", 4, 40, "customer"),
    Check("no_lines", "They have no lines", "contradictory", 3, 30, "lines"),
    Check("no_seller", "Nobody is named who sold them", "ownerless", 1, 30, "seller",
          ("seller_of_customer",)),
    Check("unpaid", "They were placed over a month ago, and are not paid", "stale", 3),
)  # fmt: skip
PRODUCTS: Final = (
    Check("no_price", "They have no price", "missing", 4, 40, "price"),
    Check("no_category", "They stand in no category", "missing", 2, 20, "category", ("category_of_kin",)),
    Check("no_cost", "What they cost is not known, so their margin is not either", "missing", 2, 20, "cost"),
    Check("no_sku", "They have no article number", "missing", 1, 20, "article number"),
    Check("below_cost", "They are sold for less than they cost", "contradictory", 4),
)  # fmt: skip
