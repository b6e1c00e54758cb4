"""The loyalty programme: members with points and tiers, rewards, coupons, referrals.

Revision ID: ca267205d7e0
Revises: c41d7e90b2f6
Create Date: 2026-11-22 06:00:12.109191+00:00
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision: str = "ca267205d7e0"
down_revision: str | None = "c41d7e90b2f6"
branch_labels: str | None = None
depends_on: str | None = None

BIG_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
JSON = sa.JSON().with_variant(postgresql.JSONB(), "postgresql")
OPEN = sa.text("remaining > 0")


def upgrade() -> None:
    """Make the change."""
    op.create_table(
        "expiry_totals",
        sa.Column("month_on", sa.Date(), nullable=False),
        sa.Column("shard", sa.SmallInteger(), nullable=False),
        sa.Column("points", sa.BigInteger(), nullable=False),
        sa.Column("id", BIG_ID, nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_expiry_totals")),
        sqlite_autoincrement=True,
    )
    with op.batch_alter_table("expiry_totals", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_expiry_totals_month_on_shard"), ["month_on", "shard"], unique=True
        )

    op.create_table(
        "tiers",
        sa.Column("name", sa.String(length=80), nullable=False),
        sa.Column("name_key", sa.String(length=80), nullable=False),
        sa.Column("rank", sa.SmallInteger(), nullable=False),
        sa.Column("threshold", sa.BigInteger(), nullable=False),
        sa.Column("bonus_percent", sa.SmallInteger(), server_default="0", nullable=False),
        sa.Column("benefits", sa.Text(), server_default="", nullable=False),
        sa.Column("created_at", sa.DateTime(), nullable=False),
        sa.Column("is_sample", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.Column("version", sa.Integer(), server_default="1", nullable=False),
        sa.Column("id", BIG_ID, nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_tiers")),
        sqlite_autoincrement=True,
    )
    with op.batch_alter_table("tiers", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_tiers_name_key"), ["name_key"], unique=True)
        batch_op.create_index(batch_op.f("ix_tiers_rank"), ["rank"], unique=True)

    op.create_table(
        "coupons",
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.Column("name_key", sa.String(length=120), nullable=False),
        sa.Column("description", sa.Text(), server_default="", nullable=False),
        sa.Column("kind", sa.String(length=10), nullable=False),
        sa.Column("effect", sa.String(length=10), nullable=False),
        sa.Column("state", sa.String(length=10), server_default="draft", nullable=False),
        sa.Column("amount", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("percent", sa.SmallInteger(), server_default="0", nullable=False),
        sa.Column("currency", sa.String(length=3), server_default="", nullable=False),
        sa.Column("product_id", BIG_ID, nullable=True),
        sa.Column("minimum", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("products", JSON, server_default="[]", nullable=False),
        sa.Column("categories", JSON, server_default="[]", nullable=False),
        sa.Column("starts_on", sa.Date(), nullable=True),
        sa.Column("ends_on", sa.Date(), nullable=True),
        sa.Column("limit_total", sa.Integer(), nullable=True),
        sa.Column("limit_per_customer", sa.Integer(), nullable=True),
        sa.Column("used_count", sa.Integer(), server_default="0", nullable=False),
        sa.Column("segment_id", BIG_ID, nullable=True),
        sa.Column("holdout_percent", sa.SmallInteger(), server_default="0", nullable=False),
        sa.Column("created_at", sa.DateTime(), nullable=False),
        sa.Column("updated_at", sa.DateTime(), nullable=False),
        sa.Column("is_sample", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.Column("version", sa.Integer(), server_default="1", nullable=False),
        sa.Column("id", BIG_ID, nullable=False),
        sa.ForeignKeyConstraint(
            ["product_id"], ["products.id"], name=op.f("fk_coupons_product_id"), ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(
            ["segment_id"], ["segments.id"], name=op.f("fk_coupons_segment_id"), ondelete="SET NULL"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_coupons")),
        sqlite_autoincrement=True,
    )
    with op.batch_alter_table("coupons", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_coupons_name_key"), ["name_key"], unique=True)
        batch_op.create_index(batch_op.f("ix_coupons_product_id"), ["product_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_coupons_segment_id"), ["segment_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_coupons_state_ends_on"), ["state", "ends_on"], unique=False)

    op.create_table(
        "earn_rules",
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.Column("event", sa.String(length=20), nullable=False),
        sa.Column("state", sa.String(length=10), server_default="draft", nullable=False),
        sa.Column("points", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("per_amount", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("currency", sa.String(length=3), server_default="", nullable=False),
        sa.Column("percent", sa.Integer(), server_default="100", nullable=False),
        sa.Column("product_id", BIG_ID, nullable=True),
        sa.Column("category", sa.String(length=120), server_default="", nullable=False),
        sa.Column("minimum", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("starts_on", sa.Date(), nullable=True),
        sa.Column("ends_on", sa.Date(), nullable=True),
        sa.Column("weekdays", JSON, server_default="[]", nullable=False),
        sa.Column("has_tier_bonus", sa.Boolean(), nullable=False),
        sa.Column("cap_points", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("cap_period", sa.String(length=10), server_default="", nullable=False),
        sa.Column("expires_after_days", sa.Integer(), nullable=True),
        sa.Column("created_at", sa.DateTime(), nullable=False),
        sa.Column("updated_at", sa.DateTime(), nullable=False),
        sa.Column("is_sample", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.Column("version", sa.Integer(), server_default="1", nullable=False),
        sa.Column("id", BIG_ID, nullable=False),
        sa.ForeignKeyConstraint(
            ["product_id"], ["products.id"], name=op.f("fk_earn_rules_product_id"), ondelete="SET NULL"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_earn_rules")),
        sqlite_autoincrement=True,
    )
    with op.batch_alter_table("earn_rules", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_earn_rules_product_id"), ["product_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_earn_rules_state_event"), ["state", "event"], unique=False)

    op.create_table(
        "rewards",
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.Column("name_key", sa.String(length=120), nullable=False),
        sa.Column("description", sa.Text(), server_default="", nullable=False),
        sa.Column("points", sa.BigInteger(), nullable=False),
        sa.Column("value", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("currency", sa.String(length=3), server_default="", nullable=False),
        sa.Column("stock", sa.Integer(), nullable=True),
        sa.Column("limit_per_member", sa.Integer(), nullable=True),
        sa.Column("starts_on", sa.Date(), nullable=True),
        sa.Column("ends_on", sa.Date(), nullable=True),
        sa.Column("tier_id", BIG_ID, nullable=True),
        sa.Column("product_id", BIG_ID, nullable=True),
        sa.Column("is_active", sa.Boolean(), nullable=False),
        sa.Column("created_at", sa.DateTime(), nullable=False),
        sa.Column("updated_at", sa.DateTime(), nullable=False),
        sa.Column("is_sample", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.Column("version", sa.Integer(), server_default="1", nullable=False),
        sa.Column("id", BIG_ID, nullable=False),
        sa.ForeignKeyConstraint(
            ["product_id"], ["products.id"], name=op.f("fk_rewards_product_id"), ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(
            ["tier_id"], ["tiers.id"], name=op.f("fk_rewards_tier_id"), ondelete="SET NULL"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_rewards")),
        sqlite_autoincrement=True,
    )
    with op.batch_alter_table("rewards", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_rewards_name_key"), ["name_key"], unique=True)
        batch_op.create_index(batch_op.f("ix_rewards_product_id"), ["product_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_rewards_tier_id"), ["tier_id"], unique=False)

    op.create_table(
        "coupon_codes",
        sa.Column("coupon_id", BIG_ID, nullable=False),
        sa.Column("code", sa.String(length=60), nullable=False),
        sa.Column("code_key", sa.String(length=60), nullable=False),
        sa.Column("use_limit", sa.Integer(), nullable=True),
        sa.Column("used_count", sa.Integer(), server_default="0", nullable=False),
        sa.Column("is_blocked", sa.Boolean(), nullable=False),
        sa.Column("created_at", sa.DateTime(), nullable=False),
        sa.Column("id", BIG_ID, nullable=False),
        sa.ForeignKeyConstraint(
            ["coupon_id"], ["coupons.id"], name=op.f("fk_coupon_codes_coupon_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_coupon_codes")),
        sqlite_autoincrement=True,
    )
    with op.batch_alter_table("coupon_codes", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_coupon_codes_code_key"), ["code_key"], unique=True)
        batch_op.create_index(batch_op.f("ix_coupon_codes_coupon_id_id"), ["coupon_id", "id"], unique=False)

    op.create_table(
        "memberships",
        sa.Column("card_number", sa.String(length=60), nullable=False),
        sa.Column("state", sa.String(length=10), server_default="active", nullable=False),
        sa.Column("joined_at", sa.DateTime(), nullable=False),
        sa.Column("joined_by", sa.String(length=20), server_default="", nullable=False),
        sa.Column("merged_into_id", BIG_ID, nullable=True),
        sa.Column("balance", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("debt", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("earned", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("redeemed", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("expired", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("entry_count", sa.Integer(), server_default="0", nullable=False),
        sa.Column("digest", sa.String(length=64), server_default="", nullable=False),
        sa.Column("last_at", sa.DateTime(), nullable=True),
        sa.Column("tier_id", BIG_ID, nullable=True),
        sa.Column("tier_since", sa.Date(), nullable=True),
        sa.Column("tier_until", sa.Date(), nullable=True),
        sa.Column("qualifying", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("counted_on", sa.Date(), nullable=True),
        sa.Column("contact_id", BIG_ID, nullable=False),
        sa.Column("is_sample", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.Column("id", BIG_ID, nullable=False),
        sa.CheckConstraint("balance >= -debt", name=op.f("ck_memberships_balance")),
        sa.CheckConstraint("debt >= 0", name=op.f("ck_memberships_debt")),
        sa.ForeignKeyConstraint(
            ["contact_id"], ["contacts.id"], name=op.f("fk_memberships_contact_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["merged_into_id"],
            ["memberships.id"],
            name=op.f("fk_memberships_merged_into_id"),
            ondelete="SET NULL",
        ),
        sa.ForeignKeyConstraint(
            ["tier_id"], ["tiers.id"], name=op.f("fk_memberships_tier_id"), ondelete="SET NULL"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_memberships")),
        sqlite_autoincrement=True,
    )
    with op.batch_alter_table("memberships", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_memberships_card_number"), ["card_number"], unique=True)
        batch_op.create_index(batch_op.f("ix_memberships_contact_id"), ["contact_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_memberships_counted_on"), ["counted_on"], unique=False)
        batch_op.create_index(batch_op.f("ix_memberships_joined_at"), ["joined_at"], unique=False)
        batch_op.create_index("ix_memberships_merged_into_id", ["merged_into_id"], unique=False)
        batch_op.create_index(
            batch_op.f("ix_memberships_tier_id_qualifying"), ["tier_id", "qualifying"], unique=False
        )
        batch_op.create_index("uq_memberships_contact_id", ["contact_id"], unique=True)

    op.create_table(
        "referrers",
        sa.Column("kind", sa.String(length=12), nullable=False),
        sa.Column("state", sa.String(length=10), server_default="active", nullable=False),
        sa.Column("code", sa.String(length=40), nullable=False),
        sa.Column("code_key", sa.String(length=40), nullable=False),
        sa.Column("terms", sa.Text(), server_default="", nullable=False),
        sa.Column("compensation", sa.Text(), server_default="", nullable=False),
        sa.Column("points_referrer", sa.BigInteger(), nullable=True),
        sa.Column("points_friend", sa.BigInteger(), nullable=True),
        sa.Column("started_at", sa.DateTime(), nullable=False),
        sa.Column("ended_at", sa.DateTime(), nullable=True),
        sa.Column("contact_id", BIG_ID, nullable=False),
        sa.Column("version", sa.Integer(), server_default="1", nullable=False),
        sa.Column("id", BIG_ID, nullable=False),
        sa.ForeignKeyConstraint(
            ["contact_id"], ["contacts.id"], name=op.f("fk_referrers_contact_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_referrers")),
        sqlite_autoincrement=True,
    )
    with op.batch_alter_table("referrers", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_referrers_code_key"), ["code_key"], unique=True)
        batch_op.create_index(batch_op.f("ix_referrers_contact_id"), ["contact_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_referrers_kind_state"), ["kind", "state"], unique=False)
        batch_op.create_index("uq_referrers_contact_id", ["contact_id"], unique=True)

    op.create_table(
        "coupon_targets",
        sa.Column("coupon_id", BIG_ID, nullable=False),
        sa.Column("code_id", BIG_ID, nullable=True),
        sa.Column("is_held_back", sa.Boolean(), nullable=False),
        sa.Column("chosen_at", sa.DateTime(), nullable=False),
        sa.Column("contact_id", BIG_ID, nullable=False),
        sa.Column("id", BIG_ID, nullable=False),
        sa.ForeignKeyConstraint(
            ["code_id"], ["coupon_codes.id"], name=op.f("fk_coupon_targets_code_id"), ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(
            ["contact_id"], ["contacts.id"], name=op.f("fk_coupon_targets_contact_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["coupon_id"], ["coupons.id"], name=op.f("fk_coupon_targets_coupon_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_coupon_targets")),
        sqlite_autoincrement=True,
    )
    with op.batch_alter_table("coupon_targets", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_coupon_targets_code_id"), ["code_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_coupon_targets_contact_id"), ["contact_id"], unique=False)
        batch_op.create_index(
            batch_op.f("ix_coupon_targets_coupon_id_contact_id"), ["coupon_id", "contact_id"], unique=True
        )

    op.create_table(
        "point_entries",
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=10), nullable=False),
        sa.Column("points", sa.BigInteger(), nullable=False),
        sa.Column("asked", sa.BigInteger(), nullable=False),
        sa.Column("balance", sa.BigInteger(), nullable=False),
        sa.Column("cause", sa.String(length=200), nullable=False),
        sa.Column("reason", sa.String(length=300), server_default="", nullable=False),
        sa.Column("source", sa.String(length=40), server_default="", nullable=False),
        sa.Column("source_id", sa.BigInteger(), nullable=True),
        sa.Column("reverses_id", BIG_ID, nullable=True),
        sa.Column("rule_id", BIG_ID, nullable=True),
        sa.Column("actor_id", BIG_ID, nullable=True),
        sa.Column("actor_name", sa.String(length=200), server_default="", nullable=False),
        sa.Column("happened_at", sa.DateTime(), nullable=False),
        sa.Column("recorded_at", sa.DateTime(), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("membership_id", BIG_ID, nullable=False),
        sa.Column("id", BIG_ID, nullable=False),
        sa.ForeignKeyConstraint(
            ["actor_id"], ["users.id"], name=op.f("fk_point_entries_actor_id"), ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(
            ["membership_id"],
            ["memberships.id"],
            name=op.f("fk_point_entries_membership_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["reverses_id"],
            ["point_entries.id"],
            name=op.f("fk_point_entries_reverses_id"),
            ondelete="SET NULL",
        ),
        sa.ForeignKeyConstraint(
            ["rule_id"], ["earn_rules.id"], name=op.f("fk_point_entries_rule_id"), ondelete="SET NULL"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_point_entries")),
        sqlite_autoincrement=True,
    )
    with op.batch_alter_table("point_entries", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_point_entries_actor_id"), ["actor_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_point_entries_cause"), ["cause"], unique=True)
        batch_op.create_index(
            batch_op.f("ix_point_entries_kind_happened_at"), ["kind", "happened_at"], unique=False
        )
        batch_op.create_index(
            batch_op.f("ix_point_entries_membership_id_number"), ["membership_id", "number"], unique=True
        )
        batch_op.create_index(batch_op.f("ix_point_entries_reverses_id"), ["reverses_id"], unique=False)
        batch_op.create_index(
            batch_op.f("ix_point_entries_rule_id_membership_id_happened_at"),
            ["rule_id", "membership_id", "happened_at"],
            unique=False,
        )
        batch_op.create_index(
            batch_op.f("ix_point_entries_source_source_id"), ["source", "source_id"], unique=False
        )

    op.create_table(
        "tier_changes",
        sa.Column("from_id", BIG_ID, nullable=True),
        sa.Column("to_id", BIG_ID, nullable=True),
        sa.Column("qualifying", sa.BigInteger(), nullable=False),
        sa.Column("reason", sa.String(length=40), server_default="", nullable=False),
        sa.Column("changed_at", sa.DateTime(), nullable=False),
        sa.Column("membership_id", BIG_ID, nullable=False),
        sa.Column("id", BIG_ID, nullable=False),
        sa.ForeignKeyConstraint(
            ["from_id"], ["tiers.id"], name=op.f("fk_tier_changes_from_id"), ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(
            ["membership_id"],
            ["memberships.id"],
            name=op.f("fk_tier_changes_membership_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["to_id"], ["tiers.id"], name=op.f("fk_tier_changes_to_id"), ondelete="SET NULL"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_tier_changes")),
        sqlite_autoincrement=True,
    )
    with op.batch_alter_table("tier_changes", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_tier_changes_changed_at"), ["changed_at"], unique=False)
        batch_op.create_index(batch_op.f("ix_tier_changes_from_id"), ["from_id"], unique=False)
        batch_op.create_index(
            batch_op.f("ix_tier_changes_membership_id_changed_at"),
            ["membership_id", "changed_at"],
            unique=False,
        )
        batch_op.create_index(batch_op.f("ix_tier_changes_to_id"), ["to_id"], unique=False)

    op.create_table(
        "coupon_uses",
        sa.Column("coupon_id", BIG_ID, nullable=False),
        sa.Column("code_id", BIG_ID, nullable=False),
        sa.Column("order_id", BIG_ID, nullable=True),
        sa.Column("basket", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("discount", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("currency", sa.String(length=3), server_default="", nullable=False),
        sa.Column("cause", sa.String(length=200), nullable=False),
        sa.Column("used_at", sa.DateTime(), nullable=False),
        sa.Column("cancelled_at", sa.DateTime(), nullable=True),
        sa.Column("contact_id", BIG_ID, nullable=True),
        sa.Column("account_id", BIG_ID, nullable=True),
        sa.Column("actor_id", BIG_ID, nullable=True),
        sa.Column("id", BIG_ID, nullable=False),
        sa.ForeignKeyConstraint(
            ["account_id"], ["accounts.id"], name=op.f("fk_coupon_uses_account_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["actor_id"], ["users.id"], name=op.f("fk_coupon_uses_actor_id"), ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(
            ["code_id"], ["coupon_codes.id"], name=op.f("fk_coupon_uses_code_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["contact_id"], ["contacts.id"], name=op.f("fk_coupon_uses_contact_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["coupon_id"], ["coupons.id"], name=op.f("fk_coupon_uses_coupon_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["order_id"], ["orders.id"], name=op.f("fk_coupon_uses_order_id"), ondelete="SET NULL"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_coupon_uses")),
        sqlite_autoincrement=True,
    )
    with op.batch_alter_table("coupon_uses", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_coupon_uses_account_id"), ["account_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_coupon_uses_actor_id"), ["actor_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_coupon_uses_cause"), ["cause"], unique=True)
        batch_op.create_index(batch_op.f("ix_coupon_uses_code_id"), ["code_id"], unique=False)
        batch_op.create_index(
            batch_op.f("ix_coupon_uses_contact_id_coupon_id"), ["contact_id", "coupon_id"], unique=False
        )
        batch_op.create_index(
            batch_op.f("ix_coupon_uses_coupon_id_used_at"), ["coupon_id", "used_at"], unique=False
        )
        batch_op.create_index(batch_op.f("ix_coupon_uses_order_id"), ["order_id"], unique=False)

    op.create_table(
        "point_lots",
        sa.Column("entry_id", BIG_ID, nullable=False),
        sa.Column("root_id", BIG_ID, nullable=True),
        sa.Column("points", sa.BigInteger(), nullable=False),
        sa.Column("remaining", sa.BigInteger(), nullable=False),
        sa.Column("earned_at", sa.DateTime(), nullable=False),
        sa.Column("available_at", sa.DateTime(), nullable=False),
        sa.Column("expires_at", sa.DateTime(), nullable=True),
        sa.Column("membership_id", BIG_ID, nullable=False),
        sa.Column("id", BIG_ID, nullable=False),
        sa.CheckConstraint("remaining >= 0 AND remaining <= points", name=op.f("ck_point_lots_remaining")),
        sa.ForeignKeyConstraint(
            ["entry_id"], ["point_entries.id"], name=op.f("fk_point_lots_entry_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["membership_id"],
            ["memberships.id"],
            name=op.f("fk_point_lots_membership_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["root_id"], ["point_lots.id"], name=op.f("fk_point_lots_root_id"), ondelete="SET NULL"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_point_lots")),
        sqlite_autoincrement=True,
    )
    with op.batch_alter_table("point_lots", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_point_lots_entry_id"), ["entry_id"], unique=False)
        batch_op.create_index(
            "ix_point_lots_expiring",
            ["expires_at", "id"],
            unique=False,
            sqlite_where=OPEN,
            postgresql_where=OPEN,
        )
        batch_op.create_index(batch_op.f("ix_point_lots_membership_id"), ["membership_id"], unique=False)
        batch_op.create_index(
            "ix_point_lots_open",
            ["membership_id", "expires_at", "id"],
            unique=False,
            sqlite_where=OPEN,
            postgresql_where=OPEN,
        )
        batch_op.create_index(batch_op.f("ix_point_lots_root_id"), ["root_id"], unique=False)

    op.create_table(
        "redemptions",
        sa.Column("reward_id", BIG_ID, nullable=False),
        sa.Column("entry_id", BIG_ID, nullable=True),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("points", sa.BigInteger(), nullable=False),
        sa.Column("value", sa.BigInteger(), nullable=False),
        sa.Column("currency", sa.String(length=3), server_default="", nullable=False),
        sa.Column("is_surprise", sa.Boolean(), nullable=False),
        sa.Column("reason", sa.String(length=300), server_default="", nullable=False),
        sa.Column("cause", sa.String(length=200), nullable=False),
        sa.Column("actor_id", BIG_ID, nullable=True),
        sa.Column("reviewer_id", BIG_ID, nullable=True),
        sa.Column("asked_at", sa.DateTime(), nullable=False),
        sa.Column("settled_at", sa.DateTime(), nullable=True),
        sa.Column("facts", JSON, server_default="{}", nullable=False),
        sa.Column("membership_id", BIG_ID, nullable=False),
        sa.Column("id", BIG_ID, nullable=False),
        sa.ForeignKeyConstraint(
            ["actor_id"], ["users.id"], name=op.f("fk_redemptions_actor_id"), ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(
            ["entry_id"], ["point_entries.id"], name=op.f("fk_redemptions_entry_id"), ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(
            ["membership_id"],
            ["memberships.id"],
            name=op.f("fk_redemptions_membership_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["reviewer_id"], ["users.id"], name=op.f("fk_redemptions_reviewer_id"), ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(
            ["reward_id"], ["rewards.id"], name=op.f("fk_redemptions_reward_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_redemptions")),
        sqlite_autoincrement=True,
    )
    with op.batch_alter_table("redemptions", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_redemptions_actor_id"), ["actor_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_redemptions_cause"), ["cause"], unique=True)
        batch_op.create_index(batch_op.f("ix_redemptions_entry_id"), ["entry_id"], unique=False)
        batch_op.create_index(
            batch_op.f("ix_redemptions_membership_id_asked_at"), ["membership_id", "asked_at"], unique=False
        )
        batch_op.create_index(batch_op.f("ix_redemptions_reviewer_id"), ["reviewer_id"], unique=False)
        batch_op.create_index(
            batch_op.f("ix_redemptions_reward_id_state"), ["reward_id", "state"], unique=False
        )
        batch_op.create_index(
            batch_op.f("ix_redemptions_state_asked_at"), ["state", "asked_at"], unique=False
        )

    op.create_table(
        "referrals",
        sa.Column("referrer_id", BIG_ID, nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("channel", sa.String(length=40), server_default="", nullable=False),
        sa.Column("reason", sa.String(length=200), server_default="", nullable=False),
        sa.Column("order_id", BIG_ID, nullable=True),
        sa.Column("referred_at", sa.DateTime(), nullable=False),
        sa.Column("settled_at", sa.DateTime(), nullable=True),
        sa.Column("contact_id", BIG_ID, nullable=False),
        sa.Column("id", BIG_ID, nullable=False),
        sa.ForeignKeyConstraint(
            ["contact_id"], ["contacts.id"], name=op.f("fk_referrals_contact_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["order_id"], ["orders.id"], name=op.f("fk_referrals_order_id"), ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(
            ["referrer_id"], ["referrers.id"], name=op.f("fk_referrals_referrer_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_referrals")),
        sqlite_autoincrement=True,
    )
    with op.batch_alter_table("referrals", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_referrals_contact_id"), ["contact_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_referrals_order_id"), ["order_id"], unique=False)
        batch_op.create_index(
            batch_op.f("ix_referrals_referrer_id_state"), ["referrer_id", "state"], unique=False
        )
        batch_op.create_index("uq_referrals_contact_id", ["contact_id"], unique=True)

    op.create_table(
        "point_uses",
        sa.Column("entry_id", BIG_ID, nullable=False),
        sa.Column("lot_id", BIG_ID, nullable=False),
        sa.Column("points", sa.BigInteger(), nullable=False),
        sa.Column("membership_id", BIG_ID, nullable=False),
        sa.Column("id", BIG_ID, nullable=False),
        sa.ForeignKeyConstraint(
            ["entry_id"], ["point_entries.id"], name=op.f("fk_point_uses_entry_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["lot_id"], ["point_lots.id"], name=op.f("fk_point_uses_lot_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["membership_id"],
            ["memberships.id"],
            name=op.f("fk_point_uses_membership_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_point_uses")),
        sqlite_autoincrement=True,
    )
    with op.batch_alter_table("point_uses", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_point_uses_entry_id"), ["entry_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_point_uses_lot_id"), ["lot_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_point_uses_membership_id"), ["membership_id"], unique=False)


def downgrade() -> None:
    """Take the change back."""
    with op.batch_alter_table("point_uses", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_point_uses_membership_id"))
        batch_op.drop_index(batch_op.f("ix_point_uses_lot_id"))
        batch_op.drop_index(batch_op.f("ix_point_uses_entry_id"))

    op.drop_table("point_uses")
    with op.batch_alter_table("referrals", schema=None) as batch_op:
        batch_op.drop_index("uq_referrals_contact_id")
        batch_op.drop_index(batch_op.f("ix_referrals_referrer_id_state"))
        batch_op.drop_index(batch_op.f("ix_referrals_order_id"))
        batch_op.drop_index(batch_op.f("ix_referrals_contact_id"))

    op.drop_table("referrals")
    with op.batch_alter_table("redemptions", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_redemptions_state_asked_at"))
        batch_op.drop_index(batch_op.f("ix_redemptions_reward_id_state"))
        batch_op.drop_index(batch_op.f("ix_redemptions_reviewer_id"))
        batch_op.drop_index(batch_op.f("ix_redemptions_membership_id_asked_at"))
        batch_op.drop_index(batch_op.f("ix_redemptions_entry_id"))
        batch_op.drop_index(batch_op.f("ix_redemptions_cause"))
        batch_op.drop_index(batch_op.f("ix_redemptions_actor_id"))

    op.drop_table("redemptions")
    with op.batch_alter_table("point_lots", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_point_lots_root_id"))
        batch_op.drop_index("ix_point_lots_open", sqlite_where=OPEN, postgresql_where=OPEN)
        batch_op.drop_index(batch_op.f("ix_point_lots_membership_id"))
        batch_op.drop_index("ix_point_lots_expiring", sqlite_where=OPEN, postgresql_where=OPEN)
        batch_op.drop_index(batch_op.f("ix_point_lots_entry_id"))

    op.drop_table("point_lots")
    with op.batch_alter_table("coupon_uses", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_coupon_uses_order_id"))
        batch_op.drop_index(batch_op.f("ix_coupon_uses_coupon_id_used_at"))
        batch_op.drop_index(batch_op.f("ix_coupon_uses_contact_id_coupon_id"))
        batch_op.drop_index(batch_op.f("ix_coupon_uses_code_id"))
        batch_op.drop_index(batch_op.f("ix_coupon_uses_cause"))
        batch_op.drop_index(batch_op.f("ix_coupon_uses_actor_id"))
        batch_op.drop_index(batch_op.f("ix_coupon_uses_account_id"))

    op.drop_table("coupon_uses")
    with op.batch_alter_table("tier_changes", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_tier_changes_to_id"))
        batch_op.drop_index(batch_op.f("ix_tier_changes_membership_id_changed_at"))
        batch_op.drop_index(batch_op.f("ix_tier_changes_from_id"))
        batch_op.drop_index(batch_op.f("ix_tier_changes_changed_at"))

    op.drop_table("tier_changes")
    with op.batch_alter_table("point_entries", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_point_entries_source_source_id"))
        batch_op.drop_index(batch_op.f("ix_point_entries_rule_id_membership_id_happened_at"))
        batch_op.drop_index(batch_op.f("ix_point_entries_reverses_id"))
        batch_op.drop_index(batch_op.f("ix_point_entries_membership_id_number"))
        batch_op.drop_index(batch_op.f("ix_point_entries_kind_happened_at"))
        batch_op.drop_index(batch_op.f("ix_point_entries_cause"))
        batch_op.drop_index(batch_op.f("ix_point_entries_actor_id"))

    op.drop_table("point_entries")
    with op.batch_alter_table("coupon_targets", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_coupon_targets_coupon_id_contact_id"))
        batch_op.drop_index(batch_op.f("ix_coupon_targets_contact_id"))
        batch_op.drop_index(batch_op.f("ix_coupon_targets_code_id"))

    op.drop_table("coupon_targets")
    with op.batch_alter_table("referrers", schema=None) as batch_op:
        batch_op.drop_index("uq_referrers_contact_id")
        batch_op.drop_index(batch_op.f("ix_referrers_kind_state"))
        batch_op.drop_index(batch_op.f("ix_referrers_contact_id"))
        batch_op.drop_index(batch_op.f("ix_referrers_code_key"))

    op.drop_table("referrers")
    with op.batch_alter_table("memberships", schema=None) as batch_op:
        batch_op.drop_index("uq_memberships_contact_id")
        batch_op.drop_index(batch_op.f("ix_memberships_tier_id_qualifying"))
        batch_op.drop_index("ix_memberships_merged_into_id")
        batch_op.drop_index(batch_op.f("ix_memberships_joined_at"))
        batch_op.drop_index(batch_op.f("ix_memberships_counted_on"))
        batch_op.drop_index(batch_op.f("ix_memberships_contact_id"))
        batch_op.drop_index(batch_op.f("ix_memberships_card_number"))

    op.drop_table("memberships")
    with op.batch_alter_table("coupon_codes", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_coupon_codes_coupon_id_id"))
        batch_op.drop_index(batch_op.f("ix_coupon_codes_code_key"))

    op.drop_table("coupon_codes")
    with op.batch_alter_table("rewards", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_rewards_tier_id"))
        batch_op.drop_index(batch_op.f("ix_rewards_product_id"))
        batch_op.drop_index(batch_op.f("ix_rewards_name_key"))

    op.drop_table("rewards")
    with op.batch_alter_table("earn_rules", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_earn_rules_state_event"))
        batch_op.drop_index(batch_op.f("ix_earn_rules_product_id"))

    op.drop_table("earn_rules")
    with op.batch_alter_table("coupons", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_coupons_state_ends_on"))
        batch_op.drop_index(batch_op.f("ix_coupons_segment_id"))
        batch_op.drop_index(batch_op.f("ix_coupons_product_id"))
        batch_op.drop_index(batch_op.f("ix_coupons_name_key"))

    op.drop_table("coupons")
    with op.batch_alter_table("tiers", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_tiers_rank"))
        batch_op.drop_index(batch_op.f("ix_tiers_name_key"))

    op.drop_table("tiers")
    with op.batch_alter_table("expiry_totals", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_expiry_totals_month_on_shard"))

    op.drop_table("expiry_totals")
