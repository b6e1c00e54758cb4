"""The list of members, and what one member's page shows beside the entries."""

from datetime import timedelta
from typing import Final

from crm_core.kernel.access import Permission
from crm_core.kernel.errors import Invalid
from crm_core.kernel.paging import Page
from crm_core.kernel.work import Work, use_case
from crm_core.loyalty import cards, members
from crm_core.loyalty.member_types import STATES, LotRow, MemberQuery, MemberRow, TierStep
from crm_core.loyalty.types import MemberCard
from crm_core.people.search_words import search_words
from db.models import Membership
from db.queries import loyalty
from db.queries import members as sql

SLEEPS_AFTER: Final = timedelta(days=365)


@use_case(Permission.LOYALTY_READ, read=True)
def search(work: Work, query: MemberQuery) -> Page[MemberRow]:
    """One page of the members that are asked for; who joined last comes first.

    Raises:
        Invalid: there is no such state.
    """
    if query.state and query.state not in STATES:
        raise Invalid("The list needs correcting.", fields={"state": f"Choose one of: {', '.join(STATES)}."})
    number = cards.plain(query.text.strip())
    holder = work.scalar(loyalty.by_card(number)) if number else None
    words, since = search_words(query.text), work.now - SLEEPS_AFTER
    statement = sql.listed(words, holder.id if holder else None, query.tier_id, query.state, since)
    return work.page(statement, query.paging, MemberRow)


@use_case(Permission.LOYALTY_READ, read=True)
def get(work: Work, membership_id: int) -> MemberCard:
    """What a member has, by its own number.

    Raises:
        NotFound: no such member within reach.
    """
    return members.card(work, members.holder(work, work.get(Membership, membership_id)))


@use_case(Permission.LOYALTY_READ, read=True)
def find(work: Work, contact_id: int) -> MemberCard | None:
    """What a contact has; None when it takes no part, or is not this person's to see."""
    found: Membership | None = work.scalar(loyalty.of_contact(contact_id))
    return None if found is None else members.card(work, members.holder(work, found))


@use_case(Permission.LOYALTY_READ, read=True)
def lots(work: Work, membership_id: int) -> list[LotRow]:
    """What lies in a member's lots, in the order in which it is spent.

    Raises:
        NotFound: no such member within reach.
    """
    return work.rows(sql.open_lots(work.get(Membership, membership_id).id), LotRow)


@use_case(Permission.LOYALTY_READ, read=True)
def steps(work: Work, membership_id: int) -> list[TierStep]:
    """How a member came through the tiers, the latest step first.

    Raises:
        NotFound: no such member within reach.
    """
    return work.rows(sql.steps(work.get(Membership, membership_id).id), TierStep)
