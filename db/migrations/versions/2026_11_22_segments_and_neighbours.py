"""Segments keep their checked rule; products know what is bought with them.

Revision ID: 5e1d9c3a7b20
Revises: ca267205d7e0
Create Date: 2026-11-22 06:18:00.000000+00:00
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision: str = "5e1d9c3a7b20"
down_revision: str | None = "ca267205d7e0"
branch_labels: str | None = None
depends_on: str | None = None

BIG_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
JSON = sa.JSON().with_variant(postgresql.JSONB(), "postgresql")
TO_PRODUCTS = (
    ("product_id", "fk_product_neighbours_product_id"),
    ("neighbour_id", "fk_product_neighbours_neighbour_id"),
)


def upgrade() -> None:
    """Make the change."""
    with op.batch_alter_table("segments") as segments:
        segments.add_column(sa.Column("tree", JSON, server_default="{}", nullable=False))
    op.create_table(
        "product_neighbours",
        sa.Column("product_id", BIG_ID, nullable=False),
        sa.Column("neighbour_id", BIG_ID, nullable=False),
        sa.Column("rank", sa.SmallInteger(), nullable=False),
        sa.Column("score", sa.Double(), nullable=False),
        sa.Column("together", sa.Integer(), nullable=False),
        sa.Column("id", BIG_ID, nullable=False),
        *(
            sa.ForeignKeyConstraint([column], ["products.id"], name=op.f(name), ondelete="CASCADE")
            for column, name in TO_PRODUCTS
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_product_neighbours")),
        sqlite_autoincrement=True,
    )
    with op.batch_alter_table("product_neighbours") as neighbours:
        neighbours.create_index(
            op.f("ix_product_neighbours_product_id_rank"), ["product_id", "rank"], unique=True
        )
        neighbours.create_index(op.f("ix_product_neighbours_neighbour_id"), ["neighbour_id"])


def downgrade() -> None:
    """Take the change back."""
    op.drop_table("product_neighbours")
    with op.batch_alter_table("segments") as segments:
        segments.drop_column("tree")
