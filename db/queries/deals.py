"""Deals: one, some by their ids, their order in a column, their history, lines and people."""

from collections.abc import Collection

from sqlalchemy import Delete, Update, and_, delete, func, or_, select, update
from sqlalchemy.orm import aliased

from db.models import Activity, Contact, Deal, DealContact, DealLine, Product, Stage, StageChange, Task, User
from db.queries import Rows
from db.queries.lists import listed


def locked(deal_id: int) -> Rows:
    """This deal as it is now; nobody else changes it until the transaction ends."""
    chosen = select(Deal).where(Deal.id == deal_id).with_for_update(of=Deal)
    return chosen.execution_options(populate_existing=True)


def several(deal_ids: Collection[int], *, with_deleted: bool = False) -> Rows:
    """These deals, in rising order; nobody else changes them until the transaction ends."""
    chosen = select(Deal).where(listed(Deal.id, deal_ids)).order_by(Deal.id).with_for_update(of=Deal)
    return chosen.execution_options(with_deleted=with_deleted, populate_existing=True)


def any_in_stage(stage_id: int) -> Rows:
    """A deal of this stage, closed and deleted ones too."""
    chosen = select(Deal.id).where(Deal.stage_id == stage_id).limit(1)
    return chosen.execution_options(with_deleted=True)


def not_as_told() -> Rows:
    """Deals whose stage or status is not that of their last change."""
    newest = (StageChange.changed_at.desc(), StageChange.id.desc())
    place = func.row_number().over(partition_by=StageChange.deal_id, order_by=newest).label("place")
    told = select(StageChange.deal_id, StageChange.to_stage_id, StageChange.status, place).subquery()
    differs = or_(told.c.deal_id.is_(None), told.c.to_stage_id != Deal.stage_id, told.c.status != Deal.status)
    compared = select(Deal.id, Deal.name).outerjoin(told, and_(told.c.deal_id == Deal.id, told.c.place == 1))
    return compared.where(differs).order_by(Deal.id).execution_options(with_deleted=True)


def lowest_rank(stage_id: int) -> Rows:
    """The rank of the first card of a column."""
    return select(func.min(Deal.rank)).where(Deal.stage_id == stage_id, Deal.status == "open")


def place_of(deal_id: int, stage_id: int) -> Rows:
    """The rank of a card, provided that it stands in this column."""
    return select(Deal.rank).where(Deal.id == deal_id, Deal.stage_id == stage_id, Deal.status == "open")


def rank_before(stage_id: int, rank: int, deal_id: int, besides: int) -> Rows:
    """The rank of the card above this place, leaving one card out."""
    above = or_(Deal.rank < rank, and_(Deal.rank == rank, Deal.id < deal_id))
    chosen = select(Deal.rank).where(Deal.stage_id == stage_id, Deal.status == "open", above)
    return chosen.where(Deal.id != besides).order_by(Deal.rank.desc(), Deal.id.desc()).limit(1)


def rank_behind(stage_id: int, rank: int, deal_id: int, besides: int) -> Rows:
    """The rank of the card below this place, leaving one card out."""
    below = or_(Deal.rank > rank, and_(Deal.rank == rank, Deal.id > deal_id))
    chosen = select(Deal.rank).where(Deal.stage_id == stage_id, Deal.status == "open", below)
    return chosen.where(Deal.id != besides).order_by(Deal.rank, Deal.id).limit(1)


def set_rank(deal_id: int, rank: int) -> Update:
    """Move a card within its column; forms that are open stay valid."""
    return update(Deal).where(Deal.id == deal_id).values(rank=rank)


def spread_ranks(stage_id: int, gap: int) -> Update:
    """Give the cards of a column ranks with gaps again, in the same order."""
    inside = and_(Deal.stage_id == stage_id, Deal.status == "open")
    number = func.row_number().over(order_by=(Deal.rank, Deal.id)).label("number")
    numbered = select(Deal.id, number).where(inside).subquery()
    return update(Deal).where(Deal.id == numbered.c.id).values(rank=numbered.c.number * gap)


