"""Deals come in with stages, owners and history as other programs write them."""

from datetime import date
from typing import Any

from sqlalchemy import select

from crm_core.kernel.access import SYSTEM, Actor
from crm_core.kernel.work import begin
from crm_core.people import contacts
from crm_core.service import sentiment
from db.models import Account, Contact, Deal, DealLine, Product, Stage, StageChange, Team, TextSentiment, User
from tests.business_hash import business_hash
from tests.data.importing import bring, check, count, draft, inbox, run, table, undo

__all__ = ["inbox"]

HEADER = ("Deal ID", "Deal name", "Stage", "Amount", "Currency", "Close date", "Create date", "Deal owner",
          "Company", "Contact email", "Product", "Lost reason")  # fmt: skip
OPEN = ("1", "Berg 200", "Proposal", "1200.50", "EUR", "2030-05-01", "2025-01-02", "ann", "Berg AB",
        "anna@berg.test", "GTX Pro", "")  # fmt: skip
WON = (
    "2",
    "",
    "Closed Won",
    "5000",
    "EUR",
    "2025-03-31",
    "2025-01-05",
    "Nobody Known",
    "Lind AB",
    "",
    "GTXPro",
    "",
)
LOST = ("3", "Third", "6 - Lost", "10", "USD", "2025-02-01", "", "", "", "", "", "Price")
MADE = ("companies", "contacts", "products")


def rows(*columns: Any, order: Any = Deal.id) -> list[tuple[Any, ...]]:
    """These columns of all records, in order."""
    with begin(SYSTEM, write=False) as work:
        return [tuple(row) for row in work.tuples(select(*columns).order_by(order))]


def test_a_deal_lies_where_the_file_says_and_has_its_way(olga: Actor, inbox: Any) -> None:
    before = business_hash()
    import_id = draft(
        olga, table(inbox, HEADER, [OPEN, WON, LOST], "deals.csv"), "deals", create_missing=MADE
    )

    seen, done = check(olga, import_id), run(olga, import_id)

    assert (done.state, done.counts) == ("done", seen.counts)
    assert done.summary["companies_created"] == seen.summary["companies_created"] == 2
    assert rows(Deal.name, Deal.status, Deal.amount, Deal.currency, Deal.owner_name) == [
        ("Berg 200", "open", 120050, "EUR", ""),
        ("Lind AB – GTXPro", "won", 500000, "EUR", "Nobody Known"),
        ("Third", "lost", 1000, "USD", ""),
    ]
    owned = select(User.username).join(Deal, Deal.owner_id == User.id).where(Deal.name == "Berg 200")
    with begin(SYSTEM, write=False) as work:
        assert work.scalars(owned) == ["ann"]
    way = rows(StageChange.deal_id, StageChange.status, StageChange.changed_at, order=StageChange.id)
    first = way[0][0]
    assert [(deal - first, status) for deal, status, _ in way] == [
        (0, "open"), (1, "open"), (1, "won"), (2, "open"), (2, "lost"),
    ]  # fmt: skip
    assert way[0][2].date().isoformat() in ("2025-01-01", "2025-01-02")
    assert rows(Deal.closed_at)[1][0].date().isoformat() == "2025-03-31"
    assert (count(Product), count(DealLine), count(Account), count(Contact)) == (1, 2, 2, 1)
    assert undo(olga, import_id).summary["undo_kept"] == 0
    assert business_hash() == before
    assert count(Stage) == 0


def test_what_is_not_there_is_only_warned_about_unless_one_asked(olga: Actor, inbox: Any) -> None:
    done = bring(olga, table(inbox, HEADER, [OPEN], "deals.csv"), "deals", create_missing=())

    assert done.counts["warnings"] == 2
    assert rows(Deal.account_id, Deal.contact_id) == [(None, None)]
    assert (count(Account), count(Product)) == (0, 0)


