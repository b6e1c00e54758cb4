"""What was learned from the own history: the newest numbers of a model by its name."""

from typing import Any

from sqlalchemy import Select, select

from db.models import FittedModel


def latest(name: str) -> Select[Any]:
    """The newest fit of a model."""
    newest = (FittedModel.fitted_at.desc(), FittedModel.id.desc())
    return select(FittedModel).where(FittedModel.name == name).order_by(*newest).limit(1)
