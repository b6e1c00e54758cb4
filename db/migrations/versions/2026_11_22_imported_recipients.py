"""imported recipients: which import brought a row, and which line of a file it was

Revision ID: c41d7e90b2f6
Revises: a3c5e81f7d24
Create Date: 2026-11-22 06:02:00+00:00
"""

import sqlalchemy as sa
from alembic import op

revision: str = "c41d7e90b2f6"
down_revision: str | None = "a3c5e81f7d24"
branch_labels: str | None = None
depends_on: str | None = None


def upgrade() -> None:
    """Make the change."""
    with op.batch_alter_table("recipients", schema=None) as batch_op:
        batch_op.add_column(sa.Column("import_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite")))
        batch_op.add_column(sa.Column("line_key", sa.String(length=40)))
        batch_op.create_foreign_key(
            batch_op.f("fk_recipients_import_id"), "imports", ["import_id"], ["id"], ondelete="SET NULL"
        )
        for column in ("import_id", "line_key"):
            where = sa.text(f"{column} IS NOT NULL")
            batch_op.create_index(
                f"ix_recipients_{column}", [column], sqlite_where=where, postgresql_where=where
            )


def downgrade() -> None:
    """Take the change back."""
    with op.batch_alter_table("recipients", schema=None) as batch_op:
        batch_op.drop_index("ix_recipients_line_key")
        batch_op.drop_index("ix_recipients_import_id")
        batch_op.drop_constraint(batch_op.f("fk_recipients_import_id"), type_="foreignkey")
        batch_op.drop_column("line_key")
        batch_op.drop_column("import_id")
