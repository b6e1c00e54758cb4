"""Which column answers for which field of a rule, and the few functions that the engines name differently."""

from typing import Any

from sqlalchemy import ColumnElement, Float, String, case, cast, collate, func, literal, select

from db.models import Account, Contact
from db.session import current

CONTACT: dict[str, Any] = {
    **{
        name: getattr(Contact, name)
        for name in (
            "name", "first_name", "middle_name", "last_name", "salutation", "job_title", "department",
            "company", "street", "city", "state", "postal_code", "lead_status", "rating", "source",
            "campaign", "industry", "likes", "dislikes", "notes", "card_number", "external_id", "origin",
            "time_zone", "lifecycle", "country", "language", "email_opt", "preferred_channel",
        )
    },
    "owner": Contact.owner_id,
    "created": Contact.created_at,
    "updated": Contact.updated_at,
    "last_touch": Contact.last_touch_at,
    "birthday": Contact.birth_day,
    "sample": Contact.is_sample,
    "import": Contact.import_id,
}  # fmt: skip
ACCOUNT: dict[str, Any] = {
    "company.industry": Account.industry,
    "company.type": Account.type,
    "company.city": Account.city,
    "company.website": Account.website,
    "company.country": Account.country,
    "company.employees": Account.employees,
    "company.annual_revenue": Account.annual_revenue / 100.0,
}
POINTS: dict[str, tuple[Any, ...]] = {
    "email": (Contact.email,),
    "phone": (Contact.phone, Contact.mobile),
    "website": (),
    "linkedin": (),
    "x": (),
    "facebook": (),
    "instagram": (),
}

_JSON_TYPES = {
    "number": ("number", ("integer", "real")),
    "yes_no": ("boolean", ("true", "false")),
    "many": ("array", ("array",)),
}


def lowered(column: Any) -> ColumnElement[str]:
    """The text with A to Z in lower case, and no other letter changed, on both engines."""
    return func.lower(column) if current().is_sqlite else func.lower(collate(column, "C"))


def position(text: Any, part: str) -> ColumnElement[int]:
    """Where a part begins inside a text, from 1; 0 when it is not there."""
    return func.instr(text, part) if current().is_sqlite else func.strpos(text, part)


def custom(name: str, kind: str) -> Any:
    """The value of an added field, or null when there is none of this kind."""
    value = Contact.custom[name]
    if kind not in _JSON_TYPES:
        return value.as_string()
    on_postgres, on_sqlite = _JSON_TYPES[kind]
    if current().is_sqlite:
        fits: ColumnElement[bool] = func.json_type(Contact.custom, f'$."{name}"').in_(on_sqlite)
    else:
        fits = func.jsonb_typeof(value) == on_postgres
    if kind == "number":
        return case((fits, cast(value.as_string(), Float)))
    return case((fits, value.as_boolean() if kind == "yes_no" else value))


def list_is_filled(column: Any) -> ColumnElement[bool]:
    """Does the list of choices hold anything?"""
    length = func.json_array_length(column) if current().is_sqlite else func.jsonb_array_length(column)
    return func.coalesce(length, 0) > 0


def list_holds(column: Any, value: str) -> ColumnElement[bool]:
    """Is this choice among those of the list?"""
    if current().is_sqlite:
        each = func.json_each(column).table_valued("value")
        return select(each.c.value).where(each.c.value == value).exists()
    return func.coalesce(func.jsonb_exists(column, cast(literal(value), String)), False)
