"""Web forms and what visitors sent by them."""

from collections.abc import Collection
from datetime import datetime
from typing import Any

from sqlalchemy import Select, func, select

from db.models import Contact, ContactPoint, FormSubmission, WebForm
from db.queries import Rows


def all_of_them() -> Rows:
    """Every form, by name."""
    return select(WebForm).order_by(func.lower(WebForm.name), WebForm.id)


def by_slug(slug: str) -> Rows:
    """The form of an address."""
    return select(WebForm).where(WebForm.slug == slug)


def locked(form_id: int) -> Rows:
    """A form, for one message at a time: two at once must not make two contacts of one person."""
    return select(WebForm.id).where(WebForm.id == form_id).with_for_update()


def counts(form_ids: Collection[int]) -> Rows:
    """How many messages of each form were taken, are held and were refused."""
    statement = select(FormSubmission.form_id, FormSubmission.verdict, func.count())
    chosen = statement.where(FormSubmission.form_id.in_(form_ids))
    return chosen.group_by(FormSubmission.form_id, FormSubmission.verdict)


def of_cause(cause: str) -> Rows:
    """The message that was sent with a key, if there is one."""
    return select(FormSubmission).where(FormSubmission.cause == cause)


def lately(form_id: int, digest: str, since: datetime) -> Rows:
    """How often an address sent a form since then."""
    statement = select(func.count()).select_from(FormSubmission)
    return statement.where(
        FormSubmission.form_id == form_id,
        FormSubmission.submitted_at >= since,
        FormSubmission.address_digest == digest,
    )


def submissions(form_id: int | None, verdict: str) -> Select[Any]:
    """What visitors sent, the latest first, with the name of the form."""
    statement: Any = select(FormSubmission, WebForm.name).join(WebForm, WebForm.id == FormSubmission.form_id)
    if form_id is not None:
        statement = statement.where(FormSubmission.form_id == form_id)
    if verdict:
        statement = statement.where(FormSubmission.verdict == verdict)
    ordered: Select[Any] = statement.order_by(FormSubmission.submitted_at.desc(), FormSubmission.id.desc())
    return ordered


def held(submission_id: int) -> Rows:
    """One message, for one decision at a time, as it is now."""
    statement = select(FormSubmission).where(FormSubmission.id == submission_id).with_for_update()
    return statement.execution_options(populate_existing=True)


def contact_by_email(email: str) -> Rows:
    """The oldest contact with this main address."""
    return select(Contact).where(Contact.email == email).order_by(Contact.id).limit(1)


def contact_by_further_email(key: str) -> Rows:
    """The oldest contact with this address among its further ones."""
    statement = select(Contact).join(ContactPoint, ContactPoint.contact_id == Contact.id)
    mine = statement.where(ContactPoint.kind == "email", ContactPoint.value_key == key)
    return mine.order_by(Contact.id).limit(1)
