"""The list: what is found, in which order, how many, and by whom."""

from dataclasses import fields as fields_of
from datetime import timedelta
from typing import Any

import pytest

from crm_core.kernel.errors import Invalid
from crm_core.kernel.paging import Paging
from crm_core.kernel.work import begin
from crm_core.marketing import rule_text
from crm_core.people import counts, listing, rules
from crm_core.people.listing import ContactRow, Query
from crm_core.people.search_words import search_words
from db.models import Contact, ContactTag, Tag
from db.queries import contact_list
from tests.people import MONDAY, Cast

PEOPLE: list[dict[str, Any]] = [
    {"first_name": "Anna", "last_name": "Müller", "company": "24/7 Fitness", "email": "anna@x.test"},
    {"first_name": "Łukasz", "last_name": "Weiß", "phone": "+491711234567", "city": "Graz"},
    {"first_name": "Bo", "last_name": "100%_off", "email": "b_o@y.test", "lifecycle": "lead"},
    {"first_name": "伟", "last_name": "王", "mobile": "+33612345678", "lifecycle": "lead"},
    {"first_name": "Dörte", "last_name": "O'Brien", "company": 'The "Quote" AND Co'},
]


@pytest.fixture
def people(cast: Cast) -> dict[str, int]:
    """Five contacts: of Ann, Bob, nobody, Ann and Mark; the third opted out, the last is new."""
    owners = (cast.ann.id, cast.bob.id, None, cast.ann.id, cast.mark.id)
    with begin(cast.olga) as work:
        found = {}
        for number, (values, owner) in enumerate(zip(PEOPLE, owners, strict=True)):
            created = MONDAY - timedelta(days=56 - 14 * number)
            contact = work.add(
                Contact(
                    **values, **rules.derived(values), owner_id=owner, created_at=created, updated_at=created,
                    email_opt="out" if number == 2 else "unknown",
                    last_touch_at=created if number % 2 else None,
                )
            )  # fmt: skip
            work.flush()
            found[values["first_name"]] = contact.id
        tag = work.add(Tag(name="VIP", name_key="vip"))
        work.flush()
        work.add(ContactTag(contact_id=found["Anna"], tag_id=tag.id))
        counts.add(work, counts.tally(work, found.values()))
    return found


def _names(who: Any, query: Query) -> list[str]:
    return [row.first_name for row in listing.search(who, query)]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("müller", ["Anna"]),
        ("MULLER anna", ["Anna"]),
        ("weiss lukasz", ["Łukasz"]),
        ("0171 123 45 67", ["Łukasz"]),
        ("+49 (0)171/1234", ["Łukasz"]),
        ("12345", ["Łukasz", "伟"]),
        ("24/7", ["Anna"]),
        ("fitness 24/7", ["Anna"]),
        ("100%", ["Bo"]),
        ("%", []),
        ("___", []),
        ("b_o@", ["Bo"]),
        ('"quote" and', ["Dörte"]),
        ("o'brien", ["Dörte"]),
        ("王", ["伟"]),
        ("we", ["Łukasz"]),
        ("mu an", ["Anna"]),
        ("an mu", ["Anna"]),
        ("zz", []),
        ("x.test", ["Anna"]),
        ("nobody at all", []),
        ("\x00\ud800", ["Dörte", "Anna", "Łukasz", "Bo", "伟"]),
        ("   ", ["Bo", "Anna", "Dörte", "Łukasz", "伟"]),
    ],
)
def test_any_part_of_name_company_email_or_phone_finds(
    people: dict[str, int], cast: Cast, text: str, found: list[str]
) -> None:
    assert sorted(_names(cast.olga, Query(text))) == sorted(found)


def test_words_are_all_needed_and_numbers_are_joined() -> None:
    assert search_words("Müller  müller") == (("muller",),)
    assert search_words("Berg 0171 23") == (("berg",), ("17123",))
    assert search_words("a" * 500) == (("a" * 200,),)
    assert len(search_words(" ".join(map(chr, range(97, 123))))) == 8


def test_a_list_shows_what_one_may_see(people: dict[str, int], cast: Cast) -> None:
    seen = {name: listing.search(who, Query()) for name, who in cast.everybody.items()}

    assert {name: (len(page), page.total) for name, page in seen.items()} == {
        "olga": (5, 5), "mia": (4, 4), "ann": (2, 2), "bob": (1, 1), "mark": (5, 5), "sue": (5, 5),
        "vera": (5, 5),
    }  # fmt: skip
    assert _names(cast.bob, Query("muller")) == []
    assert _names(cast.bob, Query(rule=rule_text.read("name contains Anna"))) == []


def test_quick_filters(people: dict[str, int], cast: Cast, clock: Any) -> None:
    assert _names(cast.ann, Query(mine=True)) == ["Anna", "伟"]
    assert _names(cast.mia, Query(unowned=True)) == ["Bo"]
    assert _names(cast.olga, Query(lifecycle="lead")) == ["Bo", "伟"]
    assert _names(cast.olga, Query(new=True)) == ["Dörte"]
    assert _names(cast.olga, Query(opted_out=True)) == ["Bo"]
    assert _names(cast.olga, Query("test", opted_out=True)) == ["Bo"]
    assert _names(cast.olga, Query(lifecycle="lead", rule=rule_text.read("phone is_filled"))) == ["伟"]


def test_mine_means_nothing_to_the_shell(people: dict[str, int], cast: Cast) -> None:
    with begin(cast.olga) as work:
        assert listing.search(work.as_system(), Query(mine=True)).total == 0


