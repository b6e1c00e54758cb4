"""Pipelines and stages are configuration; no change of it loses a deal or its history."""

import pytest

from crm_core.kernel.access import SYSTEM, Actor
from crm_core.kernel.errors import Conflict, Invalid, NotAllowed, NotFound
from crm_core.kernel.work import begin
from crm_core.sales import deals, pipelines, stages
from crm_core.sales.types import DealQuery, NewStage, PipelineRow
from tests.people import Cast


def names(who: Actor, pipeline_id: int) -> list[str]:
    return [stage.name for stage in pipelines.get(who, pipeline_id).stages]


def test_a_pipeline_is_made_with_its_stages_and_found_by_names(cast: Cast, sales: PipelineRow) -> None:
    made = pipelines.add(cast.mia, "Renewals", [NewStage("Due", 60), NewStage("Signing", 90, 7, ["amount"])])

    assert [row.name for row in pipelines.search(cast.ann)] == ["Sales", "Renewals"]
    with begin(SYSTEM) as work:
        assert pipelines.find(work).pipeline_id == sales.id
        assert pipelines.find(work, "renewals", "SIGNING").pipeline_id == made
        assert pipelines.find(work, "", "signing").pipeline_id == made, "found in another pipeline"
        assert pipelines.find(work, "Renewals").name == "Due"
        for wrong in (("Nowhere", ""), ("Sales", "Signing")):
            with pytest.raises(Invalid, match="correcting"):
                pipelines.find(work, *wrong)


@pytest.mark.parametrize(
    "wrong",
    [
        [],
        [NewStage("", 10)],
        [NewStage("A", 101)],
        [NewStage("A", 10, 0)],
        [NewStage("A", 10, None, ["shoe_size"])],
        [NewStage("A", 10), NewStage("a ", 20)],
    ],
)
def test_a_pipeline_without_proper_stages_is_refused(mia: Actor, wrong: list[NewStage]) -> None:
    with pytest.raises(Invalid):
        pipelines.add(mia, "Odd", wrong)


def test_names_of_pipelines_are_unique(mia: Actor, sales: PipelineRow) -> None:
    other = pipelines.add(mia, "Renewals")

    with pytest.raises(Conflict):
        pipelines.add(mia, "SALES")
    with pytest.raises(Conflict):
        pipelines.change(mia, other, "sales")
    pipelines.change(mia, sales.id, "New business")
    assert [row.name for row in pipelines.search(mia)] == ["New business", "Renewals"]


def test_a_pipeline_with_open_deals_cannot_be_archived_and_an_archived_one_takes_none(
    cast: Cast, sales: PipelineRow, stage: dict[str, int]
) -> None:
    deal_id = deals.create(cast.ann, {"deal": "A"})
    other = pipelines.add(cast.mia, "Renewals")

    with pytest.raises(Conflict, match="1 open deals"):
        pipelines.archive(cast.mia, sales.id)
    deals.win(cast.ann, deal_id, version=None)
    pipelines.archive(cast.mia, sales.id)

    assert [row.name for row in pipelines.search(cast.ann)] == ["Renewals"]
    with pytest.raises(Conflict, match="takes no deals"):
        deals.create(cast.ann, {"deal": "B", "stage_id": stage["New"]})
    with pytest.raises(Conflict, match="only pipeline"):
        pipelines.archive(cast.mia, other)
    pipelines.restore(cast.mia, sales.id)
    with pytest.raises(Conflict, match="not archived"):
        pipelines.restore(cast.mia, sales.id)


def test_stages_are_added_renamed_and_put_in_order(mia: Actor, sales: PipelineRow) -> None:
    made = stages.add(mia, sales.id, NewStage("Contract", 90))
    stages.change(mia, made, NewStage("Signing", 95, 5))
    order = [made, *(row.id for row in sales.stages)]
    stages.reorder(mia, sales.id, order)

    assert names(mia, sales.id) == ["Signing", "New", "Qualified", "Proposal", "Negotiation"]
    with pytest.raises(Conflict):
        stages.add(mia, sales.id, NewStage("signing", 10))
    with pytest.raises(Conflict):
        stages.change(mia, made, NewStage("NEW", 10))
    with pytest.raises(Invalid, match="Name every stage"):
        stages.reorder(mia, sales.id, order[1:])


