"""What customers say about us, from the shell."""

from dataclasses import asdict, replace
from typing import Any

import click

from crm_core.cli.shell import Shell, as_json, pass_shell, show, table
from crm_core.kernel.errors import Invalid, NotFound
from crm_core.kernel.paging import Paging
from crm_core.service import asking, reviews, sentiment, surveys
from crm_core.service import feedback as answers
from crm_core.service.feedback_types import About, FeedbackPolicy, NewFeedback, NewSurvey
from crm_core.service.survey_rules import KINDS

_LIMIT = 100


@click.group()
def feedback() -> None:
    """Ask customers for their opinion, write it down, and read it."""


@feedback.command("surveys")
@as_json
@pass_shell
def surveys_command(shell: Shell, is_json: bool) -> None:
    """All surveys, with how many were asked and answered."""
    rows = surveys.search(shell.actor())
    if is_json:
        show([asdict(one) | {"response_rate": one.response_rate} for one in rows])
        return
    table(
        ("survey", "kind", "asked", "answered"),
        [(one.name, one.kind, one.asked, one.answered) for one in rows],
    )


@feedback.command("add-survey")
@click.argument("name")
@click.argument("kind", type=click.Choice(KINDS))
@click.option("--question", default="", help="The usual one of its kind otherwise.")
@click.option("--thanks", default="")
@click.option("--language", default="en", show_default=True)
@pass_shell
def add_survey(shell: Shell, name: str, kind: str, question: str, thanks: str, language: str) -> None:
    """Add a survey."""
    new = NewSurvey(name, kind, question, thanks=thanks, language=language)
    click.echo(f"Survey {surveys.create(shell.actor(), new)} is added.")


@feedback.command("change-survey")
@click.argument("survey_id", type=int)
@click.option("--name", default=None)
@click.option("--question", default=None)
@click.option("--thanks", default=None)
@click.option("--on/--off", "is_active", default=None, help="Ask it again, or no more.")
@pass_shell
def change_survey(shell: Shell, /, survey_id: int, **wanted: Any) -> None:
    """Change the words of a survey, or stop asking it."""
    actor = shell.actor()
    known = next((one for one in surveys.search(actor) if one.id == survey_id), None)
    if known is None:
        raise NotFound(f"There is no survey {survey_id}.")
    old = NewSurvey(
        known.name, known.kind, known.question, known.comment_question, known.thanks, known.language,
        known.is_active,
    )  # fmt: skip
    new = replace(old, **{name: value for name, value in wanted.items() if value is not None})
    surveys.change(actor, survey_id, new, version=known.version)
    click.echo(f"Survey {survey_id} is changed.")


@feedback.command("ask")
@click.argument("contact_id", type=int)
@click.argument("survey")
@click.option("--link", is_flag=True, help="Print a personal address instead of sending a mail.")
@click.option("--cause", default="", help="What it is about; the same cause asks once.")
@click.option("--order", "order_id", type=int)
@click.option("--product", "product_id", type=int)
@click.option("--case", "case_id", type=int)
@as_json
@pass_shell
def ask(shell: Shell, /, contact_id: int, survey: str, link: bool, is_json: bool, **more: Any) -> None:
    """Ask a contact with a survey (its name, or nps, csat, ces, review)."""
    cause = more.pop("cause")
    channel = "link" if link else "mail"
    done = asking.ask(shell.actor(), contact_id, survey, channel=channel, cause=cause, about=About(**more))
    show(asdict(done)) if is_json else click.echo(done.url)


@feedback.command("note")
@click.argument("contact_id", type=int)
@click.argument("kind", type=click.Choice(KINDS))
@click.argument("score", type=int)
@click.option("--comment", default="")
@pass_shell
def note(shell: Shell, contact_id: int, kind: str, score: int, comment: str) -> None:
    """Write down what a customer said."""
    click.echo(
        f"Answer {answers.note(shell.actor(), NewFeedback(contact_id, kind, score, comment))} is kept."
    )


