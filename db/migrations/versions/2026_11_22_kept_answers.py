"""answers of reports that are kept

Revision ID: c41d8e7b09a5
Revises: 6f1c0d9ab3e2
Create Date: 2026-11-22 08:31:00.000000+00:00
"""

import sqlalchemy as sa
from alembic import op

revision: str = "c41d8e7b09a5"
down_revision: str | None = "6f1c0d9ab3e2"
branch_labels: str | None = None
depends_on: str | None = None

BIG_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    """Make the change."""
    op.create_table(
        "kept_answers",
        sa.Column("key", sa.String(length=64), nullable=False),
        sa.Column("name", sa.String(length=80), nullable=False),
        sa.Column("arguments", sa.Text(), server_default="", nullable=False),
        sa.Column("content", sa.Text(), server_default="", nullable=False),
        sa.Column("pulse", sa.BigInteger(), nullable=False),
        sa.Column("made_on", sa.Date(), nullable=False),
        sa.Column("made_at", sa.DateTime(), nullable=False),
        sa.Column("asked_at", sa.DateTime(), nullable=False),
        sa.Column("seconds", sa.Double(), nullable=False),
        sa.Column("asker_id", BIG_ID, nullable=True),
        sa.Column("id", BIG_ID, nullable=False),
        sa.ForeignKeyConstraint(
            ["asker_id"], ["users.id"], name=op.f("fk_kept_answers_asker_id_users"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_kept_answers")),
        sa.UniqueConstraint("key", name=op.f("uq_kept_answers_key")),
        sqlite_autoincrement=True,
    )
    op.create_index(op.f("ix_kept_answers_asker_id"), "kept_answers", ["asker_id"])


def downgrade() -> None:
    """Take the change back."""
    op.drop_index(op.f("ix_kept_answers_asker_id"), table_name="kept_answers")
    op.drop_table("kept_answers")
