"""thresholds of duplicates

Revision ID: d1a7c3f09b64
Revises: b41c7d0e92fa
Create Date: 2026-11-22 05:15:00.000000+00:00
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision: str = "d1a7c3f09b64"
down_revision: str | None = "b41c7d0e92fa"
branch_labels: str | None = None
depends_on: str | None = None


def upgrade() -> None:
    """Make the change."""
    op.add_column(
        "duplicate_pairs", sa.Column("is_strong", sa.Boolean(), server_default=sa.false(), nullable=False)
    )
    strong = sa.column("is_strong", sa.Boolean())
    pairs = sa.table("duplicate_pairs", strong, sa.column("verdict", sa.String()))
    op.execute(sa.update(pairs).where(pairs.c.verdict == "sure").values(is_strong=True))
    op.add_column(
        "duplicate_runs",
        sa.Column(
            "model",
            sa.JSON().with_variant(postgresql.JSONB(), "postgresql"),
            server_default="{}",
            nullable=False,
        ),
    )


def downgrade() -> None:
    """Take the change back."""
    op.drop_column("duplicate_runs", "model")
    op.drop_column("duplicate_pairs", "is_strong")
