"""What programs are answered, by name, and what they may ask for in the query; the description reads it."""

from collections.abc import Mapping
from typing import Final

from crm_core.activity.task_types import TaskRow
from crm_core.activity.types import Entry, InteractionDetail
from crm_core.api import (
    automation,
    campaign_follow_ups,
    campaign_results,
    campaigns,
    cases,
    coupons,
    deal_offers,
    deals,
    feedback,
    leads,
    points,
    referrals,
    rewards,
    saved_reports,
    status,
)
from crm_core.api.commerce_views import OrderListed, OrderView, ProductListed, ProductView
from crm_core.api.exports import COPY_INNER
from crm_core.api.forecasts import ForecastReport, GoalProgress
from crm_core.api.kinds import Json
from crm_core.api.kpis import ASKED as KPIS_ASKED
from crm_core.api.kpis import KeyFigure
from crm_core.api.quality import QualityReport
from crm_core.data.copies import CopyDetail
from crm_core.data.exports import ExportDetail
from crm_core.data.import_types import OUTCOMES, ImportDetail, ImportEntry, ImportLine
from crm_core.marketing.segment_types import SegmentRow
from crm_core.people.listing import SORTS, ContactRow
from crm_core.people.types import (
    AccountContact,
    AccountRow,
    CustomFieldRow,
    TagRow,
)
from crm_core.sales.lead_types import Arrived, LeadRow
from crm_core.sales.types import DealRow, PipelineRow, StageStay

ID_AND_NAME: Final = {"id": {"type": "integer"}, "name": {"type": "string"}}
ME: Final[Json] = {
    "type": "object",
    "properties": ID_AND_NAME
    | {
        "role": {"type": "string"},
        "reach": {"enum": ["own", "team", "all"]},
        "permissions": {"type": "array", "items": {"type": "string"}},
    },
}
FINISHED: Final[Json] = {
    "type": "object",
    "properties": {name: {"type": ["integer", "null"]} for name in ("next_id", "interaction_id")},
}
ERROR: Final[Json] = {
    "type": "object",
    "required": ["error", "detail", "fields"],
    "properties": {
        "error": {"type": "string", "description": "For programs: NotFound, Invalid, Conflict, …"},
        "detail": {"type": "string", "description": "For people: what is wrong, and how to go on."},
        "fields": {"type": "object", "additionalProperties": {"type": "string"}},
        "theirs": {"type": "object", "description": "At a conflict: what is stored."},
        "reference": {"type": "string", "description": "At a fault: what to tell the administrator."},
    },
}  # fmt: skip
SHAPES: Final[Mapping[str, tuple[type, tuple[str, ...]]]] = {
    "Interaction": (InteractionDetail, ()),
    "Entry": (Entry, ()),
    "Task": (TaskRow, ()),
    "AccountContact": (AccountContact, ()),
    "Tag": (TagRow, ()),
    "CustomField": (CustomFieldRow, ()),
    "ImportEntry": (ImportEntry, ()),
    "ImportLine": (ImportLine, ()),
    "Import": (ImportDetail, ("layout", "summary")),
    "Export": (ExportDetail, ("digest",)),
    "Copy": (CopyDetail, COPY_INNER),
    **deal_offers.SHAPES,
    "QualityReport": (QualityReport, ()),
    "ForecastReport": (ForecastReport, ()),
    "GoalProgress": (GoalProgress, ()),
    "KeyFigure": (KeyFigure, ()),
    "ContactRow": (ContactRow, ("custom", "owner_id", "deleted_at")),
    "AccountRow": (AccountRow, ("owner_id",)),
    "Lead": (LeadRow, leads.INNER),
    "ArrivedLead": (Arrived, leads.INNER),
    "DealRow": (DealRow, deals.INNER),
    "Deal": (DealRow, deals.INNER),
    "StageStay": (StageStay, ("amount",)),
    "Pipeline": (PipelineRow, ()),
    "ProductRow": (ProductListed, ()),
    "Product": (ProductView, ()),
    "Segment": (SegmentRow, ()),
    **automation.SHAPES,
    **status.SHAPES,
    **points.SHAPES,
    **coupons.SHAPES,
    **rewards.SHAPES,
    **saved_reports.SHAPES,
    **referrals.SHAPES,
    **campaign_results.SHAPES,
    **campaigns.SHAPES,
    **cases.SHAPES,
    **feedback.SHAPES,
    **campaign_follow_ups.SHAPES,
    "OrderRow": (OrderListed, ()),
    "Order": (OrderView, ()),
}
"""What is answered, by name: the dataclass, and which of its fields are not shown."""

