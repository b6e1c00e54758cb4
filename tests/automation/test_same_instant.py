"""Two things that happen to somebody at the same instant let them in once within the days."""

import threading

from crm_core.automation import entering, journeys, runs
from crm_core.kernel.access import SYSTEM
from crm_core.kernel.work import begin
from db.models import Contact
from db.session import Database
from tests.marketing.campaigning import person
from tests.people import hire


def test_who_came_in_a_moment_ago_is_seen_by_what_happens_at_the_same_time(own_database: Database) -> None:
    olga = hire().olga
    anna = person(olga, "Anna")
    steps = [{"do": "wait", "days": 1}]
    number = journeys.create(olga, "Tagged", {"when": {"on": "contact.tagged"}, "again": 30, "steps": steps})
    journeys.publish(olga, number)

    def tag() -> None:
        with begin(SYSTEM) as work:
            work.record("contact.tagged", work.get(Contact, anna), tag="New")

    second = threading.Thread(target=tag)
    with begin(SYSTEM) as work:
        activity = work.record("contact.tagged", work.get(Contact, anna), tag="New")
        work.flush()
        entering.start(work, activity)
        second.start()
        second.join(1)  # it waits for this transaction; it would be through by now if it did not
    second.join()

    assert runs.search(olga, number).total == 1
