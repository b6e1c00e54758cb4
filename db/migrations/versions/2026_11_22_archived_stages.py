"""archived stages: a stage that deals went through stays in their history

Revision ID: 5d0c9a7be813
Revises: f1da1e9ead30
Create Date: 2026-11-22 05:18:00+00:00
"""

import sqlalchemy as sa
from alembic import op

revision: str = "5d0c9a7be813"
down_revision: str | None = "f1da1e9ead30"
branch_labels: str | None = None
depends_on: str | None = None


def upgrade() -> None:
    """Make the change."""
    op.add_column("stages", sa.Column("archived_at", sa.DateTime(), nullable=True))


def downgrade() -> None:
    """Take the change back."""
    op.drop_column("stages", "archived_at")
