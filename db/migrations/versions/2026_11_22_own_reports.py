"""own reports, dashboards, and when they are mailed

Revision ID: c81e4f7a2d56
Revises: a3d95e10c7b4
Create Date: 2026-11-22 09:30:00.000000+00:00
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision: str = "c81e4f7a2d56"
down_revision: str | None = "a3d95e10c7b4"
branch_labels: str | None = None
depends_on: str | None = None

BIG_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
JSON = sa.JSON().with_variant(postgresql.JSONB(astext_type=sa.Text()), "postgresql")
EMPTY = sa.text("''")


def upgrade() -> None:
    """Make the change."""
    _named("saved_reports", sa.Column("definition", JSON, nullable=False))
    _named("dashboards", sa.Column("tiles", JSON, server_default=sa.text("'[]'"), nullable=False))
    op.create_table(
        "report_schedules",
        sa.Column("id", BIG_ID, nullable=False),
        sa.Column("report_id", BIG_ID, nullable=True),
        sa.Column("dashboard_id", BIG_ID, nullable=True),
        sa.Column("user_id", BIG_ID, nullable=True),
        sa.Column("rhythm", sa.String(length=10), nullable=False),
        sa.Column("day", sa.Integer(), server_default=sa.text("'0'"), nullable=False),
        sa.Column("hour", sa.Integer(), nullable=False),
        sa.Column("recipients", JSON, nullable=False),
        sa.Column("format", sa.String(length=10), nullable=False),
        sa.Column("only_if_any", sa.Boolean(), server_default=sa.true(), nullable=False),
        sa.Column("is_active", sa.Boolean(), server_default=sa.true(), nullable=False),
        sa.Column("last_due_on", sa.Date(), nullable=True),
        sa.Column("created_at", sa.DateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["report_id"],
            ["saved_reports.id"],
            name=op.f("fk_report_schedules_report_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["dashboard_id"],
            ["dashboards.id"],
            name=op.f("fk_report_schedules_dashboard_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["user_id"], ["users.id"], name=op.f("fk_report_schedules_user_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_report_schedules")),
        sqlite_autoincrement=True,
    )
    for column in ("report_id", "dashboard_id", "user_id"):
        op.create_index(op.f(f"ix_report_schedules_{column}"), "report_schedules", [column])


def downgrade() -> None:
    """Take the change back."""
    for table in ("report_schedules", "dashboards", "saved_reports"):
        op.drop_table(table)


def _named(table: str, content: sa.Column[object]) -> None:
    """A table of things that people named and may share."""
    op.create_table(
        table,
        sa.Column("id", BIG_ID, nullable=False),
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.Column("user_id", BIG_ID, nullable=True),
        sa.Column("shared", sa.String(length=10), server_default=EMPTY, nullable=False),
        content,
        sa.Column("created_at", sa.DateTime(), nullable=False),
        sa.Column("updated_at", sa.DateTime(), nullable=False),
        sa.Column("deleted_at", sa.DateTime(), nullable=True),
        sa.ForeignKeyConstraint(
            ["user_id"], ["users.id"], name=op.f(f"fk_{table}_user_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{table}")),
        sqlite_autoincrement=True,
    )
    op.create_index(op.f(f"ix_{table}_user_id"), table, ["user_id"])
