"""Who bought after a campaign: kept with the recipient whenever an order is made, taken back or returned.

People who were held back are kept the same way: what they buy says what would have happened anyway.
"""

from crm_core.kernel.work import Work
from db.models import Activity
from db.queries import campaign_conversions as sql


def follow_order(work: Work, happened: Activity) -> None:
    """Bring the campaigns that reached the buyer in line with the orders as they stand now."""
    if happened.contact_id is None:
        return
    work.flush()
    for row, first, revenue in work.tuples(sql.of_contact(happened.contact_id)):
        row.is_converted, row.converted_at, row.revenue = first is not None, first, revenue
