"""What hangs on a deal or a company, so that a conversion is taken back only while nothing does."""

from sqlalchemy import func, literal, select, union_all

from db.models import Account, Activity, Contact, Deal, DealLine, Order, Quote, StageChange, Task
from db.queries import Rows


def ties_of_deal(deal_id: int) -> Rows:
    """Something that was done with a deal after it was made; no row when nothing was."""
    later = select(func.count()).select_from(StageChange).where(StageChange.deal_id == deal_id)
    traces = select(func.count()).select_from(Activity)
    traces = traces.where(Activity.subject_type == "deals", Activity.subject_id == deal_id)
    parts = [
        select(literal(1)).where(later.scalar_subquery() > 1),
        select(literal(1)).where(traces.scalar_subquery() > 1),
        *(select(literal(1)).where(model.deal_id == deal_id) for model in (DealLine, Quote, Task, Order)),
    ]
    return select(union_all(*parts).subquery().c[0]).limit(1)


def ties_of_account(account_id: int) -> Rows:
    """Something that belongs to a company; no row when nothing does."""
    parts = [
        select(literal(1)).where(model.account_id == account_id) for model in (Contact, Deal, Order, Task)
    ]
    parts.append(select(literal(1)).where(Account.parent_id == account_id))
    return select(union_all(*parts).subquery().c[0]).limit(1)
