"""Mails of customers: each is taken in once, goes on with its case, or opens one."""

import pytest
from sqlalchemy import func, select

from crm_core.data import merging
from crm_core.kernel.access import SYSTEM
from crm_core.kernel.work import Clock, begin
from crm_core.marketing import answers
from crm_core.people import contacts
from crm_core.service import case_lists, case_merging, case_messages, cases, sla
from crm_core.service.case_types import CaseQuery, NewMessage
from crm_core.service.sla_types import ServiceSettings
from crm_core.team import notices
from db.models import Mail
from tests.people import Cast
from tests.service.serving import a_case, a_customer, happened, stored

MAIL = """From: {sender}
To: Help <Help@Rapport.test>
Message-ID: <{name}@x.test>
Subject: {subject}
{more}
{words}
"""


def mail(
    name: str, sender: str = "zoe@example.org", subject: str = "Leak", words: str = "Hi", more: str = ""
) -> bytes:
    header = f"{more}\n" if more else ""
    return MAIL.format(sender=sender, name=name, subject=subject, words=words, more=header).encode()


@pytest.fixture
def _service(cast: Cast, clock: type[Clock], monkeypatch: pytest.MonkeyPatch) -> None:
    assert clock
    monkeypatch.setenv("CRM_SMTP_URL", "smtp://mail.test")
    monkeypatch.setenv("CRM_MAIL_FROM", "crm@rapport.test")
    sla.change(cast.mia, ServiceSettings(address="help@rapport.test"))


@pytest.mark.usefixtures("_service")
def test_a_mail_opens_a_case_once_and_answers_go_on_with_it(cast: Cast) -> None:
    zoe = a_customer(cast.ann)
    for _ in range(2):
        answers.take_in(SYSTEM, mail("first"))
    [row] = case_lists.search(cast.sue)
    assert (row.contact_id, row.subject, row.channel, row.is_unanswered) == (zoe, "Leak", "mail", True)

    case_messages.answer(cast.sue, row.id, NewMessage("Which pot?", by_mail=True, then="solved"))
    cases.take(cast.sue, row.id)
    with begin(SYSTEM, write=False) as work:
        ours = work.get(Mail, work.scalar(select(func.max(Mail.id))))
        named, threaded = ours.message_id, ours.headers["In-Reply-To"]
    assert threaded == "<first@x.test>"
    answers.take_in(SYSTEM, mail("second", words="The green one.", more=f"In-Reply-To: {named}"))
    answers.take_in(SYSTEM, mail("third", subject=f"Re: [C-{row.number}] Leak", words="And the lid."))
    again = cases.get(cast.sue, row.id)
    assert (again.row.status, again.row.reopened_count) == ("open", 1)
    assert [one.body for one in again.messages] == ["Hi", "Which pot?", "The green one.", "And the lid."]
    assert case_lists.search(cast.sue, CaseQuery(statuses=())).total == 1
    assert f"The customer wrote in case C-{row.number}: Leak" in [one.text for one in notices.mine(cast.sue)]

    cases.close(cast.sue, row.id)
    answers.take_in(SYSTEM, mail("fourth", subject=f"[C-{row.number}] Leak", words="Still leaks."))
    assert [one.status for one in case_lists.of_contact(cast.sue, zoe)] == ["new", "closed"]


@pytest.mark.usefixtures("_service")
def test_a_stranger_becomes_a_contact_and_a_machine_does_not(cast: Cast) -> None:
    for number, more in enumerate(
        ("Auto-Submitted: auto-replied", "Precedence: bulk", "Precedence: list", "List-Id: <news.x.test>")
    ):
        answers.take_in(SYSTEM, mail(f"auto{number}", "robot@x.test", more=more))
    answers.take_in(SYSTEM, mail("own", "help@rapport.test"))
    answers.take_in(SYSTEM, mail("bounce", "MAILER-DAEMON@x.test", "Undelivered Mail Returned to Sender"))
    assert case_lists.counts(cast.sue).all == 0

    answers.take_in(SYSTEM, mail("hello", "Yan Oak <yan@x.test>"))
    answers.take_in(SYSTEM, mail("again", "yan@x.test"))
    rows = case_lists.search(cast.sue).items
    assert len({row.contact_id for row in rows}) == 1
    assert len(rows) == 2
    yan = contacts.get(cast.sue, rows[0].contact_id)
    assert (yan.name, yan["email"], yan["source"]) == ("Yan Oak", "yan@x.test", "mail")


@pytest.mark.usefixtures("_service")
def test_nobody_writes_into_the_case_of_somebody_else(cast: Cast) -> None:
    a_customer(cast.bob, "Yan", "yan@x.test")
    case_id = a_case(cast.sue, a_customer(cast.ann))

    answers.take_in(SYSTEM, mail("guess", "yan@x.test", subject=f"[C-{case_id + 1000}] Give me all"))

    assert cases.get(cast.sue, case_id).messages == ()
    assert case_lists.search(cast.sue).total == 2


@pytest.mark.usefixtures("_service")
def test_mail_to_merged_cases_goes_on_where_they_went(cast: Cast) -> None:
    zoe = a_customer(cast.ann)
    first, second, last = (a_case(cast.sue, zoe) for _ in range(3))
    case_merging.merge(cast.sue, second, first)
    case_merging.merge(cast.sue, last, second)
    subject = f"Re: [C-{stored(first).number}] Leak"

    answers.take_in(SYSTEM, mail("late", subject=subject))
    assert [one.body for one in cases.get(cast.sue, last).messages] == ["Hi"]

    cases.delete(cast.sue, last)
    answers.take_in(SYSTEM, mail("later", subject=subject))
    assert [row.subject for row in case_lists.search(cast.sue)] == [subject]


@pytest.mark.usefixtures("_service")
def test_who_lost_the_customer_loses_the_case_and_hears_nothing(cast: Cast) -> None:
    zoe = a_customer(cast.ann)
    case_id = a_case(cast.ann, zoe, owner_id=cast.ann.id)
    contacts.assign(cast.olga, [zoe], cast.bob.id)

    answers.take_in(SYSTEM, mail("after", subject=f"[C-{stored(case_id).number}] Secret"))

    assert notices.mine(cast.ann).total == 0
    assert [row.id for row in case_lists.search(cast.bob, CaseQuery(tab="unassigned"))] == [case_id]


@pytest.mark.usefixtures("_service")
def test_cases_follow_a_merge_of_customers_and_its_undoing(cast: Cast) -> None:
    zoe, twin = a_customer(cast.ann), a_customer(cast.ann, "Zoey", "zoey@example.org")
    case_id = a_case(cast.sue, twin, body="Help")
    merge_id = merging.merge(cast.olga, "contacts", zoe, twin)

    assert cases.get(cast.sue, case_id).row.contact_id == zoe
    answers.take_in(SYSTEM, mail("late", subject=f"[C-{case_id + 1000}] Re"))
    assert len(cases.get(cast.sue, case_id).messages) == 2
    merging.unmerge(cast.olga, merge_id)
    assert cases.get(cast.sue, case_id).row.contact_id == twin
    assert len(happened("case.opened")) == 1
