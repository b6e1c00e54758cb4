"""segments and campaigns

Revision ID: f1da1e9ead30
Revises: d1a7c3f09b64
Create Date: 2026-11-22 05:14:14.901541+00:00
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision: str = "f1da1e9ead30"
down_revision: str | None = "d1a7c3f09b64"
branch_labels: str | None = None
depends_on: str | None = None


def upgrade() -> None:
    """Make the change."""
    op.create_table(
        "suppressions",
        sa.Column("channel", sa.String(length=10), nullable=False),
        sa.Column("address_key", sa.String(length=254), nullable=False),
        sa.Column("reason", sa.String(length=40), nullable=False),
        sa.Column("note", sa.String(length=300), server_default="", nullable=False),
        sa.Column("happened_at", sa.DateTime(), nullable=False),
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_suppressions")),
        sqlite_autoincrement=True,
    )
    with op.batch_alter_table("suppressions", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_suppressions_channel_address_key"), ["channel", "address_key"], unique=True
        )

    op.create_table(
        "templates",
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.Column("name_key", sa.String(length=120), nullable=False),
        sa.Column("channel", sa.String(length=10), nullable=False),
        sa.Column("subject", sa.String(length=500), server_default="", nullable=False),
        sa.Column("preheader", sa.String(length=300), server_default="", nullable=False),
        sa.Column("body_html", sa.Text(), server_default="", nullable=False),
        sa.Column("body_text", sa.Text(), server_default="", nullable=False),
        sa.Column("archived_at", sa.DateTime(), nullable=True),
        sa.Column("created_at", sa.DateTime(), nullable=False),
        sa.Column("updated_at", sa.DateTime(), nullable=False),
        sa.Column("version", sa.Integer(), server_default="1", nullable=False),
        sa.Column("is_sample", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_templates")),
        sqlite_autoincrement=True,
    )
    with op.batch_alter_table("templates", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_templates_name_key"), ["name_key"], unique=True)

    op.create_table(
        "segments",
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.Column("name_key", sa.String(length=120), nullable=False),
        sa.Column("description", sa.Text(), server_default="", nullable=False),
        sa.Column("rule", sa.Text(), server_default="", nullable=False),
        sa.Column("is_static", sa.Boolean(), nullable=False),
        sa.Column(
            "portrait",
            sa.JSON().with_variant(postgresql.JSONB(), "postgresql"),
            server_default="{}",
            nullable=False,
        ),
        sa.Column("size", sa.Integer(), nullable=True),
        sa.Column("counted_at", sa.DateTime(), nullable=True),
        sa.Column("archived_at", sa.DateTime(), nullable=True),
        sa.Column("creator_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("created_at", sa.DateTime(), nullable=False),
        sa.Column("updated_at", sa.DateTime(), nullable=False),
        sa.Column("version", sa.Integer(), server_default="1", nullable=False),
        sa.Column("is_sample", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.ForeignKeyConstraint(
            ["creator_id"], ["users.id"], name=op.f("fk_segments_creator_id"), ondelete="SET NULL"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_segments")),
        sqlite_autoincrement=True,
    )
    with op.batch_alter_table("segments", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_segments_creator_id"), ["creator_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_segments_name_key"), ["name_key"], unique=True)

    op.create_table(
        "campaigns",
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("name_key", sa.String(length=200), nullable=False),
        sa.Column("channel", sa.String(length=10), nullable=False),
        sa.Column("purpose", sa.String(length=40), server_default="marketing", nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("segment_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("rule", sa.Text(), server_default="", nullable=False),
        sa.Column("holdout", sa.SmallInteger(), server_default="0", nullable=False),
        sa.Column("salt", sa.String(length=32), nullable=False),
        sa.Column("goal", sa.String(length=20), server_default="converted", nullable=False),
        sa.Column("window_days", sa.Integer(), server_default="14", nullable=False),
        sa.Column(
            "plan",
            sa.JSON().with_variant(postgresql.JSONB(), "postgresql"),
            server_default="{}",
            nullable=False,
        ),
        sa.Column(
            "audience",
            sa.JSON().with_variant(postgresql.JSONB(), "postgresql"),
            server_default="{}",
            nullable=False,
        ),
        sa.Column("budget", sa.BigInteger(), nullable=True),
        sa.Column("cost", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("cost_each", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("currency", sa.String(length=3), server_default="", nullable=False),
        sa.Column("scheduled_at", sa.DateTime(), nullable=True),
        sa.Column("started_at", sa.DateTime(), nullable=True),
        sa.Column("finished_at", sa.DateTime(), nullable=True),
        sa.Column("creator_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("sender_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("import_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("created_at", sa.DateTime(), nullable=False),
        sa.Column("updated_at", sa.DateTime(), nullable=False),
        sa.Column("version", sa.Integer(), server_default="1", nullable=False),
        sa.Column("is_sample", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.ForeignKeyConstraint(
            ["creator_id"], ["users.id"], name=op.f("fk_campaigns_creator_id"), ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(
            ["import_id"], ["imports.id"], name=op.f("fk_campaigns_import_id"), ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(
            ["segment_id"], ["segments.id"], name=op.f("fk_campaigns_segment_id"), ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(
            ["sender_id"], ["users.id"], name=op.f("fk_campaigns_sender_id"), ondelete="SET NULL"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_campaigns")),
        sqlite_autoincrement=True,
    )
    with op.batch_alter_table("campaigns", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_campaigns_creator_id"), ["creator_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_campaigns_import_id"), ["import_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_campaigns_name_key"), ["name_key"], unique=True)
        batch_op.create_index(batch_op.f("ix_campaigns_segment_id"), ["segment_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_campaigns_sender_id"), ["sender_id"], unique=False)
        batch_op.create_index(
            batch_op.f("ix_campaigns_state_scheduled_at"), ["state", "scheduled_at"], unique=False
        )

    op.create_table(
        "segment_days",
        sa.Column("segment_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("counted_on", sa.Date(), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("entered", sa.Integer(), nullable=False),
        sa.Column("left", sa.Integer(), nullable=False),
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.ForeignKeyConstraint(
            ["segment_id"], ["segments.id"], name=op.f("fk_segment_days_segment_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_segment_days")),
        sqlite_autoincrement=True,
    )
    with op.batch_alter_table("segment_days", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_segment_days_segment_id_counted_on"), ["segment_id", "counted_on"], unique=True
        )

    op.create_table(
        "campaign_variants",
        sa.Column("campaign_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("name", sa.String(length=60), nullable=False),
        sa.Column("share", sa.Integer(), server_default="1", nullable=False),
        sa.Column("template_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("subject", sa.String(length=500), server_default="", nullable=False),
        sa.Column("preheader", sa.String(length=300), server_default="", nullable=False),
        sa.Column("body_html", sa.Text(), server_default="", nullable=False),
        sa.Column("body_text", sa.Text(), server_default="", nullable=False),
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.ForeignKeyConstraint(
            ["campaign_id"],
            ["campaigns.id"],
            name=op.f("fk_campaign_variants_campaign_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["template_id"],
            ["templates.id"],
            name=op.f("fk_campaign_variants_template_id"),
            ondelete="SET NULL",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_campaign_variants")),
        sqlite_autoincrement=True,
    )
    with op.batch_alter_table("campaign_variants", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_campaign_variants_campaign_id_name"), ["campaign_id", "name"], unique=True
        )
        batch_op.create_index(batch_op.f("ix_campaign_variants_template_id"), ["template_id"], unique=False)

    op.create_table(
        "tracked_links",
        sa.Column("campaign_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("url", sa.Text(), server_default="", nullable=False),
        sa.Column("url_digest", sa.String(length=64), nullable=False),
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.ForeignKeyConstraint(
            ["campaign_id"], ["campaigns.id"], name=op.f("fk_tracked_links_campaign_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_tracked_links")),
        sqlite_autoincrement=True,
    )
    with op.batch_alter_table("tracked_links", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_tracked_links_campaign_id_url_digest"), ["campaign_id", "url_digest"], unique=True
        )

    op.create_table(
        "recipients",
        sa.Column("campaign_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("variant_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("wave", sa.SmallInteger(), server_default="0", nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("reason", sa.String(length=200), server_default="", nullable=False),
        sa.Column("address", sa.String(length=254), server_default="", nullable=False),
        sa.Column("message_id", sa.String(length=200), server_default="", nullable=False),
        sa.Column("attempts", sa.SmallInteger(), server_default="0", nullable=False),
        sa.Column("next_try_at", sa.DateTime(), nullable=True),
        sa.Column("worker", sa.String(length=120), server_default="", nullable=False),
        sa.Column("sent_at", sa.DateTime(), nullable=True),
        sa.Column("scanned_at", sa.DateTime(), nullable=True),
        sa.Column("opened_at", sa.DateTime(), nullable=True),
        sa.Column("clicked_at", sa.DateTime(), nullable=True),
        sa.Column("replied_at", sa.DateTime(), nullable=True),
        sa.Column("bounced_at", sa.DateTime(), nullable=True),
        sa.Column("unsubscribed_at", sa.DateTime(), nullable=True),
        sa.Column("visited_at", sa.DateTime(), nullable=True),
        sa.Column("converted_at", sa.DateTime(), nullable=True),
        sa.Column("is_visited", sa.Boolean(), nullable=False),
        sa.Column("is_converted", sa.Boolean(), nullable=False),
        sa.Column("revenue", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("contact_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("account_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("actor_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.ForeignKeyConstraint(
            ["account_id"], ["accounts.id"], name=op.f("fk_recipients_account_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["actor_id"], ["users.id"], name=op.f("fk_recipients_actor_id"), ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(
            ["campaign_id"], ["campaigns.id"], name=op.f("fk_recipients_campaign_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["contact_id"], ["contacts.id"], name=op.f("fk_recipients_contact_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["variant_id"],
            ["campaign_variants.id"],
            name=op.f("fk_recipients_variant_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_recipients")),
        sqlite_autoincrement=True,
    )
    with op.batch_alter_table("recipients", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_recipients_account_id"), ["account_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_recipients_actor_id"), ["actor_id"], unique=False)
        batch_op.create_index(
            batch_op.f("ix_recipients_campaign_id_state_id"), ["campaign_id", "state", "id"], unique=False
        )
        batch_op.create_index(
            batch_op.f("ix_recipients_campaign_id_variant_id_state"),
            ["campaign_id", "variant_id", "state"],
            unique=False,
        )
        batch_op.create_index(
            batch_op.f("ix_recipients_contact_id_sent_at"), ["contact_id", "sent_at"], unique=False
        )
        batch_op.create_index(batch_op.f("ix_recipients_message_id"), ["message_id"], unique=False)
        batch_op.create_index(
            "ix_recipients_to_send",
            ["next_try_at", "id"],
            unique=False,
            sqlite_where=sa.text("state = 'pending'"),
            postgresql_where=sa.text("state = 'pending'"),
        )
        batch_op.create_index(batch_op.f("ix_recipients_variant_id"), ["variant_id"], unique=False)
        batch_op.create_index(
            "uq_recipients_campaign_id_contact_id_wave", ["campaign_id", "contact_id", "wave"], unique=True
        )

    op.create_table(
        "segment_stays",
        sa.Column("segment_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("entered_at", sa.DateTime(), nullable=False),
        sa.Column("left_at", sa.DateTime(), nullable=True),
        sa.Column("contact_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.ForeignKeyConstraint(
            ["contact_id"], ["contacts.id"], name=op.f("fk_segment_stays_contact_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["segment_id"], ["segments.id"], name=op.f("fk_segment_stays_segment_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_segment_stays")),
        sqlite_autoincrement=True,
    )
    with op.batch_alter_table("segment_stays", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_segment_stays_contact_id"), ["contact_id"], unique=False)
        batch_op.create_index(
            batch_op.f("ix_segment_stays_segment_id_entered_at"), ["segment_id", "entered_at"], unique=False
        )
        batch_op.create_index(
            batch_op.f("ix_segment_stays_segment_id_left_at"), ["segment_id", "left_at"], unique=False
        )
        batch_op.create_index(
            "uq_segment_stays_open",
            ["segment_id", "contact_id"],
            unique=True,
            sqlite_where=sa.text("left_at IS NULL"),
            postgresql_where=sa.text("left_at IS NULL"),
        )

    op.create_table(
        "campaign_events",
        sa.Column("recipient_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("kind", sa.String(length=12), nullable=False),
        sa.Column("is_machine", sa.Boolean(), nullable=False),
        sa.Column("link_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("cause", sa.String(length=160), nullable=False),
        sa.Column("happened_at", sa.DateTime(), nullable=False),
        sa.Column(
            "facts",
            sa.JSON().with_variant(postgresql.JSONB(), "postgresql"),
            server_default="{}",
            nullable=False,
        ),
        sa.Column("contact_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("account_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("actor_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.ForeignKeyConstraint(
            ["account_id"], ["accounts.id"], name=op.f("fk_campaign_events_account_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["actor_id"], ["users.id"], name=op.f("fk_campaign_events_actor_id"), ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(
            ["contact_id"], ["contacts.id"], name=op.f("fk_campaign_events_contact_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["link_id"], ["tracked_links.id"], name=op.f("fk_campaign_events_link_id"), ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(
            ["recipient_id"],
            ["recipients.id"],
            name=op.f("fk_campaign_events_recipient_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_campaign_events")),
        sqlite_autoincrement=True,
    )
    with op.batch_alter_table("campaign_events", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_campaign_events_account_id"), ["account_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_campaign_events_actor_id"), ["actor_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_campaign_events_cause"), ["cause"], unique=True)
        batch_op.create_index(
            batch_op.f("ix_campaign_events_contact_id_kind_happened_at"),
            ["contact_id", "kind", "happened_at"],
            unique=False,
        )
        batch_op.create_index(batch_op.f("ix_campaign_events_link_id"), ["link_id"], unique=False)
        batch_op.create_index(
            batch_op.f("ix_campaign_events_recipient_id_kind"), ["recipient_id", "kind"], unique=False
        )

    op.create_table(
        "incoming_mails",
        sa.Column("message_id", sa.String(length=250), nullable=False),
        sa.Column("kind", sa.String(length=10), nullable=False),
        sa.Column("from_address", sa.String(length=254), server_default="", nullable=False),
        sa.Column("subject", sa.String(length=500), server_default="", nullable=False),
        sa.Column("recipient_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column(
            "verdict",
            sa.JSON().with_variant(postgresql.JSONB(), "postgresql"),
            server_default="{}",
            nullable=False,
        ),
        sa.Column("received_at", sa.DateTime(), nullable=False),
        sa.Column("contact_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("account_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("actor_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.ForeignKeyConstraint(
            ["account_id"], ["accounts.id"], name=op.f("fk_incoming_mails_account_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["actor_id"], ["users.id"], name=op.f("fk_incoming_mails_actor_id"), ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(
            ["contact_id"], ["contacts.id"], name=op.f("fk_incoming_mails_contact_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["recipient_id"],
            ["recipients.id"],
            name=op.f("fk_incoming_mails_recipient_id"),
            ondelete="SET NULL",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_incoming_mails")),
        sqlite_autoincrement=True,
    )
    with op.batch_alter_table("incoming_mails", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_incoming_mails_account_id"), ["account_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_incoming_mails_actor_id"), ["actor_id"], unique=False)
        batch_op.create_index(
            batch_op.f("ix_incoming_mails_contact_id_received_at"),
            ["contact_id", "received_at"],
            unique=False,
        )
        batch_op.create_index(batch_op.f("ix_incoming_mails_message_id"), ["message_id"], unique=True)
        batch_op.create_index(batch_op.f("ix_incoming_mails_recipient_id"), ["recipient_id"], unique=False)


def downgrade() -> None:
    """Take the change back."""
    with op.batch_alter_table("incoming_mails", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_incoming_mails_recipient_id"))
        batch_op.drop_index(batch_op.f("ix_incoming_mails_message_id"))
        batch_op.drop_index(batch_op.f("ix_incoming_mails_contact_id_received_at"))
        batch_op.drop_index(batch_op.f("ix_incoming_mails_actor_id"))
        batch_op.drop_index(batch_op.f("ix_incoming_mails_account_id"))

    op.drop_table("incoming_mails")
    with op.batch_alter_table("campaign_events", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_campaign_events_recipient_id_kind"))
        batch_op.drop_index(batch_op.f("ix_campaign_events_link_id"))
        batch_op.drop_index(batch_op.f("ix_campaign_events_contact_id_kind_happened_at"))
        batch_op.drop_index(batch_op.f("ix_campaign_events_cause"))
        batch_op.drop_index(batch_op.f("ix_campaign_events_actor_id"))
        batch_op.drop_index(batch_op.f("ix_campaign_events_account_id"))

    op.drop_table("campaign_events")
    with op.batch_alter_table("segment_stays", schema=None) as batch_op:
        batch_op.drop_index(
            "uq_segment_stays_open",
            sqlite_where=sa.text("left_at IS NULL"),
            postgresql_where=sa.text("left_at IS NULL"),
        )
        batch_op.drop_index(batch_op.f("ix_segment_stays_segment_id_left_at"))
        batch_op.drop_index(batch_op.f("ix_segment_stays_segment_id_entered_at"))
        batch_op.drop_index(batch_op.f("ix_segment_stays_contact_id"))

    op.drop_table("segment_stays")
    with op.batch_alter_table("recipients", schema=None) as batch_op:
        batch_op.drop_index("uq_recipients_campaign_id_contact_id_wave")
        batch_op.drop_index(batch_op.f("ix_recipients_variant_id"))
        batch_op.drop_index(
            "ix_recipients_to_send",
            sqlite_where=sa.text("state = 'pending'"),
            postgresql_where=sa.text("state = 'pending'"),
        )
        batch_op.drop_index(batch_op.f("ix_recipients_message_id"))
        batch_op.drop_index(batch_op.f("ix_recipients_contact_id_sent_at"))
        batch_op.drop_index(batch_op.f("ix_recipients_campaign_id_variant_id_state"))
        batch_op.drop_index(batch_op.f("ix_recipients_campaign_id_state_id"))
        batch_op.drop_index(batch_op.f("ix_recipients_actor_id"))
        batch_op.drop_index(batch_op.f("ix_recipients_account_id"))

    op.drop_table("recipients")
    with op.batch_alter_table("tracked_links", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_tracked_links_campaign_id_url_digest"))

    op.drop_table("tracked_links")
    with op.batch_alter_table("campaign_variants", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_campaign_variants_template_id"))
        batch_op.drop_index(batch_op.f("ix_campaign_variants_campaign_id_name"))

    op.drop_table("campaign_variants")
    with op.batch_alter_table("segment_days", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_segment_days_segment_id_counted_on"))

    op.drop_table("segment_days")
    with op.batch_alter_table("campaigns", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_campaigns_state_scheduled_at"))
        batch_op.drop_index(batch_op.f("ix_campaigns_sender_id"))
        batch_op.drop_index(batch_op.f("ix_campaigns_segment_id"))
        batch_op.drop_index(batch_op.f("ix_campaigns_name_key"))
        batch_op.drop_index(batch_op.f("ix_campaigns_import_id"))
        batch_op.drop_index(batch_op.f("ix_campaigns_creator_id"))

    op.drop_table("campaigns")
    with op.batch_alter_table("segments", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_segments_name_key"))
        batch_op.drop_index(batch_op.f("ix_segments_creator_id"))

    op.drop_table("segments")
    with op.batch_alter_table("templates", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_templates_name_key"))

    op.drop_table("templates")
    with op.batch_alter_table("suppressions", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_suppressions_channel_address_key"))

    op.drop_table("suppressions")
