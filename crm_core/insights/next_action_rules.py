"""What a next step is called, why it is suggested, and how it is weighed: chance times amount."""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import date, datetime
from typing import Any, Final

from crm_core.insights.next_action_types import Suggestion

CHANCES: Final[Mapping[str, float]] = {
    "task": 0.5, "case": 0.6, "mail": 0.4, "reorder": 0.5, "leaving": 0.25, "points": 0.2, "birthday": 0.05,
}  # fmt: skip
"""How often a step of this kind brings an order, before the outcomes of one's own tell better."""

USUAL_ORDER: Final = 10_000
"""Minor units that an order counts for while there is none."""

_LEAVING_FROM: Final = 2.0


def of_task(row: Any, today: date) -> Suggestion:
    """A task that is due."""
    late = (today - row.due_on).days
    when = "It is due today." if late <= 0 else f"It was due {_days(late)} ago."
    reason = when + (" Its deal is open." if row.deal_id else "")
    chance = (row.probability or 0) / 100 if row.deal_id else CHANCES["task"]
    return _suggestion(
        "task", f"task:{row.id}:{row.due_on}", row.title, reason, row,
        deal_id=row.deal_id, task_id=row.id, chance=chance, amount=row.amount,
    )  # fmt: skip


def of_rotting(row: Any, now: datetime) -> Suggestion:
    """A deal that stands too long."""
    days = (now - row.stage_since).days
    return _suggestion(
        "rotting", f"rotting:{row.id}:{row.stage_since.date()}", f"Move “{row.deal}” on, or close it",
        f"It has stood in its stage for {_days(days)}, longer than deals do there.", row,
        deal_id=row.id, chance=(row.probability or 0) / 100, amount=row.amount,
    )  # fmt: skip


def of_no_step(row: Any) -> Suggestion:
    """A deal for which nothing is planned."""
    return _suggestion(
        "no_step", f"no_step:{row.id}:{row.stage_since.date()}", f"Plan the next step of “{row.deal}”",
        "The deal is open and nothing is planned for it.", row,
        deal_id=row.id, chance=(row.probability or 0) / 100, amount=row.amount,
    )  # fmt: skip


def of_mail(row: Any, now: datetime) -> Suggestion:
    """A customer who waits for an answer."""
    days = (now - row.happened_at).days
    since = "today" if days == 0 else f"{_days(days)} ago"
    about = f" about “{row.subject}”" if row.subject else ""
    words = {"email": "wrote", "call": "called", "chat": "wrote in the chat", "post": "posted"}
    did = words.get(row.kind, "was in touch")
    return _suggestion(
        "mail", f"mail:{row.id}", f"Answer {row.name}",
        f"{row.name} {did}{about} {since}, and nobody answered.", row, chance=CHANCES["mail"],
    )  # fmt: skip


def of_case(row: Any, now: datetime) -> Suggestion:
    """A case in which the customer waits for us."""
    days = (now - row.last_message_at).days
    since = "today" if days == 0 else f"{_days(days)} ago"
    reason = f"{row.name} wrote about “{row.subject}” {since}, and nobody answered."
    if row.is_late:
        reason = f"The promised time for “{row.subject}” is over, and {row.name} waits."
    return _suggestion(
        "case", f"case:{row.id}:{row.last_message_at.date()}", f"Answer {row.name} in case C-{row.number}",
        reason, row, chance=CHANCES["case"],
    )  # fmt: skip


def of_quiet(row: Any) -> Suggestion:
    """A regular customer whose next order is due, or who may be leaving."""
    gap = row.span / (row.orders - 1)
    times = row.silence / gap
    average = row.revenue // row.orders
    usual = f"Orders every {round(gap)} days; the last one was {_days(row.silence)} ago"
    if times < _LEAVING_FROM:
        return _suggestion("reorder", f"reorder:{row.contact_id}:{row.last_at.date()}",
                           f"Ask {row.name} for the next order", f"{usual}.", row,
                           chance=CHANCES["reorder"], amount=average)  # fmt: skip
    return _suggestion("leaving", f"leaving:{row.contact_id}:{row.last_at.date()}", f"Win {row.name} back",
                       f"{usual}, {times:.1f} times as long as usual.", row,
                       chance=CHANCES["leaving"], amount=average)  # fmt: skip


def of_birthday(row: Any, day: date, today: date) -> Suggestion:
    """A birthday within the next days."""
    ahead = (day - today).days
    when = "today" if ahead == 0 else "tomorrow" if ahead == 1 else f"in {_days(ahead)}"
    return _suggestion("birthday", f"birthday:{row.contact_id}:{day.year}", f"Congratulate {row.name}",
                       f"The birthday is {when}.", row,
                       chance=CHANCES["birthday"], amount=_average(row))  # fmt: skip


def of_points(row: Any, day: date, today: date) -> Suggestion:
    """Points that will expire."""
    ahead = max((day - today).days, 0)
    when = "today" if ahead == 0 else f"in {_days(ahead)}"
    reason = f"{row.points:,} points expire {when}; spending them takes a visit."
    return _suggestion("points", f"points:{row.contact_id}:{day}", f"Remind {row.name} of expiring points",
                       reason, row, chance=CHANCES["points"], amount=_average(row))  # fmt: skip


def valued(one: Suggestion, usual: int, currency: str) -> Suggestion:
    """A suggestion without an amount of its own gets that of a usual order."""
    if one.worth or one.currency:
        return one
    return replace(one, worth=round(one.chance * usual), currency=currency, is_estimated=True)


def rank(one: Suggestion) -> tuple[int, str]:
    """For sorting: the most worthwhile first."""
    return -one.worth, one.cause


def without_repetition(found: Iterable[Suggestion]) -> list[Suggestion]:
    """Of the suggestions about the same deal or, without a deal, the same customer: the first one."""
    seen: set[tuple[str, int]] = set()
    kept = []
    for one in found:
        keys = [key for key in (("deal", one.deal_id), ("contact", one.contact_id)) if key[1] is not None]
        about = (keys[0][0], int(keys[0][1] or 0)) if keys else ("task", one.task_id or 0)
        if about not in seen:
            seen.add(about)
            kept.append(one)
    return kept


def _suggestion(
    kind: str, cause: str, act: str, reason: str, row: Any, *,
    chance: float, amount: int | None = None, deal_id: int | None = None, task_id: int | None = None,
) -> Suggestion:  # fmt: skip
    currency = getattr(row, "currency", "") if amount else ""
    return Suggestion(
        kind, cause, act, reason, row.contact_id, row.name or "", deal_id, task_id, chance,
        round(chance * (amount or 0)), currency or "",
    )  # fmt: skip


def _average(row: Any) -> int | None:
    return row.revenue // row.orders if row.orders else None


def _days(days: int) -> str:
    return "1 day" if days == 1 else f"{days} days"
