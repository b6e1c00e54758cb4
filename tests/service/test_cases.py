"""Cases: opened, answered, waited for, solved, taken up again, merged, and found."""

import pytest
from sqlalchemy import select

from crm_core.activity import history
from crm_core.kernel.access import SYSTEM
from crm_core.kernel.errors import Conflict, Invalid, NotFound
from crm_core.kernel.paging import Paging
from crm_core.kernel.work import Clock, begin
from crm_core.service import case_batches, case_lists, case_merging, case_messages, cases, sla
from crm_core.service.case_types import CaseQuery, NewCase, NewMessage
from crm_core.service.sla_types import ServiceSettings
from crm_core.team import notices
from db.models import CaseMessage, Mail
from tests.conftest import at
from tests.people import MONDAY, Cast
from tests.service.serving import HOUR, a_case, a_customer, happened, later, stored


@pytest.fixture
def _mail_server(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CRM_SMTP_URL", "smtp://mail.test")
    monkeypatch.setenv("CRM_MAIL_FROM", "help@rapport.test")


def test_a_case_goes_from_the_first_word_to_the_solution(
    cast: Cast, clock: type[Clock], monkeypatch: pytest.MonkeyPatch
) -> None:
    zoe = a_customer(cast.ann)
    case_id = a_case(cast.sue, zoe, body="It leaks at the handle.", channel="phone", tags=("Pot", "pot "))
    opened = cases.get(cast.ann, case_id)

    assert (opened.row.status, opened.row.is_unanswered, opened.tags) == ("new", True, ("pot",))
    assert opened.row.number == case_id + 1000
    assert opened.row.due_at == MONDAY + 8 * HOUR  # a working day to answer
    assert [one.body for one in opened.messages] == ["It leaks at the handle."]

    monkeypatch.setattr(clock, "now", at(later(1)))
    cases.take(cast.sue, case_id)
    case_messages.note(cast.sue, case_id, "Third one this month.")
    case_messages.answer(cast.sue, case_id, NewMessage("Please send a picture.", then="waiting"))
    waiting = cases.get(cast.sue, case_id)
    assert (waiting.row.status, waiting.is_paused, waiting.row.due_at) == ("waiting", True, None)
    assert (waiting.response_seconds, waiting.is_response_in_time) == (3600, True)

    monkeypatch.setattr(clock, "now", at(later(3)))
    case_messages.receive(cast.sue, case_id, "Here it is.")
    again = cases.get(cast.sue, case_id).row
    assert (again.status, again.is_unanswered) == ("open", True)
    assert again.resolution_due_at == later(7 * 24 + 2)  # five working days, and the two hours of waiting

    monkeypatch.setattr(clock, "now", at(later(4)))
    case_messages.answer(cast.sue, case_id, NewMessage("A new one is on its way.", then="solved"))
    solved = cases.get(cast.sue, case_id)
    assert (solved.row.status, solved.row.solved_at) == ("solved", later(4))
    assert (solved.resolution_seconds, solved.is_resolution_in_time) == (2 * 3600, True)
    assert [one.direction for one in solved.messages] == ["in", "", "out", "in", "out"]
    assert [len(happened(f"case.{one}")) for one in ("opened", "assigned", "waiting", "solved")] == [1] * 4
    told = [entry.sentence for entry in history.of_contact(cast.ann, zoe, Paging()).items]
    assert f"solved case C-{solved.row.number} “The pot leaks”" in told


def test_what_cannot_be_is_refused_field_by_field(cast: Cast) -> None:
    zoe = a_customer(cast.ann)
    with pytest.raises(Invalid) as caught:
        cases.open(cast.sue, NewCase(zoe, " ", kind="gossip", priority="now", channel="pigeon"))
    assert set(caught.value.fields) == {"subject", "kind", "priority", "channel"}

    case_id = a_case(cast.sue, zoe)
    with pytest.raises(Invalid, match="Some fields are not known"):
        cases.change(cast.sue, case_id, {"status": "solved"}, version=None)
    with pytest.raises(Invalid) as caught:
        case_messages.answer(cast.sue, case_id, NewMessage("", then="later"))
    assert set(caught.value.fields) == {"body", "then"}
    with pytest.raises(Invalid):
        case_lists.search(cast.sue, CaseQuery(statuses=("odd",)))
    with pytest.raises(NotFound):
        cases.get(cast.bob, case_id)
    assert cases.open(SYSTEM, NewCase(zoe, "Once", cause="feedback:1")) == cases.open(
        SYSTEM, NewCase(zoe, "Twice", cause="feedback:1")
    )


def test_a_step_that_is_not_open_says_how_to_go_on(cast: Cast) -> None:
    zoe = a_customer(cast.ann)
    case_id = a_case(cast.sue, zoe)
    version = cases.get(cast.sue, case_id).row.version
    cases.change(cast.sue, case_id, {"priority": "urgent"}, version=version)
    with pytest.raises(Conflict, match="Someone else changed"):
        cases.solve(cast.sue, case_id, version=version)

    cases.solve(cast.sue, case_id)
    for refused in (cases.solve, cases.wait):
        with pytest.raises(Conflict, match="is solved"):
            refused(cast.sue, case_id)
    cases.reopen(cast.sue, case_id)
    reopened = cases.get(cast.sue, case_id).row
    assert (reopened.status, reopened.solved_at, reopened.reopened_count) == ("open", None, 1)
    cases.close(cast.sue, case_id)
    with pytest.raises(Conflict, match="is closed"):
        case_messages.receive(cast.sue, case_id, "Hello?")
    cases.delete(cast.sue, case_id)
    with pytest.raises(NotFound):
        cases.get(cast.sue, case_id)
    cases.restore(cast.sue, case_id)
    assert cases.get(cast.sue, case_id).row.status == "closed"


def test_a_case_goes_to_who_sees_the_customer_and_has_the_fewest(cast: Cast) -> None:
    zoe = a_customer(cast.ann)
    first, second = a_case(cast.sue, zoe), a_case(cast.sue, zoe)

    assert {name for _, name in case_lists.choices(cast.sue, first)} == {
        cast.ann.name, cast.mia.name, cast.olga.name, cast.sue.name,
    }  # fmt: skip
    with pytest.raises(Invalid, match="not given away"):
        cases.assign(cast.sue, first, cast.bob.id)
    cases.assign(cast.sue, first, cast.olga.id)
    assert cases.assign_by_load(cast.mia, second) == cast.sue.id
    assert [row.text for row in notices.mine(cast.olga)] == [
        f"Sue Stone gave you case C-{first + 1000}: The pot leaks"
    ]
    cases.assign(cast.sue, first, None)
    assert cases.get(cast.sue, first).row.owner_name == ""


@pytest.mark.usefixtures("_mail_server")
def test_answers_by_mail_are_threaded_and_carry_the_number(cast: Cast) -> None:
    zoe = a_customer(cast.ann)
    sla.change(cast.mia, ServiceSettings(address="Help@Rapport.test"))
    case_id = a_case(cast.sue, zoe)
    for words in ("First", "Second"):
        case_messages.answer(cast.sue, case_id, NewMessage(words, by_mail=True))

    with begin(SYSTEM, write=False) as work:
        first, second = (work.get(Mail, key) for key in sorted(_mails(case_id)))
        assert second.subject == f"[C-{case_id + 1000}] The pot leaks"
        assert (second.to_address, second.contact_id) == ("zoe@example.org", zoe)
        assert second.headers == {
            "In-Reply-To": first.message_id, "References": first.message_id, "Reply-To": "help@rapport.test",
        }  # fmt: skip
    assert [one.mail_state for one in cases.get(cast.sue, case_id).messages] == ["pending", "pending"]


def _mails(case_id: int) -> list[int]:
    with begin(SYSTEM, write=False) as work:
        return work.scalars(select(CaseMessage.mail_id).where(CaseMessage.case_id == case_id))


def test_lists_filter_count_and_sort_in_the_database(
    cast: Cast, clock: type[Clock], monkeypatch: pytest.MonkeyPatch
) -> None:
    zoe, yan = a_customer(cast.ann), a_customer(cast.bob, "Yan", "yan@example.org")
    late = a_case(cast.sue, zoe, subject="100 % broken", priority="urgent", body="Help!", tags=("über",))
    calm = a_case(cast.sue, yan, subject="A question", kind="question", priority="low", direction="")
    done = a_case(cast.sue, zoe, subject="An old one")
    cases.take(cast.sue, calm)
    cases.solve(cast.sue, done)
    monkeypatch.setattr(clock, "now", at(later(2)))

    def found(**query: object) -> list[int]:
        return [row.id for row in case_lists.search(cast.sue, CaseQuery(**query))]  # type: ignore[arg-type]

    assert found() == [late, calm]
    assert sorted(found(statuses=())) == [late, calm, done]
    assert found(tab="overdue") == found(tab="unanswered") == found(tab="unassigned") == [late]
    assert found(tab="mine") == found(kinds=("question",)) == found(priorities=("low",)) == [calm]
    assert found(text="100 %") == found(text=f"c-{late + 1000}") == found(tag="Über") == [late]
    assert found(text="yan") == found(owner_ids=(cast.sue.id,)) == found(contact_id=yan) == [calm]
    counted = case_lists.counts(cast.sue)
    assert vars(counted) == {"all": 2, "mine": 1, "unassigned": 1, "overdue": 1, "unanswered": 1}
    assert [row.id for row in case_lists.of_contact(cast.ann, zoe)] == [done, late]
    assert case_lists.counts(cast.bob).all == 1


def test_many_are_given_away_and_solved_at_once_and_put_back(cast: Cast) -> None:
    zoe, yan = a_customer(cast.ann), a_customer(cast.bob, "Yan", "yan@example.org")
    mine, other = a_case(cast.sue, zoe), a_case(cast.sue, yan)

    given = case_batches.assign(cast.sue, [mine, other], cast.ann.id)
    assert (given.count, given.kept) == (1, 1)
    solved = case_batches.solve(cast.sue, [mine, other])
    assert solved.count == 2
    cases.reopen(cast.sue, other)
    back = case_batches.put_back(cast.sue, solved.before)
    assert (back.count, back.kept) == (1, 1)
    row = stored(mine)
    assert (row.status, row.solved_at, row.first_response_at, row.reopened_count) == ("new", None, None, 0)
    assert row.is_unanswered


def test_two_cases_of_a_customer_become_one(cast: Cast) -> None:
    zoe, yan = a_customer(cast.ann), a_customer(cast.bob, "Yan", "yan@example.org")
    keep, drop = a_case(cast.sue, zoe, body="One"), a_case(cast.sue, zoe, body="Two", tags=("pot",))

    with pytest.raises(Conflict, match="different customers"):
        case_merging.merge(cast.sue, keep, a_case(cast.sue, yan))
    case_merging.merge(cast.sue, keep, drop)

    kept, dropped = cases.get(cast.sue, keep), cases.get(cast.sue, drop)
    assert {one.body for one in kept.messages} == {"One", "Two"}
    assert (kept.tags, dropped.row.status, dropped.merged_into) == (("pot",), "closed", keep)
    with pytest.raises(Conflict, match="was merged"):
        cases.reopen(cast.sue, drop)
