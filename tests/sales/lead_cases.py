"""Leads, forms and visitors for the tests of leads."""

from datetime import timedelta
from typing import Any

from crm_core.kernel.access import Actor
from crm_core.kernel.work import Clock
from crm_core.people import contacts
from crm_core.sales import form_rules, form_submissions, web_forms
from crm_core.sales.lead_types import NewForm, Sent

SECRET = "a secret of the tests"
PATIENCE = timedelta(minutes=1)


def lead(who: Actor, name: str = "Berg", **values: Any) -> int:
    """A lead of this person."""
    return contacts.create(who, {"last_name": name, "lead_status": "new", **values})


def form(who: Actor, name: str = "Contact us", **values: Any) -> int:
    """An open form that asks for name, e-mail, company and a message; only the first two must be filled."""
    return web_forms.add(who, NewForm(name, form_rules.USUAL_FIELDS, **values))


def opened(form_id: int, ago: timedelta = PATIENCE) -> str:
    """The key of a form that a visitor opened a while ago."""
    return form_rules.new_key(SECRET, form_id, Clock.now() - ago)


def send(form_id: int, slug: str = "contact-us", **changed: Any) -> str:
    """What a decent visitor sends; returns the verdict."""
    answers = {"full_name": "Zoe Zimmer", "email": "zoe@acme.test", "message": "Please call me."}
    answers |= changed.pop("answers", {})
    sent = Sent(answers, changed.pop("key", None) or opened(form_id), **changed)
    return form_submissions.send(slug, sent, SECRET)
