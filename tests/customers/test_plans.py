"""SQLite has no statistics: the indexes alone must lead it to the short way."""

import pytest
from sqlalchemy import event

from crm_core.kernel.access import Actor
from crm_core.people import contacts, listing
from crm_core.people.listing import Query
from db.session import Database


@pytest.mark.parametrize("engine_name", ["sqlite"])
@pytest.mark.parametrize("who", ["ann", "mia", "olga"])
def test_those_who_opted_out_are_found_among_those_who_did(
    who: str, database: Database, request: pytest.FixtureRequest
) -> None:
    actor: Actor = request.getfixturevalue(who)
    contacts.create(actor, {"full_name": "Zoe Zander", "unsubscribed": "yes"})
    sent: list[tuple[str, object]] = []

    def note(
        _connection: object, _cursor: object, statement: str, parameters: object, *_rest: object
    ) -> None:
        sent.append((statement, parameters))

    event.listen(database.reader, "before_cursor_execute", note)
    assert listing.search(actor, Query(opted_out=True)).total == 1
    event.remove(database.reader, "before_cursor_execute", note)

    asked = [(statement, values) for statement, values in sent if "FROM contacts" in statement]
    assert len(asked) >= 2
    plans = [_plan(database, statement, values) for statement, values in asked[:2]]
    assert all("opt_out" in plan for plan in plans), plans
    assert "COVERING INDEX" in plans[0]


def _plan(database: Database, statement: str, values: object) -> str:
    found = database.reader.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", values)  # type: ignore[union-attr,arg-type]
    return "\n".join(row[3] for row in found)
