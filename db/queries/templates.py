"""Templates: their list, and who uses them."""

from sqlalchemy import select

from db.models import Template
from db.queries import Rows


def listed(text: str, *, with_archived: bool) -> Rows:
    """Templates by name."""
    columns = (Template.id, Template.version, Template.name, Template.channel, Template.subject)
    found = select(*columns, Template.updated_at, Template.archived_at).order_by(
        Template.name_key, Template.id
    )
    if text:
        found = found.where(Template.name_key.contains(text, autoescape=True))
    return found if with_archived else found.where(Template.archived_at.is_(None))
