"""The contacts of a set of customers, for statements that are about these alone."""

from sqlalchemy import func, select

from db.models import Account, Contact, Order
from db.queries import Rows
from db.queries.facts import looked_up, ordered_products
from db.queries.rules import condition
from db.rule_tree import Moment, Rule


def chosen(rule: Rule | None, moment: Moment, product_id: int | None, country: str) -> Rows:
    """Contacts that a rule matches, who ordered a product, and whose country (else that of their company) it
    is; None or empty does not narrow."""
    found = select(Contact.id)
    if rule is not None:
        found = found.where(condition(rule, moment))
    if product_id is not None:
        counted = (Order.contact_id.is_not(None), Order.status != "cancelled")
        buyers = select(Order.contact_id).where(Order.id.in_(ordered_products(product_id)), *counted)
        found = found.where(Contact.id.in_(buyers))
    if country:
        of_company = looked_up(Account, "country", Contact.account_id.expression)
        found = found.where(func.coalesce(func.nullif(Contact.country, ""), of_company) == country)
    return found
