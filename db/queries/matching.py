"""Which records have one of many keys: one statement for each kind of key, whatever the number of rows.

Each returns (key, id); deleted records are hidden by the session.
"""

from collections.abc import Collection

from sqlalchemy import and_, select

from db.models import Account, AccountTag, Contact, ContactPoint, ContactTag, Tag
from db.queries import Rows
from db.queries.lists import listed, pairs


def contacts_by_external_id(origin: str, values: Collection[str]) -> Rows:
    """Contacts that came from this system with one of these ids."""
    return select(Contact.external_id, Contact.id).where(
        Contact.origin == origin, listed(Contact.external_id, values)
    )


def contacts_by_email(values: Collection[str]) -> Rows:
    """Contacts with one of these as their main address."""
    return select(Contact.email, Contact.id).where(listed(Contact.email, values))


def contacts_by_phone(values: Collection[str]) -> Rows:
    """Contacts with one of these numbers."""
    return select(Contact.phone, Contact.id).where(listed(Contact.phone, values))


def contacts_by_mobile(values: Collection[str]) -> Rows:
    """Contacts with one of these mobile numbers."""
    return select(Contact.mobile, Contact.id).where(listed(Contact.mobile, values))


def contacts_by_point(kind: str, keys: Collection[str]) -> Rows:
    """Contacts with one of these further e-mails or phones, with the value as it is stored."""
    return select(ContactPoint.value, ContactPoint.contact_id).where(
        ContactPoint.kind == kind, listed(ContactPoint.value_key, keys)
    )


def contacts_by_name(wanted: Collection[tuple[int, str]]) -> Rows:
    """Contacts of these companies with these folded names: (company's id, folded name)."""
    table, account_id, name_key = pairs(wanted)
    matches = and_(Contact.account_id == account_id, Contact.name_key == name_key)
    return select(Contact.account_id, Contact.name_key, Contact.id).select_from(table).join(Contact, matches)


def namesakes(name_keys: Collection[str], limit: int) -> Rows:
    """Contacts with one of these folded names, with what tells namesakes apart; at most so many."""
    names = (
        "id", "name_key", "owner_id", "import_id", "email", "phone", "birthday", "company", "postal_code",
        "city",
    )  # fmt: skip
    columns = (getattr(Contact, name) for name in names)
    return select(*columns).where(listed(Contact.name_key, name_keys)).limit(limit)


def opted_out(emails: Collection[str]) -> Rows:
    """Which of these addresses belong to somebody who opted out, deleted or not."""
    statement = (
        select(Contact.email).where(listed(Contact.email, emails), Contact.email_opt == "out").distinct()
    )
    return statement.execution_options(with_deleted=True)


def accounts_by_external_id(origin: str, values: Collection[str]) -> Rows:
    """Companies that came from this system with one of these ids."""
    return select(Account.external_id, Account.id).where(
        Account.origin == origin, listed(Account.external_id, values)
    )


def accounts_by_name(keys: Collection[str]) -> Rows:
    """Companies with one of these folded names, the oldest first."""
    return select(Account.name_key, Account.id).where(listed(Account.name_key, keys)).order_by(Account.id)


def accounts_by_domain(domains: Collection[str]) -> Rows:
    """Companies with one of these domains."""
    return select(Account.domain, Account.id).where(listed(Account.domain, domains))


def contacts(ids: Collection[int], columns: Collection[str]) -> Rows:
    """These columns of these contacts."""
    return select(*(getattr(Contact, name) for name in columns)).where(listed(Contact.id, ids))


def accounts(ids: Collection[int], columns: Collection[str]) -> Rows:
    """These columns of these companies."""
    return select(*(getattr(Account, name) for name in columns)).where(listed(Account.id, ids))


def names_of_accounts(ids: Collection[int]) -> Rows:
    """The names of these companies."""
    return select(Account.id, Account.name).where(listed(Account.id, ids))


def points(contact_ids: Collection[int]) -> Rows:
    """The points of these contacts: (contact, kind, key, value)."""
    columns = (ContactPoint.contact_id, ContactPoint.kind, ContactPoint.value_key, ContactPoint.value)
    return select(*columns).where(listed(ContactPoint.contact_id, contact_ids)).order_by(ContactPoint.id)


def tags_by_key(keys: Collection[str]) -> Rows:
    """The ids of tags by their folded names."""
    return select(Tag.name_key, Tag.id).where(listed(Tag.name_key, keys))


def tags_of(model: type[ContactTag] | type[AccountTag], child: str, ids: Collection[int]) -> Rows:
    """The folded tags of these records: (record, tag)."""
    record_id = getattr(model, child)
    return select(record_id, Tag.name_key).join(Tag, Tag.id == model.tag_id).where(listed(record_id, ids))
