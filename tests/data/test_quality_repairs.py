"""A repair does what was shown, for the records that were meant, and can be taken back."""

from typing import Any

import pytest

from crm_core.data import duplicate_work, quality, quality_counts, quality_repairs, quality_runs, quality_work
from crm_core.data.quality_checks import KINDS
from crm_core.data.quality_repairs import Order
from crm_core.kernel.access import SYSTEM, Actor
from crm_core.kernel.errors import Conflict, Invalid, NotAllowed, NotFound
from crm_core.kernel.work import begin
from crm_core.people import accounts, contacts, counts
from crm_core.people.naming import derive
from db.models import Contact, User
from tests.business_hash import business_hash, rows_of
from tests.people import Cast
from tests.people.records import activities

# Check, repair, what the record holds, what it holds afterwards.
MENDED: list[tuple[str, str, dict[str, Any], dict[str, Any]]] = [
    ("phone_form", "normalise_phones", {"phone": "0701-23 45 67", "mobile": "0702 000000", "country": "SE"},
     {"phone": "+46701234567", "mobile": "+46702000000"}),
    ("name_case", "recase_names", {"first_name": "ANNA-LENA", "last_name": "mcdonald"},
     {"first_name": "Anna-Lena", "last_name": "McDonald"}),
    ("name_unsplit", "split_names", {"first_name": "Dr. Anna Maria van Berg", "last_name": ""},
     {"salutation": "Dr.", "first_name": "Anna", "middle_name": "Maria", "last_name": "van Berg"}),
    ("no_last_name", "split_names", {"first_name": "Anna Berg", "last_name": ""},
     {"first_name": "Anna", "last_name": "Berg"}),
    ("no_first_name", "names_from_email",
     {"first_name": "", "last_name": "", "email": "anna.berg@alder.example"},
     {"first_name": "Anna", "last_name": "Berg"}),
    ("email_untidy", "tidy_emails", {"email": " Anna@Alder.example "}, {"email": "anna@alder.example"}),
    ("email_form", "tidy_emails", {"email": "Anna <anna@alder.example>"}, {"email": "anna@alder.example"}),
    ("name_email", "email_out_of_name", {"last_name": "Anna@alder.example", "email": ""},
     {"last_name": "", "email": "anna@alder.example"}),
    ("no_country", "country_from_phone", {"country": "", "phone": "+46701234567"}, {"country": "SE"}),
    ("no_country", "country_from_email", {"country": "", "email": "a@alder.co.uk"}, {"country": "GB"}),
    ("no_country", "country_from_company", {"country": "", "company": "Alder"}, {"country": "SE"}),
    ("country_differs", "country_from_company", {"country": "NO", "company": "Alder"}, {"country": "SE"}),
    ("no_company", "company_from_email", {"company": "", "email": "a@alder.example"}, {"company": "Alder"}),
    ("no_time_zone", "time_zone_from_country", {"country": "SE"}, {"time_zone": "Europe/Stockholm"}),
    ("birthday_impossible", "clear_birthday", {"birthday": "1800-05-06"},
     {"birthday": "", "birth_day": None}),
    ("card_not_customer", "make_customer", {"card_number": "1", "lifecycle": "lead"},
     {"lifecycle": "customer"}),
    ("opted_out_subscriber", "clear_lifecycle", {"email_opt": "out", "lifecycle": "subscriber"},
     {"lifecycle": ""}),
]  # fmt: skip
LEFT = [
    ("no_country", "country_from_email", {"country": "", "email": "a@alder.io"}),
    ("no_country", "country_from_phone", {"country": "", "phone": "+46701234567", "mobile": "+4790123456"}),
    ("no_company", "company_from_email", {"company": "", "email": "somebody@gmail.com"}),
    ("no_first_name", "names_from_email", {"first_name": "", "last_name": "", "email": "ab1@alder.example"}),
    ("name_unsplit", "split_names", {"first_name": "Dr. Anna", "last_name": ""}),
    ("email_form", "tidy_emails", {"email": "anna at alder"}),
    ("phone_form", "normalise_phones", {"phone": "ask for Anna", "country": "SE"}),
]


@pytest.fixture
def alder(olga: Actor) -> int:
    """A company in Sweden, with its own domain."""
    return accounts.create(olga, {"company": "Alder", "country": "SE", "website": "https://alder.example"})


def kept(who: Actor, **columns: Any) -> int:
    """A contact with columns as another system left them; what follows from them is in line."""
    company = columns.pop("company", "")
    made = contacts.create(who, {"last_name": "Berg", "company": company}, even_if_duplicate=True)
    with begin(SYSTEM) as work, counts.kept(work, [made]):
        row = work.get(Contact, made)
        for name, value in columns.items():
            setattr(row, name, value)
        derive(row, ())
    return made


