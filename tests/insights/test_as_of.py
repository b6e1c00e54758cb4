"""A number asked as of a day is what it was that day, and the listed changes are the whole difference."""

import os
from collections.abc import Callable
from datetime import date, timedelta
from itertools import count
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from crm_core.activity import interactions, tasks
from crm_core.activity.task_types import NewTask
from crm_core.activity.types import NewInteraction
from crm_core.commerce import orders
from crm_core.commerce.types import NewLine, NewOrder, NewReturn
from crm_core.insights import changes, metrics
from crm_core.insights.metric_table import METRICS
from crm_core.insights.metric_types import Amount, Question
from crm_core.insights.periods import Period
from crm_core.kernel.access import SYSTEM, Actor
from crm_core.kernel.errors import CrmError, Invalid
from crm_core.kernel.paging import Paging
from crm_core.kernel.work import Clock, begin
from crm_core.people import contacts
from crm_core.sales import deals, pipelines
from tests.commerce.selling import PIECE
from tests.conftest import at
from tests.insights.measured import furnish
from tests.people import MONDAY, Cast

CHECKS = (HealthCheck.function_scoped_fixture, HealthCheck.too_slow)
DAYS = 5
SERIES = int(os.environ.get("RAPPORT_EDIT_SERIES", "3"))
"""How many series of edits are tried; a thousand by hand."""
MONTH = Period(MONDAY.date() - timedelta(days=1), MONDAY.date() + timedelta(days=DAYS + 2))
_HISTORIES = count()
REPLAYED = (
    "order_revenue", "orders", "active_customers", "revenue_won", "deals_won", "win_rate", "sales_cycle",
    "new_deals", "new_deal_value", "open_pipeline", "weighted_pipeline", "open_deals", "new_contacts",
    "new_leads", "lead_conversion", "touchpoints", "tasks_done", "tasks_overdue",
)  # fmt: skip
ACTS = (
    "add deal", "amount", "chance", "move", "win", "lose", "reopen", "drop deal", "bring deal", "order",
    "cancel", "give back", "drop order", "bring order", "lead", "convert", "talk", "hush", "task", "finish",
    "reopen task", "drop contact", "bring contact",
)  # fmt: skip
EDITS = st.lists(
    st.tuples(st.integers(0, DAYS - 1), st.sampled_from(ACTS), st.integers(0, 3), st.integers(1, 99_999)),
    min_size=4, max_size=22,
)  # fmt: skip

Acts = dict[str, Callable[[int], object]]


class Desk:
    """Somebody who does one thing after another; what is not possible is left."""

    def __init__(self, who: Actor, stages: list[int]) -> None:
        self.who, self.stages = who, stages
        self.deals: list[int] = []
        self.orders: list[int] = []
        self.people = [contacts.create(who, {"first_name": "Zoe"})]
        self.talks: list[int] = []
        self.tasks: list[int] = []

    def act(self, name: str, which: int, amount: int) -> None:
        try:
            self._act(name, which, amount)
        except (CrmError, IndexError):
            return

    def _act(self, name: str, which: int, amount: int) -> None:
        who, money = self.who, f"{amount // 100}.{amount % 100:02}"
        if name == "add deal":
            values: dict[str, Any] = {"deal": "D", "amount": money, "currency": "EUR"}
            self.deals.append(deals.create(who, values))
        elif name == "order":
            line = NewLine(PIECE, name="x", unit_price=amount)
            new = NewOrder([line], self.people[0], currency="EUR")
            self.orders.append(orders.create(who, new))
        elif name == "lead":
            self.people.append(contacts.create(who, {"first_name": f"L{amount}", "lead_status": "new"}))
        elif name == "talk":
            new_talk = NewInteraction("call", contact_id=self.people[0], subject="x", body="y")
            self.talks.append(interactions.log(who, new_talk))
        elif name == "task":
            due = Clock.now().date() - timedelta(days=1)
            self.tasks.append(tasks.add(who, NewTask("T", contact_id=self.people[0], due_on=due)))
        else:
            self._change(name, which, money)

    def _change(self, name: str, which: int, money: str) -> None:
        who = self.who
        deal: Acts = {
            "amount": lambda key: deals.change(who, key, {"amount": money}, version=None),
            "chance": lambda key: deals.change(who, key, {"probability": "0.37"}, version=None),
            "move": lambda key: deals.move(who, key, self.stages[which % 2], version=None),
            "win": lambda key: deals.win(who, key, version=None),
            "lose": lambda key: deals.lose(who, key, "Price", version=None),
            "reopen": lambda key: deals.reopen(who, key, version=None),
            "drop deal": lambda key: deals.delete(who, [key]),
            "bring deal": lambda key: deals.restore(who, [key]),
        }
        order: Acts = {
            "cancel": lambda key: orders.mark(who, key, "cancelled", version=None),
            "give back": lambda key: self._give_back(key),
            "drop order": lambda key: orders.delete(who, [key]),
            "bring order": lambda key: orders.restore(who, [key]),
        }
        person: Acts = {
            "convert": lambda key: contacts.change(who, key, {"lead_status": "converted"}, version=None),
            "drop contact": lambda key: contacts.delete(who, [key]),
            "bring contact": lambda key: contacts.restore(who, [key]),
        }
        task: Acts = {
            "finish": lambda key: tasks.finish(who, key),
            "reopen task": lambda key: tasks.reopen(who, key),
        }
        talk: Acts = {"hush": lambda key: interactions.delete(who, key)}
        tables = ((deal, self.deals), (order, self.orders), (person, self.people[1:]), (task, self.tasks),
                  (talk, self.talks))  # fmt: skip
        for acts, keys in tables:
            if name in acts:
                acts[name](keys[which % len(keys)] if keys else keys[0])

    def _give_back(self, key: int) -> None:
        orders.mark(self.who, key, "paid", version=None)
        orders.take_back(self.who, key, [NewReturn(amount=7)], version=None)


