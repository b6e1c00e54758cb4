"""days of points

Revision ID: 7e51b0c94d28
Revises: a179f2060d06
Create Date: 2026-11-22 11:40:00.000000+00:00
"""

import sqlalchemy as sa
from alembic import op

revision: str = "7e51b0c94d28"
down_revision: str | None = "a179f2060d06"
branch_labels: str | None = None
depends_on: str | None = None

SHARDS = 16


def upgrade() -> None:
    """Make the change, and add up what was posted so far."""
    op.create_table(
        "point_days",
        sa.Column("day_on", sa.Date(), nullable=False),
        sa.Column("way", sa.String(length=10), nullable=False),
        sa.Column("shard", sa.SmallInteger(), nullable=False),
        sa.Column("points", sa.BigInteger(), nullable=False),
        sa.Column("entries", sa.BigInteger(), nullable=False),
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_point_days")),
    )
    op.create_index(
        op.f("ix_point_days_day_on_way_shard"), "point_days", ["day_on", "way", "shard"], unique=True
    )
    op.add_column("memberships", sa.Column("active_at", sa.DateTime(), nullable=True))
    op.drop_index(op.f("ix_point_entries_kind_happened_at"), "point_entries")
    op.create_index(
        op.f("ix_point_entries_happened_at_kind_membership_id"),
        "point_entries",
        ["happened_at", "kind", "membership_id"],
    )
    is_sqlite = op.get_bind().dialect.name == "sqlite"
    day = "date(entry.happened_at)" if is_sqlite else "CAST(entry.happened_at AS date)"
    op.execute(
        f"""INSERT INTO point_days (day_on, way, shard, points, entries)
        SELECT day_on, way, shard, SUM(CASE WHEN way = 'given' THEN points ELSE -points END), COUNT(*)
        FROM (SELECT {day} AS day_on, entry.membership_id % {SHARDS} AS shard, entry.points AS points,
            CASE WHEN entry.kind = 'redeem' OR taken.kind = 'redeem' THEN 'spent'
            WHEN entry.kind = 'expire' THEN 'expired' ELSE 'given' END AS way
            FROM point_entries AS entry
            LEFT JOIN point_entries AS taken ON taken.id = entry.reverses_id AND entry.kind = 'reverse'
            WHERE entry.kind <> 'transfer') AS each_one
        GROUP BY day_on, way, shard"""  # noqa: S608 - our own words
    )
    op.execute(
        """UPDATE memberships SET active_at = (SELECT MAX(entry.happened_at) FROM point_entries AS entry
        WHERE entry.membership_id = memberships.id AND entry.kind IN ('earn', 'redeem'))
        WHERE entry_count > 0"""
    )


def downgrade() -> None:
    """Take the change back."""
    op.drop_index(op.f("ix_point_entries_happened_at_kind_membership_id"), "point_entries")
    op.create_index(op.f("ix_point_entries_kind_happened_at"), "point_entries", ["kind", "happened_at"])
    op.drop_column("memberships", "active_at")
    op.drop_index(op.f("ix_point_days_day_on_way_shard"), "point_days")
    op.drop_table("point_days")
