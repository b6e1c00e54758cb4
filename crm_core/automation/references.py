"""What a journey speaks of (rules, messages, coupons, users, stages): one place says what is missing."""

from collections.abc import Callable, Iterator, Mapping
from typing import Any, Final

from crm_core.automation import entering
from crm_core.automation.types import Definition, When
from crm_core.kernel.errors import Invalid, NotFound
from crm_core.kernel.values.text import fold
from crm_core.kernel.work import Work
from crm_core.loyalty import coupon_setup
from crm_core.marketing import channel_checks, template_checks
from crm_core.marketing.rendering import Message
from crm_core.marketing.templates import message_of
from crm_core.people import custom_fields
from db.models import User
from db.queries import campaigns, journeys, loyalty_tiers, pipelines, web_forms

Found = Iterator[tuple[str, str]]
"""Names of options with what is wrong with them."""


def missing(work: Work, definition: Definition) -> dict[str, str]:
    """By place (``when.stage``, ``if``, ``steps.2.coupon``), what a journey names but cannot use."""
    wrong = {f"when.{name}": hint for name, hint in _of_beginning(work, definition.when)}
    lines = {"if": definition.rule, "leave_if": definition.leave_if}
    for step in definition:
        if step.do == "branch":
            lines[f"steps.{step.place}.if"] = str(step.options["if"])
        for name, hint in _CHECKS.get(step.do, _nothing)(work, step.options):
            wrong[f"steps.{step.place}.{name}"] = hint
    for place, line in lines.items():
        try:
            entering.condition(work, line)
        except Invalid as error:
            wrong[place] = error.message
    return wrong


def _nothing(_work: Work, _options: Mapping[str, Any]) -> Found:
    yield from ()


def _template(work: Work, options: Mapping[str, Any]) -> Found:
    row = work.scalar(journeys.template(fold(str(options.get("template", "")))))
    if row is None:
        yield "template", "There is no template of this name."
        return
    for one in template_checks.findings(message_of(row)):
        if one.level == "error":
            yield "template", one.sentence


def _text(_work: Work, options: Mapping[str, Any]) -> Found:
    for one in channel_checks.findings(Message("", text=str(options.get("text", ""))), "sms"):
        if one.level == "error":
            yield "text", one.sentence


def _coupon(work: Work, options: Mapping[str, Any]) -> Found:
    try:
        found = coupon_setup.find(work, str(options.get("coupon", "")))
    except NotFound:
        yield "coupon", "There is no coupon of this name."
        return
    if found.state == "ended":
        yield "coupon", f"The coupon “{found.name}” has ended: nobody could use it."


def _owner(work: Work, options: Mapping[str, Any]) -> Found:
    row = work.session.get(User, int(options.get("owner_id", 0)))
    if row is None:
        yield "owner_id", "There is no such user."
    elif not row.is_active:
        yield "owner_id", f"{row.name} does not sign in any more."


def _of_beginning(work: Work, when: When) -> Found:
    """What the trigger waits for, where that is something with a name."""
    for name, (known, noun) in _NAMES.items():
        wanted = str(when.options.get(name) or "")
        if wanted and fold(wanted) not in {fold(one) for one in known(work)}:
            yield name, f"There is no {noun} “{wanted}”, so nobody would ever come in."
    campaign = str(when.options.get("campaign") or "")
    if campaign and work.scalar(campaigns.named(fold(campaign))) is None:
        yield "campaign", f"There is no campaign “{campaign}”, so nobody would ever come in."
    field = str(when.options.get("field") or "")
    if when.on == "date" and field and field not in _dates(work):
        yield "field", f"There is no date “{field}” of contacts."


def _dates(work: Work) -> set[str]:
    own = {one.name for one in custom_fields.search(work) if one.type == "date"}
    return {*own, *(f"custom.{name}" for name in own)}


Check = Callable[[Work, Mapping[str, Any]], Found]
_CHECKS: Final[Mapping[str, Check]] = {
    "mail": _template, "sms": _text, "coupon": _coupon, "owner": _owner,
}  # fmt: skip
_NAMES: Final[Mapping[str, tuple[Callable[[Work], list[str]], str]]] = {
    "stage": (lambda work: [one.name for one in work.scalars(pipelines.stages())], "stage"),
    "tier": (lambda work: [one.name for one in work.tuples(loyalty_tiers.tiers())], "tier"),
    "coupon": (lambda work: [one.name for one in coupon_setup.search(work)], "coupon"),
    "form": (lambda work: [one.name for one in work.scalars(web_forms.all_of_them())], "form"),
}
