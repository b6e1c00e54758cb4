"""Mail of customers becomes part of a case, or a new one: what follows when a reply was logged."""

from collections.abc import Mapping, Sequence
from typing import Any

from crm_core.kernel.work import Work
from crm_core.service import case_messages, cases, rules
from crm_core.service.case_types import NewCase
from db.models import Activity, Case, Interaction
from db.queries import cases as sql

NO_SUBJECT = "Mail without a subject"


def follow(work: Work, logged: Activity) -> None:
    """Let a mail that came in go on with the case that it names; one to the service address opens a case.

    A mail names a case by a message of ours that it answers, or by the number in its subject where it comes
    from the customer of that case: numbers can be guessed, names of messages cannot.
    """
    mail: Mapping[str, Any] | None = logged.facts.get("mail")
    if not mail or logged.contact_id is None:
        return
    said = work.get(Interaction, logged.subject_id)
    case = _meant(work, said, mail.get("named", ()))
    if case is not None and rules.may("receive", case.status):
        case_messages.attach(work, case, said.id, message_id=str(mail["message_id"])[:200])
        case_messages.customer_spoke(work, case)
    elif case is not None or mail.get("is_for_service"):
        _open(work, said, str(mail["message_id"])[:200])


def _open(work: Work, said: Interaction, message_id: str) -> None:
    assert said.contact_id is not None  # noqa: S101 - mails are logged with the contact who wrote
    subject = said.subject[: rules.LONGEST_SUBJECT].strip() or NO_SUBJECT
    case_id = cases.open(work, NewCase(said.contact_id, subject, cause=f"mail:{said.id}"))
    case_messages.attach(work, work.get(Case, case_id), said.id, message_id=message_id)


def _meant(work: Work, said: Interaction, named: Sequence[str]) -> Case | None:
    """The case that a mail belongs to, if it is one of the same customer; of merged cases the one kept."""
    found: list[Case] = work.scalars(sql.with_mail(named)) if named else []
    number = rules.number_in(said.subject)
    if not found and number is not None:
        found = work.scalars(sql.by_number(number))
    for case in found:
        kept = case
        if case.merged_into_id is not None:
            kept = work.get(Case, case.merged_into_id, with_deleted=True)
        if kept.contact_id == said.contact_id and kept.deleted_at is None:
            return kept
    return None
