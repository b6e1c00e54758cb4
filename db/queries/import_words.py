"""The words of the base for what a file names: stages, pipelines, categories; and what was learned."""

from sqlalchemy import func, select

from db.models import ImportMapping, Pipeline, Product, Stage
from db.queries import Rows


def options_of_mappings(kind: str, layout_key: str = "") -> Rows:
    """What was chosen for earlier files of a kind (or of one layout), the latest last."""
    statement = select(ImportMapping.options).where(ImportMapping.kind == kind)
    if layout_key:
        statement = statement.where(ImportMapping.layout_key == layout_key)
    return statement.order_by(ImportMapping.used_at, ImportMapping.id)


def stage_names() -> Rows:
    """The names of the stages that deals can lie in, in the order of the board."""
    live = select(Stage.name).where(Stage.archived_at.is_(None)).group_by(Stage.name)
    return live.order_by(func.min(Stage.position), Stage.name)


def pipeline_names() -> Rows:
    """The names of the pipelines in use."""
    return select(Pipeline.name).where(Pipeline.archived_at.is_(None)).order_by(Pipeline.position)


def category_names() -> Rows:
    """The categories that products have, by name."""
    return select(Product.category).where(Product.category != "").distinct().order_by(Product.category)
