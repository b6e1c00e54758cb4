"""what customers say

Revision ID: 0f12eef74330
Revises: 7e51b0c94d28
Create Date: 2026-11-22 11:43:22.597965+00:00
"""

import sqlalchemy as sa
from alembic import op

revision: str = "0f12eef74330"
down_revision: str | None = "7e51b0c94d28"
branch_labels: str | None = None
depends_on: str | None = None

BIG_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    """Make the change."""
    op.create_table(
        "surveys",
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.Column("name_key", sa.String(length=120), nullable=False),
        sa.Column("kind", sa.String(length=10), nullable=False),
        sa.Column("question", sa.String(length=300), server_default="", nullable=False),
        sa.Column("comment_question", sa.String(length=300), server_default="", nullable=False),
        sa.Column("thanks", sa.String(length=500), server_default="", nullable=False),
        sa.Column("language", sa.String(length=20), server_default="en", nullable=False),
        sa.Column("is_active", sa.Boolean(), server_default=sa.true(), nullable=False),
        sa.Column("salt", sa.String(length=64), nullable=False),
        sa.Column("created_at", sa.DateTime(), nullable=False),
        sa.Column("updated_at", sa.DateTime(), nullable=False),
        sa.Column("version", sa.Integer(), server_default="1", nullable=False),
        sa.Column("id", BIG_ID, nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_surveys")),
        sqlite_autoincrement=True,
    )
    op.create_index(op.f("ix_surveys_name_key"), "surveys", ["name_key"], unique=True)

    op.create_table(
        "text_sentiments",
        sa.Column("record", sa.String(length=40), nullable=False),
        sa.Column("record_id", BIG_ID, nullable=False),
        sa.Column("language", sa.String(length=20), server_default="", nullable=False),
        sa.Column("found", sa.SmallInteger(), nullable=True),
        sa.Column("score", sa.SmallInteger(), nullable=True),
        sa.Column("written_at", sa.DateTime(), nullable=False),
        sa.Column("scored_at", sa.DateTime(), nullable=False),
        sa.Column("corrected_at", sa.DateTime(), nullable=True),
        sa.Column("contact_id", BIG_ID, nullable=True),
        sa.Column("account_id", BIG_ID, nullable=True),
        sa.Column("actor_id", BIG_ID, nullable=True),
        sa.Column("id", BIG_ID, nullable=False),
        sa.ForeignKeyConstraint(
            ["account_id"], ["accounts.id"], name=op.f("fk_text_sentiments_account_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["actor_id"], ["users.id"], name=op.f("fk_text_sentiments_actor_id"), ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(
            ["contact_id"], ["contacts.id"], name=op.f("fk_text_sentiments_contact_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_text_sentiments")),
        sqlite_autoincrement=True,
    )
    op.create_index(op.f("ix_text_sentiments_account_id"), "text_sentiments", ["account_id"], unique=False)
    op.create_index(op.f("ix_text_sentiments_actor_id"), "text_sentiments", ["actor_id"], unique=False)
    op.create_index(
        op.f("ix_text_sentiments_contact_id_written_at"),
        "text_sentiments",
        ["contact_id", "written_at"],
        unique=False,
    )
    op.create_index(
        op.f("ix_text_sentiments_record_record_id"), "text_sentiments", ["record", "record_id"], unique=True
    )
    op.create_index(op.f("ix_text_sentiments_written_at"), "text_sentiments", ["written_at"], unique=False)

    op.create_table(
        "feedback_requests",
        sa.Column("survey_id", BIG_ID, nullable=False),
        sa.Column("cause", sa.String(length=120), nullable=False),
        sa.Column("channel", sa.String(length=10), nullable=False),
        sa.Column("case_id", BIG_ID, nullable=True),
        sa.Column("order_id", BIG_ID, nullable=True),
        sa.Column("product_id", BIG_ID, nullable=True),
        sa.Column("actor_id", BIG_ID, nullable=True),
        sa.Column("asked_at", sa.DateTime(), nullable=False),
        sa.Column("expires_at", sa.DateTime(), nullable=False),
        sa.Column("answered_at", sa.DateTime(), nullable=True),
        sa.Column("contact_id", BIG_ID, nullable=False),
        sa.Column("is_sample", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.Column("id", BIG_ID, nullable=False),
        sa.ForeignKeyConstraint(
            ["actor_id"], ["users.id"], name=op.f("fk_feedback_requests_actor_id"), ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(
            ["case_id"], ["cases.id"], name=op.f("fk_feedback_requests_case_id"), ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(
            ["contact_id"], ["contacts.id"], name=op.f("fk_feedback_requests_contact_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["order_id"], ["orders.id"], name=op.f("fk_feedback_requests_order_id"), ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(
            ["product_id"], ["products.id"], name=op.f("fk_feedback_requests_product_id"), ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(
            ["survey_id"], ["surveys.id"], name=op.f("fk_feedback_requests_survey_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_feedback_requests")),
        sqlite_autoincrement=True,
    )
    op.create_index(op.f("ix_feedback_requests_actor_id"), "feedback_requests", ["actor_id"], unique=False)
    op.create_index(op.f("ix_feedback_requests_asked_at"), "feedback_requests", ["asked_at"], unique=False)
    op.create_index(op.f("ix_feedback_requests_case_id"), "feedback_requests", ["case_id"], unique=False)
    op.create_index(op.f("ix_feedback_requests_cause"), "feedback_requests", ["cause"], unique=True)
    op.create_index(
        op.f("ix_feedback_requests_contact_id"), "feedback_requests", ["contact_id"], unique=False
    )
    op.create_index(op.f("ix_feedback_requests_order_id"), "feedback_requests", ["order_id"], unique=False)
    op.create_index(
        op.f("ix_feedback_requests_product_id"), "feedback_requests", ["product_id"], unique=False
    )
    op.create_index(
        op.f("ix_feedback_requests_survey_id_asked_at"),
        "feedback_requests",
        ["survey_id", "asked_at"],
        unique=False,
    )

    op.create_table(
        "feedback",
        sa.Column("kind", sa.String(length=10), nullable=False),
        sa.Column("score", sa.SmallInteger(), nullable=False),
        sa.Column("comment", sa.Text(), server_default="", nullable=False),
        sa.Column("source", sa.String(length=10), nullable=False),
        sa.Column("survey_id", BIG_ID, nullable=True),
        sa.Column("request_id", BIG_ID, nullable=True),
        sa.Column("case_id", BIG_ID, nullable=True),
        sa.Column("order_id", BIG_ID, nullable=True),
        sa.Column("product_id", BIG_ID, nullable=True),
        sa.Column("actor_id", BIG_ID, nullable=True),
        sa.Column("answered_at", sa.DateTime(), nullable=False),
        sa.Column("created_at", sa.DateTime(), nullable=False),
        sa.Column("contact_id", BIG_ID, nullable=False),
        sa.Column("deleted_at", sa.DateTime(), nullable=True),
        sa.Column("is_sample", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.Column("version", sa.Integer(), server_default="1", nullable=False),
        sa.Column("id", BIG_ID, nullable=False),
        sa.ForeignKeyConstraint(
            ["actor_id"], ["users.id"], name=op.f("fk_feedback_actor_id"), ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(
            ["case_id"], ["cases.id"], name=op.f("fk_feedback_case_id"), ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(
            ["contact_id"], ["contacts.id"], name=op.f("fk_feedback_contact_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["order_id"], ["orders.id"], name=op.f("fk_feedback_order_id"), ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(
            ["product_id"], ["products.id"], name=op.f("fk_feedback_product_id"), ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(
            ["request_id"], ["feedback_requests.id"], name=op.f("fk_feedback_request_id"), ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(
            ["survey_id"], ["surveys.id"], name=op.f("fk_feedback_survey_id"), ondelete="SET NULL"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_feedback")),
        sqlite_autoincrement=True,
    )
    op.create_index(op.f("ix_feedback_actor_id"), "feedback", ["actor_id"], unique=False)
    op.create_index(op.f("ix_feedback_answered_at_kind"), "feedback", ["answered_at", "kind"], unique=False)
    op.create_index(op.f("ix_feedback_case_id"), "feedback", ["case_id"], unique=False)
    op.create_index(op.f("ix_feedback_contact_id"), "feedback", ["contact_id"], unique=False)
    op.create_index(op.f("ix_feedback_order_id"), "feedback", ["order_id"], unique=False)
    op.create_index(op.f("ix_feedback_product_id"), "feedback", ["product_id"], unique=False)
    op.create_index(op.f("ix_feedback_request_id"), "feedback", ["request_id"], unique=True)
    op.create_index(op.f("ix_feedback_survey_id"), "feedback", ["survey_id"], unique=False)


def downgrade() -> None:
    """Take the change back."""
    op.drop_table("feedback")
    op.drop_table("feedback_requests")
    op.drop_table("text_sentiments")
    op.drop_table("surveys")
