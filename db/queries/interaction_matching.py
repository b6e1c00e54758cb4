"""Touchpoints as imports need them: who was in touch, when, and when last."""

from collections.abc import Collection

from sqlalchemy import Delete, Update, delete, func, select, update

from db.models import Account, Contact, Interaction, TextSentiment
from db.queries import Rows
from db.queries.activity import touch_account, touch_contact
from db.queries.lists import listed

__all__ = ["touch_account", "touch_contact"]


def parties(ids: Collection[int]) -> Rows:
    """Whom these touchpoints were with: (contact, company)."""
    columns = (Interaction.contact_id, Interaction.account_id)
    return select(*columns).where(listed(Interaction.id, ids)).execution_options(with_deleted=True)


def touch_contacts_anew(ids: Collection[int]) -> Update:
    """Set when these contacts were in touch last, by what is left."""
    mine = (
        Interaction.contact_id == Contact.id,
        Interaction.kind != "note",
        Interaction.deleted_at.is_(None),
    )
    last = select(func.max(Interaction.happened_at)).where(*mine).scalar_subquery()
    return update(Contact).where(listed(Contact.id, ids)).values(last_touch_at=last)


def touch_accounts_anew(ids: Collection[int]) -> Update:
    """Set when these companies were in touch last, by what is left."""
    mine = (
        Interaction.account_id == Account.id,
        Interaction.kind != "note",
        Interaction.deleted_at.is_(None),
    )
    last = select(func.max(Interaction.happened_at)).where(*mine).scalar_subquery()
    return update(Account).where(listed(Account.id, ids)).values(last_touch_at=last)


def remove_moods(interaction_ids: Collection[int]) -> Delete:
    """Remove how the words of these touchpoints felt."""
    of_these = (TextSentiment.record == "interactions", listed(TextSentiment.record_id, interaction_ids))
    return delete(TextSentiment).where(*of_these)