def numbers(who: Actor, period: Period, day: date | None = None) -> dict[str, tuple[Amount, ...]]:
    found = metrics.figures(who, Question(period, compare="none", as_of=day), REPLAYED)
    return {figure.metric.name: figure.amounts for figure in found}


@settings(max_examples=SERIES, deadline=None, phases=[Phase.generate], suppress_health_check=CHECKS)
@given(edits=EDITS)
def test_a_past_day_stays_as_it_was_whatever_is_done_later(
    edits: list[tuple[int, str, int, int]], cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    # Each history begins after the one before: the database keeps them all.
    base = MONDAY.replace(hour=1) + timedelta(days=10 * next(_HISTORIES))

    def set_clock(day: int, minute: int) -> None:
        monkeypatch.setattr(Clock, "now", at(base + timedelta(days=day, minutes=minute)))

    set_clock(0, 0)
    with begin(SYSTEM) as work:
        pipelines.default(work)
    stages = [row.id for row in pipelines.search(SYSTEM)[0].stages]
    period = Period(base.date() - timedelta(days=1), base.date() + timedelta(days=DAYS + 2))
    desk, kept = Desk(cast.olga, stages), {}
    for number in range(DAYS):
        for place, (_, name, which, amount) in enumerate(one for one in edits if one[0] == number):
            set_clock(number, place + 1)
            desk.act(name, which, amount)
        set_clock(number, 900)
        kept[base.date() + timedelta(days=number)] = numbers(cast.olga, period)
    set_clock(DAYS, 0)

    for day, told in kept.items():
        assert numbers(cast.olga, period, day) == told, day
    _changes_add_up(cast.olga, period, min(kept), max(kept))


def _changes_add_up(who: Actor, period: Period, first: date, last: date) -> None:
    for name in REPLAYED:
        metric = METRICS[name]
        if not metric.adds_up:
            continue
        story = changes.between(who, name, Question(period, compare="none"), first, last, Paging(1, 500))
        then, now = (amounts[0].value(metric) for amounts in (story.before, story.after))
        assert sum(one.step for one in story.changes) == (now or 0) - (then or 0), name
        assert all(one.title for one in story.changes), name


@pytest.mark.usefixtures("clock")
def test_a_mean_has_no_list_of_changes(cast: Cast) -> None:
    furnish(cast)
    today = MONDAY.date()

    with pytest.raises(Invalid, match="is a mean"):
        changes.between(cast.olga, "win_rate", Question(MONTH), today, today)
    with pytest.raises(Invalid):
        changes.between(cast.olga, "orders", Question(MONTH), today, today - timedelta(days=1))
