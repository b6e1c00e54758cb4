"""Names that mean different things in different files, settled by the other columns and by the cells."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from crm_core.data import looks
from crm_core.data.column_names import compact
from crm_core.data.synonyms import Meaning

if TYPE_CHECKING:
    from crm_core.data.mapping import Column, Guess

_NAME = frozenset(("name", "nom", "naam", "nombre", "nome"))
_TITLE = frozenset(("title", "titel", "titre", "titulo", "titolo"))
_URL = frozenset(("url", "profileurl", "profile", "link", "profillink", "profil"))
_REGION = frozenset(("region", "state", "country", "city"))
_GEO = frozenset(("latitude", "longitude", "gmtoff", "dstoff", "euid", "leid"))
_SHOP = frozenset(("financialstatus", "lineitemname", "lineitemquantity"))
_DISCOUNT = frozenset(
    ("discount", "discounts", "rabatt", "remise", "descuento", "sconto", "korting", "desconto")
)
_ADDRESS = frozenset(("address", "adresse", "anschrift", "direccion", "indirizzo", "adres", "endereco",
"morada",
                      "postaladdress", "mailingaddress", "domicilio", "postadresse",
                      "adressepostale"))  # fmt: skip
_FEW_DIGITS = 2
_TELLING = {
    "contacts": {"first_name": 4, "last_name": 4, "full_name": 1, "email": 2, "mobile": 2, "birthday": 3,
    "job_title": 3,
                 "salutation": 2, "email_consent": 2, "unsubscribed": 2, "linkedin_url": 2, "lead_status": 1},
    "accounts": {"employees": 4, "annual_revenue": 4, "industry": 2, "parent": 3, "company": 2, "website":
    1, "type": 1}, "products": {"sku": 3, "unit_price": 3, "cost": 3, "category": 2, "product": 2,
    "active": 1}, "deals": {"stage": 4, "pipeline": 4, "probability": 4, "close_date": 4, "lost_reason": 4,
    "won_at": 3, "entered_at": 3, "deal": 2},
    "orders": {"order_id": 2, "order_date": 2, "quantity": 4, "refunded": 4,
    "coupon": 2, "unit_price": 1,
               "customer_external_id": 2, "discount": 2, "amount": 2, "currency": 1},
    "interactions": {"duration": 4, "direction": 5, "outcome": 4, "subject": 4, "type": 2, "contact_email":
    1}, "users": {"username": 4, "team": 4, "manager": 4, "role": 2, "region": 1},
    "campaign-results": {"sent_at": 4, "opened_at": 5, "clicked_at": 5, "bounced_at": 4, "variant": 3,
    "campaign": 3,
                         "visited": 3, "converted": 3},
}  # fmt: skip


def settle(kind: str, columns: "Sequence[Column]") -> "list[Column]":
    """The columns with their ambiguous names decided."""
    names = {compact(column.name) for column in columns}
    fields = {one.field for column in columns for one in column.meanings if one.score >= 0.7}
    return [_settled(kind, column, names, fields) for column in columns]


def evidence(kind: str, guesses: "Sequence[Guess]") -> float:
    """How much the mapped columns speak for a kind."""
    mapped = {guess.field: guess.confidence for guess in guesses if guess.field}
    telling = sum(weight * mapped[field] for field, weight in _TELLING[kind].items() if field in mapped)
    return telling + 0.25 * sum(mapped.values())


def telling(kind: str) -> dict[str, int]:
    """The fields that speak for a kind more than for others, with their weights."""
    return _TELLING[kind]


def _settled(kind: str, column: "Column", names: set[str], fields: set[str]) -> "Column":
    name = compact(column.name)
    rule = next((rule for words, rule in _RULES.get(kind, ()) if name in words), None)
    decided = rule(Case(column, names, fields)) if rule else None
    if decided is not None:
        return replace(
            column, meanings=decided, how="The name and the other columns say so", ignored=not decided
        )
    if kind == "contacts" and looks.are_dates(column.cells):
        return _moments(column)
    return column


def _moments(column: "Column") -> "Column":
    """Consent columns with dates in them tell when, not whether."""
    when = tuple(
        one._replace(field="opt_in_at") if one.field == "email_consent" else one for one in column.meanings
    )
    scored = tuple(one._replace(score=0.9) if one.field == "opt_in_at" else one for one in when)
    return replace(column, meanings=scored)


Decision = tuple[Meaning, ...] | None


@dataclass(frozen=True, slots=True)
class Case:
    """A column to be settled, the compact names of all columns, and the fields they are likely to fill."""

    column: "Column"
    names: set[str]
    fields: set[str]


def _birthday(case: Case) -> Decision:
    """`Birth Day` beside year and month is the day alone."""
    return (Meaning("birth_day", 0.95),) if {"birth_month", "birth_year"} <= case.fields else None


def _name(case: Case) -> Decision:
    """`Name` beside a first name only is the last name, beside a last name only the first, else the whole."""
    first, last = "first_name" in case.fields, "last_name" in case.fields
    if first and not last:
        return (Meaning("last_name", 0.9),)
    if last and not first:
        return (Meaning("first_name", 0.9),)
    return (Meaning("full_name", 0.95),)


def _title(case: Case) -> Decision:
    """`Title` is a job title when there is no other column for one and its cells are not honorifics."""
    if looks.are_salutations(case.column.cells) or "job_title" in case.fields:
        return () if "salutation" in case.fields else (Meaning("salutation", 0.85),)
    return (Meaning("job_title", 0.85),)


def _url(case: Case) -> Decision:
    for field in ("linkedin_url", "facebook_url", "instagram_url"):
        if looks.are_profiles(case.column.cells, field):
            return (Meaning(field, 0.95),)
    if "connectedon" in case.names:
        return (Meaning("linkedin_url", 0.9),)
    return (Meaning("website", 0.85),) if not looks.are_profiles(case.column.cells, "://x.com") else None


def _region(case: Case) -> Decision:
    """Where the file has coordinates of the last click, its region is a guess by address, not an address."""
    return () if case.names & _GEO else None


def _address(case: Case) -> Decision:
    """`Address` is the street where the town has a column of its own, else the whole in one line."""
    has_parts = bool(case.fields & {"city", "postal_code"})
    return (Meaning("street", 0.9),) if has_parts else (Meaning("address", 0.9), Meaning("street", 0.6))


def _order_name(case: Case) -> Decision:
    """Shops call the order number `Name`."""
    is_shop = not case.column.cells and (bool(case.names & _SHOP) or "order_id" not in case.fields)
    if looks.are_order_names(case.column.cells) or is_shop:
        return (Meaning("order_id", 1.0),)
    return (Meaning("full_name", 0.85),)


def _item(case: Case) -> Decision:
    """`Item #` beside the name of the item is its place in the order."""
    return () if case.names & {"itemname", "itemtitle", "productname"} else None


def _invoice(case: Case) -> Decision:
    """Payment services number every payment; an invoice may be paid in several, or have no number."""
    return () if "transactionid" in case.names else None


def _discount(case: Case) -> Decision:
    """Beside price and quantity, discounts between 0 and 1 are shares of the line and no amounts."""
    cells = case.column.cells
    is_line = {"unit_price", "quantity"} <= case.fields
    if is_line and (looks.are_shares(cells) or any(cell.endswith("%") for cell in cells)):
        return (Meaning("discount_rate", 0.95),)
    return None


def _contacts_made(case: Case) -> Decision:
    """`Campaign` with small whole numbers counts how often somebody was called; campaigns have names."""
    cells = case.column.cells
    return () if cells and all(cell.isdigit() and len(cell) <= _FEW_DIGITS for cell in cells) else None


_RULES: dict[str, tuple[tuple[frozenset[str], Callable[[Case], Decision]], ...]] = {
    "contacts": (
        (_NAME, _name),
        (_TITLE, _title),
        (_URL, _url),
        (_REGION, _region),
        (_ADDRESS, _address),
        (frozenset(("birthday",)), _birthday),
    ),
    "accounts": ((_ADDRESS, _address),),
    "campaign-results": ((frozenset(("campaign",)), _contacts_made),),
    "orders": (
        (_NAME, _order_name),
        (_DISCOUNT, _discount),
        (frozenset(("item",)), _item),
        (frozenset(("invoicenumber",)), _invoice),
    ),
}
