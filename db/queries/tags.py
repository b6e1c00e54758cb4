"""Tags and who carries them."""

from collections.abc import Collection, Sequence
from typing import Any

from sqlalchemy import Executable, func, select

from db.models import Account, AccountTag, Contact, ContactTag, Tag
from db.queries import Rows
from db.upsert import insert_or_keep


def add(rows: Sequence[dict[str, Any]]) -> Executable:
    """Make tags that do not exist yet."""
    return insert_or_keep(Tag, rows, ("name_key",))


def by_keys(keys: Collection[str]) -> Rows:
    """The tags of these folded names."""
    return select(Tag).where(Tag.name_key.in_(keys))


def everything() -> Rows:
    """All tags, by name."""
    return select(Tag.id, Tag.name).order_by(Tag.name_key)


def contact_counts() -> Rows:
    """How many contacts carry each tag."""
    joined = select(ContactTag.tag_id, func.count()).join(Contact, Contact.id == ContactTag.contact_id)
    return joined.group_by(ContactTag.tag_id)


def account_counts() -> Rows:
    """How many companies carry each tag."""
    joined = select(AccountTag.tag_id, func.count()).join(Account, Account.id == AccountTag.account_id)
    return joined.group_by(AccountTag.tag_id)
