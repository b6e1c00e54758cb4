"""workers that are alive, and how their work went

Revision ID: 7b2e4c9d1a60
Revises: c41d8e7b09a5
Create Date: 2026-11-22 09:20:00.000000+00:00
"""

import sqlalchemy as sa
from alembic import op

revision: str = "7b2e4c9d1a60"
down_revision: str | None = "c41d8e7b09a5"
branch_labels: str | None = None
depends_on: str | None = None

BIG_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    """Make the change."""
    op.create_table(
        "workers",
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.Column("began_at", sa.DateTime(), nullable=False),
        sa.Column("seen_at", sa.DateTime(), nullable=False),
        sa.Column("id", BIG_ID, nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_workers")),
        sa.UniqueConstraint("name", name=op.f("uq_workers_name")),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "work_turns",
        sa.Column("name", sa.String(length=40), nullable=False),
        sa.Column("worker", sa.String(length=120), server_default="", nullable=False),
        sa.Column("held_at", sa.DateTime(), nullable=True),
        sa.Column("done_at", sa.DateTime(), nullable=True),
        sa.Column("failed_at", sa.DateTime(), nullable=True),
        sa.Column("sentence", sa.String(length=500), server_default="", nullable=False),
        sa.Column("failures", sa.Integer(), server_default="0", nullable=False),
        sa.Column("id", BIG_ID, nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_work_turns")),
        sa.UniqueConstraint("name", name=op.f("uq_work_turns_name")),
        sqlite_autoincrement=True,
    )


def downgrade() -> None:
    """Take the change back."""
    op.drop_table("work_turns")
    op.drop_table("workers")