@pytest.mark.parametrize(
    ("sort", "order"),
    [
        ("name", ["Bo", "Anna", "Dörte", "Łukasz", "伟"]),
        ("-name", ["伟", "Łukasz", "Dörte", "Anna", "Bo"]),
        ("created", ["Anna", "Łukasz", "Bo", "伟", "Dörte"]),
        ("-last_touch", ["伟", "Łukasz", "Dörte", "Bo", "Anna"]),
        ("last_touch", ["Łukasz", "伟", "Anna", "Bo", "Dörte"]),
        ("-city", ["Łukasz", "Dörte", "伟", "Bo", "Anna"]),
    ],
)
def test_orders_are_the_same_on_both_engines(
    people: dict[str, int], cast: Cast, sort: str, order: list[str]
) -> None:
    assert _names(cast.olga, Query(paging=Paging(sort=sort))) == order
    assert _names(cast.olga, Query(rule=rule_text.read("name is_filled"), paging=Paging(sort=sort))) == order


def test_pages_follow_each_other(people: dict[str, int], cast: Cast) -> None:
    for sort in ("name", "-last_touch", "last_touch", "company"):
        pages = [_names(cast.olga, Query(paging=Paging(n, 2, sort))) for n in (1, 2, 3)]

        assert [name for page in pages for name in page] == _names(cast.olga, Query(paging=Paging(sort=sort)))


@pytest.mark.parametrize("sort", ["password_hash", "name; DROP TABLE contacts", "-", "--name", "search_text"])
def test_only_listed_orders_exist(people: dict[str, int], cast: Cast, sort: str) -> None:
    if sort == "-":
        assert len(listing.search(cast.olga, Query(paging=Paging(sort=sort)))) == 5
        return
    with pytest.raises(Invalid, match="cannot be sorted"):
        listing.search(cast.olga, Query(paging=Paging(sort=sort)))


def test_beyond_the_cap_a_list_says_so_and_keeps_an_order(
    people: dict[str, int], cast: Cast, monkeypatch: Any
) -> None:
    monkeypatch.setattr(listing, "SEARCH_CAP", 2)
    monkeypatch.setattr(listing, "COUNT_CAP", 2)

    found = listing.search(cast.olga, Query("o", paging=Paging(sort="-city")))
    assert (found.total, found.is_capped) == (1, False)
    by_rule = listing.search(
        cast.olga, Query(rule=rule_text.read("name is_filled"), paging=Paging(sort="-city"))
    )
    assert (by_rule.total, by_rule.is_capped, by_rule.paging.sort) == (2, True, "-name")
    listed = listing.search(cast.olga, Query(paging=Paging(sort="city")))
    assert (listed.total, listed.is_capped, listed.paging.sort) == (5, False, "name")


def test_frequent_words_are_listed_in_the_order_of_creation(
    people: dict[str, int], cast: Cast, monkeypatch: Any
) -> None:
    monkeypatch.setattr(listing, "SEARCH_CAP", 1)

    found = listing.search(cast.olga, Query("test"))

    assert (found.total, found.is_capped, found.paging.sort) == (1, True, "id")
    assert [row.first_name for row in found] == ["Anna"]


def test_the_way_to_the_hits_never_changes_them(people: dict[str, int], cast: Cast, monkeypatch: Any) -> None:
    asked = [Query("test"), Query("test", mine=True), Query("123", lifecycle="lead"), Query("muller")]
    usual = {name: [_names(who, query) for query in asked] for name, who in cast.everybody.items()}

    monkeypatch.setattr(listing, "RARE", 0)
    monkeypatch.setattr(listing, "FEW", 0)
    by_index = {name: [_names(who, query) for query in asked] for name, who in cast.everybody.items()}
    monkeypatch.setattr(listing, "FEW", 1000)
    by_reading = {name: [_names(who, query) for query in asked] for name, who in cast.everybody.items()}

    assert usual == by_index == by_reading


def test_deleted_contacts_are_found_only_when_asked_for(people: dict[str, int], cast: Cast) -> None:
    with begin(cast.olga) as work, counts.kept(work, [people["Anna"]]):
        work.get(Contact, people["Anna"]).deleted_at = MONDAY

    assert listing.search(cast.olga, Query()).total == 4
    assert _names(cast.olga, Query("muller")) == []
    assert _names(cast.olga, Query(deleted=True)) == ["Anna"]
    assert _names(cast.olga, Query("muller", deleted=True)) == ["Anna"]
    assert _names(cast.bob, Query(deleted=True)) == []


def test_all_ids_of_a_list_are_those_that_it_pages_through(people: dict[str, int], cast: Cast) -> None:
    for query in (Query(), Query("test"), Query(lifecycle="lead"), Query(rule=rule_text.read("tag has vip"))):
        listed = [row.id for row in listing.search(cast.mia, query)]

        assert listing.ids(cast.mia, query) == tuple(sorted(listed))
        assert listing.count(cast.mia, query) == (len(listed), False)
        with begin(cast.mia) as work:
            assert query.ids(work) == tuple(sorted(listed))


def test_a_row_carries_its_tags_and_the_name_of_its_owner(people: dict[str, int], cast: Cast) -> None:
    [row] = listing.search(cast.olga, Query("müller"))

    assert (row.tags, row.owner_name, row.created_at) == (("VIP",), "Ann Archer", MONDAY - timedelta(days=56))


def test_the_columns_of_the_query_are_the_fields_of_the_row() -> None:
    assert (*contact_list.COLUMNS, "tags") == tuple(field.name for field in fields_of(ContactRow))
