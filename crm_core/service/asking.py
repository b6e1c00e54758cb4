"""Asking customers: by mail or by a personal address, never twice for the same cause.

Whom one may write to is decided where it is for campaigns (``consent_gate``). Whoever wants no news, or said
that they do not want to be asked, gets no survey.
"""

from datetime import timedelta
from html import escape
from typing import Final

from crm_core.channels import mail_out
from crm_core.channels.types import NewMail
from crm_core.kernel.access import Permission
from crm_core.kernel.errors import Conflict, CrmError, Invalid, Unavailable
from crm_core.kernel.values.text import clean
from crm_core.kernel.work import Work, use_case
from crm_core.marketing import consent_gate
from crm_core.marketing.campaign_types import REASONS
from crm_core.people.consents import MARKETING
from crm_core.service import answering, surveys
from crm_core.service.feedback_types import About, Asked
from crm_core.service.survey_rules import SCALES
from crm_core.settings import Settings
from crm_core.team.company import company
from db.models import Activity, Case, Contact, FeedbackRequest, Order, Product, Survey
from db.queries import feedback as sql

PURPOSE: Final = "feedback"
"""What people say no to who do not want to be asked."""
CHANNELS: Final = ("mail", "link")
LONGEST_CAUSE: Final = 120


@use_case(Permission.FEEDBACK_ASK)
def ask(
    work: Work,
    contact_id: int,
    survey: str,
    *,
    channel: str = "mail",
    cause: str = "",
    about: About = About(),  # noqa: B008 - frozen
) -> Asked:
    """Ask a contact for an opinion: by mail, or (``link``) by an address that somebody copies and hands on.

    The same cause asks once: a second time returns the first request. By mail nobody is asked again within
    ``FeedbackPolicy.every_days``; a link is handed on by somebody who knows why.

    Args:
        survey: its name, or a kind for the usual one.
        cause: what this is about, as in ``case 12 solved``; by default the survey and the day.

    Raises:
        NotFound: no such contact or survey within reach. Conflict: asked lately, or may not be written to.
        Invalid: no such channel, or the cause is too long. Unavailable: nobody knows the public address.
    """
    contact = work.get(Contact, contact_id)
    _check(work, channel, cause, about)
    chosen = surveys.to_ask(work, survey)
    work.scalars(sql.lock_contact(contact.id))  # two who ask at once look one after the other
    day = work.now.date().isoformat()
    named = clean(cause) or f"{channel} {chosen.id} {contact.id} {day}"
    known: FeedbackRequest | None = work.scalar(sql.request_of_cause(named))
    if known is not None:
        return _again(work, known, contact)
    if channel == "mail":
        _may_write(work, contact)
    return _ask(work, contact, chosen, (channel, named), about)


def follow_case(work: Work, activity: Activity) -> None:
    """After a case was solved, ask how it was, if the company wants that."""
    case: Case = work.get(Case, activity.subject_id)
    kind, about = surveys.current(work).after_case, About(case_id=case.id, order_id=case.order_id)
    _by_itself(work, case.contact_id, kind, about, f"case {case.id} solved")


def follow_order(work: Work, activity: Activity) -> None:
    """After an order arrived, ask how it was, if the company wants that."""
    order = work.get(Order, activity.subject_id)
    kind = surveys.current(work).after_order
    _by_itself(work, order.contact_id, kind, About(order_id=order.id), f"order {order.id} delivered")


def _by_itself(work: Work, contact_id: int | None, kind: str, about: About, cause: str) -> None:
    """Nobody waits for the answer here: who may not be asked is not asked."""
    if not kind or contact_id is None:
        return
    try:
        ask(work, contact_id, kind, cause=cause, about=about)
    except CrmError:
        return  # opted out, no address, asked lately: no reason to keep the case from being solved


def _check(work: Work, channel: str, cause: str, about: About) -> None:
    if channel not in CHANNELS:
        raise Invalid("Please correct the marked fields.", fields={"channel": "Choose mail or link."})
    if len(cause) > LONGEST_CAUSE:
        hint = f"This is longer than {LONGEST_CAUSE} characters. Shorten it."
        raise Invalid("Please correct the marked fields.", fields={"cause": hint})
    for model, key in ((Case, about.case_id), (Order, about.order_id), (Product, about.product_id)):
        if key is not None:
            work.get(model, key)


