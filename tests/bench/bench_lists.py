"""What the server needs for the list, the search and a customer, in a small base and in a big one."""

from collections.abc import Callable, Iterator
from functools import partial
from typing import Any

from crm_core.activity import history, interactions
from crm_core.activity.types import NewInteraction
from crm_core.insights import kpis
from crm_core.kernel.access import Actor
from crm_core.kernel.paging import Paging
from crm_core.people import accounts, consents, contacts, custom_fields, listing
from crm_core.people.listing import Query
from pages.ui.customer_form import TELLING
from tests.bench.measuring import Measurement, Setting, benchmark, median_ms
from tests.bench.workload import databases

SMALL, BIG = 10_000, 1_000_000
NOTES = 200
NEEDLES = {"rare": "quillfea", "frequent": "mar", "none": "zzqxj"}
LIST, SEARCH, CUSTOMER, HOME = 30.0, 20.0, 50.0, 50.0
"""Milliseconds of the server that a step may take in the big base."""

LEAST_BASE = 0.5
"""Milliseconds below which growth says nothing: it would be noise against noise."""

Step = tuple[Callable[[], object], float]


@benchmark
def lists_sqlite(setting: Setting) -> Iterator[Measurement]:
    """List, search and customer page on SQLite."""
    yield from _grown(setting, "sqlite")


@benchmark
def lists_postgres(setting: Setting) -> Iterator[Measurement]:
    """The same on Postgres."""
    yield from _grown(setting, "postgres")


def _grown(setting: Setting, engine: str) -> Iterator[Measurement]:
    share = min(setting.scale, 1.0)
    small, big = (max(1000, round(count * share)) for count in (SMALL, BIG))
    with databases(setting.folder, engine) as made:
        before = {name: median_ms(act) for name, (act, _) in _steps(made.filled(small)[1], small).items()}
        steps = _steps(made.filled(big)[1], big)
        after = {name: median_ms(act) for name, (act, _) in steps.items()}
    for name, (_, most) in steps.items():
        yield Measurement(f"{name}, {big:,} contacts, {engine}", after[name], "ms", at_most=most)
        base = max(before[name], LEAST_BASE)
        yield Measurement("  growth", after[name], "ms", base, f"{small:,} contacts", at_most=2)


def _steps(olga: Actor, count: int) -> dict[str, Step]:
    """What is measured, and its bound in milliseconds."""
    busy = listing.search(olga, Query("quillfea" if count > 2000 else "a", paging=Paging(1, 1))).items[0].id
    for number in range(NOTES):
        interactions.log(olga, NewInteraction("note", busy, body=f"Note {number}"))
    found: dict[str, Step] = {
        "list, page 1": (lambda: _expect(listing.search(olga, Query()), 1), LIST),
        "list, page 100": (lambda: listing.search(olga, Query(paging=Paging(100))), LIST),
        "list, latest touched": (
            lambda: listing.search(olga, Query(paging=Paging(1, 50, "-last_touch"))),
            LIST,
        ),
    }
    for kind, needle in NEEDLES.items():
        found[f"search {needle} ({kind})"] = (partial(listing.search, olga, Query(needle)), SEARCH)
    found["customer"] = (lambda: _customer(olga, busy), CUSTOMER)
    found["home"] = (lambda: (kpis.home(olga), history.recent(olga, 8)), HOME)
    return found


def _expect(page: Any, least: int) -> None:
    if page.total < least:
        raise RuntimeError("The base is empty.")


def _customer(olga: Actor, contact_id: int) -> None:
    """What the page of a contact asks for."""
    contact = contacts.get(olga, contact_id)
    page = history.of_contact(olga, contact_id, Paging(1, 20))
    history.arrival(olga, contact_id)
    consents.of_contact(olga, contact_id)
    custom_fields.search(olga, "contacts")
    contacts.similar(olga, {name: contact[name] for name in TELLING}, besides=contact_id)
    if contact.account_id is not None:
        accounts.contacts_of(olga, contact.account_id, Paging(1, 7))
    _expect(page, NOTES)
