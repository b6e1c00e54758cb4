"""One question, many views: board, list, totals and ids agree, and show only what one may see."""

from collections.abc import Callable
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest

from crm_core.kernel.access import SYSTEM, Actor
from crm_core.kernel.errors import Invalid
from crm_core.kernel.paging import Paging
from crm_core.kernel.work import Clock, begin
from crm_core.people import contacts
from crm_core.sales import deal_lines, deal_people, deals
from crm_core.sales.types import DealQuery, NewLine
from db.models import Product, Task, Team, User
from tests.conftest import at
from tests.people import MONDAY, Cast
from tests.sales.conftest import WHOLE


@pytest.fixture
def three(cast: Cast, clock: type[Clock], monkeypatch: pytest.MonkeyPatch) -> dict[str, int]:
    """Chairs (Ann, EUR), Desks (Ann, USD, lost) and Lamps (Bob, EUR, Proposal), made in March 2026."""
    person = contacts.create(cast.ann, {"last_name": "Kranz", "company": "Holz AG"})
    made = {
        "chairs": deals.create(
            cast.ann, {"deal": "Chairs", "amount": "100", "close_date": "2026-04-10", "contact_id": person}
        ),
        "desks": deals.create(cast.ann, {"deal": "Desks", "amount": "200 USD", "company": "Steel Ltd"}),
        "lamps": deals.create(cast.bob, {"deal": "Lamps", "stage": "Proposal", **WHOLE}),
    }
    deals.lose(cast.ann, made["desks"], "Price", version=None)
    monkeypatch.setattr(Clock, "now", at(MONDAY + timedelta(days=30)))
    return made


ASKED: dict[str, tuple[Callable[[Cast], DealQuery], str]] = {
    "everything": (lambda _cast: DealQuery(), "chairs desks lamps"),
    "words of the company": (lambda _cast: DealQuery(text="holz kra"), "chairs"),
    "two letters": (lambda _cast: DealQuery(text="la"), "lamps"),
    "status": (lambda _cast: DealQuery(status="open"), "chairs lamps"),
    "owner": (lambda cast: DealQuery(owner_id=cast.bob.id), "lamps"),
    "nobody": (lambda _cast: DealQuery(owner_id=0), ""),
    "mine": (lambda _cast: DealQuery(mine=True), ""),
    "amount": (lambda _cast: DealQuery(amount_from=10_000, amount_to=20_000), "chairs desks"),
    "currency": (lambda _cast: DealQuery(currency="USD"), "desks"),
    "closing": (lambda _cast: DealQuery(close_from=date(2026, 4, 10), close_to=date(2026, 4, 10)), "chairs"),
    "closed": (lambda _cast: DealQuery(closed_from=date(2026, 3, 2), closed_to=date(2026, 3, 2)), "desks"),
    "closed later": (lambda _cast: DealQuery(closed_from=date(2026, 3, 3)), ""),
    "opened": (lambda _cast: DealQuery(created_to=date(2026, 3, 1)), ""),
    "reason": (lambda _cast: DealQuery(lost_reason="Price"), "desks"),
    "rotting": (lambda _cast: DealQuery(rotting=True), "chairs lamps"),
    "no next step": (lambda _cast: DealQuery(without_next_step=True), "chairs lamps"),
    "deleted": (lambda _cast: DealQuery(deleted=True), ""),
}


@pytest.mark.parametrize("name", ASKED)
def test_every_filter_finds_what_it_says_and_all_views_agree(
    cast: Cast, three: dict[str, int], name: str
) -> None:
    query, wanted = ASKED[name][0](cast), ASKED[name][1].split()
    expected = {three[one] for one in wanted}

    page = deals.search(cast.olga, query)

    assert {row.id for row in page} == set(deals.ids(cast.olga, query)) == expected
    count, sums = deals.totals(cast.olga, query)
    assert count == page.total == len(expected)
    by_hand: dict[str, int] = {}
    for row in page:
        by_hand[row.currency] = by_hand.get(row.currency, 0) + (row.amount or 0)
    assert dict(sums) == by_hand