def test_a_later_file_moves_and_ends_deals_and_an_undo_gives_them_back(olga: Actor, inbox: Any) -> None:
    bring(olga, table(inbox, HEADER, [OPEN, LOST], "deals.csv"), "deals", create_missing=MADE)
    before, cells = business_hash(), list(OPEN)
    cells[2], cells[3], cells[5] = "Closed Won", "1300", "2025-06-30"
    path = table(inbox, HEADER, [cells, LOST], "later.csv")
    import_id = draft(olga, path, "deals", on_duplicate="update", create_missing=MADE)

    seen, done = check(olga, import_id), run(olga, import_id)

    assert (done.state, done.counts["updated"], seen.counts) == ("done", 1, done.counts)
    status, amount, closed = rows(Deal.status, Deal.amount, Deal.closed_at)[0]
    assert (status, amount, closed.date().isoformat()) == ("won", 130000, "2025-06-30")
    assert rows(StageChange.status, order=StageChange.id)[-1] == ("won",)
    again = bring(olga, path, "deals", on_duplicate="update", create_missing=MADE)
    assert (again.counts["created"], again.counts["updated"]) == (0, 0)
    assert undo(olga, again.id).state == "undone"
    assert undo(olga, import_id).summary["undo_kept"] == 0
    assert business_hash() == before


def test_deals_without_ids_are_known_again(olga: Actor, inbox: Any) -> None:
    path = table(inbox, HEADER[1:], [OPEN[1:], WON[1:], LOST[1:]], "deals.csv")
    bring(olga, path, "deals", create_missing=MADE)

    again = bring(olga, path, "deals", on_duplicate="update", create_missing=MADE)

    assert (again.counts["created"], again.counts["updated"], count(Deal)) == (0, 0, 3)


def test_the_team_comes_in_without_passwords_and_owns_what_waits_for_it(olga: Actor, inbox: Any) -> None:
    bring(olga, table(inbox, HEADER, [WON], "deals.csv"), "deals")
    before = rows(User.id, order=User.id)
    team = (("Sales agent", "Manager", "Regional office"), [("Nobody Known", "Max Boss", "West"),
            ("Mei-Mei Johns", "Max Boss", "West")])  # fmt: skip

    done = bring(olga, table(inbox, *team, "team.csv"), "users")

    assert (done.counts["created"], done.summary["managers_created"], done.summary["teams_created"]) == (
        2,
        1,
        1,
    )
    made = rows(User.username, User.role, User.reach, User.is_active, order=User.id)[len(before) :]
    assert sorted(made) == [
        ("max.boss", "manager", "team", False),
        ("mei-mei.johns", "sales", "own", False),
        ("nobody.known", "sales", "own", False),
    ]
    assert ("Team Max Boss", "West") in rows(Team.name, Team.region, order=Team.id)
    assert rows(Deal.owner_id) != [(None,)]
    assert bring(olga, table(inbox, *team, "team.csv"), "users").counts["created"] == 0
    assert undo(olga, done.id).summary["undo_kept"] == 0
    assert rows(User.id, order=User.id) == before
    assert rows(Deal.owner_id, Deal.owner_name) == [(None, "Nobody Known")]


def test_touchpoints_come_in_once_with_whom_they_were(olga: Actor, inbox: Any) -> None:
    contacts.create(olga, {"first_name": "Anna", "last_name": "Berg", "email": "anna@berg.test"})
    header = ("Type", "Subject", "Notes", "Date", "Contact email", "Direction", "Duration")
    entries = [
        ("Call", "First", "Spoke about tea", "2025-01-02 10:00", "anna@berg.test", "Outbound", "15"),
        ("Meeting", "Second", "<b>x</b>", "2025-01-03 10:00", "anna@berg.test", "", ""),
        ("Call", "Third", "", "2025-01-03 10:00", "nobody@x.test", "", ""),
    ]
    path, before = table(inbox, header, entries, "calls.csv"), business_hash()

    done = bring(olga, path, "interactions")

    assert (done.counts["created"], done.counts["rejected"]) == (2, 1)
    assert [one[0].date() for one in rows(Contact.last_touch_at, order=Contact.id)] == [date(2025, 1, 3)]
    assert bring(olga, path, "interactions").counts["created"] == 0
    assert undo(olga, done.id).summary["undo_removed"] == 2
    assert business_hash() == before


def test_the_moods_of_mails_go_with_them_and_keep_nobody_here(olga: Actor, inbox: Any) -> None:
    before = business_hash()
    header = ("Type", "Subject", "Notes", "Date", "Contact email", "Contact", "Direction")
    angry = ("Email", "Angry", "This is terrible.", "2025-01-02 10:00", "zoe@x.test", "Zoe Ash", "in")
    done = bring(olga, table(inbox, header, [angry]), "interactions", create_missing=("contacts",))
    sentiment.advance_next("here", lambda: False)
    assert sentiment.counts(olga).negative == 1

    undo(olga, done.id)

    assert business_hash() == before
    assert rows(TextSentiment.id, order=TextSentiment.id) == []
