"""Lists of cases: search, the counts of tabs, and those of one customer."""

from collections.abc import Collection
from typing import Any

from crm_core.kernel.access import Permission
from crm_core.kernel.paging import Page, Paging
from crm_core.kernel.work import Work, use_case
from crm_core.service import case_steps, rules
from crm_core.service.case_types import CaseCounts, CaseQuery, CaseRow
from db.models import Case, Contact
from db.queries import cases as sql


@use_case(Permission.CASES_READ, read=True)
def search(work: Work, query: CaseQuery = CaseQuery()) -> Page[CaseRow]:  # noqa: B008 - frozen
    """Cases that match, the most urgent first unless the query says otherwise.

    Raises:
        Invalid: a word of the query is not known.
    """
    rules.check_query(query)
    statement = sql.rows().where(*_conditions(work, query)).order_by(*sql.ORDERS[query.sort])
    return work.page(statement, query.paging, CaseRow)


@use_case(Permission.CASES_READ, read=True)
def counts(work: Work) -> CaseCounts:
    """How many unsolved cases there are for each tab."""
    [row] = work.rows(sql.counts(work.actor.id, work.now), CaseCounts)
    return row


@use_case(Permission.CASES_READ, read=True)
def of_contact(work: Work, contact_id: int, limit: int = 20) -> Page[CaseRow]:
    """The cases of one customer of any status, the latest first.

    Raises:
        NotFound: no such customer within reach.
    """
    work.get(Contact, contact_id)
    statement = sql.rows().where(*sql.about(contact_id=contact_id)).order_by(*sql.ORDERS["opened"])
    return work.page(statement, Paging(size=limit), CaseRow)


@use_case(Permission.CASES_READ, read=True)
def choices(work: Work, case_id: int) -> list[tuple[int, str]]:
    """Whom a case can be given to: (user, name), by name."""
    people = case_steps.eligible(work, work.get(Case, case_id))
    return sorted(((user.id, user.name) for user in people), key=lambda one: one[1])


def _conditions(work: Work, query: CaseQuery) -> list[Any]:
    found: list[Any] = list(sql.of_tab(query.tab, work.actor.id, work.now))
    columns: dict[str, Collection[Any]] = {
        "status": query.statuses, "priority": query.priorities, "kind": query.kinds,
        "owner_id": query.owner_ids,
    }  # fmt: skip
    found += [sql.one_of(column, values) for column, values in columns.items() if values]
    found += sql.about(contact_id=query.contact_id, account_id=query.account_id)
    if query.tag.strip():
        found.append(sql.tagged(query.tag.strip()))
    if text := query.text.strip():
        number = text.upper().removeprefix("C-")
        found.append(sql.named(text, int(number) if number.isdecimal() and len(number) < 10 else None))
    return found
