"""cases of customers, what was said in them, and known answers

Revision ID: a179f2060d06
Revises: c81e4f7a2d56
Create Date: 2026-11-22 11:38:08.461364+00:00
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision: str = "a179f2060d06"
down_revision: str | None = "c81e4f7a2d56"
branch_labels: str | None = None
depends_on: str | None = None

BIG_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
JSON = sa.JSON().with_variant(postgresql.JSONB(astext_type=sa.Text()), "postgresql")
TO_ANSWER = sa.text("first_response_at IS NULL AND response_breached_at IS NULL AND deleted_at IS NULL")
TO_SOLVE = sa.text("resolution_due_at IS NOT NULL AND resolution_breached_at IS NULL AND deleted_at IS NULL")


def upgrade() -> None:
    """Make the change."""
    op.create_table(
        "known_answers",
        sa.Column("title", sa.String(length=120), nullable=False),
        sa.Column("body", sa.Text(), server_default=sa.text("''"), nullable=False),
        sa.Column("then", sa.String(length=10), server_default=sa.text("''"), nullable=False),
        sa.Column("tags", JSON, server_default="[]", nullable=False),
        sa.Column("used_count", sa.Integer(), server_default="0", nullable=False),
        sa.Column("created_at", sa.DateTime(), nullable=False),
        sa.Column("updated_at", sa.DateTime(), nullable=False),
        sa.Column("deleted_at", sa.DateTime(), nullable=True),
        sa.Column("is_sample", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.Column("version", sa.Integer(), server_default="1", nullable=False),
        sa.Column("id", BIG_ID, nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_known_answers")),
        sqlite_autoincrement=True,
    )
    with op.batch_alter_table("known_answers", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_known_answers_title"), ["title"], unique=False)

    op.create_table(
        "cases",
        sa.Column("contact_id", BIG_ID, nullable=False),
        sa.Column("account_id", BIG_ID, nullable=True),
        sa.Column("owner_id", BIG_ID, nullable=True),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("subject", sa.String(length=300), nullable=False),
        sa.Column("kind", sa.String(length=12), nullable=False),
        sa.Column("status", sa.String(length=10), nullable=False),
        sa.Column("priority", sa.String(length=10), nullable=False),
        sa.Column("channel", sa.String(length=10), nullable=False),
        sa.Column("tags", JSON, server_default="[]", nullable=False),
        sa.Column("product_id", BIG_ID, nullable=True),
        sa.Column("order_id", BIG_ID, nullable=True),
        sa.Column("merged_into_id", BIG_ID, nullable=True),
        sa.Column("cause", sa.String(length=160), nullable=True),
        sa.Column("opened_at", sa.DateTime(), nullable=False),
        sa.Column("first_response_at", sa.DateTime(), nullable=True),
        sa.Column("solved_at", sa.DateTime(), nullable=True),
        sa.Column("closed_at", sa.DateTime(), nullable=True),
        sa.Column("response_due_at", sa.DateTime(), nullable=True),
        sa.Column("resolution_due_at", sa.DateTime(), nullable=True),
        sa.Column("paused_at", sa.DateTime(), nullable=True),
        sa.Column("paused_seconds", sa.Integer(), server_default="0", nullable=False),
        sa.Column("response_seconds", sa.Integer(), nullable=True),
        sa.Column("resolution_seconds", sa.Integer(), nullable=True),
        sa.Column("is_response_in_time", sa.Boolean(), nullable=True),
        sa.Column("is_resolution_in_time", sa.Boolean(), nullable=True),
        sa.Column("response_breached_at", sa.DateTime(), nullable=True),
        sa.Column("resolution_breached_at", sa.DateTime(), nullable=True),
        sa.Column("reopened_count", sa.SmallInteger(), server_default="0", nullable=False),
        sa.Column("last_message_at", sa.DateTime(), nullable=False),
        sa.Column("is_unanswered", sa.Boolean(), nullable=False),
        sa.Column("created_at", sa.DateTime(), nullable=False),
        sa.Column("updated_at", sa.DateTime(), nullable=False),
        sa.Column("deleted_at", sa.DateTime(), nullable=True),
        sa.Column("is_sample", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.Column("version", sa.Integer(), server_default="1", nullable=False),
        sa.Column("id", BIG_ID, nullable=False),
        sa.ForeignKeyConstraint(
            ["account_id"], ["accounts.id"], name=op.f("fk_cases_account_id"), ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(
            ["contact_id"], ["contacts.id"], name=op.f("fk_cases_contact_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["merged_into_id"], ["cases.id"], name=op.f("fk_cases_merged_into_id"), ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(
            ["order_id"], ["orders.id"], name=op.f("fk_cases_order_id"), ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(
            ["owner_id"], ["users.id"], name=op.f("fk_cases_owner_id"), ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(
            ["product_id"], ["products.id"], name=op.f("fk_cases_product_id"), ondelete="SET NULL"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_cases")),
        sqlite_autoincrement=True,
    )
    with op.batch_alter_table("cases", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_cases_account_id_opened_at"), ["account_id", "opened_at"], unique=False
        )
        batch_op.create_index(batch_op.f("ix_cases_cause"), ["cause"], unique=True)
        batch_op.create_index(
            batch_op.f("ix_cases_contact_id_opened_at"), ["contact_id", "opened_at"], unique=False
        )
        batch_op.create_index(batch_op.f("ix_cases_merged_into_id"), ["merged_into_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_cases_number"), ["number"], unique=True)
        batch_op.create_index(batch_op.f("ix_cases_opened_at"), ["opened_at"], unique=False)
        batch_op.create_index(batch_op.f("ix_cases_order_id"), ["order_id"], unique=False)
        batch_op.create_index(
            batch_op.f("ix_cases_owner_id_status_opened_at"),
            ["owner_id", "status", "opened_at"],
            unique=False,
        )
        batch_op.create_index(batch_op.f("ix_cases_product_id"), ["product_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_cases_solved_at"), ["solved_at"], unique=False)
        batch_op.create_index(batch_op.f("ix_cases_status_opened_at"), ["status", "opened_at"], unique=False)
        batch_op.create_index(
            "ix_cases_to_answer",
            ["response_due_at"],
            unique=False,
            sqlite_where=TO_ANSWER,
            postgresql_where=TO_ANSWER,
        )
        batch_op.create_index(
            "ix_cases_to_solve",
            ["resolution_due_at"],
            unique=False,
            sqlite_where=TO_SOLVE,
            postgresql_where=TO_SOLVE,
        )

    op.create_table(
        "case_messages",
        sa.Column("case_id", BIG_ID, nullable=False),
        sa.Column("interaction_id", BIG_ID, nullable=False),
        sa.Column("mail_id", BIG_ID, nullable=True),
        sa.Column("message_id", sa.String(length=200), server_default=sa.text("''"), nullable=False),
        sa.Column("contact_id", BIG_ID, nullable=False),
        sa.Column("id", BIG_ID, nullable=False),
        sa.ForeignKeyConstraint(
            ["case_id"], ["cases.id"], name=op.f("fk_case_messages_case_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["contact_id"], ["contacts.id"], name=op.f("fk_case_messages_contact_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["interaction_id"],
            ["interactions.id"],
            name=op.f("fk_case_messages_interaction_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["mail_id"], ["mails.id"], name=op.f("fk_case_messages_mail_id"), ondelete="SET NULL"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_case_messages")),
        sqlite_autoincrement=True,
    )
    with op.batch_alter_table("case_messages", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_case_messages_case_id_id"), ["case_id", "id"], unique=False)
        batch_op.create_index(batch_op.f("ix_case_messages_contact_id"), ["contact_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_case_messages_interaction_id"), ["interaction_id"], unique=True)
        batch_op.create_index(batch_op.f("ix_case_messages_mail_id"), ["mail_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_case_messages_message_id"), ["message_id"], unique=False)


def downgrade() -> None:
    """Take the change back."""
    for table in ("case_messages", "cases", "known_answers"):
        op.drop_table(table)
