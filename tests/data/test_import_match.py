"""Which rows mean records that exist, and what becomes of them."""

from typing import Any

import pytest
from sqlalchemy import select

from crm_core.data import import_lines, imports
from crm_core.kernel.access import SYSTEM, Actor
from crm_core.kernel.errors import Conflict, Invalid, NotAllowed
from crm_core.kernel.paging import Paging
from crm_core.kernel.work import begin
from db.models import Account, Consent, Contact, ContactPoint, Tag
from tests.data.importing import (
    bring,
    check,
    contacts,
    count,
    counts_are_right,
    draft,
    inbox,
    run,
    table,
    undo,
)

HEADER = ("First Name", "Last Name", "Email", "Phone", "Company")
ANNA = ("Anna", "Berg", "anna@berg.test", "+46 70 123 45 67", "Berg AB")
ULF = ("Ulf", "Lind", "ulf@lind.test", "", "Berg AB")

__all__ = ["inbox"]


def test_people_and_their_company_arrive(olga: Actor, inbox: Any) -> None:
    done = bring(olga, table(inbox, HEADER, [ANNA, ULF]))

    assert (done.counts["created"], done.summary["companies_created"]) == (2, 1)
    anna = contacts(email="anna@berg.test")[0]
    assert (anna.name, anna.phone, anna.company, anna.import_id) == (
        "Anna Berg",
        "+46701234567",
        "Berg AB",
        done.id,
    )
    assert anna.account_id == contacts(last_name="Lind")[0].account_id
    assert counts_are_right()


def test_the_same_file_again_changes_nothing(olga: Actor, inbox: Any) -> None:
    path = table(inbox, HEADER, [ANNA, ULF])
    first = again = bring(olga, path)

    for policy in ("skip", "update", "fill"):
        again = bring(olga, path, on_duplicate=policy)
        assert (again.counts["created"], again.counts["updated"], again.counts["skipped"]) == (0, 0, 2)
    assert first.id in [one.id for one in imports.earlier(olga, again.id)]
    assert count(Contact) == 2


def test_an_address_in_capitals_is_the_same_person(olga: Actor, inbox: Any) -> None:
    bring(olga, table(inbox, HEADER, [ANNA]))

    again = bring(olga, table(inbox, HEADER, [("Anna", "Berg", "ANNA@Berg.TEST", "", "")]))

    assert again.counts["skipped"] == 1


def test_update_writes_over_and_fill_only_completes(olga: Actor, inbox: Any) -> None:
    bring(olga, table(inbox, HEADER, [("Anna", "", "anna@berg.test", "", "")]))
    new = table(inbox, HEADER, [("Anni", "Berg", "anna@berg.test", "", "Berg AB")])

    bring(olga, new, on_duplicate="fill")
    assert [(one.first_name, one.last_name, one.company) for one in contacts()] == [
        ("Anna", "Berg", "Berg AB")
    ]

    bring(olga, new, on_duplicate="update")
    assert [one.name for one in contacts()] == ["Anni Berg"]
    assert "anni" in contacts()[0].search_text


def test_an_update_tells_the_old_and_the_new_value_before_it_happens(olga: Actor, inbox: Any) -> None:
    bring(olga, table(inbox, HEADER, [ANNA]))
    import_id = draft(olga, table(inbox, HEADER, [("Anne", *ANNA[1:])]), on_duplicate="update")

    seen = check(olga, import_id)

    assert (seen.state, seen.counts["updated"]) == ("checked", 1)
    [line] = import_lines.rows(olga, import_id, "update", Paging())
    assert (line.changes, line.name) == ({"first_name": ["Anna", "Anne"]}, "Anna Berg")
    assert contacts()[0].first_name == "Anna"


