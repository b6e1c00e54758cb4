"""Products, deals, orders and touchpoints by their ids, some at a time, as exports write them."""

from collections.abc import Collection
from typing import Any

from sqlalchemy import ColumnElement, inspect, select

from db.models import (
    Account,
    Contact,
    Deal,
    DealLine,
    Interaction,
    Order,
    OrderLine,
    Pipeline,
    Product,
    Stage,
    User,
)
from db.queries import Rows
from db.queries.lists import listed

MODELS: dict[str, Any] = {"products": Product, "deals": Deal, "orders": Order, "interactions": Interaction}
_WHO = (
    Account.name.label("company"), Contact.name.label("person"), Contact.email.label("email"),
    Contact.external_id.label("customer_external_id"), User.name.label("user"),
)  # fmt: skip


def after(kind: str, above: int, limit: int, *wanted: ColumnElement[bool]) -> Rows:
    """The next records of a kind above an id, with the names of those that they refer to."""
    model = MODELS[kind]
    statement = select(*_columns(model)) if kind == "products" else _with_names(kind, model)
    return statement.where(model.id > above, *wanted).order_by(model.id).limit(limit)


def lines_of_orders(order_ids: Collection[int]) -> Rows:
    """The lines of orders with their article numbers, in their order."""
    names = ("order_id", "name", "quantity", "unit_price", "discount", "total")
    columns = (*(getattr(OrderLine, name) for name in names), Product.sku, Product.category)
    statement = select(*columns).outerjoin(Product, Product.id == OrderLine.product_id)
    return statement.where(listed(OrderLine.order_id, order_ids)).order_by(
        OrderLine.order_id, OrderLine.position, OrderLine.id
    )


def lines_of_deals(deal_ids: Collection[int]) -> Rows:
    """What deals are about: (deal, name), in their order."""
    statement = select(DealLine.deal_id, DealLine.name).where(listed(DealLine.deal_id, deal_ids))
    return statement.order_by(DealLine.deal_id, DealLine.position, DealLine.id)


def _columns(model: Any) -> list[Any]:
    """The columns of a mapped class: whose rows they are is decided by the session."""
    return [getattr(model, attribute.key) for attribute in inspect(model).column_attrs]


def _with_names(kind: str, model: Any) -> Rows:
    seller = model.owner_id if kind == "deals" else model.actor_id
    more = (Pipeline.name.label("pipeline"), Stage.name.label("stage")) if kind == "deals" else ()
    statement = select(*_columns(model), *_WHO, *more).select_from(model)
    statement = statement.outerjoin(Account, Account.id == model.account_id)
    statement = statement.outerjoin(Contact, Contact.id == model.contact_id).outerjoin(
        User, User.id == seller
    )
    if kind == "deals":
        statement = statement.join(Pipeline, Pipeline.id == Deal.pipeline_id).join(
            Stage, Stage.id == Deal.stage_id
        )
    return statement
