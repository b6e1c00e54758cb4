"""What deals that were opened in a period went through."""

from datetime import datetime

from sqlalchemy import select

from db.models import Deal, StageChange
from db.queries import Rows


def changes(pipeline_id: int, since: datetime | None, before: datetime | None, until: datetime) -> Rows:
    """The changes, up to an instant, of a pipeline's deals that were opened in a period, deal by deal."""
    columns = (StageChange.deal_id, StageChange.to_stage_id, StageChange.status, StageChange.changed_at)
    told = select(*columns).join(Deal, Deal.id == StageChange.deal_id)
    told = told.where(Deal.pipeline_id == pipeline_id, Deal.opened_at <= until)
    if since is not None:
        told = told.where(Deal.opened_at >= since)
    if before is not None:
        told = told.where(Deal.opened_at < before)
    told = told.where(StageChange.changed_at <= until)
    return told.order_by(StageChange.deal_id, StageChange.changed_at, StageChange.id)
