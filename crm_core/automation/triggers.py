"""What can bring a contact onto a journey: things that happen, marks of campaigns, and times."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from crm_core.automation.options import WEEKDAYS, Option, days
from crm_core.people.rules import LIFECYCLES

EVENT, MARK, DAY = "event", "mark", "day"


@dataclass(frozen=True)
class Trigger:
    """One kind of cause.

    ``kind`` is ``event`` (an activity; the journey begins in the same transaction), ``mark`` (a reader's
    reaction to a campaign; looked for every minute) or ``day`` (a time; looked for once a day). ``label``
    is its name in a choice, ``sentence`` begins the description and names options in braces.
    """

    kind: str
    label: str
    sentence: str
    activities: tuple[str, ...] = ()
    options: Mapping[str, Option] = field(default_factory=dict)
    implied: str = ""


def _event(label: str, sentence: str, *names: str, implied: str = "", **options: Option) -> Trigger:
    return Trigger(EVENT, label, sentence, names, options, implied)


def _mark(label: str, sentence: str) -> Trigger:
    return Trigger(MARK, label, sentence, (), {"campaign": Option("campaign (empty: any)", high=200)})


def _day(label: str, sentence: str, **options: Option) -> Trigger:
    return Trigger(DAY, label, sentence, (), options)


TRIGGERS: Final[Mapping[str, Trigger]] = {
    "contact.created": _event("A contact is created", "a contact is created", "contact.created"),
    "lead.arrived": _event(
        "A new lead arrives", "a new lead arrives", "contact.created", implied="lead_status is_filled"
    ),
    "form.submitted": _event(
        "A form is submitted", "a form is submitted {form}", "form.submitted",
        form=Option("form (empty: any)"),
    ),
    "consent.granted": _event("Somebody agrees", "somebody agrees to messages", "consent.granted"),
    "consent.withdrawn": _event("Somebody opts out", "somebody opts out", "consent.withdrawn"),
    "contact.tagged": _event(
        "A tag is added", "a tag is added {tag}", "contact.tagged", tag=Option("tag (empty: any)")
    ),
    "contact.staged": _event(
        "A contact comes to a relationship stage", "a contact comes to the stage {lifecycle}",
        "contact.changed", lifecycle=Option("stage", "choice", choices=tuple(LIFECYCLES)),
    ),
    "lead.converted": _event("A lead is converted", "a lead is converted", "lead.converted"),
    "lead.disqualified": _event("A lead is disqualified", "a lead is disqualified", "lead.disqualified"),
    "deal.created": _event("A deal is opened", "a deal is opened", "deal.created"),
    "deal.moved": _event(
        "A deal comes to a stage", "a deal comes to a stage {stage}", "deal.moved",
        stage=Option("stage (empty: any)"),
    ),
    "deal.won": _event("A deal is won", "a deal is won", "deal.won"),
    "deal.lost": _event("A deal is lost", "a deal is lost", "deal.lost"),
    "order.placed": _event("An order is placed", "an order is placed", "order.placed"),
    "order.paid": _event("An order is paid", "an order is paid", "order.paid"),
    "order.shipped": _event("An order is shipped", "an order is shipped", "order.shipped"),
    "order.delivered": _event("An order is delivered", "an order is delivered", "order.delivered"),
    "order.returned": _event("An order is returned", "an order is returned", "order.returned"),
    "case.opened": _event(
        "A case is opened", "a case is opened {kind}", "case.opened", kind=Option("kind (empty: any)")
    ),
    "case.overdue": _event("A case is overdue", "a promise of a case is missed", "case.overdue"),
    "case.solved": _event("A case is solved", "a case is solved", "case.solved"),
    "member.joined": _event("Somebody joins the programme", "somebody joins the programme", "member.joined"),
    "points.earned": _event("Points are earned", "points are earned", "points.earned"),
    "reward.redeemed": _event("A reward is redeemed", "a reward is redeemed", "reward.redeemed"),
    "coupon.redeemed": _event(
        "A coupon is used", "a coupon is used {coupon}", "coupon.redeemed",
        coupon=Option("coupon (empty: any)"),
    ),
    "tier.changed": _event(
        "The tier changes", "the tier changes {tier}", "tier.changed", tier=Option("tier (empty: any)")
    ),
    "feedback.received": _event(
        "A customer answers a survey", "a customer answers a survey {kind}", "feedback.received",
        kind=Option("kind (empty: any)", "choice", choices=("nps", "csat", "ces", "review")),
        at_most=Option("score at most (empty: any)", "number", high=10),
    ),
    "email.logged": _event("An e-mail is logged", "an e-mail is logged", "email.logged"),
    "call.logged": _event("A call is logged", "a call is logged", "call.logged"),
    "meeting.logged": _event("A meeting is logged", "a meeting is logged", "meeting.logged"),
    "campaign.opened": _mark("A campaign is opened", "a campaign is opened {campaign}"),
    "campaign.clicked": _mark("A link is clicked", "a link of a campaign is clicked {campaign}"),
    "campaign.replied": _mark("A campaign is replied to", "a campaign is replied to {campaign}"),
    "birthday": _day(
        "Birthday", "it is {days} days before a birthday", days=days("days before the birthday", 0)
    ),
    "purchase": _day(
        "Some days after a purchase", "{days} days have passed since an order",
        days=days("days after the order", 7, low=1),
    ),
    "anniversary": _day(
        "Anniversary of a purchase", "{years} years have passed since an order",
        years=Option("years after the order", "number", default=1, low=1, high=20),
    ),
    "inactive": _day(
        "Nothing was bought for some days", "nothing was bought for {days} days",
        days=days("days without an order", 180, low=1),
        earlier=Option("also those whose time passed long ago", "yes_no", default=False),
    ),
    "silent": _day(
        "No contact for some days", "there was no touchpoint for {days} days",
        days=days("days without a touchpoint", 90, low=1),
        earlier=Option("also those whose time passed long ago", "yes_no", default=False),
    ),
    "date": _day(
        "A date of the contact", "it is {days} days before {field}",
        field=Option("date field", is_needed=True), days=days("days before it", 0),
        yearly=Option("every year", "yes_no", default=False),
    ),
    "points_expiring": _day(
        "Points are about to expire", "points expire in {days} days", days=days("days before they expire", 30)
    ),
    "daily": _day("Every day, for those the rule means", "a day begins"),
    "weekly": _day(
        "Every week, for those the rule means", "{weekday} begins",
        weekday=Option("weekday", "choice", default="monday", choices=WEEKDAYS),
    ),
}  # fmt: skip

BY_ACTIVITY: Final[Mapping[str, tuple[str, ...]]] = {
    name: tuple(key for key, one in TRIGGERS.items() if name in one.activities)
    for name in dict.fromkeys(name for one in TRIGGERS.values() for name in one.activities)
}
"""Activity -> keys of the triggers that it may pull."""

_COMPARED: Final = {
    "form": "form", "tag": "tag", "stage": "to_stage", "tier": "tier", "kind": "kind", "coupon": "coupon",
}  # fmt: skip


def fits(on: str, options: Mapping[str, Any], facts: Mapping[str, Any]) -> bool:
    """Is this what the trigger waits for, by the facts of the activity?"""
    if on == "contact.staged":
        old, new = (facts.get("changes") or {}).get("lifecycle") or ("", "")
        wanted = options.get("lifecycle")
        return bool(new != old and (new == wanted or not wanted))
    for name, fact in _COMPARED.items():
        wanted = options.get(name)
        if wanted and str(facts.get(fact, "")).casefold() != str(wanted).casefold():
            return False
    at_most = options.get("at_most")
    return at_most is None or facts.get("score", at_most) <= at_most
