"""Companies: by name, by part of a name, with their tags and people."""

from collections.abc import Collection

from sqlalchemy import Delete, delete, func, select

from db.hints import rare
from db.models import Account, AccountTag, Contact, Tag
from db.queries import Rows


def by_name_key(name_key: str) -> Rows:
    """The companies of this folded name, the oldest first."""
    return select(Account).where(rare(Account.name_key == name_key)).order_by(Account.id)


def beginning_with(stem: str) -> Rows:
    """The companies whose folded name begins so: (id, name, city), by name."""
    last = stem + "\U0010ffff"
    found = select(Account.id, Account.name, Account.city).where(Account.name_key.between(stem, last))
    return found.order_by(Account.name_key, Account.id)


def by_domain(domain: str) -> Rows:
    """The companies of this domain: (id, name, city)."""
    return select(Account.id, Account.name, Account.city).where(rare(Account.domain == domain))


def by_external_id(external_id: str) -> Rows:
    """The companies of this number in another system."""
    return select(Account).where(rare(Account.external_id == external_id)).order_by(Account.id)


def containing(needle: str) -> Rows:
    """The companies whose name, domain or phone contains a folded text (all for an empty one), by name."""
    people = select(func.count()).where(Contact.account_id == Account.id).correlate(Account).scalar_subquery()
    columns = (Account.id, Account.name, Account.industry, Account.city, Account.country, Account.owner_id)
    statement = select(*columns, people.label("contact_count")).order_by(Account.name_key, Account.id)
    return statement.where(Account.search_text.contains(needle, autoescape=True)) if needle else statement


def contact_count(account_id: int) -> Rows:
    """How many people there are at a company."""
    return select(func.count()).select_from(Contact).where(Contact.account_id == account_id)


def locked(account_ids: Collection[int], *, with_deleted: bool = False) -> Rows:
    """These companies; nobody else changes them until the transaction ends."""
    statement = select(Account).where(Account.id.in_(account_ids)).order_by(Account.id)
    return statement.with_for_update(of=Account).execution_options(with_deleted=with_deleted)


def tags_of(account_id: int) -> Rows:
    """The names of a company's tags."""
    statement = select(Tag.name).join(AccountTag, AccountTag.tag_id == Tag.id)
    return statement.where(AccountTag.account_id == account_id).order_by(Tag.name_key)


def tag_ids_of(account_id: int) -> Rows:
    """The numbers of a company's tags."""
    return select(AccountTag.tag_id).where(AccountTag.account_id == account_id)


def untag(account_id: int, tag_ids: Collection[int]) -> Delete:
    """Take tags from a company."""
    return delete(AccountTag).where(AccountTag.account_id == account_id, AccountTag.tag_id.in_(tag_ids))


def deleted() -> Rows:
    """What can be restored, the latest first."""
    columns = (Account.id, Account.name, Account.deleted_at)
    statement = select(*columns).where(Account.deleted_at.is_not(None))
    ordered = statement.order_by(Account.deleted_at.desc(), Account.id.desc())
    return ordered.execution_options(with_deleted=True)
