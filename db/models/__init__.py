"""All tables."""

from db.models.activity import Activity, Interaction
from db.models.data import Export, Import, ImportChunk, ImportMapping, ImportRow
from db.models.duplicates import DuplicatePair, DuplicateRun, Merge
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
from db.models.team import ApiToken, IdempotencyKey, Setting, SignIn, SignInAttempt, Team, User

__all__ = [
    "Account",
    "AccountTag",
    "Activity",
    "ApiToken",
    "Consent",
    "Contact",
    "ContactCount",
    "ContactPoint",
    "ContactTag",
    "CustomField",
    "DuplicatePair",
    "DuplicateRun",
    "Export",
    "IdempotencyKey",
    "Import",
    "ImportChunk",
    "ImportMapping",
    "ImportRow",
    "Interaction",
    "Merge",
    "SavedView",
    "Setting",
    "SignIn",
    "SignInAttempt",
    "Tag",
    "Team",
    "User",
]
