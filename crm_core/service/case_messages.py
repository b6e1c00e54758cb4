"""What is said in a case: answers to the customer, what the customer says, and notes among colleagues.

The words are touchpoints of the customer, so they stand in the timeline like all others; a case only points
at them.
"""

from datetime import datetime

from crm_core.activity import interactions
from crm_core.activity.types import NewInteraction
from crm_core.channels import mail_out, service_box
from crm_core.channels.types import NewMail
from crm_core.kernel.access import Permission
from crm_core.kernel.errors import Conflict, Invalid
from crm_core.kernel.work import Work, use_case
from crm_core.service import case_steps, rules, sla
from crm_core.service.case_types import NewMessage
from crm_core.service.sla_types import ServiceSettings
from crm_core.settings import Settings
from db.models import Case, CaseMessage, Contact, KnownAnswer, Mail
from db.queries import cases as sql

MOST_REFERENCES = 20


@use_case(Permission.CASES_EDIT)
def answer(work: Work, case_id: int, new: NewMessage, *, version: int | None = None) -> int:
    """Say something to the customer; returns the id of the message.

    By mail it is queued, with the number in its subject and threaded with what was written before.

    Raises:
        Invalid: nothing is said, or there is no address or no mail server to send it by.
        Conflict: the case is closed, or somebody else changed it since ``version``.
    """
    case = case_steps.held(work, case_id, version)
    rules.after("answer", case.status, case.number)
    how = sla.settings(work)
    _check(work, case, new)
    channel = "mail" if new.by_mail else new.channel or case.channel
    message = say(work, case, new.body, "out", channel=channel)
    if new.by_mail:
        _send(work, case, message, new.body)
    count_as_answer(work, case, how)
    if new.tags:
        case.tags = list(rules.tidy_tags([*case.tags, *new.tags]))
    if new.answer_id is not None:
        work.get(KnownAnswer, new.answer_id).used_count += 1
    if new.then == "waiting" and rules.may("wait", case.status):
        case_steps.step(work, case, "wait", how)
    elif new.then == "solved" and rules.may("solve", case.status):
        case_steps.step(work, case, "solve", how)
    return message.id


@use_case(Permission.CASES_EDIT)
def note(work: Work, case_id: int, body: str) -> int:
    """Write a note that colleagues see and the customer does not; returns the id of the message.

    Raises:
        Invalid: it is empty.
    """
    case = work.get(Case, case_id)
    return say(work, case, body, "").id


@use_case(Permission.CASES_EDIT)
def receive(work: Work, case_id: int, body: str, *, channel: str = "") -> int:
    """Write down what the customer said; a solved case is taken up again. Returns the id of the message.

    Raises:
        Invalid: it is empty, or the channel is not known.
        Conflict: the case is closed.
    """
    case = work.get(Case, case_id)
    if channel not in ("", *rules.CHANNELS):
        raise Invalid(
            "The message was not saved.", fields={"channel": f"Known are: {', '.join(rules.CHANNELS)}."}
        )
    rules.after("receive", case.status, case.number)
    message = say(work, case, body, "in", channel=channel or case.channel)
    customer_spoke(work, case)
    return message.id


def say(
    work: Work,
    case: Case,
    body: str,
    direction: str,
    *,
    channel: str = "",
    happened_at: datetime | None = None,
) -> CaseMessage:
    """Log a touchpoint that belongs to a case."""
    kind = rules.MESSAGE_KIND[channel or case.channel] if direction else "note"
    new = NewInteraction(
        kind=kind, contact_id=case.contact_id, subject=f"{rules.shown(case.number)}: {case.subject}",
        body=body, direction=direction, happened_at=happened_at,
    )  # fmt: skip
    return attach(work, case, interactions.log(work, new), at=happened_at)


def attach(
    work: Work, case: Case, interaction_id: int, *, message_id: str = "", at: datetime | None = None
) -> CaseMessage:
    """Let a touchpoint belong to a case."""
    message = work.add(
        CaseMessage(
            case_id=case.id, contact_id=case.contact_id, interaction_id=interaction_id, message_id=message_id
        )
    )
    case.last_message_at = max(case.last_message_at, at or work.now)
    work.flush()
    return message


def count_as_answer(work: Work, case: Case, how: ServiceSettings) -> None:
    """We spoke to the customer: the first answer is given, and a new case is in work."""
    sla.note_response(case, how, work.now)
    case.is_unanswered = False
    case_steps.step(work, case, "answer", how)


def customer_spoke(work: Work, case: Case) -> None:
    """The customer spoke: whoever looks after the case hears of it, and the clock runs again."""
    case_steps.step(work, case, "receive", sla.settings(work))
    case.is_unanswered = True
    owner_id = case_steps.keeper(work, case)
    if owner_id is not None and owner_id != work.actor.id:
        text = f"The customer wrote in case {rules.shown(case.number)}: {case.subject}"
        case_steps.tell(work, case, owner_id, text, f"case-said:{case.id}:{work.now.isoformat()}")


def _check(work: Work, case: Case, new: NewMessage) -> None:
    wrong: dict[str, str] = {}
    if not new.body.strip():
        wrong["body"] = "Write an answer."
    if new.channel not in ("", *rules.CHANNELS):
        wrong["channel"] = f"Known are: {', '.join(rules.CHANNELS)}."
    if new.then not in ("", "waiting", "solved"):
        wrong["then"] = "Choose waiting, solved, or leave it empty."
    if wrong:
        raise Invalid("The answer was not sent.", fields=wrong)
    if new.by_mail and not work.get(Contact, case.contact_id).email:
        raise Invalid("This customer has no e-mail address. Enter one, or answer in another way.")
    if new.by_mail and not mail_out.is_set_up(Settings.from_environment()):
        raise Conflict("There is no mail server yet. Set CRM_SMTP_URL and CRM_MAIL_FROM.")


def _send(work: Work, case: Case, message: CaseMessage, body: str) -> None:
    """Queue the mail, threaded by the names of the mails before it (RFC 5322, section 3.6.4)."""
    contact = work.get(Contact, case.contact_id)
    before = work.scalars(sql.mail_names(case.id))[-MOST_REFERENCES:]
    headers = {"In-Reply-To": before[-1], "References": " ".join(before)} if before else {}
    ours = service_box.address(work)
    mail_id = mail_out.write(
        work,
        NewMail(
            cause=f"case-message:{message.id}", to=contact.email or "",
            subject=rules.subject_of_mail(case.number, case.subject), text=body, purpose="case",
            headers={**headers, **({"Reply-To": ours} if ours else {})}, contact_id=contact.id,
        ),
    )  # fmt: skip
    assert mail_id is not None  # noqa: S101 - the cause is the message, which is new
    message.mail_id, message.message_id = mail_id, work.get(Mail, mail_id).message_id
