"""The programme on its page: numbers, the rows behind them, and what may not be said yet."""

from crm_core.kernel.access import Actor
from crm_core.loyalty import points, tiers
from crm_core.loyalty.points import Why
from crm_core.loyalty.tiers import NewTier
from tests.loyalty.members import earn, member
from tests.pages.conftest import OpenApp, said


def test_the_programme_opens_the_rows_of_its_numbers(open_app: OpenApp, olga: Actor) -> None:
    assert "the programme shows here in numbers" in said(open_app(olga, "loyalty", show="programme"))
    tiers.add(olga, NewTier("Gold", 10))
    zoe = member(olga, "**Zoë**")
    earn(olga, zoe, 100, "receipt 1")
    points.redeem(olga, zoe.card_number, 25, Why("receipt 2", "A [mug](x)"))

    app = open_app(olga, "loyalty", show="programme")
    first = said(app)
    app.button("rows-of-spent").click().run()

    assert [metric.value for metric in app.metric][:8] == [
        "1", "100.0%", "25.0%", "0", "75", "€0.75", "€0.75", "–",
    ]  # fmt: skip
    assert "nobody joined more than 6 months ago" in first
    assert "not an experiment" in first
    [table] = [frame.value for frame in app.dataframe if "Customer" in frame.value]
    assert table[["Customer", "What", "Amount"]].to_numpy().tolist() == [["**Zoë**", "A [mug](x)", "25"]]
    assert not app.exception
