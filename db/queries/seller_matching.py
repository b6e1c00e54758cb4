"""People of the team as imports need them, and the deals and orders that name them."""

from collections.abc import Collection

from sqlalchemy import Delete, Update, delete, exists, select, update

from db.models import Deal, Order, Team, User
from db.queries import Rows
from db.queries.lists import listed


def users() -> Rows:
    """Everybody: (id, e-mail, sign-in name, name)."""
    return select(User.id, User.email, User.username, User.name).order_by(User.id)


def teams() -> Rows:
    """All teams: (id, name)."""
    return select(Team.id, Team.name)


def give_deals(user_id: int, name: str) -> Update:
    """Deals that keep this name of a seller, and have no owner, are this user's."""
    return update(Deal).where(Deal.owner_id.is_(None), Deal.owner_name == name).values(owner_id=user_id)


def give_orders(user_id: int, name: str) -> Update:
    """Orders that keep this name of a seller, and have none here, are this user's."""
    return update(Order).where(Order.actor_id.is_(None), Order.seller_name == name).values(actor_id=user_id)


def part_deals(user_ids: Collection[int]) -> Update:
    """Deals that came to these users by name have the name only."""
    chosen = (listed(Deal.owner_id, user_ids), Deal.owner_name != "")
    return update(Deal).where(*chosen).values(owner_id=None).execution_options(with_deleted=True)


def part_orders(user_ids: Collection[int]) -> Update:
    """Orders that came to these users by name have the name only."""
    chosen = (listed(Order.actor_id, user_ids), Order.seller_name != "")
    return update(Order).where(*chosen).values(actor_id=None).execution_options(with_deleted=True)


def remove_empty_teams(ids: Collection[int]) -> Delete:
    """Remove those of these teams that have no members."""
    return delete(Team).where(listed(Team.id, ids), ~exists().where(User.team_id == Team.id).correlate(Team))
