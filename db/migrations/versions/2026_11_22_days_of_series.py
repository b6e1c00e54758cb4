"""The day of a repeating task by its rhythm, apart from the day it was put off to.

Revision ID: 7be41f9d2c06
Revises: 5d0c9a7be813
Create Date: 2026-11-22 05:24:00+00:00
"""

import sqlalchemy as sa
from alembic import op

revision: str = "7be41f9d2c06"
down_revision: str | None = "5d0c9a7be813"
branch_labels: str | None = None
depends_on: str | None = None


def upgrade() -> None:
    """Change the tables."""
    op.add_column("tasks", sa.Column("series_on", sa.Date(), nullable=True))
    op.execute("UPDATE tasks SET series_on = due_on WHERE series_id IS NOT NULL")
    op.drop_index("ix_tasks_series_id_due_on", table_name="tasks")
    op.create_index("ix_tasks_series_id_series_on", "tasks", ["series_id", "series_on"], unique=True)


def downgrade() -> None:
    """Take it back."""
    op.drop_index("ix_tasks_series_id_series_on", table_name="tasks")
    op.execute("UPDATE tasks SET due_on = series_on WHERE series_on IS NOT NULL")
    op.create_index("ix_tasks_series_id_due_on", "tasks", ["series_id", "due_on"], unique=True)
    op.drop_column("tasks", "series_on")
