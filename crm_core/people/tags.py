"""Tags: the words that contacts and companies are marked with."""

from collections.abc import Iterable

from crm_core.kernel.access import Permission
from crm_core.kernel.errors import Conflict, Invalid
from crm_core.kernel.values.text import clean, fold
from crm_core.kernel.work import Work, use_case
from crm_core.people.types import TagRow
from db import lengths
from db.models import AccountTag, ContactTag, Tag
from db.queries import Rows
from db.queries import accounts as account_sql
from db.queries import contacts as contact_sql
from db.queries import tags as sql

_LONGEST = lengths.of(Tag)["name"]


@use_case(Permission.CONTACTS_READ, read=True)
def search(work: Work) -> list[TagRow]:
    """All tags by name, with the number of records that carry them, of those that the reader sees."""
    people = dict(map(tuple, work.tuples(sql.contact_counts())))
    companies = dict(map(tuple, work.tuples(sql.account_counts())))
    return [
        TagRow(tag_id, name, people.get(tag_id, 0), companies.get(tag_id, 0))
        for tag_id, name in work.tuples(sql.everything())
    ]


@use_case(Permission.CONTACTS_READ, read=True)
def names(work: Work) -> list[str]:
    """The names of all tags, for choosing."""
    return [name for _, name in work.tuples(sql.everything())]


@use_case(Permission.FIELDS_MANAGE)
def rename(work: Work, tag_id: int, name: str) -> None:
    """Give a tag another name, everywhere.

    Raises:
        Conflict: another tag has that name.
    """
    tag = work.get(Tag, tag_id)
    shown = checked(name)
    taken = work.scalar(sql.by_keys([key(shown)]))
    if taken is not None and taken.id != tag.id:
        raise Conflict(f"There is a tag “{taken.name}” already. Choose another name.")
    before, tag.name, tag.name_key = tag.name, shown, key(shown)
    if before != shown:
        work.record("tag.renamed", tag, changes={"name": [before, shown]})


@use_case(Permission.FIELDS_MANAGE)
def remove(work: Work, tag_id: int) -> None:
    """Take a tag away from every record, for good."""
    tag = work.get(Tag, tag_id)
    work.record("tag.removed", tag, tag=tag.name)
    work.delete(tag)


def checked(name: str) -> str:
    """The name of a tag, cleaned.

    Raises:
        Invalid: it is empty or too long.
    """
    shown = " ".join(clean(name).split())
    if not shown or len(shown) > _LONGEST:
        hint = f"A tag has 1 to {_LONGEST} characters."
        raise Invalid(hint, fields={"tags": hint})
    return shown


def key(name: str) -> str:
    """What makes two names the same tag."""
    return fold(name)[:_LONGEST]


def ensure(work: Work, wanted: Iterable[str]) -> list[Tag]:
    """The tags of these names; those that do not exist yet are made. Safe when others make them meanwhile."""
    named = {key(name): name for name in map(checked, wanted)}
    if not named:
        return []
    there = {tag.name_key: tag for tag in work.scalars(sql.by_keys(list(named)))}
    new = [{"name": name, "name_key": name_key} for name_key, name in named.items() if name_key not in there]
    if new:
        work.run(sql.add(new))
        there = {tag.name_key: tag for tag in work.scalars(sql.by_keys(list(named)))}
    return [there[name_key] for name_key in named]


def put_on_contact(work: Work, contact_id: int, wanted: Iterable[str]) -> None:
    """Make these the tags of a contact, no more and no less."""
    there, chosen = _ids(work, contact_sql.tag_ids_of(contact_id)), {tag.id for tag in ensure(work, wanted)}
    if there - chosen:
        work.run(contact_sql.untag([contact_id], there - chosen))
    for tag_id in sorted(chosen - there):
        work.add(ContactTag(contact_id=contact_id, tag_id=tag_id))


def put_on_account(work: Work, account_id: int, wanted: Iterable[str]) -> None:
    """Make these the tags of a company, no more and no less."""
    there, chosen = _ids(work, account_sql.tag_ids_of(account_id)), {tag.id for tag in ensure(work, wanted)}
    if there - chosen:
        work.run(account_sql.untag(account_id, there - chosen))
    for tag_id in sorted(chosen - there):
        work.add(AccountTag(account_id=account_id, tag_id=tag_id))


def find(work: Work, name: str) -> Tag | None:
    """The tag of this name, whatever its case."""
    found: Tag | None = work.scalar(sql.by_keys([key(checked(name))]))
    return found


def _ids(work: Work, statement: Rows) -> set[int]:
    return set(work.scalars(statement))