def test_a_stage_is_removed_with_its_deals_moved_and_their_history_kept(
    cast: Cast, sales: PipelineRow, stage: dict[str, int]
) -> None:
    [hers, his] = [deals.create(who, {"deal": "A", "stage": "Qualified"}) for who in (cast.ann, cast.bob)]
    closed = deals.create(cast.ann, {"deal": "C", "stage": "Qualified"})
    deals.win(cast.ann, closed, version=None)

    with pytest.raises(Conflict, match="2 open deals stand in “Qualified”"):
        stages.remove(cast.mia, stage["Qualified"])
    with pytest.raises(Invalid, match="another stage"):
        stages.remove(cast.mia, stage["Qualified"], deals_go_to=stage["Qualified"])
    assert stages.remove(cast.mia, stage["Qualified"], deals_go_to=stage["New"]) == 2

    assert names(cast.ann, sales.id) == ["New", "Proposal", "Negotiation"]
    assert [deals.get(cast.olga, one).row.stage for one in (hers, his, closed)] == ["New", "New", "Qualified"]
    assert [stay.stage for stay in deals.history(cast.ann, hers)] == ["Qualified", "New"]
    deals.reopen(cast.ann, closed, version=None)
    assert deals.get(cast.ann, closed).row.stage == "New"
    assert deals.search(cast.bob, DealQuery(stage_id=stage["New"])).total == 1
    with begin(SYSTEM, write=False) as work:
        assert stages.differences(work) == []
    assert stages.add(cast.mia, sales.id, NewStage("qualified", 30)) == stage["Qualified"], "it comes back"


def test_a_stage_that_no_deal_knew_leaves_nothing_behind(mia: Actor, sales: PipelineRow) -> None:
    made = stages.add(mia, sales.id, NewStage("Never", 1))

    assert stages.remove(mia, made) == 0
    assert stages.add(mia, sales.id, NewStage("Never", 1)) != made


def test_the_last_stage_of_a_pipeline_stays(mia: Actor) -> None:
    made = pipelines.add(mia, "One step", [NewStage("Only", 50)])

    with pytest.raises(Conflict, match="needs a stage"):
        stages.remove(mia, pipelines.get(mia, made).stages[0].id)


def test_sellers_do_not_change_how_everybody_sells(ann: Actor, sales: PipelineRow) -> None:
    first = sales.stages[0].id
    for act in (
        lambda: pipelines.add(ann, "Mine"),
        lambda: pipelines.change(ann, sales.id, "Mine"),
        lambda: pipelines.archive(ann, sales.id),
        lambda: pipelines.restore(ann, sales.id),
        lambda: pipelines.change_lost_reasons(ann, ["Whatever"]),
        lambda: stages.add(ann, sales.id, NewStage("X", 1)),
        lambda: stages.change(ann, first, NewStage("X", 1)),
        lambda: stages.reorder(ann, sales.id, [first]),
        lambda: stages.remove(ann, first),
    ):
        with pytest.raises(NotAllowed):
            act()


def test_a_list_of_reasons_is_never_empty(mia: Actor) -> None:
    assert "Price" in pipelines.lost_reasons(mia)

    for wrong in ([], [" "], ["x" * 201], [str(number) for number in range(51)]):
        with pytest.raises(Invalid):
            pipelines.change_lost_reasons(mia, wrong)


def test_without_a_pipeline_there_is_no_board(ann: Actor) -> None:
    with pytest.raises(NotFound, match="no pipeline yet"):
        deals.board(ann, DealQuery())
