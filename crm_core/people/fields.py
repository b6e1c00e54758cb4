"""The fields of contacts and companies by their import names: which type each has, and where it is kept."""

from collections.abc import Mapping

from crm_core.people.rules import CHANNELS, LEAD_STATUSES, LIFECYCLES

CUSTOM = "custom."
"""What stands before the name of a custom field."""

CONTACT_TYPES: Mapping[str, str] = {
    "external_id": "code", "salutation": "text", "first_name": "name", "middle_name": "name",
    "last_name": "name", "full_name": "full_name", "job_title": "text", "department": "text",
    "company": "name", "email": "email", "email_secondary": "email", "phone": "phone", "mobile": "phone",
    "phone_secondary": "phone", "website": "url", "linkedin_url": "profile", "x_url": "profile",
    "facebook_url": "profile", "instagram_url": "profile", "street": "long_text", "city": "text",
    "state": "text", "postal_code": "code", "country": "country", "address": "long_text",
    "birthday": "birthday", "language": "language", "time_zone": "time_zone", "owner": "text",
    "source": "text", "lifecycle": "choice", "lead_status": "choice", "rating": "text", "industry": "text",
    "campaign": "text", "tags": "tags", "notes": "long_text", "likes": "long_text", "dislikes": "long_text",
    "email_consent": "consent", "opt_in_at": "instant", "unsubscribed": "yes_no",
    "subscription_status": "text", "card_number": "code", "created_at": "instant",
    "preferred_channel": "choice",
}  # fmt: skip

ACCOUNT_TYPES: Mapping[str, str] = {
    "external_id": "code", "company": "name", "website": "url", "industry": "text", "type": "text",
    "employees": "integer", "annual_revenue": "money", "phone": "phone", "street": "long_text",
    "city": "text", "state": "text", "postal_code": "code", "country": "country", "owner": "text",
    "parent": "name", "description": "long_text", "tags": "tags", "created_at": "instant",
}  # fmt: skip

OPTIONS: Mapping[str, tuple[str, ...]] = {
    "lifecycle": LIFECYCLES,
    "lead_status": LEAD_STATUSES,
    "preferred_channel": CHANNELS,
}

POINT_FIELDS: Mapping[str, str] = {
    "email_secondary": "email", "phone_secondary": "phone", "website": "website", "linkedin_url": "linkedin",
    "x_url": "x", "facebook_url": "facebook", "instagram_url": "instagram",
}  # fmt: skip
"""Fields that are kept as points, with the kind of the point."""

CONSENT_FIELDS = ("email_consent", "opt_in_at", "unsubscribed", "subscription_status")

CONTACT_COLUMNS = tuple(
    name
    for name in CONTACT_TYPES
    if name not in POINT_FIELDS
    and name not in CONSENT_FIELDS
    and name not in ("full_name", "company", "address", "owner", "tags", "created_at")
)
"""Fields of a contact that are columns of the same name."""

ACCOUNT_COLUMNS = tuple(
    name
    for name in ACCOUNT_TYPES
    if name not in ("company", "annual_revenue", "owner", "parent", "tags", "created_at")
)
"""Fields of a company that are columns of the same name."""
