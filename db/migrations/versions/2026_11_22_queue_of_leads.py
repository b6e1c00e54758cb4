"""queue of leads: open leads are found among many contacts, and those whose score is old

Revision ID: a3c5e81f7d24
Revises: 7be41f9d2c06
Create Date: 2026-11-22 06:00:00+00:00
"""

import sqlalchemy as sa
from alembic import op

revision: str = "a3c5e81f7d24"
down_revision: str | None = "7be41f9d2c06"
branch_labels: str | None = None
depends_on: str | None = None

LEADS = sa.text("deleted_at IS NULL AND lead_status != ''")


def upgrade() -> None:
    """Make the change."""
    op.create_index(
        "ix_contacts_leads", "contacts", ["lead_status", "id"], sqlite_where=LEADS, postgresql_where=LEADS
    )
    op.create_index(op.f("ix_lead_scores_scored_at"), "lead_scores", ["scored_at"])


def downgrade() -> None:
    """Take the change back."""
    op.drop_index(op.f("ix_lead_scores_scored_at"), table_name="lead_scores")
    op.drop_index("ix_contacts_leads", table_name="contacts")