def last_change(deal_id: int) -> Rows:
    """The last change of a deal, with the name of the person who made it."""
    by = func.coalesce(User.name, "").label("by")
    columns = (Stage.name.label("stage"), StageChange.status, StageChange.changed_at, by)
    told = select(*columns).join(Stage, Stage.id == StageChange.to_stage_id)
    told = told.outerjoin(User, User.id == StageChange.actor_id).where(StageChange.deal_id == deal_id)
    return told.order_by(StageChange.changed_at.desc(), StageChange.id.desc()).limit(1)


def history(deal_id: int) -> Rows:
    """All changes of a deal, the first one first."""
    before = aliased(Stage)
    columns = (
        StageChange.to_stage_id.label("stage_id"),
        Stage.name.label("stage"),
        func.coalesce(before.name, "").label("from_stage"),
        StageChange.status,
        StageChange.changed_at,
        StageChange.amount,
        StageChange.currency,
        func.coalesce(User.name, "").label("by"),
    )
    told = select(*columns).join(Stage, Stage.id == StageChange.to_stage_id)
    told = told.outerjoin(before, before.id == StageChange.from_stage_id)
    told = told.outerjoin(User, User.id == StageChange.actor_id).where(StageChange.deal_id == deal_id)
    return told.order_by(StageChange.changed_at, StageChange.id)


def lines(deal_id: int) -> Rows:
    """The lines of a deal, in their order."""
    return select(DealLine).where(DealLine.deal_id == deal_id).order_by(DealLine.position, DealLine.id)


def remove_lines(deal_id: int) -> Delete:
    """Take the lines off a deal."""
    return delete(DealLine).where(DealLine.deal_id == deal_id)


def products(product_ids: Collection[int]) -> Rows:
    """These products."""
    return select(Product).where(Product.id.in_(product_ids))


def people(deal_id: int) -> Rows:
    """Who has a part in a deal: contact and role, by name."""
    columns = (DealContact.contact_id, Contact.name, Contact.job_title, Contact.email, Contact.phone)
    told = select(*columns, DealContact.role).join(Contact, Contact.id == DealContact.contact_id)
    return told.where(DealContact.deal_id == deal_id).order_by(Contact.name_key, Contact.id)


def part_of(deal_id: int, contact_id: int) -> Rows:
    """The part that a contact has in a deal."""
    return select(DealContact).where(DealContact.deal_id == deal_id, DealContact.contact_id == contact_id)


def has_next_step(deal_id: int) -> Rows:
    """An open task of a deal."""
    return select(Task.id).where(Task.deal_id == deal_id, Task.status == "open").limit(1)


def next_steps(deal_ids: Collection[int]) -> Rows:
    """For deals with open tasks: deal id and the first day that one is due."""
    told = select(Task.deal_id, func.min(Task.due_on)).where(Task.status == "open")
    return told.where(listed(Task.deal_id, deal_ids)).group_by(Task.deal_id)


def named_after(column: str, record_id: int, above: int, limit: int) -> Rows:
    """Deals of a contact or a company, deleted ones too, some at a time."""
    chosen = select(Deal).where(getattr(Deal, column) == record_id, Deal.id > above)
    return chosen.order_by(Deal.id).limit(limit).execution_options(with_deleted=True)


def bulk_act(token: int) -> Rows:
    """The trace of an act on many deals, for one undo at a time."""
    chosen = select(Activity).where(Activity.id == token, Activity.name == "deals.bulk_changed")
    return chosen.with_for_update(of=Activity)


def undone(token: int) -> Rows:
    """The trace that such an act was taken back."""
    about = (Activity.subject_type == "activities", Activity.subject_id == token)
    return select(Activity.id).where(*about, Activity.name == "deals.bulk_undone")


def steps(name: str, between: Collection[int]) -> Rows:
    """What was recorded for each deal in a range of activities: deal id and facts."""
    first, last = between
    told = select(Activity.subject_id, Activity.facts).where(Activity.id >= first, Activity.id <= last)
    return told.where(Activity.name == name, Activity.subject_type == "deals").order_by(Activity.id)


def contact_at(email: str) -> Rows:
    """The visible contacts with this main address."""
    return select(Contact).where(Contact.email == email).order_by(Contact.id)


def set_search_text(deal_id: int, text: str) -> Update:
    """Let a deal be found by other names; forms that are open stay valid, also of deleted ones."""
    chosen = update(Deal).where(Deal.id == deal_id).values(search_text=text)
    return chosen.execution_options(with_deleted=True)
