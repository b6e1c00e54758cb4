"""Web forms for visitors: no sign-in and no cookie, so nothing that another page could abuse."""

import json
from typing import Any, Final
from urllib.parse import parse_qs

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response

from crm_core.api import form_pages
from crm_core.api.doors import Door, bytes_of
from crm_core.api.form_pages import CONSENT, KEY, TRAP, Shown
from crm_core.api.replies import Reply, refusal, refused
from crm_core.kernel.errors import CrmError, Invalid, NotFound
from crm_core.kernel.work import Clock
from crm_core.sales import form_rules, form_submissions, web_forms
from crm_core.sales.form_submissions import TooMany
from crm_core.sales.lead_types import FormDetail, Sent

PREFIX: Final = "/forms"
LONGEST: Final = 100_000
# A page of somebody else may send JSON too: the answer holds nothing that belongs to anybody.
FOR_ALL: Final = {"access-control-allow-origin": "*"}
_ASKED_FIRST: Final = {
    **FOR_ALL,
    "access-control-allow-methods": "GET, POST",
    "access-control-allow-headers": "content-type",
    "access-control-max-age": "600",
}


async def show(request: Request) -> Response:
    """The form as a page; as JSON (fields, texts, key) for programs that ask for it."""
    wants_json = "application/json" in request.headers.get("accept", "")
    try:
        form = await run_in_threadpool(web_forms.public, _slug(request))
    except NotFound as error:
        return _missing(error, wants_json=wants_json)
    key = _new_key(request, form)
    if not wants_json:
        code = request.query_params.get(form_pages.CAME_BY, "")[: form_rules.LONGEST_CODE]
        return HTMLResponse(form_pages.form_page(form, key, Shown({form_pages.CAME_BY: code})))
    fields = [{"name": each.name, "label": each.label, "required": each.is_required} for each in form.fields]
    return Reply({"fields": fields, "texts": form.texts, "key": key}, headers=FOR_ALL)


async def take(request: Request) -> Response:
    """Take what a visitor sent, as a form or as JSON ``{"answers": {…}, "key": …, "consent": true}``."""
    media_type = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    is_json = media_type == "application/json"
    if not is_json and media_type != "application/x-www-form-urlencoded":
        return refusal(415, "WrongType", "Send a form, or JSON.", headers=FOR_ALL)
    try:
        form = await run_in_threadpool(web_forms.public, _slug(request))
        body = await _body(request)
        sent = _from_json(request, body) if is_json else _from_form(request, body)
    except NotFound as error:
        return _missing(error, wants_json=is_json)
    except Invalid as error:
        return refusal(error.http_status, error.code, error.message, headers=FOR_ALL)
    return await run_in_threadpool(_taken, request, form, sent, is_json=is_json)


async def allow(_request: Request) -> Response:
    """What browsers ask before a page of somebody else sends JSON."""
    return Response(status_code=204, headers=_ASKED_FIRST)


def _taken(request: Request, form: FormDetail, sent: Sent, *, is_json: bool) -> Response:
    try:
        form_submissions.send(form.slug, sent, _secret(request))
    except CrmError as error:
        if is_json:
            answer = refused(error)
            answer.headers.update(FOR_ALL)
            return answer
        if isinstance(error, TooMany):
            return HTMLResponse(form_pages.plain_page(form.texts["title"], error.message), error.http_status)
        if isinstance(error, NotFound):
            return _missing(error, wants_json=False)
        shown = Shown(sent.answers, error.fields, error.message, sent.consent)
        # A key that was good stays good: what was typed too quickly by hand is not typed anew.
        page = form_pages.form_page(form, _good_key(request, form, sent.key), shown)
        return HTMLResponse(page, error.http_status)
    # Held or taken looks the same: a robot learns nothing.
    if is_json:
        return Reply({"thanks": form.texts["thanks"]}, 202, FOR_ALL)
    return HTMLResponse(form_pages.thanks_page(form))


def _missing(error: NotFound, *, wants_json: bool) -> Response:
    if wants_json:
        return refusal(404, error.code, error.message, headers=FOR_ALL)
    return HTMLResponse(form_pages.plain_page("Nothing here", error.message), 404)


def _from_form(request: Request, body: bytes) -> Sent:
    try:
        pairs = parse_qs(body.decode(), keep_blank_values=True, max_num_fields=100)
    except ValueError as error:
        raise Invalid("This is not a form.") from error
    found = {name: values[0] for name, values in pairs.items()}
    key, trap, consent = found.pop(KEY, ""), found.pop(TRAP, ""), found.pop(CONSENT, "")
    return Sent(found, key, bool(consent), trap, _address(request))


def _from_json(request: Request, body: bytes) -> Sent:
    try:
        found: Any = json.loads(body)
        answers = found["answers"]
        pairs = {str(name): value for name, value in answers.items()}
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        raise Invalid("Send a JSON object with “answers”, “key” and “consent”.") from error
    if not all(isinstance(value, str) for value in pairs.values()):
        raise Invalid("Every answer is a text.")
    key, trap = str(found.get("key") or ""), pairs.pop(TRAP, "")
    return Sent(pairs, key, found.get("consent") is True, trap, _address(request))


async def _body(request: Request) -> bytes:
    body = await bytes_of(request, LONGEST)
    if body is None:
        raise Invalid(f"The message is longer than {LONGEST:,} bytes.")
    return body


def _good_key(request: Request, form: FormDetail, key: str) -> str:
    known = form_rules.read_key(_secret(request), key, form.id)
    if known is None or Clock.now() - known.opened_at > form_rules.KEY_LASTS:
        return _new_key(request, form)
    return key


def _new_key(request: Request, form: FormDetail) -> str:
    return form_rules.new_key(_secret(request), form.id, Clock.now())


def _secret(request: Request) -> str:
    return str(request.state.settings.secret("forms"))


def _slug(request: Request) -> str:
    return str(request.path_params["slug"])


def _address(request: Request) -> str:
    return request.client.host if request.client else ""


DOORS = (
    Door("GET HEAD", f"{PREFIX}/{{slug}}", show),
    Door("POST", f"{PREFIX}/{{slug}}", take),
    Door("OPTIONS", f"{PREFIX}/{{slug}}", allow),
)
