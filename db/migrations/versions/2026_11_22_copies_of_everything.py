"""copies of everything

Revision ID: c71e5d20a8f4
Revises: 89af13147332
Create Date: 2026-11-22 05:08:30+00:00
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision: str = "c71e5d20a8f4"
down_revision: str | None = "89af13147332"
branch_labels: str | None = None
depends_on: str | None = None

BIG_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
OF_A_NIGHT = sa.text("due_on IS NOT NULL")


def upgrade() -> None:
    """Make the change."""
    op.create_table(
        "copies",
        sa.Column("act", sa.String(length=10), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=True),
        sa.Column("message", sa.Text(), server_default="", nullable=False),
        sa.Column("actor_id", BIG_ID, nullable=True),
        sa.Column("export_id", BIG_ID, nullable=True),
        sa.Column("file_path", sa.String(length=500), server_default="", nullable=False),
        sa.Column("file_size", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("digest", sa.String(length=64), server_default="", nullable=False),
        sa.Column("row_count", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("total", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("done", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("attempts", sa.Integer(), server_default="0", nullable=False),
        sa.Column(
            "check_result",
            sa.JSON().with_variant(postgresql.JSONB(), "postgresql"),
            server_default="{}",
            nullable=False,
        ),
        sa.Column("worker", sa.String(length=120), server_default="", nullable=False),
        sa.Column("heartbeat_at", sa.DateTime(), nullable=True),
        sa.Column("asked_at", sa.DateTime(), nullable=False),
        sa.Column("started_at", sa.DateTime(), nullable=True),
        sa.Column("finished_at", sa.DateTime(), nullable=True),
        sa.Column("checked_at", sa.DateTime(), nullable=True),
        sa.Column("id", BIG_ID, nullable=False),
        sa.ForeignKeyConstraint(
            ["actor_id"], ["users.id"], name=op.f("fk_copies_actor_id"), ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(
            ["export_id"], ["exports.id"], name=op.f("fk_copies_export_id"), ondelete="SET NULL"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_copies")),
        sqlite_autoincrement=True,
    )
    op.create_index(
        "uq_copies_due_on", "copies", ["due_on"], unique=True, sqlite_where=OF_A_NIGHT,
        postgresql_where=OF_A_NIGHT,
    )  # fmt: skip
    op.create_index(op.f("ix_copies_act_state_id"), "copies", ["act", "state", "id"])
    op.create_index(op.f("ix_copies_actor_id"), "copies", ["actor_id"])
    op.create_index(op.f("ix_copies_export_id"), "copies", ["export_id"])


def downgrade() -> None:
    """Take it back."""
    op.drop_table("copies")
