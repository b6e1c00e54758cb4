"""Who is held back from a campaign: a lot of campaign and contact, the same at every look, for ever."""

from db.draws import draw
from db.queries.campaigns import WHOLE

MOST = 5_000
"""At most half of an audience is held back."""


def is_held(salt: str, contact_id: int, holdout: int) -> bool:
    """Does this contact get nothing, when ``holdout`` basis points are held back?"""
    return draw(f"{salt}:holdout:{contact_id}") % WHOLE < holdout
