"""lines know their buyer, and indexes answer rules about purchases

Revision ID: a3d95e10c7b4
Revises: 7b2e4c9d1a60
Create Date: 2026-11-22 09:25:00.000000+00:00
"""

import sqlalchemy as sa
from alembic import op

revision: str = "a3d95e10c7b4"
down_revision: str | None = "7b2e4c9d1a60"
branch_labels: str | None = None
depends_on: str | None = None

BIG_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
LISTED = sa.text("deleted_at IS NULL")
BY_DAY = ["ordered_at", "id", "status", "currency", "total", "refunded"]
TOTALS = "purchase_totals"

BUYER = "CASE WHEN o.status <> 'cancelled' AND o.deleted_at IS NULL THEN o.contact_id END"
FILL = f"""UPDATE order_lines SET (buyer_id, bought_at) =
    (SELECT {BUYER}, o.ordered_at FROM orders o WHERE o.id = order_lines.order_id)"""  # noqa: S608 - nothing of it comes from people
WATCHED = ("contact_id", "status", "deleted_at", "ordered_at")

ON_SQLITE = (
    f"""CREATE TRIGGER order_lines_bought AFTER INSERT ON order_lines BEGIN
    {FILL} WHERE id = new.id;
END""",
    f"""CREATE TRIGGER orders_bought AFTER UPDATE OF {", ".join(WATCHED)} ON orders
WHEN {" OR ".join(f"old.{name} IS NOT new.{name}" for name in WATCHED)} BEGIN
    {FILL} WHERE order_id = new.id;
END""",
)
ON_POSTGRES = (
    f"""CREATE FUNCTION order_lines_bought() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
    SELECT {BUYER}, o.ordered_at INTO NEW.buyer_id, NEW.bought_at FROM orders o WHERE o.id = NEW.order_id;
    RETURN NEW;
END $$""",  # noqa: S608 - nothing of it comes from people
    """CREATE TRIGGER order_lines_bought BEFORE INSERT ON order_lines
    FOR EACH ROW EXECUTE FUNCTION order_lines_bought()""",
    f"""CREATE FUNCTION orders_bought() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
    {FILL} WHERE order_id = NEW.id;
    RETURN NULL;
END $$""",
    f"""CREATE TRIGGER orders_bought AFTER UPDATE OF {", ".join(WATCHED)} ON orders
    FOR EACH ROW WHEN ({" OR ".join(f"OLD.{name} IS DISTINCT FROM NEW.{name}" for name in WATCHED)})
    EXECUTE FUNCTION orders_bought()""",
)


def upgrade() -> None:
    """Make the change."""
    op.add_column("order_lines", sa.Column("buyer_id", BIG_ID, nullable=True))
    op.add_column("order_lines", sa.Column("bought_at", sa.DateTime(), nullable=True))
    op.drop_index("ix_order_lines_product_id_order_id", table_name="order_lines")
    op.execute(FILL)
    lines = ["product_id", "bought_at", "buyer_id", "order_id", "quantity", "returned", "total"]
    op.create_index("ix_order_lines_bought", "order_lines", lines)
    for statement in ON_SQLITE if _is_sqlite() else ON_POSTGRES:
        op.execute(statement)
    op.drop_index("ix_orders_by_day", table_name="orders")
    _by_day("contact_id")
    op.drop_index("ix_purchase_totals_revenue", table_name=TOTALS)
    op.drop_index("ix_purchase_totals_last_at", table_name=TOTALS)
    sums = ["contact_id", "currency", "orders", "revenue", "first_at", "last_at"]
    op.create_index("ix_purchase_totals_sums", TOTALS, sums)
    op.create_index(
        "ix_purchase_totals_revenue_currency_contact_id", TOTALS, ["revenue", "currency", "contact_id"]
    )
    op.create_index("ix_purchase_totals_last_at_contact_id", TOTALS, ["last_at", "contact_id"])
    op.drop_index("ix_interactions_happened_at", table_name="interactions")
    touches = ["happened_at", "kind", "direction", "contact_id", "deleted_at"]
    op.create_index("ix_interactions_happened_at", "interactions", touches)


def downgrade() -> None:
    """Take the change back."""
    op.drop_index("ix_interactions_happened_at", table_name="interactions")
    op.create_index("ix_interactions_happened_at", "interactions", ["happened_at"])
    op.drop_index("ix_purchase_totals_last_at_contact_id", table_name=TOTALS)
    op.drop_index("ix_purchase_totals_revenue_currency_contact_id", table_name=TOTALS)
    op.drop_index("ix_purchase_totals_sums", table_name=TOTALS)
    op.create_index("ix_purchase_totals_last_at", TOTALS, ["last_at"])
    op.create_index("ix_purchase_totals_revenue", TOTALS, ["revenue"])
    op.drop_index("ix_orders_by_day", table_name="orders")
    _by_day()
    for name, table in (("orders_bought", "orders"), ("order_lines_bought", "order_lines")):
        op.execute(f"DROP TRIGGER {name}" + ("" if _is_sqlite() else f" ON {table}"))
        if not _is_sqlite():
            op.execute(f"DROP FUNCTION {name}()")
    op.drop_index("ix_order_lines_bought", table_name="order_lines")
    op.create_index("ix_order_lines_product_id_order_id", "order_lines", ["product_id", "order_id"])
    op.drop_column("order_lines", "bought_at")
    op.drop_column("order_lines", "buyer_id")


def _by_day(*further: str) -> None:
    columns = [*BY_DAY, *further, "deleted_at"]
    op.create_index("ix_orders_by_day", "orders", columns, sqlite_where=LISTED, postgresql_where=LISTED)


def _is_sqlite() -> bool:
    return op.get_bind().dialect.name == "sqlite"