MORE: Final[Mapping[str, Json]] = {
    "Import": {
        "unmapped": {"type": "array", "items": {"type": "string"}},
        "refused_rows_url": {"type": "string"},
    },
    "Export": {"sha256": {"type": "string"}, "url": {"type": "string"}},
    "Copy": {"url": {"type": ["string", "null"]}},
    **deal_offers.SHOWN,
    **cases.SHOWN,
    "ContactRow": {"owner": {"type": ["integer", "null"]}},
    "Lead": leads.SHOWN,
    "ArrivedLead": leads.ARRIVED,
    "DealRow": deals.SHOWN,
    "Deal": deals.SHOWN | deals.WHOLE,
    "StageStay": {"amount": {"type": ["string", "null"]}},
    "AccountRow": {"owner": {"type": ["integer", "null"]}, "company": {"type": "string"}},
}  # fmt: skip
QUERY: Final[Mapping[str, tuple[Json, str]]] = {
    "q": ({"type": "string"}, "Words to find, in any field that is searched."),
    "where": ({"type": "string"}, "A rule, as in: country is DE and created in_the_last_days 30"),
    "sort": ({"type": "string"}, f"One of {', '.join(SORTS)}; a leading “-” turns the order round."),
    "state": ({"type": "string"}, "Only those in this state."),
    "status": ({"type": "string"}, "In which state: a task open or done, an order paid, …"),
    "owner": ({"type": "string"}, "Whose: me, or the id of a user."),
    "due": ({"enum": ["overdue", "today", "upcoming", "undated"]}, "When it is due."),
    **KPIS_ASKED,
    **deals.ASKED,
    **leads.ASKED,
    **cases.ASKED,
    "page": ({"type": "integer", "minimum": 1}, "Which page, from 1."),
    "size": ({"type": "integer", "minimum": 1, "maximum": 500}, "Records a page; 50 where it is not said."),
    "group": ({"type": "string"}, "One kind of entry, such as Calls."),
    "outcome": ({"type": "string"}, f"One of {', '.join(OUTCOMES.values())}, kept, warning."),
    "record": ({"enum": ["contacts", "accounts"]}, "Whose fields."),
    "even_if_duplicate": ({"type": "boolean"}, "Create it although the same record seems to exist."),
    "kind": ({"enum": ["contacts", "accounts"]}, "What the file holds."),
    "file_name": ({"type": "string"}, "The name of the file; its ending helps to read it."),
    "encoding": ({"type": "string"}, "Where the file does not say it."),
    "category": ({"type": "string"}, "Only products of this category."),
    "active": ({"type": "boolean"}, "Only products that are sold, or only those that are not."),
    "from": ({"type": "string", "format": "date"}, "The first day, in the company's time zone."),
    "to": ({"type": "string", "format": "date"}, "The last day, in the company's time zone."),
    "channel": ({"type": "string"}, "Only what came by this channel."),
    "contact_id": ({"type": "integer", "minimum": 1}, "Only those of this contact."),
    "account_id": ({"type": "integer", "minimum": 1}, "Only those of this company."),
    "product_id": ({"type": "integer", "minimum": 1}, "Only those with this product."),
    "sheet": ({"type": "string"}, "Of a workbook."),
    "as_of": ({"type": "string", "format": "date"}, "As it would have been told at the end of this day."),
    "by": ({"enum": ["month", "quarter"]}, "How long periods are."),
    "periods": ({"type": "integer", "minimum": 1, "maximum": 24}, "How many, the present one included."),
    "measure": ({"type": "string"}, "One of the numbers in `counts`; `people` if not said."),
    "variant": ({"type": "string"}, "The name of a variant; all but the hold-out if not said."),
}
