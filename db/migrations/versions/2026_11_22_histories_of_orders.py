"""histories of orders

Revision ID: 5d1f0a7c2b94
Revises: 0f12eef74330
Create Date: 2026-11-22 11:56:04.118202+00:00
"""

import struct
from base64 import b64encode
from collections import defaultdict
from datetime import UTC, datetime, timedelta
from typing import Any

import sqlalchemy as sa
from alembic import op

revision: str = "5d1f0a7c2b94"
down_revision: str | None = "0f12eef74330"
branch_labels: str | None = None
depends_on: str | None = None

LISTED = sa.text("deleted_at IS NULL")
BY_DAY = ["ordered_at", "id", "status", "currency", "total", "refunded", "contact_id"]
PART = 20_000
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)

ORDERS = sa.text(
    "SELECT contact_id, currency, ordered_at, total - refunded FROM orders WHERE contact_id BETWEEN :first "
    "AND :last AND status <> 'cancelled' AND deleted_at IS NULL"
).columns(ordered_at=sa.DateTime())
ON_POSTGRES = """UPDATE purchase_totals SET history = written.history FROM (
    SELECT contact_id, currency, replace(encode(
        string_agg(int4send(minute) || int8send(value), ''::bytea ORDER BY minute, value), 'base64'
    ), E'\\n', '') AS history
    FROM (
        SELECT contact_id, currency, CAST(total - refunded AS bigint) AS value,
            CAST(floor(extract(epoch FROM ordered_at) / 60) AS integer) AS minute
        FROM orders WHERE contact_id IS NOT NULL AND status <> 'cancelled' AND deleted_at IS NULL
    ) AS bought
    GROUP BY contact_id, currency
) AS written
WHERE purchase_totals.contact_id = written.contact_id AND purchase_totals.currency = written.currency"""
KEEP = sa.text(
    "UPDATE purchase_totals SET history = :history WHERE contact_id = :contact_id AND currency = :currency"
)


def upgrade() -> None:
    """Make the change."""
    op.add_column("purchase_totals", sa.Column("history", sa.Text(), server_default="", nullable=False))
    _fill(op.get_bind())
    op.drop_index("ix_orders_by_day", table_name="orders")
    _by_day("account_id", "actor_id", "seller_name")
    op.drop_index("ix_interactions_contact_id_happened_at", table_name="interactions")
    of_contact = ["contact_id", "happened_at", "id", "kind", "deleted_at"]
    op.create_index("ix_interactions_by_contact", "interactions", of_contact)


def downgrade() -> None:
    """Take the change back."""
    op.drop_index("ix_interactions_by_contact", table_name="interactions")
    op.create_index("ix_interactions_contact_id_happened_at", "interactions", ["contact_id", "happened_at"])
    op.drop_index("ix_orders_by_day", table_name="orders")
    _by_day()
    op.drop_column("purchase_totals", "history")


def _by_day(*further: str) -> None:
    columns = [*BY_DAY, *further, "deleted_at"]
    op.create_index("ix_orders_by_day", "orders", columns, sqlite_where=LISTED, postgresql_where=LISTED)


def _fill(connection: sa.Connection) -> None:
    """Write the orders of each customer into one text, as ``order_history`` reads it."""
    if connection.dialect.name == "postgresql":
        connection.exec_driver_sql(ON_POSTGRES)
        return
    last = connection.scalar(sa.text("SELECT coalesce(max(contact_id), 0) FROM purchase_totals"))
    for first in range(1, int(last or 0) + 1, PART):
        bought: dict[tuple[int, str], list[tuple[int, int]]] = defaultdict(list)
        told: Any = connection.execute(ORDERS, {"first": first, "last": first + PART - 1})
        for contact_id, currency, ordered_at, value in told:
            minute = (ordered_at.replace(tzinfo=UTC) - EPOCH) // timedelta(minutes=1)
            bought[contact_id, currency].append((minute, value))
        rows = [
            {
                "contact_id": contact_id,
                "currency": currency,
                "history": b64encode(b"".join(struct.pack(">iq", *one) for one in sorted(made))).decode(),
            }
            for (contact_id, currency), made in bought.items()
        ]
        if rows:
            connection.execute(KEEP, rows)