def _may_write(work: Work, contact: Contact) -> None:
    for purpose in (PURPOSE, MARKETING):
        why = consent_gate.reason_against(work, contact.id, purpose)
        if why:
            raise Conflict(
                f"{contact.name} is not asked by mail: {REASONS.get(why, why)}. Hand on a link instead."
            )
    days = surveys.current(work).every_days
    last = work.scalar(sql.last_mailed(contact.id, work.now - timedelta(days=days)))
    if last is not None:
        raise Conflict(
            f"{contact.name} was asked on {last:%d %B %Y}, and is asked once in {days} days at most."
        )


def _ask(work: Work, contact: Contact, survey: Survey, way: tuple[str, str], about: About) -> Asked:
    channel, cause = way
    base = _public_url()
    row = work.add(
        FeedbackRequest(
            contact_id=contact.id, survey_id=survey.id, cause=cause, channel=channel, case_id=about.case_id,
            order_id=about.order_id, product_id=about.product_id, actor_id=work.actor.id, asked_at=work.now,
            expires_at=work.now + timedelta(days=surveys.current(work).valid_days),
        )
    )  # fmt: skip
    work.flush()
    url = f"{base}{answering.PATH}/{answering.token_of(row.id, survey.salt)}"
    if channel == "mail":
        mail_out.write(work, _mail(contact, survey, row.id, url))
    work.record("feedback.asked", row, survey=survey.name, kind=survey.kind, channel=channel)
    return Asked(row.id, url, is_new=True)


def _again(work: Work, row: FeedbackRequest, contact: Contact) -> Asked:
    if row.contact_id != contact.id:
        raise Conflict("Somebody else was asked for this cause. Give another cause.")
    token = answering.token_of(row.id, work.get(Survey, row.survey_id).salt)
    return Asked(row.id, f"{_public_url()}{answering.PATH}/{token}", is_new=False)


def _public_url() -> str:
    public_url = Settings.from_environment().public_url
    if not public_url:
        raise Unavailable("Customers cannot answer yet: set CRM_PUBLIC_URL to the address that they reach.")
    return public_url


def _mail(contact: Contact, survey: Survey, request_id: int, url: str) -> NewMail:
    scale, name = SCALES[survey.kind], company().name or "us"
    greeting = f"Dear {contact.first_name or contact.name}," if contact.name else "Hello,"
    low, high = scale.labels
    ends = f"{scale.low}: {low.lower()}, {scale.high}: {high.lower()}"
    stop = "If you do not want to be asked, say so on the same page."
    text = f"{greeting}\n\n{survey.question}\n({ends})\n\nAnswer here: {url}\n\n{stop}\n\n{name}\n"
    style = (
        "display:inline-block;min-width:40px;padding:10px 0;margin:3px;border:1px solid #8a8f98;"
        "border-radius:6px;text-align:center;text-decoration:none;color:#1f2328"
    )
    links = "".join(
        f'<a href="{escape(url)}?score={score}" style="{style}">{score}</a>' for score in scale.scores
    )
    html = (
        f'<div lang="{escape(survey.language)}" style="font:16px/1.5 sans-serif;max-width:520px">'
        f"<p>{escape(greeting)}</p><p><b>{escape(survey.question)}</b></p><p>{links}</p>"
        f"<p><small>{escape(ends)}</small></p><p>{escape(name)}</p>"
        f'<p><small><a href="{escape(url)}">Open the page to answer</a>. {stop}</small></p></div>'
    )
    return NewMail(
        cause=f"feedback:{request_id}", to=contact.email, subject=survey.question, text=text, html=html,
        purpose=PURPOSE, contact_id=contact.id,
        headers={"List-Unsubscribe": f"<{url}/stop>", "List-Unsubscribe-Post": "List-Unsubscribe=One-Click"},
    )  # fmt: skip
