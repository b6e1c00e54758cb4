"""A small company with something for every metric to count."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

from crm_core.activity import interactions, tasks
from crm_core.activity.task_types import NewTask
from crm_core.activity.types import NewInteraction
from crm_core.commerce import orders
from crm_core.commerce.types import NewLine, NewReturn
from crm_core.kernel.access import SYSTEM, Actor
from crm_core.kernel.work import Clock, Work, begin
from crm_core.marketing import segments
from crm_core.marketing.segment_types import NewSegment
from crm_core.sales import deals, pipelines
from db.models import Campaign, CampaignVariant, Membership, Recipient
from tests.commerce.selling import PIECE, customer, line, order, product
from tests.people import MONDAY, Cast


@dataclass(frozen=True)
class House:
    """What was made: ids of customers, a product and a segment."""

    zoe: int
    max: int
    pump: int
    french: int


def furnish(cast: Cast) -> House:
    """Fill the house by the usual ways, as Ann and Bob would; the clock may stand still."""
    with begin(SYSTEM) as work:
        pipelines.default(work)
    zoe = customer(cast.ann, "Zoe", country="DE", lead_status="converted")
    max_ = customer(cast.bob, "Max", country="FR", lead_status="new")
    pump, hose = product(cast.mia, "Pump", "10.01 EUR"), product(cast.mia, "Hose", "0.99 EUR")
    for who, key in ((cast.ann, zoe), (cast.bob, max_)):
        _buy(who, key, pump, hose)
        _sell(who, key)
        _do(who, key)
    french = segments.create(cast.olga, NewSegment("French", "country is FR"))
    with begin(SYSTEM) as work:
        _promote(work, [zoe, max_])
        return House(zoe, max_, pump, french)


def _buy(who: Actor, key: int, pump: int, hose: int) -> None:
    first = order(
        who, key, [line(pump, 3), line(hose)], discount=7, ordered_at=Clock.now() - timedelta(days=9)
    )
    orders.mark(who, first, "paid", version=None)
    orders.take_back(who, first, [NewReturn(orders.get(who, first).lines[0].id, PIECE)], version=None)
    order(who, key, [line(hose, 2)])
    order(who, key, [NewLine(PIECE, name="Gift", unit_price=1234)], currency="USD")
    orders.mark(who, order(who, key, [line(pump, 9)]), "cancelled", version=None)
    orders.delete(who, [order(who, key, [line(pump)])])


def _sell(who: Actor, key: int) -> None:
    def deal(name: str, amount: str, days: int = 0) -> int:
        opened = (Clock.now() - timedelta(days=days)).isoformat()
        return deals.create(who, {"deal": name, "amount": amount, "currency": "EUR", "contact_id": key,
                                  "created_at": opened})  # fmt: skip

    deal("Open", "333.33")
    deal("Open too", "0.05")
    deals.win(who, deal("Won", "1000.01", 12), version=None)
    deals.lose(who, deal("Lost", "500", 3), "Price", version=None)


def _do(who: Actor, key: int) -> None:
    for kind in ("note", "call", "meeting", "email"):
        interactions.log(who, NewInteraction(kind, contact_id=key, subject=kind, body="x"))
    now = Clock.now().date()
    tasks.add(who, NewTask("Late", contact_id=key, due_on=now - timedelta(days=2)))
    tasks.finish(who, tasks.add(who, NewTask("Done", contact_id=key, due_on=now)))


def _promote(work: Work, people: list[int]) -> None:
    campaign = work.add(
        Campaign(name="Spring", name_key="spring", channel="email", state="done", salt="x", created_at=MONDAY,
                 updated_at=MONDAY, currency="EUR")
    )  # fmt: skip
    work.flush()
    variant = work.add(CampaignVariant(campaign_id=campaign.id, name="A"))
    work.flush()
    sent = Clock.now() - timedelta(hours=5)
    for place, key in enumerate(people):
        work.add(
            Recipient(campaign_id=campaign.id, variant_id=variant.id, contact_id=key, state="sent",
                      sent_at=sent, clicked_at=sent if place else None, unsubscribed_at=sent)
        )  # fmt: skip
        work.add(Membership(contact_id=key, card_number=f"C{key}", joined_at=MONDAY, balance=100 + place))


def day(moment: datetime) -> date:
    """The day of an instant, in the time zone of the tests' company."""
    return moment.astimezone(UTC).date()
