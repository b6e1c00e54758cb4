"""journeys

Revision ID: 90e92d64db3b
Revises: 7b3e91d4c2f8
Create Date: 2026-11-22 08:21:24.472060+00:00
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision: str = "90e92d64db3b"
down_revision: str | None = "7b3e91d4c2f8"
branch_labels: str | None = None
depends_on: str | None = None


def upgrade() -> None:
    """Make the change."""
    op.create_table(
        "journeys",
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.Column("name_key", sa.String(length=120), nullable=False),
        sa.Column("description", sa.Text(), server_default="", nullable=False),
        sa.Column("state", sa.String(length=10), server_default="draft", nullable=False),
        sa.Column("trigger", sa.String(length=40), server_default="", nullable=False),
        sa.Column(
            "draft",
            sa.JSON().with_variant(postgresql.JSONB(), "postgresql"),
            server_default="{}",
            nullable=False,
        ),
        sa.Column("number", sa.Integer(), server_default="0", nullable=False),
        sa.Column("swept_at", sa.DateTime(), nullable=True),
        sa.Column("creator_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("created_at", sa.DateTime(), nullable=False),
        sa.Column("updated_at", sa.DateTime(), nullable=False),
        sa.Column("version", sa.Integer(), server_default="1", nullable=False),
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.ForeignKeyConstraint(
            ["creator_id"], ["users.id"], name=op.f("fk_journeys_creator_id"), ondelete="SET NULL"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_journeys")),
        sqlite_autoincrement=True,
    )
    with op.batch_alter_table("journeys", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_journeys_creator_id"), ["creator_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_journeys_name_key"), ["name_key"], unique=True)
        batch_op.create_index(batch_op.f("ix_journeys_state_trigger"), ["state", "trigger"], unique=False)

    op.create_table(
        "journey_versions",
        sa.Column("journey_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column(
            "definition",
            sa.JSON().with_variant(postgresql.JSONB(), "postgresql"),
            server_default="{}",
            nullable=False,
        ),
        sa.Column(
            "messages",
            sa.JSON().with_variant(postgresql.JSONB(), "postgresql"),
            server_default="{}",
            nullable=False,
        ),
        sa.Column("publisher_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("published_at", sa.DateTime(), nullable=False),
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.ForeignKeyConstraint(
            ["journey_id"], ["journeys.id"], name=op.f("fk_journey_versions_journey_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["publisher_id"], ["users.id"], name=op.f("fk_journey_versions_publisher_id"), ondelete="SET NULL"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_journey_versions")),
        sqlite_autoincrement=True,
    )
    with op.batch_alter_table("journey_versions", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_journey_versions_journey_id_number"), ["journey_id", "number"], unique=True
        )
        batch_op.create_index(batch_op.f("ix_journey_versions_publisher_id"), ["publisher_id"], unique=False)

    op.create_table(
        "journey_runs",
        sa.Column("journey_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("version_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("cause", sa.String(length=160), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("reason", sa.String(length=300), server_default="", nullable=False),
        sa.Column("position", sa.String(length=60), server_default="", nullable=False),
        sa.Column("attempts", sa.SmallInteger(), server_default="0", nullable=False),
        sa.Column(
            "chain",
            sa.JSON().with_variant(postgresql.JSONB(), "postgresql"),
            server_default="[]",
            nullable=False,
        ),
        sa.Column("created_at", sa.DateTime(), nullable=False),
        sa.Column("admitted_at", sa.DateTime(), nullable=True),
        sa.Column("due_at", sa.DateTime(), nullable=True),
        sa.Column("ended_at", sa.DateTime(), nullable=True),
        sa.Column("contact_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.ForeignKeyConstraint(
            ["contact_id"], ["contacts.id"], name=op.f("fk_journey_runs_contact_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["journey_id"], ["journeys.id"], name=op.f("fk_journey_runs_journey_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["version_id"],
            ["journey_versions.id"],
            name=op.f("fk_journey_runs_version_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_journey_runs")),
        sqlite_autoincrement=True,
    )
    with op.batch_alter_table("journey_runs", schema=None) as batch_op:
        batch_op.create_index(
            "ix_journey_runs_at_the_door",
            ["journey_id", "id"],
            unique=False,
            sqlite_where=sa.text("state = 'waiting'"),
            postgresql_where=sa.text("state = 'waiting'"),
        )
        batch_op.create_index(batch_op.f("ix_journey_runs_contact_id"), ["contact_id"], unique=False)
        batch_op.create_index(
            "ix_journey_runs_due",
            ["due_at", "id"],
            unique=False,
            sqlite_where=sa.text("state = 'running'"),
            postgresql_where=sa.text("state = 'running'"),
        )
        batch_op.create_index(
            batch_op.f("ix_journey_runs_journey_id_admitted_at"), ["journey_id", "admitted_at"], unique=False
        )
        batch_op.create_index(
            batch_op.f("ix_journey_runs_journey_id_contact_id_cause"),
            ["journey_id", "contact_id", "cause"],
            unique=True,
        )
        batch_op.create_index(
            batch_op.f("ix_journey_runs_journey_id_state_id"), ["journey_id", "state", "id"], unique=False
        )
        batch_op.create_index(batch_op.f("ix_journey_runs_version_id"), ["version_id"], unique=False)

    op.create_table(
        "webhook_calls",
        sa.Column("cause", sa.String(length=160), nullable=False),
        sa.Column("url", sa.Text(), server_default="", nullable=False),
        sa.Column(
            "body",
            sa.JSON().with_variant(postgresql.JSONB(), "postgresql"),
            server_default="{}",
            nullable=False,
        ),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("attempts", sa.SmallInteger(), server_default="0", nullable=False),
        sa.Column("answer", sa.String(length=300), server_default="", nullable=False),
        sa.Column("next_try_at", sa.DateTime(), nullable=True),
        sa.Column("created_at", sa.DateTime(), nullable=False),
        sa.Column("sent_at", sa.DateTime(), nullable=True),
        sa.Column("contact_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.ForeignKeyConstraint(
            ["contact_id"], ["contacts.id"], name=op.f("fk_webhook_calls_contact_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_webhook_calls")),
        sqlite_autoincrement=True,
    )
    with op.batch_alter_table("webhook_calls", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_webhook_calls_cause"), ["cause"], unique=True)
        batch_op.create_index(batch_op.f("ix_webhook_calls_contact_id"), ["contact_id"], unique=False)
        batch_op.create_index(
            "ix_webhook_calls_pending",
            ["next_try_at", "id"],
            unique=False,
            sqlite_where=sa.text("state = 'pending'"),
            postgresql_where=sa.text("state = 'pending'"),
        )

    op.create_table(
        "journey_steps",
        sa.Column("run_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("version_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("place", sa.String(length=60), nullable=False),
        sa.Column("action", sa.String(length=20), nullable=False),
        sa.Column("outcome", sa.String(length=10), nullable=False),
        sa.Column(
            "facts",
            sa.JSON().with_variant(postgresql.JSONB(), "postgresql"),
            server_default="{}",
            nullable=False,
        ),
        sa.Column("happened_at", sa.DateTime(), nullable=False),
        sa.Column("contact_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.ForeignKeyConstraint(
            ["contact_id"], ["contacts.id"], name=op.f("fk_journey_steps_contact_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["run_id"], ["journey_runs.id"], name=op.f("fk_journey_steps_run_id"), ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(
            ["version_id"],
            ["journey_versions.id"],
            name=op.f("fk_journey_steps_version_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_journey_steps")),
        sqlite_autoincrement=True,
    )
    with op.batch_alter_table("journey_steps", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_journey_steps_contact_id"), ["contact_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_journey_steps_run_id_place"), ["run_id", "place"], unique=True)
        batch_op.create_index(
            batch_op.f("ix_journey_steps_version_id_place_outcome"),
            ["version_id", "place", "outcome"],
            unique=False,
        )


def downgrade() -> None:
    """Take the change back."""
    with op.batch_alter_table("journey_steps", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_journey_steps_version_id_place_outcome"))
        batch_op.drop_index(batch_op.f("ix_journey_steps_run_id_place"))
        batch_op.drop_index(batch_op.f("ix_journey_steps_contact_id"))

    op.drop_table("journey_steps")
    with op.batch_alter_table("webhook_calls", schema=None) as batch_op:
        batch_op.drop_index(
            "ix_webhook_calls_pending",
            sqlite_where=sa.text("state = 'pending'"),
            postgresql_where=sa.text("state = 'pending'"),
        )
        batch_op.drop_index(batch_op.f("ix_webhook_calls_contact_id"))
        batch_op.drop_index(batch_op.f("ix_webhook_calls_cause"))

    op.drop_table("webhook_calls")
    with op.batch_alter_table("journey_runs", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_journey_runs_version_id"))
        batch_op.drop_index(batch_op.f("ix_journey_runs_journey_id_state_id"))
        batch_op.drop_index(batch_op.f("ix_journey_runs_journey_id_contact_id_cause"))
        batch_op.drop_index(batch_op.f("ix_journey_runs_journey_id_admitted_at"))
        batch_op.drop_index(
            "ix_journey_runs_due",
            sqlite_where=sa.text("state = 'running'"),
            postgresql_where=sa.text("state = 'running'"),
        )
        batch_op.drop_index(batch_op.f("ix_journey_runs_contact_id"))
        batch_op.drop_index(
            "ix_journey_runs_at_the_door",
            sqlite_where=sa.text("state = 'waiting'"),
            postgresql_where=sa.text("state = 'waiting'"),
        )

    op.drop_table("journey_runs")
    with op.batch_alter_table("journey_versions", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_journey_versions_publisher_id"))
        batch_op.drop_index(batch_op.f("ix_journey_versions_journey_id_number"))

    op.drop_table("journey_versions")
    with op.batch_alter_table("journeys", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_journeys_state_trigger"))
        batch_op.drop_index(batch_op.f("ix_journeys_name_key"))
        batch_op.drop_index(batch_op.f("ix_journeys_creator_id"))

    op.drop_table("journeys")
