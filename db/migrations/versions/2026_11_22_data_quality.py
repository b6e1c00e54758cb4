"""data quality: counts by day, dismissals, repairs

Revision ID: b41c7d0e92fa
Revises: c71e5d20a8f4
Create Date: 2026-11-22 05:08:00+00:00
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision: str = "b41c7d0e92fa"
down_revision: str | None = "c71e5d20a8f4"
branch_labels: str | None = None
depends_on: str | None = None

BIG_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
JSON = sa.JSON().with_variant(postgresql.JSONB(), "postgresql")
UNDER_WAY = sa.text("state IN ('queued', 'running')")


def upgrade() -> None:
    """Make the change."""
    op.create_table(
        "quality_days",
        sa.Column("record", sa.String(length=20), nullable=False),
        sa.Column("day_on", sa.Date(), nullable=False),
        sa.Column("owner_key", BIG_ID, nullable=False),
        sa.Column("records", sa.BigInteger(), nullable=False),
        sa.Column("score_sum", sa.BigInteger(), nullable=False),
        sa.Column("counts", JSON, server_default="{}", nullable=False),
        sa.Column("counted_at", sa.DateTime(), nullable=False),
        sa.Column("id", BIG_ID, nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_quality_days")),
        sqlite_autoincrement=True,
    )
    with op.batch_alter_table("quality_days", schema=None) as batch_op:
        name = batch_op.f("ix_quality_days_record_day_on_owner_key")
        batch_op.create_index(name, ["record", "day_on", "owner_key"], unique=True)

    op.create_table(
        "quality_dismissals",
        sa.Column("record", sa.String(length=20), nullable=False),
        sa.Column("finding", sa.String(length=40), nullable=False),
        sa.Column("record_id", BIG_ID, nullable=False),
        sa.Column("dismissed_at", sa.DateTime(), nullable=False),
        sa.Column("contact_id", BIG_ID, nullable=True),
        sa.Column("account_id", BIG_ID, nullable=True),
        sa.Column("actor_id", BIG_ID, nullable=True),
        sa.Column("id", BIG_ID, nullable=False),
        sa.ForeignKeyConstraint(
            ["account_id"], ["accounts.id"], name=op.f("fk_quality_dismissals_account_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["actor_id"], ["users.id"], name=op.f("fk_quality_dismissals_actor_id"), ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(
            ["contact_id"], ["contacts.id"], name=op.f("fk_quality_dismissals_contact_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_quality_dismissals")),
        sqlite_autoincrement=True,
    )
    with op.batch_alter_table("quality_dismissals", schema=None) as batch_op:
        name = batch_op.f("ix_quality_dismissals_record_finding_record_id")
        batch_op.create_index(name, ["record", "finding", "record_id"], unique=True)
        for column in ("account_id", "actor_id", "contact_id"):
            batch_op.create_index(batch_op.f(f"ix_quality_dismissals_{column}"), [column], unique=False)

    op.create_table(
        "quality_runs",
        sa.Column("record", sa.String(length=20), nullable=False),
        sa.Column("act", sa.String(length=10), nullable=False),
        sa.Column("finding", sa.String(length=40), server_default="", nullable=False),
        sa.Column("repair", sa.String(length=40), server_default="", nullable=False),
        sa.Column("repair_id", BIG_ID, nullable=True),
        sa.Column("options", JSON, server_default="{}", nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("message", sa.Text(), server_default="", nullable=False),
        sa.Column("actor_id", BIG_ID, nullable=True),
        sa.Column("worker", sa.String(length=120), server_default="", nullable=False),
        sa.Column("above", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("steps_from", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("steps_to", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("total", sa.Integer(), server_default="0", nullable=False),
        sa.Column("done", sa.Integer(), server_default="0", nullable=False),
        sa.Column("kept", sa.Integer(), server_default="0", nullable=False),
        sa.Column("asked_at", sa.DateTime(), nullable=False),
        sa.Column("started_at", sa.DateTime(), nullable=True),
        sa.Column("finished_at", sa.DateTime(), nullable=True),
        sa.Column("heartbeat_at", sa.DateTime(), nullable=True),
        sa.Column("id", BIG_ID, nullable=False),
        sa.ForeignKeyConstraint(
            ["actor_id"], ["users.id"], name=op.f("fk_quality_runs_actor_id"), ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(
            ["repair_id"], ["quality_runs.id"], name=op.f("fk_quality_runs_repair_id"), ondelete="SET NULL"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_quality_runs")),
        sqlite_autoincrement=True,
    )
    with op.batch_alter_table("quality_runs", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_quality_runs_actor_id"), ["actor_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_quality_runs_repair_id"), ["repair_id"], unique=False)
        batch_op.create_index(
            batch_op.f("ix_quality_runs_record_act_id"), ["record", "act", "id"], unique=False
        )
        batch_op.create_index(
            "uq_quality_runs_under_way",
            ["record"],
            unique=True,
            sqlite_where=UNDER_WAY,
            postgresql_where=UNDER_WAY,
        )


def downgrade() -> None:
    """Take it back."""
    op.drop_table("quality_runs")
    op.drop_table("quality_dismissals")
    op.drop_table("quality_days")
