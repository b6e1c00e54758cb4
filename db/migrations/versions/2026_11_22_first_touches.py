"""contacts know their first touch

Revision ID: c58e21f7d0a4
Revises: a7c41e0b93d5
Create Date: 2026-11-22 12:55:00.000000+00:00
"""

import sqlalchemy as sa
from alembic import op

revision: str = "c58e21f7d0a4"
down_revision: str | None = "a7c41e0b93d5"
branch_labels: str | None = None
depends_on: str | None = None

WATCHED = ("contact_id", "kind", "happened_at", "deleted_at")
NAMES = ("interactions_came", "interactions_changed", "interactions_went")
COUNTS = "kind <> 'note' AND deleted_at IS NULL"
FILL = f"""UPDATE contacts SET first_touch_at = (
    SELECT min(happened_at) FROM interactions WHERE contact_id = contacts.id AND {COUNTS}
)"""  # noqa: S608 - nothing of it comes from people
ON_POSTGRES_FILL = f"""UPDATE contacts SET first_touch_at = first.happened_at FROM (
    SELECT contact_id, min(happened_at) AS happened_at FROM interactions
    WHERE contact_id IS NOT NULL AND {COUNTS} GROUP BY contact_id
) AS first WHERE contacts.id = first.contact_id"""  # noqa: S608 - nothing of it comes from people

# Whose first touch it was is asked anew; whose it may be now moves back.
ANEW = f"""UPDATE contacts SET first_touch_at = (
        SELECT happened_at FROM interactions WHERE contact_id = contacts.id AND {COUNTS}
        ORDER BY happened_at LIMIT 1
    ) WHERE id = old.contact_id AND first_touch_at >= old.happened_at;"""  # noqa: S608 - nothing of it comes from people
BACK = """UPDATE contacts SET first_touch_at = new.happened_at WHERE id = new.contact_id
        AND new.kind <> 'note' AND new.deleted_at IS NULL
        AND (first_touch_at IS NULL OR first_touch_at > new.happened_at);"""

ON_SQLITE = (
    f"""CREATE TRIGGER interactions_came AFTER INSERT ON interactions
WHEN new.contact_id IS NOT NULL AND new.kind <> 'note' BEGIN
    {BACK}
END""",
    f"""CREATE TRIGGER interactions_changed AFTER UPDATE OF {", ".join(WATCHED)} ON interactions
WHEN {" OR ".join(f"old.{name} IS NOT new.{name}" for name in WATCHED)} BEGIN
    {ANEW}
    {BACK}
END""",
    f"""CREATE TRIGGER interactions_went AFTER DELETE ON interactions
WHEN old.contact_id IS NOT NULL AND old.kind <> 'note' BEGIN
    {ANEW}
END""",
)
ON_POSTGRES = (
    f"""CREATE FUNCTION interactions_came() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
    UPDATE contacts SET first_touch_at = first.happened_at FROM (
        SELECT contact_id, min(happened_at) AS happened_at FROM came
        WHERE contact_id IS NOT NULL AND {COUNTS} GROUP BY contact_id
    ) AS first WHERE contacts.id = first.contact_id
        AND (contacts.first_touch_at IS NULL OR contacts.first_touch_at > first.happened_at);
    RETURN NULL;
END $$""",  # noqa: S608 - nothing of it comes from people
    """CREATE TRIGGER interactions_came AFTER INSERT ON interactions
    REFERENCING NEW TABLE AS came FOR EACH STATEMENT EXECUTE FUNCTION interactions_came()""",
    f"""CREATE FUNCTION interactions_changed() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
    {ANEW}
    {BACK}
    RETURN NULL;
END $$""",
    f"""CREATE TRIGGER interactions_changed AFTER UPDATE OF {", ".join(WATCHED)} ON interactions
    FOR EACH ROW WHEN ({" OR ".join(f"OLD.{name} IS DISTINCT FROM NEW.{name}" for name in WATCHED)})
    EXECUTE FUNCTION interactions_changed()""",
    f"""CREATE FUNCTION interactions_went() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
    {ANEW}
    RETURN NULL;
END $$""",
    """CREATE TRIGGER interactions_went AFTER DELETE ON interactions
    FOR EACH ROW WHEN (OLD.contact_id IS NOT NULL AND OLD.kind <> 'note')
    EXECUTE FUNCTION interactions_went()""",
)


def upgrade() -> None:
    """Make the change."""
    op.add_column("contacts", sa.Column("first_touch_at", sa.DateTime(), nullable=True))
    op.execute(FILL if _is_sqlite() else ON_POSTGRES_FILL)
    for statement in ON_SQLITE if _is_sqlite() else ON_POSTGRES:
        op.execute(statement)


def downgrade() -> None:
    """Take the change back."""
    for name in NAMES:
        op.execute(f"DROP TRIGGER {name}" + ("" if _is_sqlite() else " ON interactions"))
        if not _is_sqlite():
            op.execute(f"DROP FUNCTION {name}()")
    op.drop_column("contacts", "first_touch_at")


def _is_sqlite() -> bool:
    return op.get_bind().dialect.name == "sqlite"
