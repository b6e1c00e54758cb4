"""Recommendations: better than most popular on public baskets, and never what is not to be offered."""

import csv
import random
from dataclasses import replace
from datetime import timedelta

import pytest

from crm_core.commerce import item_model, recommendations
from crm_core.kernel.work import Clock, Work, begin
from crm_core.marketing import previews
from crm_core.marketing.rendering import Message
from crm_core.team import company
from db.models import Contact, Order, OrderLine, Product
from tests.people import MONDAY, Cast
from tests.shared_data import shared

OFFER = Message("Offers", html="{% for one in products %}<i>{{ one.name }} {{ one.price }}</i>{% endfor %}")


@pytest.fixture(autouse=True)
def monday(monkeypatch: pytest.MonkeyPatch) -> None:
    """It is Monday, 2 March 2026."""
    monkeypatch.setattr(Clock, "now", staticmethod(lambda: MONDAY))


def test_on_public_baskets_the_hidden_product_is_found_more_often_than_by_popularity() -> None:
    with shared("09_recommend/groceries.csv").open(newline="") as file:
        baskets = [[item for item in row if item] for row in csv.reader(file)]
    place = {name: at for at, name in enumerate(sorted({item for basket in baskets for item in basket}))}
    histories = [[place[item] for item in set(basket)] for basket in baskets if len(set(basket)) > 2]
    chance = random.Random(7)  # noqa: S311 - which product is hidden is no secret
    for history in histories:
        history.sort()
        chance.shuffle(history)

    found = item_model.back_test(histories, len(place))

    assert (len(baskets), len(place), found.tried) == (9835, 169, 6033)
    assert found.hit_rate_popular == pytest.approx(0.382, abs=0.01)
    assert found.hit_rate >= 0.395
    assert found.ndcg >= 0.22
    assert found.is_better


def test_what_everybody_buys_alike_wins_nothing() -> None:
    histories = [[0, 1] if number % 2 else [1, 0] for number in range(40)]

    assert not item_model.back_test(histories, 2).is_better


def _shop(work: Work) -> dict[str, int]:
    """Six products in two worlds; tea drinkers buy tea things, riders bicycle things; all buy bags."""
    products = [
        Product(
            name=name, name_key=name, unit_price=1000, currency="EUR", created_at=MONDAY, updated_at=MONDAY
        )
        for name in ("tea", "pot", "cup", "bike", "bell", "lamp", "bag")
    ]
    for product in products:
        work.add(product)
    work.flush()
    return {product.name: product.id for product in products}


def _buy(work: Work, products: dict[str, int], name: str, *days: tuple[int, str]) -> int:
    contact = work.add(Contact(name=name, name_key=name, created_at=MONDAY, updated_at=MONDAY))
    work.flush()
    for ago, what in days:
        at = MONDAY - timedelta(ago)
        order = work.add(
            Order(
                contact_id=contact.id, number=f"{name}-{ago}", status="paid", currency="EUR", total=100,
                ordered_at=at, created_at=at, updated_at=at,
            )
        )  # fmt: skip
        work.flush()
        work.add(
            OrderLine(
                order_id=order.id,
                product_id=products[what],
                name=what,
                quantity=1000,
                unit_price=100,
                total=100,
            )
        )
    return contact.id


def _town(work: Work) -> tuple[dict[str, int], int, int]:
    products = _shop(work)
    for number in range(60):
        world = ("tea", "pot", "cup") if number % 2 else ("bike", "bell", "lamp")
        _buy(work, products, f"n{number}", (90, world[number // 2 % 3]), (60, world[(number // 2 + 1) % 3]),
             (50, "bag"))  # fmt: skip
    return products, _buy(work, products, "Tina", (100, "tea")), _buy(work, products, "Nobody")


def test_offers_go_with_what_was_bought_and_say_so(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(recommendations, "FEWEST_CUSTOMERS", 20)
    monkeypatch.setattr(item_model.BackTest, "is_better", True)
    with begin(cast.olga) as work:
        products, tina, nobody = _town(work)
        work.get(Product, products["cup"]).is_active = False
    learned = recommendations.fit(cast.olga)

    found = recommendations.for_contact(cast.olga, tina)
    popular = recommendations.for_contact(cast.olga, nobody, 2)

    assert (learned.is_popular_only, learned.products) == (False, 6)
    assert (found.is_popular, {item.name for item in found.items}) == (False, {"bag", "pot"})
    assert found.items[0].because == "goes with tea"
    assert (popular.is_popular, popular.items[0].name) == (True, "bag")
    together = recommendations.bought_together(cast.olga, products["bike"])
    assert {item.name for item in together.items} == {"bag", "bell", "lamp"}
    assert "10 customers bought both" in {item.because for item in together.items}
    company.change_company(cast.olga, replace(company.company(), name="Alder", address="1 High St\n\n Leeds"))
    made = previews.show(cast.olga, OFFER, tina)
    assert "<i>pot 10.00 EUR</i>" in made.html
    assert "<i>cup" not in made.html
    assert "\n1 High St, Leeds\n" in made.text


def test_with_few_customers_only_what_is_popular_is_told(cast: Cast) -> None:
    with begin(cast.olga) as work:
        _, tina, _ = _town(work)

    assert recommendations.quality(cast.olga) is None
    assert recommendations.advance_next("w", lambda: False)
    assert not recommendations.advance_next("w", lambda: False)
    kept = recommendations.quality(cast.olga)

    assert kept is not None
    assert (kept.is_popular_only, kept.test, kept.customers) == (True, None, 61)
    assert recommendations.for_contact(cast.olga, tina).is_popular
