"""What visitors send: taken once, checked, held where it looks like a robot, and made into a lead."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any, ClassVar, Final

from crm_core.activity import interactions
from crm_core.activity.types import NewInteraction
from crm_core.kernel.access import Actor, Permission, Role
from crm_core.kernel.errors import Conflict, CrmError, Invalid, NotFound
from crm_core.kernel.paging import Page, Paging
from crm_core.kernel.values.text import clean
from crm_core.kernel.work import Work, use_case
from crm_core.people import consents, contact_records, contacts, points
from crm_core.people.consents import Proof
from crm_core.people.context import of_contacts
from crm_core.people.validation import read_contact
from crm_core.sales import form_rules, web_forms
from crm_core.sales.form_rules import MESSAGE
from crm_core.sales.lead_rules import UNQUALIFIED
from crm_core.sales.lead_types import Sent, SubmissionRow
from db.models import Contact, FormSubmission, WebForm
from db.queries import web_forms as sql
from db.scope import EVERYONE

TAKEN, HELD, REFUSED = "taken", "held", "refused"
REFERRAL: Final = "referral"
VISITOR: Final = Actor(None, "Web form", Role.ADMIN, frozenset(Permission), EVERYONE)
_HOUR: Final = timedelta(hours=1)
_CUSTOMERS: Final = ("customer", "advocate")


class TooMany(CrmError):
    """One address sends more than people do."""

    http_status: ClassVar[int] = 429


def send(slug: str, sent: Sent, secret: str) -> str:
    """Take what a visitor sent, once; returns the verdict, which is none of the visitor's business.

    Args:
        slug: the address of the form.
        sent: what was sent.
        secret: what keys and addresses are signed with.

    Raises:
        NotFound: no such form, or it is closed. TooMany: from this address, within the hour.
        Invalid: with a hint for each field; or the form was open for too long.
    """
    try:
        return _send(VISITOR, slug, sent, secret)
    except Conflict:
        # The same message may have come in at the same moment: then it is there now.
        return _send(VISITOR, slug, sent, secret)


@use_case(Permission.LEADS_MANAGE, read=True)
def search(
    work: Work,
    form_id: int | None = None,
    verdict: str = "",
    paging: Paging = Paging(),  # noqa: B008 - frozen
) -> Page[SubmissionRow]:
    """What visitors sent, the latest first; of one form, and of one verdict (taken, held, refused)."""
    return work.page(sql.submissions(form_id, verdict), paging, _row)


@use_case(Permission.LEADS_MANAGE)
def release(work: Work, submission_id: int) -> int:
    """Take a held message after all; returns the number of its contact.

    Raises:
        Conflict: somebody decided already. Invalid: the answers make no contact.
    """
    row = _held(work, submission_id)
    form = work.get(WebForm, row.form_id)
    who, scope = work.actor, work.actor.scope
    row.contact_id = _take(work.as_system(), form, row.answers)
    work.session.info["scope"] = scope
    row.verdict = TAKEN
    work.record("submission.released", row, form=form.name, by=who.name)
    return row.contact_id


@use_case(Permission.LEADS_MANAGE)
def refuse(work: Work, submission_id: int) -> None:
    """Put a held message aside for good; it stays to be read.

    Raises:
        Conflict: somebody decided already.
    """
    row = _held(work, submission_id)
    row.verdict = REFUSED
    work.record("submission.refused", row, form=work.get(WebForm, row.form_id).name)


@use_case(Permission.SYSTEM_OPERATE)
def _send(work: Work, slug: str, sent: Sent, secret: str) -> str:
    """Everything about one message in one transaction."""
    form = web_forms.open_form(work, slug)
    key = form_rules.read_key(secret, sent.key, form.id)
    if key is None or work.now - key.opened_at > form_rules.KEY_LASTS:
        raise Invalid("This form was open for too long. Look at your answers and send it once more.")
    work.scalar(sql.locked(form.id))
    known: FormSubmission | None = work.scalar(sql.of_cause(key.nonce))
    if known is not None:
        return known.verdict
    answers = _answers(work, form, sent)
    digest = form_rules.digest(secret, sent.address)
    lately = int(work.scalar(sql.lately(form.id, digest, work.now - _HOUR)) or 0) if digest else 0
    if lately >= form_rules.MOST_AN_HOUR:
        raise TooMany("Too many messages came from your network. Try again in an hour, or call us.")
    reason = form_rules.suspicion(answers, trap=sent.trap, taken=work.now - key.opened_at, lately=lately)
    row = FormSubmission(
        form_id=form.id, cause=key.nonce, answers=answers, verdict=HELD if reason else TAKEN,
        reason=reason[:200], address_digest=digest, submitted_at=work.now,
    )  # fmt: skip
    work.add(row)
    work.flush()
    if not reason:
        row.contact_id = _take(work, form, answers)
    return row.verdict


def _answers(work: Work, form: WebForm, sent: Sent) -> dict[str, Any]:
    """What was written into the fields of this form and no others, provided that it makes a contact.

    Raises:
        Invalid: with a hint for each field.
    """
    asked = web_forms.fields_of(form)
    answers = {field.name: clean(sent.answers.get(field.name, "")) for field in asked}
    answers = {name: text for name, text in answers.items() if text}
    wrong = form_rules.problems(asked, answers)
    if not wrong:
        checked = read_contact(_values(answers), of_contacts(work))
        wrong = {problem.field: problem.message for problem in checked.problems if problem.kept is None}
        if not any(checked.values.get(name) for name in ("email", "phone", "mobile")) and not wrong:
            wrong = {asked[0].name: "Tell us how we can reach you: by e-mail or phone."}
    if wrong:
        raise Invalid("Please correct the marked fields.", fields=wrong)
    consent = form.texts.get("consent", "")
    code = clean(sent.answers.get("ref", ""))[: form_rules.LONGEST_CODE]
    agreed = {"consent": consent} if consent and sent.consent else {}
    return answers | agreed | ({REFERRAL: code} if code else {})


def _values(answers: Mapping[str, str]) -> dict[str, str]:
    return {name: text for name, text in answers.items() if name not in (MESSAGE, "consent", REFERRAL)}


def _take(work: Work, form: WebForm, answers: Mapping[str, str]) -> int:
    """Make a lead of a message, or add it to the contact that has its e-mail address."""
    values = _values(answers)
    typed = read_contact(values, of_contacts(work)).accepted()
    known = _known(work, typed.get("email") or "")
    if known is None:
        new = {**values, "lead_status": "new", "lifecycle": "lead", "source": form.source}
        contact_id = contacts.create(work, {**new, "tags": list(form.tags)}, even_if_duplicate=True)
    else:
        contact_id = known.id
        _complete(work, known, values, form)
    contact = work.get(Contact, contact_id)
    labels = {field.name: field.label for field in web_forms.fields_of(form)}
    labels |= {"consent": "Agreed to", REFERRAL: "Recommended with the code"}
    lines = [f"{labels.get(name, name)}: {text}" for name, text in answers.items()]
    _agree(work, contact, form, answers.get("consent", ""), lines)
    note = NewInteraction(
        "note", contact_id, subject=f"Form “{form.name}”", body="\n".join(lines), direction="in"
    )
    interactions.log(work, note)
    facts = {"referral": answers[REFERRAL]} if REFERRAL in answers else {}
    work.record("form.submitted", contact, form=form.name, form_id=form.id, is_new=known is None, **facts)
    return contact_id


def _complete(work: Work, known: Contact, values: Mapping[str, str], form: WebForm) -> None:
    """Fill blanks of a known contact; nothing that stands there is replaced by what a visitor claims."""
    stored = contact_records.values(work, known)
    blanks = {name: text for name, text in values.items() if not stored.get(name) and name != "full_name"}
    if not (known.first_name or known.last_name) and "full_name" in values:
        blanks["full_name"] = values["full_name"]
    if known.lifecycle not in _CUSTOMERS and known.lead_status in ("", UNQUALIFIED):
        blanks["lead_status"] = "new"
    wanted: dict[str, Any] = dict(blanks)
    if new_tags := [tag for tag in form.tags if tag not in stored["tags"]]:
        wanted["tags"] = [*stored["tags"], *new_tags]
    contacts.change(work, known.id, wanted, version=None)


def _agree(work: Work, contact: Contact, form: WebForm, consent: str, lines: list[str]) -> None:
    """Record a ticked box with its words; who opted out is not opted in by whoever knows the address."""
    if not consent:
        return
    if contact.email_opt == "out":
        lines.append("This contact opted out before: ask before you write.")
        return
    source = f"Form “{form.name}”: {consent}"[:200]
    consents.opt_in(work, contact.id, Proof(source))


def _known(work: Work, email: str) -> Contact | None:
    if not email:
        return None
    found: Contact | None = work.scalar(sql.contact_by_email(email))
    return found or work.scalar(sql.contact_by_further_email(points.key("email", email)))


def _held(work: Work, submission_id: int) -> FormSubmission:
    row: FormSubmission | None = work.scalar(sql.held(submission_id))
    if row is None:
        raise NotFound("This message does not exist.")
    if row.verdict != HELD:
        raise Conflict(f"This message was {row.verdict} already.")
    return row


def _row(**columns: Any) -> SubmissionRow:
    row: FormSubmission = columns["FormSubmission"]
    return SubmissionRow(
        row.id, row.form_id, columns["name"], row.contact_id, row.answers, row.verdict, row.reason,
        row.submitted_at,
    )  # fmt: skip