def columns_of(contact_id: int, names: Any) -> dict[str, Any]:
    [row] = [row for row in rows_of(Contact) if row["id"] == contact_id]
    return {name: row[name] for name in names}


@pytest.mark.parametrize(
    ("finding", "repair", "before", "after"), MENDED, ids=[f"{a}-{b}" for a, b, *_ in MENDED]
)
def test_a_repair_does_what_was_shown_and_its_undo_gives_everything_back(
    finding: str, repair: str, before: dict[str, Any], after: dict[str, Any], olga: Actor, alder: int
) -> None:
    one = kept(olga, **before)
    untouched = kept(olga, city="Oslo")
    hashed, others = business_hash(), columns_of(untouched, ("first_name", "city"))
    order = Order("contacts", finding, repair, (one,))

    shown = quality_runs.preview(olga, order)
    run = quality_runs.repair(olga, order)

    assert (shown.count, run.done, run.state) == (1, 1, "done")
    [change] = shown.changes
    assert {name: new for name, (_old, new) in change.values.items()} == columns_of(one, change.values)
    assert after.items() <= columns_of(one, after).items()
    assert columns_of(untouched, ("first_name", "city")) == others
    [trace] = [facts for facts in activities("contact.changed") if facts.get("repair") == run.id]
    assert trace["changes"] == {name: list(each) for name, each in change.values.items()}

    undone = quality_runs.undo(olga, run.id)

    assert (undone.done, undone.kept) == (1, 0)
    assert business_hash() == hashed
    with begin(SYSTEM, write=False) as work:
        assert counts.differences(work) == []


@pytest.mark.parametrize(("finding", "repair", "before"), LEFT, ids=[f"{a}-{b}" for a, b, _ in LEFT])
def test_what_does_not_follow_is_left(
    finding: str, repair: str, before: dict[str, Any], olga: Actor, alder: int
) -> None:
    one = kept(olga, **before)
    hashed = business_hash()
    order = Order("contacts", finding, repair, (one,))

    assert quality_runs.preview(olga, order).count == 0
    assert quality_runs.repair(olga, order).done == 0
    assert business_hash() == hashed


def test_two_companies_of_one_domain_are_not_chosen_between(olga: Actor, alder: int) -> None:
    accounts.create(olga, {"company": "Alder South", "website": "https://alder.example"})
    one = kept(olga, email="a@alder.example")

    assert quality_runs.repair(olga, Order("contacts", "no_company", "company_from_email", (one,))).done == 0


def test_companies_are_mended_too(olga: Actor) -> None:
    birch = accounts.create(olga, {"company": "Birch"})
    for name in ("a", "b"):
        contacts.create(olga, {"last_name": name, "email": f"{name}@birch.se", "company": "Birch"})
    contacts.create(olga, {"last_name": "c", "email": "c@gmail.com", "company": "Birch"})
    hashed = business_hash()

    website = quality_runs.repair(olga, Order("accounts", "no_domain", "domain_from_people"))
    country = quality_runs.repair(olga, Order("accounts", "no_country", "country_from_domain"))

    mended = accounts.get(olga, birch)
    assert (mended["website"], mended["country"]) == ("https://birch.se", "SE")
    assert accounts.search(olga, text="birch.se").total == 1
    for run in (country, website):
        quality_runs.undo(olga, run.id)
    assert business_hash() == hashed


def test_records_are_given_to_an_owner_and_back(cast: Cast) -> None:
    ids = [kept(cast.olga, owner_id=None) for _ in range(3)]
    hashed = business_hash()
    order = Order("contacts", "no_owner", "assign", owner_id=cast.bob.id)

    assert quality_runs.preview(cast.mia, order).count == 3
    run = quality_runs.repair(cast.mia, order)

    assert {columns_of(one, ["owner_id"])["owner_id"] for one in ids} == {cast.bob.id}
    assert quality.overview(cast.bob, "contacts").records == 3
    assert len(activities("contact.assigned")) == 3
    assert [each.id for each in quality_runs.repairs(cast.mia, "contacts")] == [run.id]
    quality_runs.undo(cast.mia, run.id)
    assert quality_runs.repairs(cast.mia, "contacts") == []
    assert business_hash() == hashed


def test_what_was_changed_since_stays_and_is_counted(olga: Actor) -> None:
    ids = [kept(olga, first_name=name) for name in ("ANNA", "BRITA")]
    run = quality_runs.repair(olga, Order("contacts", "name_case", "recase_names"))
    contacts.change(olga, ids[0], {"first_name": "Anni"}, version=None)

    undone = quality_runs.undo(olga, run.id)

    assert (undone.done, undone.kept) == (1, 1)
    assert [columns_of(one, ["first_name"])["first_name"] for one in ids] == ["Anni", "BRITA"]
    with pytest.raises(Conflict, match="already"):
        quality_runs.undo(olga, run.id)


