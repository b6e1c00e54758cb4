"""All tables."""

from db.models.activity import Activity, Interaction, Task
from db.models.channels import Mail
from db.models.commerce import Order, OrderLine, OrderReturn, Product, ProductPrice, PurchaseTotal
from db.models.copies import Copy
from db.models.data import Export, Import, ImportChunk, ImportMapping, ImportRow
from db.models.duplicates import DuplicatePair, DuplicateRun, Merge
from db.models.goals import FittedModel, ForecastSnapshot, Goal
from db.models.leads import AssignmentRule, FormSubmission, LeadConversion, LeadScore, WebForm
from db.models.marketing import (
    Campaign,
    CampaignVariant,
    Segment,
    SegmentDay,
    SegmentStay,
    Template,
)
from db.models.people import (
    Account,
    AccountTag,
    Consent,
    Contact,
    ContactCount,
    ContactPoint,
    ContactTag,
    CustomField,
    SavedView,
    Tag,
)
from db.models.quality import QualityDay, QualityDismissal, QualityRun
from db.models.recipients import CampaignEvent, IncomingMail, Recipient, Suppression, TrackedLink
from db.models.sales import Deal, DealContact, DealLine, Pipeline, Quote, Stage, StageChange
from db.models.team import (
    ApiToken,
    CalendarFeed,
    IdempotencyKey,
    Notice,
    Setting,
    SignIn,
    SignInAttempt,
    Team,
    User,
)

__all__ = [
    "Account",
    "AccountTag",
    "Activity",
    "ApiToken",
    "AssignmentRule",
    "CalendarFeed",
    "Campaign",
    "CampaignEvent",
    "CampaignVariant",
    "Consent",
    "Contact",
    "ContactCount",
    "ContactPoint",
    "ContactTag",
    "Copy",
    "CustomField",
    "Deal",
    "DealContact",
    "DealLine",
    "DuplicatePair",
    "DuplicateRun",
    "Export",
    "FittedModel",
    "ForecastSnapshot",
    "FormSubmission",
    "Goal",
    "IdempotencyKey",
    "Import",
    "ImportChunk",
    "ImportMapping",
    "ImportRow",
    "IncomingMail",
    "Interaction",
    "LeadConversion",
    "LeadScore",
    "Mail",
    "Merge",
    "Notice",
    "Order",
    "OrderLine",
    "OrderReturn",
    "Pipeline",
    "Product",
    "ProductPrice",
    "PurchaseTotal",
    "QualityDay",
    "QualityDismissal",
    "QualityRun",
    "Quote",
    "Recipient",
    "SavedView",
    "Segment",
    "SegmentDay",
    "SegmentStay",
    "Setting",
    "SignIn",
    "SignInAttempt",
    "Stage",
    "StageChange",
    "Suppression",
    "Tag",
    "Task",
    "Team",
    "Template",
    "TrackedLink",
    "User",
    "WebForm",
]
