"""Deals, as the tests of activity need them."""

from sqlalchemy import select

from crm_core.kernel.access import SYSTEM, Actor
from crm_core.kernel.work import begin
from db.models import Deal, Pipeline, Stage


def a_deal(owner: Actor, name: str) -> int:
    """An open deal of this person, in a pipeline of one stage."""
    with begin(SYSTEM) as work:
        stage = work.scalar(select(Stage))
        if stage is None:
            pipeline = work.add(Pipeline(name="Sales", created_at=work.now))
            work.flush()
            stage = work.add(
                Stage(pipeline_id=pipeline.id, name="New", name_key="new", probability=10, required_fields=[])
            )
            work.flush()
        deal = work.add(
            Deal(
                name=name,
                owner_id=owner.id,
                pipeline_id=stage.pipeline_id,
                stage_id=stage.id,
                status="open",
                opened_at=work.now,
                stage_since=work.now,
                created_at=work.now,
                updated_at=work.now,
            )
        )
        work.flush()
        return deal.id