def test_dismissed_and_hidden_records_are_not_mended(cast: Cast) -> None:
    mine, right = kept(cast.ann, first_name="ANNA"), kept(cast.ann, first_name="ABBA")
    theirs = kept(cast.bob, first_name="BRITA")
    quality.dismiss(cast.ann, "contacts", "name_case", [right])
    order = Order("contacts", "name_case", "recase_names")

    assert quality_runs.preview(cast.ann, order).count == 1
    run = quality_runs.repair(cast.ann, order)

    assert run.done == 1
    names = {one: columns_of(one, ["first_name"])["first_name"] for one in (mine, right, theirs)}
    assert names == {mine: "Anna", right: "ABBA", theirs: "BRITA"}
    with pytest.raises(NotFound):
        quality_runs.undo(cast.bob, run.id)
    with pytest.raises(Conflict, match="Nothing is left"):
        quality_runs.repair(cast.ann, order)


def test_orders_that_make_no_sense_or_are_not_allowed_are_refused(cast: Cast) -> None:
    one = kept(cast.ann, first_name="", last_name="", email="a.berg@alder.example")

    with pytest.raises(Invalid, match="suggestion"):
        quality_runs.repair(cast.ann, Order("contacts", "no_first_name", "names_from_email"))
    with pytest.raises(Invalid, match="does not mend"):
        quality_runs.repair(cast.ann, Order("contacts", "no_email", "assign"))
    with pytest.raises(NotFound):
        quality_runs.repair(cast.ann, Order("contacts", "no_last_name", "magic"))
    with pytest.raises(NotAllowed):
        quality_runs.repair(cast.vera, Order("contacts", "name_case", "recase_names"))
    for act in (quality_runs.preview, quality_runs.repair):
        with pytest.raises(NotAllowed):
            act(cast.ann, Order("contacts", "untouched", "assign", (one,), cast.bob.id))
    with pytest.raises(NotFound):
        quality_runs.undo(cast.ann, 999_999)


@pytest.fixture
def many(olga: Actor, monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """More than are mended at once, in several chunks."""
    monkeypatch.setattr(quality_runs, "AT_ONCE", 4)
    monkeypatch.setattr(quality_repairs, "CHUNK", 2)
    return [kept(olga, first_name=f"ANNA{'X' * at}") for at in range(7)]


def test_many_are_mended_and_given_back_by_a_worker(olga: Actor, many: list[int]) -> None:
    hashed = business_hash()
    run = quality_runs.repair(olga, Order("contacts", "name_case", "recase_names"))
    assert (run.state, run.total, run.done) == ("queued", 7, 0)
    assert quality_runs.under_way(olga, "contacts") == run
    with pytest.raises(Conflict, match="at work"):
        quality_runs.repair(olga, Order("contacts", "name_case", "recase_names"))

    assert quality_work.advance_next("here/1/a", lambda: True)
    begun = quality_runs.get(olga, run.id)
    assert (begun.state, begun.done) == ("queued", 2)
    done = quality_work.complete(olga, run.id)

    assert (done.state, done.done) == ("done", 7)
    assert {columns_of(one, ["first_name"])["first_name"][:4] for one in many} == {"Anna"}
    assert quality.overview(olga, "contacts").counted_at is not None
    undone = quality_work.complete(olga, quality_runs.undo(olga, run.id).id)
    assert (undone.state, undone.done) == ("done", 7)
    assert business_hash() == hashed


def test_a_run_of_one_who_left_fails_with_a_sentence(cast: Cast, many: list[int]) -> None:
    run = quality_runs.repair(cast.olga, Order("contacts", "name_case", "recase_names"))
    with begin(SYSTEM) as work:
        work.get(User, cast.olga.id or 0).is_active = False

    over = quality_work.complete(cast.mark, run.id)

    assert over.state == "failed"
    assert "cannot sign in any more" in over.message


def test_a_worker_counts_what_is_due_and_then_rests(olga: Actor) -> None:
    kept(olga, email="")
    seconds = 0
    while quality_work.advance_next("here/1/a", lambda: False):
        seconds += 1
        assert seconds <= 2 * len(KINDS)

    assert {record: quality.overview(olga, record).records for record in KINDS} == {
        "contacts": 1,
        **dict.fromkeys(("accounts", "deals", "orders", "products"), 0),
    }
    assert not duplicate_work.advance_next("here/1/a", lambda: False)


def test_a_base_that_is_large_is_counted_by_a_worker(olga: Actor, monkeypatch: pytest.MonkeyPatch) -> None:
    kept(olga, email="")
    assert quality_runs.recount(olga, "contacts") is None
    monkeypatch.setattr(quality_counts, "AT_ONCE", 0)

    run = quality_runs.recount(olga, "contacts")

    assert run is not None
    assert quality_work.complete(olga, run.id).state == "done"
