"""The list of contacts at any size: found, filtered, sorted, paged, and counted only as far as it is honest.

How a page is found depends on what is asked, because a million rows forgive no wrong plan:

* nothing but owner and lifecycle: the kept counts say how many, an index gives the page;
* one of the other quick filters: an index counts up to the cap;
* words: the first thousand hits are taken from the trigrams, which suffices to sort them, or to say “more”;
* a rule: its first ten thousand hits are taken, which suffices to sort them, or to page in an index's order.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from crm_core.kernel.access import Permission
from crm_core.kernel.errors import Invalid
from crm_core.kernel.paging import COUNT_CAP, Page, Paging
from crm_core.kernel.work import Work, use_case
from crm_core.people.rule_moment import moment
from crm_core.people.search_words import search_words
from db.queries import contact_list as sql
from db.queries import search as search_sql
from db.queries.contact_list import Quick
from db.queries.counting import capped
from db.queries.rules import condition
from db.rule_tree import Moment, Rule
from db.session import current

SEARCH_CAP = 1_000
RARE = 5_000
FEW = 15_000
ALL_CAP = 200_000
SORTS = tuple(sql.SORTS)


@dataclass(frozen=True)
class Query:
    """What a list is asked for.

    Args:
        text: words to find, as typed.
        rule: a checked rule.
        mine: only those of the person who asks.
        unowned: only those of nobody.
        lifecycle: only those at this stage.
        new: only those created since Monday.
        touched: only those with a touchpoint since Monday.
        opted_out: only those who want no e-mail.
        deleted: only those that can be restored.
        paging: which page, in which order.
        zone: the company's time zone, in which days begin.
    """

    text: str = ""
    rule: Rule | None = None
    mine: bool = False
    unowned: bool = False
    lifecycle: str = ""
    new: bool = False
    touched: bool = False
    opted_out: bool = False
    deleted: bool = False
    paging: Paging = field(default_factory=Paging)
    zone: str = "UTC"

    def ids(self, work: Work, /) -> Sequence[int]:
        """All its contacts, for acts on many at once: a query is a ``Selection``."""
        return ids(work, self)


@dataclass(frozen=True)
class ContactRow:
    """One contact in a list; the fields stand in the order of the columns of its query."""

    id: int
    version: int
    name: str
    first_name: str
    last_name: str
    salutation: str
    job_title: str
    department: str
    account_id: int | None
    company: str
    email: str
    email_opt: str
    phone: str
    mobile: str
    street: str
    city: str
    state: str
    postal_code: str
    country: str
    birthday: str
    language: str
    lifecycle: str
    lead_status: str
    rating: str
    source: str
    campaign: str
    industry: str
    preferred_channel: str
    custom: Mapping[str, Any]
    owner_id: int | None
    owner_name: str | None
    is_sample: bool
    created_at: datetime
    updated_at: datetime
    last_touch_at: datetime | None
    deleted_at: datetime | None
    tags: tuple[str, ...] = ()


@use_case(Permission.CONTACTS_READ, read=True)
def search(work: Work, query: Query) -> Page[ContactRow]:
    """One page of the contacts that match.

    ``page.paging.sort`` says which order was possible: beyond the counted part of a list only the orders
    that have an index exist, and beyond a thousand hits a search is in the order of creation.

    Raises:
        Invalid: the sort field is not one of ``SORTS``.
    """
    finder = _Finder(work, query)
    if finder.words:
        return finder.by_words()
    return finder.by_rule() if query.rule is not None else finder.by_index()


@use_case(Permission.CONTACTS_READ, read=True)
def ids(work: Work, query: Query, cap: int = ALL_CAP) -> tuple[int, ...]:
    """The ids of all contacts that match, at most ``cap``, in rising order: for bulk acts and exports."""
    finder = _Finder(work, query)
    statement = finder.matching(with_words=True).order_by(None)
    return tuple(sorted(finder.keys(statement.limit(cap))))


@use_case(Permission.CONTACTS_READ, read=True)
def count(work: Work, query: Query) -> tuple[int, bool]:
    """How many contacts match, and whether there are more than that."""
    page = search(work, replace(query, paging=Paging(1, 1)))
    return page.total, page.is_capped


class _Finder:
    """One question to the list, with its conditions made once."""

    def __init__(self, work: Work, query: Query) -> None:
        self.work, self.query = work, query
        self.words = search_words(query.text)
        self.moment = moment(work, query.zone)
        self.quick = _quick(query, self.moment)
        self.sort = query.paging.sort_field or _usual_sort(query)
        self.is_descending = query.paging.is_descending or (
            not query.paging.sort and self.sort in ("created", "last_touch", "deleted")
        )
        if self.sort not in sql.SORTS:
            raise Invalid(f"A list cannot be sorted by “{self.sort[:40]}”. Choose one of {', '.join(SORTS)}.")

    def by_index(self) -> Page[ContactRow]:
        """Nothing but quick filters."""
        sort = self.sort
        if self.quick == Quick(owner=self.quick.owner, lifecycle=self.quick.lifecycle):
            scope = self.work.actor.scope
            total = self.work.scalar(
                sql.kept_total(scope.owner_ids, unowned=scope.unowned, chosen=self.quick)
            )
            return self._walk(
                int(total), False, sort if sort in sql.INDEXED or total <= COUNT_CAP else "name"
            )
        counted = self._scalar(capped(self.matching(), COUNT_CAP + 1))
        is_capped = counted > COUNT_CAP
        usable = sort if sort in sql.INDEXED or not is_capped else _usual_sort(self.query)
        return self._walk(min(counted, COUNT_CAP), is_capped, usable)

    def by_rule(self) -> Page[ContactRow]:
        """A rule: take its hits, sort them if they are not too many."""
        keys = self.keys(self.matching().limit(COUNT_CAP + 1))
        if len(keys) <= COUNT_CAP:
            return self._among(keys)
        return self._walk(COUNT_CAP, True, self.sort if self.sort in sql.INDEXED else "name")

    def by_words(self) -> Page[ContactRow]:
        """Words: as for a rule, with a lower cap, and in the order of creation beyond it."""
        keys = self.keys(self._found().limit(SEARCH_CAP + 1))
        if len(keys) <= SEARCH_CAP:
            return self._among(keys)
        paging = self.query.paging
        shown = sorted(keys)[:SEARCH_CAP][paging.offset : paging.offset + paging.limit]
        items = self._rows(sql.rows().where(sql.of_ids(shown)))
        by_id = {row.id: row for row in items}
        ordered = tuple(by_id[key] for key in shown if key in by_id)
        return Page(ordered, replace(paging, sort="id"), SEARCH_CAP, True)

    def matching(self, *, with_words: bool = False) -> Any:
        """The ids that the quick filters and the rule (and the words) let through."""
        statement = sql.ids().where(*self._conditions())
        if with_words and self.words:
            return self._found()
        return statement

    def keys(self, statement: Any) -> list[int]:
        """The ids of a statement, deleted ones if those are asked for."""
        return self.work.scalars(self._with_deleted(statement))

    def _found(self) -> Any:
        """The ids that hold the words: from SQLite's trigram table, unless few rows are left to look at."""
        if not (current().is_sqlite and search_sql.has_index(self.words)) or self._is_few():
            return sql.ids().where(search_sql.holding(self.words), *self._conditions())
        return search_sql.from_index(self.words).where(*self._conditions())

    def _is_few(self) -> bool:
        """Are the words frequent, and do scope and quick filters leave little enough to read it all?"""
        if self.work.actor.scope.is_everything and self.quick == Quick():
            return False
        if self._scalar(capped(search_sql.hits(self.words), RARE + 1)) <= RARE:
            return False
        narrowed = sql.ids().where(*sql.quick(self.quick))
        return bool(self._scalar(capped(narrowed, FEW + 1)) <= FEW)

    def _conditions(self) -> list[Any]:
        found = sql.quick(self.quick)
        if self.query.rule is not None:
            found.append(condition(self.query.rule, self.moment))
        return found

    def _among(self, keys: Sequence[int]) -> Page[ContactRow]:
        """A page of known ids in any order."""
        paging = self._paging(self.sort)
        statement = sql.small_ordered(
            sql.rows().where(sql.of_ids(keys)), self.sort, is_descending=self.is_descending
        )
        rows = self._rows(statement.limit(paging.limit).offset(paging.offset)) if keys else []
        return Page(tuple(rows), paging, len(keys))

    def _walk(self, total: int, is_capped: bool, sort: str) -> Page[ContactRow]:
        """A page in the order of an index."""
        paging = self._paging(sort)
        statement = sql.rows().where(*self._conditions())
        ordered = sql.ordered(statement, sort, is_descending=self.is_descending)
        if sort != "last_touch":
            rows = self._rows(ordered.limit(paging.limit).offset(paging.offset))
        else:
            rows = self._touched_first(ordered, paging)
        return Page(tuple(rows), paging, total, is_capped)

    def _touched_first(self, ordered: Any, paging: Paging) -> list[ContactRow]:
        """Those without a last touch come at the end in both directions, on both engines."""
        touched = ordered.where(sql.touched(True))
        rows = self._rows(touched.limit(paging.limit).offset(paging.offset))
        if len(rows) < paging.limit:
            before = self._scalar(capped(touched, COUNT_CAP + paging.limit))
            rest = ordered.where(sql.touched(False)).limit(paging.limit - len(rows))
            rows += self._rows(rest.offset(max(0, paging.offset - before)))
        return rows

    def _paging(self, sort: str) -> Paging:
        return replace(self.query.paging, sort="-" * self.is_descending + sort)

    def _rows(self, statement: Any) -> list[ContactRow]:
        found = self.work.tuples(self._with_deleted(statement))
        tags: dict[int, list[str]] = defaultdict(list)
        for key, tag in self.work.tuples(sql.tags_of([row[0] for row in found])) if found else ():
            tags[key].append(tag)
        cells: list[list[Any]] = [[*row, tuple(tags.get(row[0], ()))] for row in found]
        return [ContactRow(*each) for each in cells]

    def _scalar(self, statement: Any) -> int:
        return int(self.work.scalar(self._with_deleted(statement)) or 0)

    def _with_deleted(self, statement: Any) -> Any:
        return statement.execution_options(with_deleted=True) if self.query.deleted else statement


def _quick(query: Query, moment: Moment) -> Quick:
    # The shell and the system own nothing: no user has the number -1.
    me = moment.me or -1
    owner = 0 if query.unowned else me if query.mine else None
    monday = moment.today - timedelta(moment.today.weekday())
    week = datetime.combine(monday, time.min, ZoneInfo(moment.zone)).astimezone(UTC)
    return Quick(
        owner=owner,
        lifecycle=query.lifecycle,
        created_since=week if query.new else None,
        touched_since=week if query.touched else None,
        opted_out=query.opted_out,
        deleted=query.deleted,
    )


def _usual_sort(query: Query) -> str:
    """New ones first where newness is the question, else by name."""
    if query.deleted:
        return "deleted"
    return "created" if query.new else "last_touch" if query.touched else "name"
