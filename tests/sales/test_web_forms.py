"""Visitors fill forms: each message counts once, makes or completes one contact, and robots are held."""

import threading
from datetime import timedelta

import pytest

from crm_core.activity import history
from crm_core.kernel.access import SYSTEM
from crm_core.kernel.errors import Conflict, Invalid, NotAllowed, NotFound
from crm_core.kernel.paging import Paging
from crm_core.people import consents, contacts, custom_fields
from crm_core.people.consents import Proof
from crm_core.sales import assignment, form_rules, form_submissions, leads, web_forms
from crm_core.sales.lead_types import FormField, LeadQuery, NewForm, NewRule, Sent
from crm_core.team import notices
from db.session import Database
from tests.people import Cast, hire
from tests.sales.lead_cases import SECRET, form, opened, send

ALL = LeadQuery(status="all")


def test_a_message_becomes_a_lead_of_whom_the_rules_say(cast: Cast) -> None:
    assignment.add(cast.mia, NewRule("All", "", "turns", [cast.ann.id or 0]))
    key = form(cast.mia, tags=["Web"])

    assert send(key) == "taken"

    [row] = leads.search(cast.ann, ALL)
    person = contacts.get(cast.ann, row.id)
    assert (row.name, row.email, row.source, row.lead_status) == (
        "Zoe Zimmer", "zoe@acme.test", "Form: Contact us", "new",
    )  # fmt: skip
    assert [reason.text for reason in row.reasons][:1] == ["sent a form today"]
    assert (person.tags, person["lifecycle"]) == (("Web",), "lead")
    told = history.of_contact(cast.ann, row.id, Paging())
    assert "Please call me." in next(entry.text for entry in told if entry.name == "note.added")
    assert [notice.kind for notice in notices.mine(cast.ann)] == ["lead.assigned"]


def test_the_same_message_sent_twice_is_one_lead(cast: Cast) -> None:
    key = form(cast.mia)
    once = opened(key)

    assert [send(key, key=once), send(key, key=once, answers={"full_name": "Other"})] == ["taken", "taken"]

    assert leads.search(cast.olga, ALL).total == 1


def test_a_known_address_gets_the_message_and_keeps_what_it_has(cast: Cast) -> None:
    known = contacts.create(
        cast.ann, {"last_name": "Zimmer", "email": "other@acme.test", "email_secondary": "zoe@acme.test"}
    )
    key = form(cast.mia)

    send(key, answers={"full_name": "Somebody Else", "company": "Acme"})

    person = contacts.get(cast.ann, known)
    assert (person.name, person.company, person["lead_status"]) == ("Zimmer", "Acme", "new")
    assert leads.search(cast.olga, ALL).total == 1
    [told] = notices.mine(cast.ann)
    assert told.text == "Your lead Zimmer sent the form “Contact us”"


def test_a_customer_who_sends_a_form_stays_a_customer(cast: Cast) -> None:
    values = {"last_name": "Z", "email": "zoe@acme.test", "lifecycle": "customer"}
    known = contacts.create(cast.ann, values)

    send(form(cast.mia))

    assert (contacts.get(cast.ann, known)["lead_status"], leads.search(cast.olga, ALL).total) == ("", 0)


@pytest.mark.parametrize(
    ("changed", "why"),
    [
        ({"trap": "buy"}, "hidden field"),
        ({"quick": True}, "faster than people type"),
        ({"answers": {"message": "http://a www.b https://c [url"}}, "4 links"),
    ],
)
def test_what_looks_like_a_robot_is_held_for_a_person(
    cast: Cast, changed: dict[str, object], why: str
) -> None:
    key = form(cast.mia)
    is_quick = "quick" in changed
    rest = {"key": opened(key, timedelta(seconds=1))} if is_quick else changed

    assert send(key, **rest) == "held"

    [held] = form_submissions.search(cast.mia, key, "held")
    assert (why in held.reason, leads.search(cast.olga, ALL).total) == (True, 0)
    released = form_submissions.release(cast.mia, held.id)
    assert leads.get(cast.olga, released).row.email == "zoe@acme.test"
    with pytest.raises(Conflict):
        form_submissions.refuse(cast.mia, held.id)


def test_a_refused_message_makes_nobody_and_stays_to_be_read(cast: Cast) -> None:
    key = form(cast.mia)
    send(key, trap="x")
    [held] = form_submissions.search(cast.mia, key, "held")

    form_submissions.refuse(cast.mia, held.id)

    assert [row.verdict for row in form_submissions.search(cast.mia)] == ["refused"]
    assert leads.search(cast.olga, ALL).total == 0


def test_one_address_cannot_flood_a_form(cast: Cast) -> None:
    key = form(cast.mia)
    verdicts = [send(key, address="192.0.2.1", answers={"email": f"z{n}@a.test"}) for n in range(30)]

    assert verdicts == ["taken"] * 5 + ["held"] * 25
    with pytest.raises(form_submissions.TooMany):
        send(key, address="192.0.2.1")
    assert send(key, address="192.0.2.2") == "taken"


def test_an_old_or_foreign_key_is_not_taken(cast: Cast) -> None:
    key = form(cast.mia)
    other = form(cast.mia, "Other")

    old = opened(key, timedelta(hours=25))
    for wrong in (old, opened(other), opened(key)[:-1] + "x", "", "a.b.c", "é.1"):
        with pytest.raises(Invalid, match="open for too long"):
            send(key, key=wrong or " ")
    assert leads.search(cast.olga, ALL).total == 0


