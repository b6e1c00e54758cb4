"""The catalogue for programs."""

from crm_core.api.answers import Answer, listed, with_version
from crm_core.api.calls import Call
from crm_core.api.commerce_views import product, product_row
from crm_core.commerce import products
from crm_core.commerce.types import ProductQuery


def search(call: Call) -> Answer:
    """List products by name; with `q` those whose name, number or category contains it."""
    is_active = call.says("active") if "active" in call.query else None
    query = ProductQuery(call.query.get("q", ""), call.query.get("category", ""), is_active, call.paging())
    return listed(call, products.search(call.actor, query), product_row)


def create(call: Call) -> Answer:
    """Create a product; its price counts from today."""
    values, anyway = call.values, call.says("even_if_duplicate")
    number, is_new = call.once(
        lambda work: products.create(work, values, even_if_duplicate=anyway),
        lambda: products.create(call.actor, values, even_if_duplicate=anyway),
    )
    shown = with_version(product(products.get(call.actor, number)))
    return shown.created(f"/api/v1/products/{number}", is_repeated=not is_new)


def get(call: Call) -> Answer:
    """Read one product with its prices."""
    return with_version(product(products.get(call.actor, call.id)))


def change(call: Call) -> Answer:
    """Change the fields that are named; a new price counts from today, orders keep theirs."""
    products.change(call.actor, call.id, call.values, version=call.version)
    return get(call)


def delete(call: Call) -> Answer:
    """Delete a product; what was sold keeps its name, and it can be restored."""
    products.delete(call.actor, [call.id])
    return Answer(204)


def restore(call: Call) -> Answer:
    """Bring a deleted product back."""
    products.restore(call.actor, [call.id])
    return get(call)
