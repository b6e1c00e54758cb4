"""A click asks the database a few times, however much there is: each question more makes all pages slower."""

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest
from sqlalchemy import event

from crm_core.data import sample
from crm_core.kernel.access import Actor
from crm_core.people import contacts
from db.session import Database
from tests.pages.conftest import OpenApp
from tests.people import Cast

FRAME = re.compile(r"BEGIN|COMMIT|ROLLBACK|SAVEPOINT|RELEASE", re.IGNORECASE)
# The person (and, of a manager, the team), the company now and then, and what the page shows; what takes
# several questions is asked for when something has happened only.
MOST = {"": 9, "contacts": 8, "customer": 20}


@contextmanager
def listening(database: Database) -> Iterator[list[str]]:
    """The statements that were sent inside the block."""
    sent: list[str] = []

    def note(_connection: object, _cursor: object, statement: str, *_rest: object) -> None:
        if not FRAME.match(statement):
            sent.append(statement)

    event.listen(database.reader, "before_cursor_execute", note)
    yield sent
    event.remove(database.reader, "before_cursor_execute", note)


@pytest.fixture
def asked(cast: Cast, database: Database, open_app: OpenApp) -> Callable[[Actor, str], int]:
    """Call it with a person and a page: how often a rerun asks the database."""
    ours = contacts.create(
        cast.ann, {"full_name": "Zoe Zander", "company": "Alder & Sons", "tags": "vip, new"}
    )

    def count(person: Actor, page: str) -> int:
        app = open_app(person, page, **({"id": str(ours)} if page == "customer" else {}))
        app.run()
        with listening(database) as sent:
            app.run()
        assert not app.exception
        assert len(sent) > 1, "the page asks for the person and for what it shows"
        return len(sent)

    return count


def test_a_click_asks_a_few_times_and_not_more_often_when_there_is_more(
    cast: Cast, asked: Callable[[Actor, str], int]
) -> None:
    people = [cast.olga, cast.mia, cast.ann]
    before = {(who.name, page): asked(who, page) for who in people for page in MOST}
    sample.load(cast.olga, contacts=120)
    after = {(who.name, page): asked(who, page) for who in people for page in MOST}

    too_many = {(name, page): many for (name, page), many in before.items() if many > MOST[page]}
    assert not too_many
    assert not {(name, page): many for (name, page), many in after.items() if many > MOST[page]}
