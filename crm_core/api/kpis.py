"""Key figures for programs."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from crm_core.api.answers import Answer
from crm_core.api.calls import Call
from crm_core.insights import kpi_filters, metrics, periods
from crm_core.insights.figure_rows import rows_of
from crm_core.insights.kpi_filters import Words
from crm_core.insights.metric_types import Question
from crm_core.insights.periods import Period
from crm_core.kernel.errors import Invalid
from crm_core.kernel.values import dates
from crm_core.kernel.work import Clock
from crm_core.team.company import company

QUERY: Final = ("from", "to", "as_of", "compare", "team", "owner", "product", "segment", "country")
ASKED: Final[Mapping[str, tuple[dict[str, Any], str]]] = {
    "compare": ({"enum": list(periods.COMPARISONS)}, "What the numbers are compared with."),
    "team": ({"type": "string"}, "Only numbers of this team: its name or id."),
    "product": ({"type": "string"}, "Only what is about this product: its name, SKU or id."),
    "segment": ({"type": "string"}, "Only customers of this segment: its name or id."),
    "country": ({"type": "string"}, "Only customers from there: two letters."),
}


@dataclass(frozen=True)
class KeyFigure:
    """A number of a period: money as decimal text in its currency (``unit``), shares from 0 to 1."""

    measure: str
    value: str | None
    unit: str
    previous: str | None
    goal: str | None


def search(call: Call) -> Answer:
    """Read the key figures from `from` to `to` (this month where they are not said), and what they were."""
    today = Clock.now().astimezone(dates.zone_of(company().time_zone)).date()
    since = _day(call, "from") or today.replace(day=1)
    period = Period(since, _day(call, "to") or max(today, since))
    compare = call.query.get("compare", "previous")
    if compare not in periods.COMPARISONS:
        hint = f"Choose one of: {', '.join(periods.COMPARISONS)}."
        raise Invalid("The query needs correcting.", fields={"compare": hint})
    named = Words(*(call.query.get(name, "") for name in ("team", "owner", "product", "segment", "country")))
    plain = Question(period, compare, as_of=_day(call, "as_of"))
    found = metrics.figures(call.actor, kpi_filters.question(call.actor, plain, named))
    return Answer(body={"items": [_shown(row) for row in rows_of(found)]})


def _shown(row: Mapping[str, Any]) -> KeyFigure:
    return KeyFigure(
        row["measure"], _text(row["value"]), row["unit"], _text(row["previous"]), _text(row["goal"])
    )


def _text(value: object) -> str | None:
    return None if value is None else str(value)


def _day(call: Call, name: str) -> date | None:
    given = call.query.get(name)
    try:
        return date.fromisoformat(given) if given else None
    except ValueError:
        hint = "Give a day, such as 2026-03-31."
        raise Invalid("The query needs correcting.", fields={name: hint}) from None