@feedback.command("list")
@click.option("--kind", "kinds", multiple=True, type=click.Choice(KINDS))
@click.option("--group", "groups", multiple=True, type=click.Choice(("good", "middle", "bad")))
@click.option("--contact", type=int, help="Only this contact.")
@click.option("--product", type=int, help="Only reviews of this product.")
@as_json
@pass_shell
def list_answers(shell: Shell, /, is_json: bool, **asked: Any) -> None:
    """Answers, the latest first."""
    actor, paging = shell.actor(), Paging(1, _LIMIT)
    if asked["contact"] is not None:
        page = answers.of_contact(actor, asked["contact"], paging)
    elif asked["product"] is not None:
        page = reviews.of_product(actor, asked["product"], paging)
    else:
        page = answers.search(actor, kinds=asked["kinds"], groups=asked["groups"], paging=paging)
    if is_json:
        show([asdict(one) for one in page])
        return
    rows = [(one.answered_at.date(), one.contact, one.kind, one.score, one.comment[:60]) for one in page]
    table(("day", "customer", "kind", "score", "comment"), rows)


@feedback.command("correct")
@click.argument("feedback_id", type=int)
@click.argument("score", type=int)
@click.argument("version", type=int)
@click.option("--comment", default="")
@pass_shell
def correct(shell: Shell, feedback_id: int, score: int, version: int, comment: str) -> None:
    """Correct an answer that was written down by hand; ``list --json`` tells its version."""
    answers.change(shell.actor(), feedback_id, score, comment, version=version)
    click.echo(f"Answer {feedback_id} is corrected.")


@feedback.command("stars")
@click.argument("product_id", type=int)
@pass_shell
def stars(shell: Shell, product_id: int) -> None:
    """How many reviews gave a product how many stars."""
    table(("stars", "reviews"), list(reviews.stars(shell.actor(), product_id).counts.items()))


@feedback.command("hide")
@click.argument("feedback_id", type=int)
@click.option("--back", is_flag=True, help="Bring it back instead.")
@pass_shell
def hide(shell: Shell, feedback_id: int, back: bool) -> None:
    """Hide an answer that was entered by mistake; numbers leave it out."""
    if back:
        answers.restore(shell.actor(), feedback_id)
    else:
        answers.delete(shell.actor(), feedback_id)
    click.echo(f"Answer {feedback_id} is {'shown' if back else 'hidden'}.")


@feedback.command("moods")
@click.option("--band", type=click.Choice(sentiment.BANDS), default="negative", show_default=True)
@as_json
@pass_shell
def moods(shell: Shell, band: str, is_json: bool) -> None:
    """Texts of customers by their mood, the worst first; English only."""
    actor = shell.actor()
    page, found = sentiment.search(actor, band, paging=Paging(1, _LIMIT)), sentiment.counts(actor)
    if is_json:
        show([asdict(one) for one in page])
        return
    click.echo(f"{found.negative} negative, {found.neutral} neutral, {found.positive} positive.")
    table(("mood", "customer", "text"), [(one.score, one.contact or "", one.text[:80]) for one in page])


@feedback.command("correct-mood")
@click.argument("record", type=click.Choice(("feedback", "interactions")))
@click.argument("record_id", type=int)
@click.argument("score", type=int)
@pass_shell
def correct_mood(shell: Shell, record: str, record_id: int, score: int) -> None:
    """Say how a text really feels, from -100 to 100 (``--`` before a negative number)."""
    sentiment.correct(shell.actor(), record, record_id, score)
    click.echo("The mood is corrected.")


@feedback.command("policy")
@click.option("--set", "sets", multiple=True, metavar="NAME=VALUE", help="As in low_nps=5 or opens_case=no.")
@as_json
@pass_shell
def policy(shell: Shell, sets: tuple[str, ...], is_json: bool) -> None:
    """How customers are asked and what follows from low scores."""
    actor = shell.actor()
    found = surveys.policy(actor)
    if sets:
        found = FeedbackPolicy(**{**asdict(found), **dict(_said(one) for one in sets)})
        surveys.change_policy(actor, found)
    told = asdict(found)
    show(told) if is_json else table(("setting", "value"), list(told.items()))


def _said(text: str) -> tuple[str, Any]:
    name, _, value = text.partition("=")
    known = asdict(FeedbackPolicy())
    if name not in known:
        raise Invalid(f"There is no setting “{name}”. Choose one of: {', '.join(known)}.")
    if isinstance(known[name], bool):
        return name, value.lower() in ("yes", "true", "1", "on")
    if isinstance(known[name], str):
        return name, value
    if not value.lstrip("-").isdigit():
        raise Invalid(f"“{name}” needs a whole number.")
    return name, int(value)
