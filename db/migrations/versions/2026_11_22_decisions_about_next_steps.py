"""decisions about next steps

Revision ID: 7b3e91d4c2f8
Revises: 5e1d9c3a7b20
Create Date: 2026-11-22 06:21:00.000000+00:00
"""

import sqlalchemy as sa
from alembic import op

revision: str = "7b3e91d4c2f8"
down_revision: str | None = "5e1d9c3a7b20"
branch_labels: str | None = None
depends_on: str | None = None

BIG_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
INDEXES = {
    "ix_action_decisions_owner_id_cause_decided_at": ("owner_id", "cause", "decided_at"),
    "ix_action_decisions_kind_decided_at": ("kind", "decided_at"),
    "ix_action_decisions_contact_id_decided_at": ("contact_id", "decided_at"),
    "ix_action_decisions_account_id": ("account_id",),
    "ix_action_decisions_deal_id": ("deal_id",),
}


def upgrade() -> None:
    """Make the change."""
    op.create_table(
        "action_decisions",
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("cause", sa.String(length=120), nullable=False),
        sa.Column("decision", sa.String(length=10), nullable=False),
        sa.Column("until_on", sa.Date(), nullable=True),
        _reference("deals", "deal_id", "CASCADE"),
        sa.Column("worth", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("currency", sa.String(length=3), server_default="", nullable=False),
        sa.Column("decided_at", sa.DateTime(), nullable=False),
        sa.Column("id", BIG_ID, nullable=False),
        _reference("users", "owner_id", "SET NULL"),
        _reference("contacts", "contact_id", "CASCADE"),
        _reference("accounts", "account_id", "CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_action_decisions")),
        sqlite_autoincrement=True,
    )
    for name, columns in INDEXES.items():
        op.create_index(op.f(name), "action_decisions", list(columns))


def downgrade() -> None:
    """Take the change back."""
    for name in INDEXES:
        op.drop_index(op.f(name), table_name="action_decisions")
    op.drop_table("action_decisions")


def _reference(table: str, column: str, when_deleted: str) -> sa.Column[int]:
    name = op.f(f"fk_action_decisions_{column}_{table}")
    return sa.Column(
        column, BIG_ID, sa.ForeignKey(f"{table}.id", name=name, ondelete=when_deleted), nullable=True
    )
