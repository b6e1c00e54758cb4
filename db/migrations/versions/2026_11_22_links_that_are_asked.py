"""links of messages are asked; visits by links that anybody may follow are counted

Revision ID: a7c41e0b93d5
Revises: 5d1f0a7c2b94
Create Date: 2026-11-22 11:56:00.000000+00:00
"""

import sqlalchemy as sa
from alembic import op

revision: str = "a7c41e0b93d5"
down_revision: str | None = "5d1f0a7c2b94"
branch_labels: str | None = None
depends_on: str | None = None

BIG_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
TO_ASK = sa.text("next_try_at IS NOT NULL")


def upgrade() -> None:
    """Make the change."""
    op.create_table(
        "link_checks",
        sa.Column("url", sa.Text(), server_default=sa.text("''"), nullable=False),
        sa.Column("url_digest", sa.String(length=64), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("answer", sa.String(length=200), server_default=sa.text("''"), nullable=False),
        sa.Column("attempts", sa.SmallInteger(), server_default="0", nullable=False),
        sa.Column("next_try_at", sa.DateTime(), nullable=True),
        sa.Column("asked_at", sa.DateTime(), nullable=True),
        sa.Column("id", BIG_ID, nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_link_checks")),
        sqlite_autoincrement=True,
    )
    op.create_index(op.f("ix_link_checks_url_digest"), "link_checks", ["url_digest"], unique=True)
    op.create_index(
        "ix_link_checks_to_ask", "link_checks", ["next_try_at"], sqlite_where=TO_ASK, postgresql_where=TO_ASK
    )
    link = sa.ForeignKey(
        "tracked_links.id", name=op.f("fk_link_days_link_id_tracked_links"), ondelete="CASCADE"
    )
    op.create_table(
        "link_days",
        sa.Column("link_id", BIG_ID, link, nullable=False),
        sa.Column("visited_on", sa.Date(), nullable=False),
        sa.Column("people", sa.Integer(), server_default="0", nullable=False),
        sa.Column("machines", sa.Integer(), server_default="0", nullable=False),
        sa.Column("id", BIG_ID, nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_link_days")),
        sqlite_autoincrement=True,
    )
    op.create_index(
        op.f("ix_link_days_link_id_visited_on"), "link_days", ["link_id", "visited_on"], unique=True
    )


def downgrade() -> None:
    """Take the change back."""
    op.drop_table("link_days")
    op.drop_table("link_checks")
