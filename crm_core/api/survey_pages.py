"""The page where customers answer: opened from a message or a link, without sign-in, cookie or script."""

from html import escape
from typing import Final
from urllib.parse import parse_qs

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response

from crm_core.api.doors import Door, bytes_of, token_of
from crm_core.api.public_pages import broken_link, public_page
from crm_core.api.replies import refusal
from crm_core.kernel.errors import Invalid, NotFound
from crm_core.service import answering
from crm_core.service.feedback_types import REVIEW, AnswerPage
from crm_core.service.survey_rules import LONGEST_COMMENT, SCALES
from crm_core.team.company import company

LONGEST: Final = 60_000
_STYLE: Final = (
    "<style>.scale{display:grid;grid-template-columns:repeat(var(--wide),minmax(0,1fr));gap:.4rem;"
    "margin:1rem 0 .4rem}.scale button{padding:.8rem 0;min-height:3rem;background:none;color:var(--accent)}"
    ".scale.review{margin-bottom:1.5rem}.nps{--wide:11}.csat,.review{--wide:5}.ces{--wide:7}"
    "@media(max-width:30rem){.nps{--wide:6}.review{--wide:1}}"
    ".scale button[aria-pressed=true]{background:var(--accent);color:var(--on)}"
    ".ends{display:flex;justify-content:space-between;gap:1rem;margin:0 0 1.5rem}"
    "textarea{font:inherit;width:100%;min-height:7rem;padding:.6rem;border:1px solid var(--line);"
    "border-radius:.5rem;background:none;color:inherit}label{display:block;font-weight:600;margin:0 0 .4rem}"
    "button.plain{border:0;background:none;color:inherit;font-weight:400;font-size:.85rem;padding:.5rem 0;"
    "text-decoration:underline}</style>"
)


async def show(request: Request) -> Response:
    """The question; a look changes nothing, also when a number was tapped in the message."""
    try:
        page = await run_in_threadpool(answering.look, token_of(request))
    except NotFound as error:
        return _over(error)
    return _question(page, _tapped(page, request.query_params.get("score", "")), token_of(request))


async def answer(request: Request) -> Response:
    """Keep the answer, thank for it, and ask for the reason."""
    body = await bytes_of(request, LONGEST)
    if body is None:
        return refusal(413, "TooLong", "This is more than the form has.")
    try:
        sent = parse_qs(body.decode(), keep_blank_values=True, max_num_fields=20)
        score = int(sent.get("score", [""])[0])
    except ValueError:
        return refusal(422, "Invalid", "Choose one of the numbers.")
    comment = sent["comment"][0] if "comment" in sent else None
    try:
        page = await run_in_threadpool(answering.answer, token_of(request), score, comment)
    except NotFound as error:
        return _over(error)
    except Invalid as error:
        return refusal(422, "Invalid", " ".join(error.fields.values()) or error.message)
    return _thanks(page, is_done=comment is not None)


async def stop(request: Request) -> Response:
    """Never ask this customer by mail again: by the button of the page, or by a mail program (RFC 8058)."""
    try:
        await run_in_threadpool(answering.stop, token_of(request))
    except NotFound as error:
        return broken_link(error.message)
    return public_page("We will not ask you again", "<p>If this was a mistake, just write to us.</p>")


async def ask_to_stop(request: Request) -> Response:
    """A button to be asked no more; programs that open the address change nothing."""
    try:
        await run_in_threadpool(answering.look_to_stop, token_of(request))
    except NotFound as error:
        return broken_link(error.message)
    return public_page(
        "Shall we stop asking you?",
        "<p>You will get no more questions like this one by e-mail.</p>"
        '<form method="post"><button>Do not ask me again</button></form>',
    )


def _question(page: AnswerPage, tapped: int | None, token: str) -> Response:
    chosen = page.score if tapped is None else tapped
    scale = SCALES[page.kind]
    buttons = "".join(
        f'<button name="score" value="{score}" aria-label="{_spoken(page.kind, score)}"'
        f' aria-pressed="{"true" if score == chosen else "false"}">{_shown(page.kind, score)}</button>'
        for score in scale.scores
    )
    before = (
        f"<p>You answered {_spoken(page.kind, page.score)} before. Choose again to change it.</p>"
        if page.score is not None and tapped is None
        else ""
    )
    send = (
        f'<form method="post"><input type="hidden" name="score" value="{tapped}">'
        f'<div class="row"><button>Send {_spoken(page.kind, tapped)}</button></div></form>'
        "<p>Or choose another:</p>"
        if tapped is not None
        else ""
    )
    return _page(
        page.question,
        f'{_about(page)}{before}{send}<form method="post"><div class="scale {page.kind}" role="group" '
        f'aria-label="{escape(" to ".join(scale.labels))}">{buttons}</div></form>'
        f"{_ends(page.kind)}{_foot(token)}",
    )


def _thanks(page: AnswerPage, *, is_done: bool) -> Response:
    said = f'<p class="done" role="status">Your answer: {_spoken(page.kind, page.score or 0)}</p>'
    if is_done:
        return _page(page.thanks, f"{said}<p>You can close this page now.</p>")
    return _page(
        page.thanks,
        f'{said}<form method="post"><input type="hidden" name="score" value="{page.score}">'
        f'<label for="comment">{escape(page.comment_question)}</label>'
        f'<textarea id="comment" name="comment" maxlength="{LONGEST_COMMENT}">'
        f"{escape(page.comment)}</textarea>"
        '<div class="row"><button>Send</button></div></form><p><small>You need not write anything: '
        "your answer is kept already.</small></p>",
    )


def _page(title: str, inside: str) -> Response:
    return public_page(title, _STYLE + inside)


def _about(page: AnswerPage) -> str:
    return f"<p>About: {escape(page.about)}</p>" if page.about else ""


def _ends(kind: str) -> str:
    """What the two ends mean. The numbers stand with it, as on a phone the scale takes two rows."""
    if kind == REVIEW:
        return ""
    scale = SCALES[kind]
    low, high = (escape(label) for label in scale.labels)
    return f'<p class="ends"><small>{scale.low} = {low}</small><small>{scale.high} = {high}</small></p>'


def _foot(token: str) -> str:
    name = escape(company().name)
    asked = f"{name} asks you this." if name else ""
    return (
        f"<p><small>{asked} Your answer is seen by the people who look after you.</small></p>"
        f'<form method="post" action="{answering.PATH}/{escape(token)}/stop">'
        '<button class="plain">Do not ask me again</button></form>'
    )


def _tapped(page: AnswerPage, text: str) -> int | None:
    """The number that was tapped in the message, if the scale has it."""
    known = {str(score): score for score in SCALES[page.kind].scores}
    return known.get(text)


def _shown(kind: str, score: int) -> str:
    return "★" * score if kind == REVIEW else str(score)


def _spoken(kind: str, score: int) -> str:
    word = "star" if score == 1 else "stars"
    return f"{score} {word}" if kind == REVIEW else f"{score} of {SCALES[kind].high}"


def _over(error: NotFound) -> Response:
    if error.message == answering.EXPIRED:
        return public_page("The time to answer is over", f"<p>{escape(error.message)}</p>", status=410)
    return broken_link(error.message)


DOORS = (
    Door("GET HEAD", f"{answering.PATH}/{{token}}", show),
    Door("POST", f"{answering.PATH}/{{token}}", answer),
    Door("GET HEAD", f"{answering.PATH}/{{token}}/stop", ask_to_stop),
    Door("POST", f"{answering.PATH}/{{token}}/stop", stop),
)