def test_create_stores_them_once_more(olga: Actor, inbox: Any) -> None:
    bring(olga, table(inbox, ("ID", *HEADER), [("7", *ANNA)]))

    again = bring(olga, table(inbox, ("ID", *HEADER), [("7", *ANNA)]), on_duplicate="create")

    assert (again.counts["created"], again.counts["possible_duplicates"]) == (1, 1)
    assert [one.external_id for one in contacts()] == ["7", None]


def test_one_person_twice_in_a_file_is_stored_once(olga: Actor, inbox: Any) -> None:
    path = table(inbox, HEADER, [ANNA, ULF, ("Anna", "Berg", "ANNA@berg.test", "", "")])
    import_id = draft(olga, path)

    for done in (check(olga, import_id), run(olga, import_id)):
        assert (done.counts["created"], done.counts["skipped"]) == (2, 1)
    [line] = import_lines.rows(olga, import_id, "repeat", Paging())
    assert (line.number, line.cells[0]) == (3, "Anna")


def test_strangers_who_share_a_phone_are_both_stored_and_listed(olga: Actor, inbox: Any) -> None:
    other = ("Rolf", "Gran", "rolf@gran.test", "+46 (70) 1234567", "Other Ltd")

    done = bring(olga, table(inbox, HEADER, [ANNA, other]))

    assert (done.counts["created"], done.counts["possible_duplicates"]) == (2, 1)
    [line] = import_lines.rows(olga, done.id, "duplicate", Paging())
    assert "same phone" in line.problems[0]["message"]


def test_a_phone_means_the_same_person_only_with_the_same_name(olga: Actor, inbox: Any) -> None:
    bring(olga, table(inbox, HEADER, [ANNA]))
    rows = [("Anna", "Berg", "", ANNA[3], ""), ("Rolf", "Gran", "", ANNA[3], "")]

    done = bring(olga, table(inbox, HEADER, rows), match_by=("phone",))

    assert (done.counts["created"], done.counts["skipped"]) == (1, 1)


def test_the_id_of_another_system_does_not_overwrite_a_stranger(olga: Actor, inbox: Any) -> None:
    bring(olga, table(inbox, ("ID", *HEADER), [("1", *ANNA)]))
    path = table(inbox, ("ID", *HEADER), [("1", *ULF)])

    refused = bring(olga, path, on_duplicate="update")
    named = bring(olga, path, on_duplicate="update", origin="other")

    assert (refused.counts["rejected"], named.counts["created"]) == (1, 1)
    assert [one.name for one in contacts()] == ["Anna Berg", "Ulf Lind"]


def test_an_opt_out_arrives_and_no_import_takes_it_back(olga: Actor, inbox: Any) -> None:
    header = ("Email", "Unsubscribed")
    bring(olga, table(inbox, ("Email",), [("anna@berg.test",)]))
    bring(olga, table(inbox, header, [("anna@berg.test", "yes")]), on_duplicate="fill")
    assert contacts()[0].email_opt == "out"

    path = table(inbox, ("Email", "Email Consent"), [("anna@berg.test", "yes")])
    for policy in ("update", "fill", "create", "skip"):
        bring(olga, path, on_duplicate=policy)
    assert {one.email_opt for one in contacts()} == {"out"}


def test_a_deleted_opt_out_still_holds_when_the_person_comes_back(olga: Actor, inbox: Any) -> None:
    bring(olga, table(inbox, ("Email", "Unsubscribed"), [("anna@berg.test", "yes")]))
    with begin(SYSTEM) as work:
        work.scalars(select(Contact))[0].deleted_at = work.now

    bring(olga, table(inbox, ("Email", "Email Consent"), [("anna@berg.test", "yes")]))

    assert [one.email_opt for one in contacts()] == ["out"]


