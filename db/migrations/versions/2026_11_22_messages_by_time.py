"""messages of the last minute are counted quickly

Revision ID: 6f1c0d9ab3e2
Revises: 90e92d64db3b
"""

import sqlalchemy as sa
from alembic import op

revision = "6f1c0d9ab3e2"
down_revision = "90e92d64db3b"
branch_labels = None
depends_on = None

SENT = sa.text("sent_at IS NOT NULL")


def upgrade() -> None:
    op.create_index(
        "ix_recipients_sent_at", "recipients", ["sent_at"], sqlite_where=SENT, postgresql_where=SENT
    )


def downgrade() -> None:
    op.drop_index("ix_recipients_sent_at", "recipients")
