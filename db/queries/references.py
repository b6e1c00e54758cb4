"""Whom and what the rows of a file name: customers, products, sellers, by everything they are known by."""

from collections.abc import Collection

from sqlalchemy import select

from db.models import Account, Contact, Product, User
from db.queries import Rows
from db.queries.lists import listed


def contacts_by_external_id(origin: str, values: Collection[str]) -> Rows:
    """Contacts that came from this system with one of these ids: (id there, id, import)."""
    columns = (Contact.external_id, Contact.id, Contact.import_id)
    return select(*columns).where(Contact.origin == origin, listed(Contact.external_id, values))


def contacts_by_email(values: Collection[str]) -> Rows:
    """Contacts with one of these as their main address, the latest first: (address, id, import)."""
    columns = (Contact.email, Contact.id, Contact.import_id)
    return select(*columns).where(listed(Contact.email, values)).order_by(Contact.id.desc())


def contacts_by_name(keys: Collection[str]) -> Rows:
    """Contacts with one of these folded names: (folded name, id, import)."""
    columns = (Contact.name_key, Contact.id, Contact.import_id)
    return select(*columns).where(listed(Contact.name_key, keys)).order_by(Contact.id)


def companies_of(contact_ids: Collection[int]) -> Rows:
    """The companies that these contacts belong to: (contact, company)."""
    return select(Contact.id, Contact.account_id).where(listed(Contact.id, contact_ids))


def names_of(account_ids: Collection[int]) -> Rows:
    """The names of these companies: (id, name, import)."""
    return select(Account.id, Account.name, Account.import_id).where(listed(Account.id, account_ids))


def products_by_sku(values: Collection[str]) -> Rows:
    """Products with one of these article numbers: (number, id, number, import)."""
    columns = (Product.sku, Product.id, Product.sku, Product.import_id)
    return select(*columns).where(listed(Product.sku, values)).order_by(Product.id)


def products_by_name(keys: Collection[str]) -> Rows:
    """Products with one of these names, folded without blanks: the oldest first: (name, id,
    article number, import)."""
    columns = (Product.name_key, Product.id, Product.sku, Product.import_id)
    return select(*columns).where(listed(Product.name_key, keys)).order_by(Product.id)


def products(ids: Collection[int]) -> Rows:
    """What these products are called and cost: (id, name, price, currency)."""
    columns = (Product.id, Product.name, Product.unit_price, Product.currency)
    return select(*columns).where(listed(Product.id, ids))


def sellers() -> Rows:
    """Everybody who sold something, also those who cannot sign in: (id, e-mail, sign-in name, name)."""
    return select(User.id, User.email, User.username, User.name).order_by(User.id)