def test_further_addresses_tags_and_consents_arrive(olga: Actor, inbox: Any) -> None:
    header = ("Name", "Email", "Email 2", "LinkedIn", "Tags", "Email Consent")
    row = ("Anna Berg", "anna@berg.test", "a@home.test", "linkedin.com/in/anna", "vip, North", "yes")

    done = bring(olga, table(inbox, header, [row, row]))

    assert done.summary["tags_created"] == count(Tag) == 2
    assert (count(ContactPoint), count(Consent)) == (2, 1)
    assert contacts()[0].email_opt == "in"
    assert bring(olga, table(inbox, ("Email",), [("a@home.test",)])).counts["skipped"] == 1


def test_an_unknown_owner_is_a_warning_and_the_usual_one_steps_in(
    olga: Actor, ann: Actor, bob: Actor, inbox: Any
) -> None:
    path = table(inbox, ("Email", "Owner"), [("a@x.test", "Bob Brandt"), ("b@x.test", "Zorro")])

    done = bring(olga, path, owner_id=ann.id)

    assert [one.owner_id for one in contacts()] == [bob.id, ann.id]
    assert done.counts["warnings"] == 1
    assert counts_are_right()


def test_a_manager_gives_records_only_to_the_team(mia: Actor, ann: Actor, mark: Actor, inbox: Any) -> None:
    path = table(inbox, ("Email", "Owner"), [("a@x.test", "ann"), ("b@x.test", "mark@rapport.test")])

    bring(mia, path)

    assert [one.owner_id for one in contacts()] == [ann.id, None]
    with pytest.raises(Invalid, match="need correcting"):
        draft(mia, path, owner_id=mark.id)


def test_a_record_out_of_sight_is_neither_changed_nor_named(
    olga: Actor, mia: Actor, mark: Actor, inbox: Any
) -> None:
    bring(olga, table(inbox, ("ID", "First Name", "Email"), [("1", "Anna", "a@x.test")]), owner_id=mark.id)

    done = bring(
        mia, table(inbox, ("ID", "First Name", "Email"), [("1", "Anne", "a@x.test")]), on_duplicate="update"
    )

    assert (done.counts["created"], done.counts["updated"]) == (1, 0)
    assert [(one.first_name, one.external_id) for one in contacts()] == [("Anna", "1"), ("Anne", None)]


def test_companies_arrive_and_match_by_name(olga: Actor, inbox: Any) -> None:
    path = table(
        inbox,
        ("Company name", "Website", "Employees", "Industry"),
        [("Ångström AB", "angstrom.test", "12", "IT")],
    )
    bring(olga, path, "accounts")

    again = bring(olga, path, "accounts", on_duplicate="update")

    assert (count(Account), again.counts["skipped"]) == (1, 1)
    undo(olga, 1 if again.id == 2 else again.id - 1)
    assert count(Account) == 0


def test_sellers_and_guests_may_not_import(ann: Actor, vera: Actor, inbox: Any) -> None:
    for who in (ann, vera):
        with pytest.raises(NotAllowed):
            draft(who, table(inbox, HEADER, [ANNA]))


def test_an_import_that_has_begun_is_not_planned_anew(olga: Actor, inbox: Any) -> None:
    done = bring(olga, table(inbox, HEADER, [ANNA]))

    with pytest.raises(Conflict, match="has begun"):
        imports.plan(olga, done.id, {"Email": None})
    with pytest.raises(Conflict, match="is done"):
        imports.run(olga, done.id)


def test_wrong_mappings_are_named_column_by_column(olga: Actor, inbox: Any) -> None:
    with pytest.raises(Invalid) as caught:
        draft(olga, table(inbox, HEADER, [ANNA]), mapping={"Nope": "email", "Email": "e_mail"})

    assert set(caught.value.fields) == {"Nope", "Email"}


def test_the_next_file_of_a_layout_needs_no_mapping(olga: Actor, inbox: Any) -> None:
    path = table(inbox, ("Wer", "Was"), [("Anna", "anna@berg.test")])
    bring(olga, path, mapping={"Wer": "first_name", "Was": "notes"})

    assert imports.get(olga, draft(olga, path)).mapping == {"Wer": "first_name", "Was": "notes"}
