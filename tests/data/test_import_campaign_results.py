"""Results of campaigns that were sent elsewhere come in: with people, without, twice, and back out."""

import gzip
import json
import shutil
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from crm_core.data import chunks, kinds
from crm_core.data.campaign_result_records import is_holdout
from crm_core.kernel.access import SYSTEM, Actor
from crm_core.kernel.work import begin
from crm_core.people import contacts as people
from db.models import Campaign, CampaignVariant, Contact, Recipient
from tests.business_hash import business_hash
from tests.data.importing import bring, check, count, draft, inbox, run, table, undo
from tests.shared_data import shared

__all__ = ["inbox"]

KIND = "campaign-results"
HILLSTROM = "08_crm_campaigns/hillstrom_half.csv.gz"
PEOPLE = ("Campaign", "Variant", "Email", "Sent at", "Opened at", "Converted", "Revenue")


@pytest.fixture
def small_chunks(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(chunks, "CHUNK_ROWS", 3)


def recipients(*columns: Any) -> list[tuple[Any, ...]]:
    """These columns of all recipients, in the order of the file."""
    with begin(SYSTEM, write=False) as work:
        return [tuple(row) for row in work.tuples(select(*columns).order_by(Recipient.id))]


def unpacked(folder: Path, packed: Path) -> Path:
    """The file as people have it."""
    path = folder / packed.name.removesuffix(".gz")
    with gzip.open(packed) as source, path.open("wb") as target:
        shutil.copyfileobj(source, target)
    return path


def head_of(path: Path, rows: int) -> Path:
    """The file with its first rows only."""
    lines = path.read_text(encoding="utf-8").splitlines(keepends=True)[: rows + 1]
    path.write_text("".join(lines), encoding="utf-8")
    return path


def test_the_columns_of_a_randomised_test_map_themselves(olga: Actor, inbox: Path) -> None:
    path = head_of(unpacked(inbox, shared(HILLSTROM)), 1_000)

    done = bring(olga, path, KIND, defaults={"campaign": "Holiday"})

    mapped = {column: field for column, field in done.mapping.items() if field}
    assert mapped == {
        "segment": "variant", "visit": "visited", "conversion": "converted", "spend": "revenue",
    }  # fmt: skip
    assert (done.counts["created"], done.counts["rejected"], done.counts["warnings"]) == (1_000, 0, 0)
    with begin(SYSTEM, write=False) as work:
        assert set(work.scalars(select(CampaignVariant.name))) == {"Mens E-Mail", "Womens E-Mail", "holdout"}
        states = select(Recipient.state).join(CampaignVariant, CampaignVariant.id == Recipient.variant_id)
        held = work.scalars(states.where(CampaignVariant.name == "holdout"))
        assert set(held) == {"held"}


def test_a_second_import_changes_nothing_and_undo_takes_all_back(
    olga: Actor, inbox: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(chunks, "CHUNK_ROWS", 150)
    path = head_of(unpacked(inbox, shared(HILLSTROM)), 400)
    before = business_hash()
    import_id = draft(olga, path, KIND)
    seen, done = check(olga, import_id), run(olga, import_id)
    assert (done.state, done.counts) == ("done", seen.counts)
    assert seen.summary["campaigns_created"] == done.summary["campaigns_created"] == 1
    after = business_hash()

    again = bring(olga, path, KIND)

    assert (again.counts["created"], again.counts["updated"], again.counts["skipped"]) == (0, 0, 400)
    assert business_hash() == after
    with begin(SYSTEM, write=False) as work:
        assert work.scalar(select(Campaign.name)) == "hillstrom half"
    assert undo(olga, import_id).summary["undo_kept"] == 0
    assert business_hash() == before


def test_people_are_found_by_address_and_unknown_ones_are_kept_without_a_contact(
    mark: Actor, inbox: Path, small_chunks: None
) -> None:
    anna = people.create(mark, {"first_name": "Anna", "email": "anna@x.test"})
    rows = [
        ("Spring", "A", "Anna@x.test", "2026-03-01 10:00", "2026-03-01 11:00", "1", "12.50"),
        ("Spring", "Control", "b@x.test", "", "", "0", ""),
        ("Spring", "B", "c@x.test", "2026-03-02 10:00", "", "0", "0"),
        ("Spring", "A", "ANNA@x.test", "2026-03-03 10:00", "", "0", "0"),
    ]
    path = table(inbox, PEOPLE, rows, "results.csv")

    done = bring(mark, path, KIND)

    assert (done.counts["created"], done.counts["skipped"]) == (3, 1)
    columns = (
        Recipient.contact_id,
        Recipient.address,
        Recipient.state,
        Recipient.is_converted,
        Recipient.revenue,
    )
    assert recipients(*columns) == [
        (anna, "anna@x.test", "sent", True, 1250),
        (None, "b@x.test", "held", False, 0),
        (None, "c@x.test", "sent", False, 0),
    ]
    with begin(SYSTEM, write=False) as work:
        campaign = work.scalars(select(Campaign))[0]
        assert (campaign.state, campaign.started_at.day, campaign.finished_at.day) == ("imported", 1, 2)
    assert bring(mark, path, KIND).counts["created"] == 0


def test_contacts_are_made_when_asked_and_go_with_the_import(olga: Actor, inbox: Path) -> None:
    rows = [("Spring", "A", f"p{at}@x.test", "", "", "0", "") for at in range(4)]
    path = table(inbox, PEOPLE, rows, "results.csv")
    before = business_hash()
    import_id = draft(olga, path, KIND, create_missing=("contacts",))
    seen, done = check(olga, import_id), run(olga, import_id)

    assert seen.summary["contacts_created"] == done.summary["contacts_created"] == count(Contact) == 4
    assert bring(olga, path, KIND).counts["created"] == 0
    assert undo(olga, import_id).summary["undo_kept"] == 0
    assert business_hash() == before


def test_a_later_file_brings_what_people_did_since_and_undo_forgets_it(olga: Actor, inbox: Path) -> None:
    first = table(inbox, PEOPLE, [("Spring", "A", "a@x.test", "2026-03-01", "", "0", "")], "one.csv")
    bring(olga, first, KIND)
    before = business_hash()
    later = [("Spring", "A", "a@x.test", "2026-03-01", "2026-03-02", "1", "9.00")]
    path = table(inbox, PEOPLE, [*later, ("Spring", "C", "d@x.test", "", "", "0", "")], "two.csv")

    import_id = draft(olga, path, KIND, on_duplicate="update")
    done = run(olga, import_id)

    assert (done.counts["updated"], done.counts["created"]) == (1, 1)
    assert recipients(Recipient.is_converted, Recipient.revenue)[0] == (True, 900)
    assert undo(olga, import_id).summary["undo_kept"] == 0
    assert business_hash() == before


def test_amounts_in_another_currency_than_the_campaign_are_left_out_and_told(
    olga: Actor, inbox: Path
) -> None:
    rows = [("S", "A", "a@x.test", "", "", "1", "9 EUR"), ("S", "A", "b@x.test", "", "", "1", "5 CHF")]
    path = table(inbox, PEOPLE, rows, "results.csv")

    done = bring(olga, path, KIND)

    assert done.counts["warnings"] == 3, "two unknown people, and the amount"
    assert recipients(Recipient.revenue) == [(900,), (0,)]


def test_a_campaign_of_our_own_takes_no_results_from_a_file(olga: Actor, inbox: Path) -> None:
    with begin(SYSTEM) as work:
        now = work.now
        own = Campaign(name="Spring", name_key="spring", channel="email", state="done", salt="x",
                       created_at=now, updated_at=now)  # fmt: skip
        work.add(own)
    path = table(inbox, PEOPLE, [("spring", "A", "a@x.test", "", "", "1", "9")], "results.csv")

    done = bring(olga, path, KIND)

    assert (done.counts["rejected"], count(Recipient)) == (1, 0)


def test_calls_of_a_bank_become_one_campaign_named_by_its_file(olga: Actor, inbox: Path) -> None:
    packed = shared("08_crm_campaigns/bank_marketing_10pct.csv.gz")
    expected = json.loads(packed.with_name("bank_marketing_10pct.expected.json").read_text(encoding="utf-8"))

    done = bring(olga, unpacked(inbox, packed), KIND)

    assert {column: field for column, field in done.mapping.items() if field} == {"y": "converted"}
    bought = sum(flag for (flag,) in recipients(Recipient.is_converted))
    assert round(bought / expected["rows"], 4) == expected["response_rate"]
    assert count(Campaign) == 1


def test_a_file_of_a_randomised_test_is_known_by_its_columns() -> None:
    columns = ("recency", "history", "segment", "visit", "conversion", "spend")

    assert kinds.guess_columns(columns, [("1", "9.5", "No E-Mail", "0", "1", "5.00")]).kind == KIND


@pytest.mark.parametrize(
    ("name", "is_one"),
    [
        ("No E-Mail", True), ("holdout", True), ("Hold-out group", True), ("no mail", True), ("None", True),
        ("Kontrollgruppe", True), ("keine E-Mail", True), ("control", True), ("Control Group", True),
        ("not contacted", True), ("Mens E-Mail", False), ("A", False), ("Northern", False), ("Nomads", False),
        ("No frills offer", False), ("No surprises: new prices", False),
    ],
)  # fmt: skip
def test_the_hold_out_is_known_by_its_name(name: str, is_one: bool) -> None:
    assert is_holdout(name, was_sent=False) is is_one


def test_the_control_that_was_sent_is_a_variant_and_no_hold_out() -> None:
    assert not is_holdout("Control", was_sent=True)
    assert is_holdout("No e-mail", was_sent=True)