def test_team_product_contact_and_company_narrow_a_list(cast: Cast, three: dict[str, int]) -> None:
    row = deals.get(cast.ann, three["chairs"]).row
    other = contacts.create(cast.ann, {"last_name": "Part"})
    deal_people.put(cast.ann, three["desks"], other, "pays")
    with begin(SYSTEM) as work:
        team = work.add(Team(name="South"))
        product = work.add(Product(name="Lamp", name_key="lamp", created_at=MONDAY, updated_at=MONDAY))
        work.flush()
        work.get(User, cast.bob.id or 0).team_id = team.id
        made = (team.id, product.id)
    deal_lines.put(cast.bob, three["lamps"], [NewLine(made[1], unit_price=Decimal(5))], version=None)

    for query, name in (
        (DealQuery(team_id=made[0]), "lamps"),
        (DealQuery(product_id=made[1]), "lamps"),
        (DealQuery(contact_id=row.contact_id), "chairs"),
        (DealQuery(contact_id=other), "desks"),
        (DealQuery(account_id=row.account_id), "chairs"),
    ):
        assert deals.ids(cast.olga, query) == (three[name],)


@pytest.mark.parametrize("sort", deals.SORTS)
def test_every_order_works_both_ways_and_pages_fit_together(
    cast: Cast, three: dict[str, int], sort: str
) -> None:
    for turn in ("", "-"):
        pages = [deals.search(cast.olga, DealQuery(paging=Paging(n, 2, turn + sort))) for n in (1, 2)]
        assert {row.id for page in pages for row in page} == set(three.values())
    with pytest.raises(Invalid, match="cannot be sorted"):
        deals.search(cast.olga, DealQuery(paging=Paging(sort="shoe_size")))


def test_the_board_has_sums_of_whole_columns_and_the_first_cards(
    ann: Actor, stage: dict[str, int], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("crm_core.sales.deal_lists.CARDS", 2)
    made = [deals.create(ann, {"deal": f"D{n}", "amount": 10 * n}) for n in range(1, 6)]
    deals.create(ann, {"deal": "Dollars", "amount": "7 USD", "stage": "Qualified"})
    deals.win(ann, made[0], version=None)

    board = deals.board(ann, DealQuery())

    new, qualified, *_rest = board.columns
    assert (new.count, new.sums, len(new.cards)) == (4, (("EUR", 14_000),), 2)
    assert (qualified.count, qualified.sums, qualified.more) == (1, (("USD", 700),), None)
    assert (board.count, board.sums) == (5, (("EUR", 14_000), ("USD", 700)))
    rest = deals.more(ann, DealQuery(), stage["New"], new.more)
    assert [card.name for card in (*new.cards, *rest)] == ["D5", "D4", "D3", "D2"], "new ones on top"
    assert deals.board(ann, DealQuery(text="D3")).count == 1


def test_a_card_says_how_long_it_stays_and_what_comes_next(cast: Cast, three: dict[str, int]) -> None:
    with begin(SYSTEM) as work:
        times = {"created_at": MONDAY, "updated_at": MONDAY}
        tasks = {"kind": "call", "status": "open", "deal_id": three["chairs"], "owner_id": cast.ann.id}
        work.add(Task(title="Later", due_on=date(2026, 4, 9), **tasks, **times))
        work.add(Task(title="First", due_on=date(2026, 4, 7), **tasks, **times))
        work.add(Task(title="Done", due_on=date(2026, 4, 1), **{**tasks, "status": "done"}, **times))

    chairs, desks, lamps = (deals.get(cast.olga, three[name]).row for name in three)

    assert (chairs.days_in_stage, chairs.is_rotting) == (30, True)
    assert (chairs.next_step_on, chairs.has_next_step) == (date(2026, 4, 7), True)
    assert (desks.days_in_stage, desks.is_rotting, lamps.has_next_step) == (0, False, False)
    assert deals.ids(cast.olga, DealQuery(without_next_step=True)) == (three["lamps"],)
    assert [row.probability for row in (chairs, desks, lamps)] == [10, 0, 50]


def test_names_of_customers_that_one_may_not_see_stay_empty(cast: Cast) -> None:
    person = contacts.create(cast.bob, {"last_name": "Secret", "company": "Hidden Ltd"})
    deal_id = deals.create(cast.olga, {"deal": "A", "contact_id": person, "owner": cast.ann.id})

    hers = deals.search(cast.ann, DealQuery()).items[0]

    assert (hers.id, hers.contact_name, hers.company) == (deal_id, "", "")
    assert deals.get(cast.ann, deal_id).people == ()
    values: Any = dict(deals.get(cast.ann, deal_id).values)
    deals.change(cast.ann, deal_id, {**values, "deal": "B"}, version=None)
    assert deals.get(cast.olga, deal_id).row.contact_name == "Secret", "what she cannot see she cannot lose"
