"""The deals of the sample company tell a year that can be believed, and go away with it."""

from datetime import date, timedelta

from crm_core.data import sample
from crm_core.insights import funnel
from crm_core.kernel.access import Actor
from crm_core.kernel.paging import Paging
from crm_core.kernel.work import begin
from crm_core.sales import deals, stages
from crm_core.sales.types import DealQuery
from tests.people import Cast


def test_deals_are_open_won_and_lost_with_a_history_that_adds_up(olga: Actor) -> None:
    sample.load(olga, 300)

    with begin(olga, write=False) as work:
        assert stages.differences(work) == []
        now = work.now
    rows = deals.search(olga, DealQuery(paging=Paging(1, 500))).items
    by_status = {status: [row for row in rows if row.status == status] for status in ("open", "won", "lost")}
    assert {status: len(found) >= 10 for status, found in by_status.items()} == dict.fromkeys(by_status, True)
    assert all(row.lost_reason for row in by_status["lost"])
    assert all(row.opened_at <= row.stage_since <= (row.closed_at or now) <= now for row in rows)
    assert min(row.opened_at for row in rows) > now - timedelta(days=366)
    assert 0 < sum(row.has_next_step for row in by_status["open"]) < len(by_status["open"])
    assert any(row.is_rotting for row in by_status["open"])
    assert 0.2 < (funnel.report(olga).win_share or 0) < 0.9
    board = deals.board(olga, DealQuery())
    assert sum(column.count > 0 for column in board.columns) == len(board.columns) == 4


def test_a_real_deal_keeps_the_pipeline_when_the_sample_goes(cast: Cast) -> None:
    sample.load(cast.olga, 20)
    mine = deals.create(cast.ann, {"deal": "Real", "close_date": date(2027, 1, 1).isoformat()})

    sample.remove(cast.olga)

    assert [row.id for row in deals.search(cast.olga, DealQuery())] == [mine]