def test_visitors_are_told_what_to_correct(cast: Cast) -> None:
    key = form(cast.mia)

    for answers, field in (({"full_name": " "}, "full_name"), ({"email": "zoe"}, "email")):
        with pytest.raises(Invalid) as refused:
            send(key, answers=answers)
        assert set(refused.value.fields) == {field}


def test_fields_that_the_form_does_not_ask_are_thrown_away(cast: Cast) -> None:
    key = form(cast.mia)

    send(key, answers={"owner": "olga", "lead_status": "converted", "notes": "x", "rating": "A"})

    [row] = leads.search(cast.olga, ALL)
    person = contacts.get(cast.olga, row.id)
    assert (row.owner_id, row.lead_status, person["notes"], person["rating"]) == (None, "new", "", "")


def test_a_ticked_box_is_a_consent_with_its_words(cast: Cast) -> None:
    key = form(cast.mia, texts={"consent": "Write to me about offers."})

    send(key, consent=True)

    [row] = leads.search(cast.olga, ALL)
    [given] = consents.of_contact(cast.olga, row.id)
    assert (given.is_granted, given.source) == (True, "Form “Contact us”: Write to me about offers.")


def test_who_opted_out_is_not_opted_in_by_whoever_knows_the_address(cast: Cast) -> None:
    known = contacts.create(cast.ann, {"last_name": "Z", "email": "zoe@acme.test"})
    consents.opt_out(cast.ann, known, Proof("by phone"))
    key = form(cast.mia, texts={"consent": "Write to me."})

    send(key, consent=True)

    assert contacts.get(cast.ann, known).email_opt == "out"


def test_own_fields_can_be_asked(cast: Cast) -> None:
    own = custom_fields.add(cast.olga, "contacts", "Seats", "number")
    asked = (FormField("email", "E-mail", True), FormField(f"custom.{own.name}", "How many seats?"))
    key = web_forms.add(cast.mia, NewForm("Seats", asked))
    assert f"custom.{own.name}" in web_forms.fields(cast.mia)

    send(key, "seats", answers={f"custom.{own.name}": "40"})

    [row] = leads.search(cast.olga, ALL)
    assert contacts.get(cast.olga, row.id)[f"custom.{own.name}"] == 40


def test_a_form_is_changed_closed_and_opened_again(cast: Cast) -> None:
    key = form(cast.mia)
    web_forms.change(cast.mia, key, NewForm("Hello", form_rules.USUAL_FIELDS[:2], {"title": "Hi"}))

    shown = web_forms.public("contact-us")
    assert (shown.name, shown.texts["title"], len(shown.fields)) == ("Hello", "Hi", 2)
    web_forms.close(cast.mia, key)
    with pytest.raises(NotFound):
        send(key)
    web_forms.close(cast.mia, key, is_closed=False)
    send(key)
    assert [(row.name, row.taken, row.held) for row in web_forms.search(cast.mia)] == [("Hello", 1, 0)]
    assert web_forms.get(cast.mia, key).is_active


@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({"name": ""}, "name"),
        ({"slug": "../x"}, "slug"),
        ({"fields": ()}, "fields"),
        ({"fields": (FormField("full_name", "Name"),)}, "fields"),
        ({"fields": (FormField("email", "A"), FormField("email", "B"))}, "fields"),
        ({"fields": (FormField("email", "A"), FormField("owner", "B"))}, "fields"),
        ({"texts": {"title": ""}}, "title"),
    ],
)
def test_a_form_that_cannot_be_is_refused(cast: Cast, changed: dict[str, object], field: str) -> None:
    usual: dict[str, object] = {"name": "Contact us", "fields": form_rules.USUAL_FIELDS}
    with pytest.raises(Invalid) as refused:
        web_forms.add(cast.mia, NewForm(**(usual | changed)))  # type: ignore[arg-type]

    assert set(refused.value.fields) == {field}


def test_forms_are_for_managers_and_have_addresses_of_their_own(cast: Cast) -> None:
    key = form(cast.mia)
    new = NewForm("Contact us", form_rules.USUAL_FIELDS)

    with pytest.raises(Conflict):
        form(cast.mia)
    for act in (
        web_forms.search, web_forms.fields, form_submissions.search,
        lambda who: web_forms.get(who, key), lambda who: web_forms.add(who, new),
        lambda who: web_forms.change(who, key, new), lambda who: web_forms.close(who, key),
        lambda who: form_submissions.release(who, 1), lambda who: form_submissions.refuse(who, 1),
    ):  # fmt: skip
        for who in (cast.ann, cast.sue, cast.vera, cast.mark):
            with pytest.raises(NotAllowed):
                act(who)


def test_one_message_at_the_same_moment_is_one_lead(own_database: Database) -> None:
    cast = hire()
    key = form(cast.olga)
    once = opened(key)
    sent = [Sent({"full_name": "Zoe", "email": "zoe@acme.test"}, each) for each in (once, once, opened(key))]
    said: list[str] = []
    threads = [
        threading.Thread(target=lambda one=one: said.append(form_submissions.send("contact-us", one, SECRET)))
        for one in sent
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert said == ["taken"] * 3
    assert leads.search(SYSTEM, ALL).total == 1
    assert form_submissions.search(cast.olga).total == 2
