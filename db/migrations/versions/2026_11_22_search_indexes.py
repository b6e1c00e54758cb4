"""search indexes: any part of a name, e-mail, phone or company is found at once

Revision ID: 5c1f0a7be2d4
Revises: 3fff6811779c
Create Date: 2026-11-22 02:15:00+00:00
"""

import sqlalchemy as sa
from alembic import op

revision: str = "5c1f0a7be2d4"
down_revision: str | None = "3fff6811779c"
branch_labels: str | None = None
depends_on: str | None = None

TABLES = ("contacts", "accounts")

# The text is stored folded already, so the tokenizer need not fold again.
SQLITE_UP = """
CREATE VIRTUAL TABLE {0}_search USING fts5(
    search_text, content='{0}', content_rowid='id', tokenize='trigram case_sensitive 1'
);
CREATE TRIGGER {0}_search_insert AFTER INSERT ON {0} BEGIN
    INSERT INTO {0}_search(rowid, search_text) VALUES (new.id, new.search_text);
END;
CREATE TRIGGER {0}_search_delete AFTER DELETE ON {0} BEGIN
    INSERT INTO {0}_search({0}_search, rowid, search_text) VALUES ('delete', old.id, old.search_text);
END;
CREATE TRIGGER {0}_search_update AFTER UPDATE OF search_text ON {0}
WHEN old.search_text IS NOT new.search_text BEGIN
    INSERT INTO {0}_search({0}_search, rowid, search_text) VALUES ('delete', old.id, old.search_text);
    INSERT INTO {0}_search(rowid, search_text) VALUES (new.id, new.search_text);
END;
"""


def upgrade() -> None:
    """Make the change."""
    if op.get_bind().dialect.name == "sqlite":
        for table in TABLES:
            for statement in _statements(SQLITE_UP.format(table)):
                op.execute(statement)
        return
    if not _trigrams_can_be_had():
        return
    for table in TABLES:
        op.execute(f"CREATE INDEX ix_{table}_search ON {table} USING gin (search_text gin_trgm_ops)")


def downgrade() -> None:
    """Take the change back."""
    is_sqlite = op.get_bind().dialect.name == "sqlite"
    for table in TABLES:
        if is_sqlite:
            for event in ("insert", "delete", "update"):
                op.execute(f"DROP TRIGGER {table}_search_{event}")
            op.execute(f"DROP TABLE {table}_search")
        else:
            op.execute(f"DROP INDEX IF EXISTS ix_{table}_search")


def _statements(script: str) -> list[str]:
    """A trigger ends with “END;”, everything else with a semicolon at the end of a line."""
    found, lines = [], []
    for line in script.strip().splitlines():
        lines.append(line)
        inside = any(part.startswith("CREATE TRIGGER") for part in lines)
        if line == "END;" or (line.endswith(";") and not inside):
            found.append("\n".join(lines))
            lines = []
    return found


def _trigrams_can_be_had() -> bool:
    """Without the right to make extensions search still works, slowly; ``doctor`` says so."""
    connection = op.get_bind()
    try:
        with connection.begin_nested():
            connection.execute(sa.text("CREATE EXTENSION IF NOT EXISTS pg_trgm"))
    except sa.exc.DBAPIError:
        return False
    return True
