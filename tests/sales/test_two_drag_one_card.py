"""Two people drag one card at the same moment: one wins, the other is told; nothing is lost or doubled."""

import threading
from collections.abc import Callable
from functools import partial

from crm_core.kernel.access import SYSTEM
from crm_core.kernel.errors import Conflict
from crm_core.kernel.work import Clock, begin
from crm_core.sales import deals, pipelines, quotes, stages
from crm_core.sales.types import DealQuery
from db.session import Database
from tests.people import MONDAY, hire
from tests.sales.conftest import WHOLE


def together(*acts: Callable[[], object]) -> list[object]:
    """What each act gave back, or the error that it raised, when all begin at the same moment."""
    gate = threading.Barrier(len(acts))
    found: list[object] = [None] * len(acts)

    def run(place: int) -> None:
        gate.wait()
        try:
            found[place] = acts[place]()
        except Exception as error:
            found[place] = error

    threads = [threading.Thread(target=run, args=(place,)) for place in range(len(acts))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return found


def test_the_second_of_two_drops_is_refused_and_told_where_the_card_is(own_database: Database) -> None:
    assert own_database.url
    cast = hire()
    with begin(SYSTEM) as work:
        pipelines.default(work)
    ids = {stage.name: stage.id for stage in pipelines.search(SYSTEM)[0].stages}
    for _ in range(5):
        deal_id = deals.create(cast.ann, {"deal": "A", **WHOLE})

        found = together(
            partial(deals.move, cast.ann, deal_id, ids["Qualified"], version=1),
            partial(deals.move, cast.mia, deal_id, ids["Proposal"], version=1),
        )

        [refused] = [one for one in found if isinstance(one, Exception)]
        assert isinstance(refused, Conflict)
        now = deals.get(cast.ann, deal_id).row
        assert f"stands in “{now.stage}” now" in str(refused)
        assert len(deals.history(cast.ann, deal_id)) == 2


def test_many_drops_into_one_gap_and_many_quotes_at_once_all_count(own_database: Database) -> None:
    assert own_database.url
    cast = hire()
    made = [deals.create(cast.ann, {"deal": f"D{n}", **WHOLE}) for n in range(6)]
    stage_id = deals.get(cast.ann, made[0]).row.stage_id

    dropped = together(
        *(partial(deals.move, cast.ann, one, stage_id, version=None, before_id=made[0]) for one in made[1:])
    )
    numbers = together(
        *(partial(quotes.make, cast.ann, one, MONDAY.date().replace(year=2099)) for one in made)
    )

    assert [one for one in dropped if isinstance(one, Exception)] == []
    assert [card.id for card in deals.board(cast.ann, DealQuery()).columns[0].cards][-1] == made[0]
    made_numbers = sorted(getattr(one, "number", str(one)) for one in numbers)
    assert made_numbers == [f"Q-{Clock.now().year}-{n:04d}" for n in range(1, 7)]
    with begin(SYSTEM, write=False) as work:
        assert stages.differences(work) == []
