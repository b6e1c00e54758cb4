"""Numbers, groups and filters of reports in words, alike on pages, on paper and in pictures."""

from datetime import date, datetime
from typing import Final

from babel.numbers import format_compact_currency, format_currency

from crm_core.insights import kpi_filters
from crm_core.insights.metric_table import DAYS, HOURS, MONEY, SCORE, SHARE, Metric
from crm_core.insights.metric_types import Figure, Question
from crm_core.kernel.access import Permission
from crm_core.kernel.values import countries, dates, money
from crm_core.kernel.work import Work
from crm_core.team.company import company

NOTHING: Final = "–"
_COMPACT: Final = 100_000


def value(metric: Metric, number: float | None, currency: str, *, is_short: bool = False) -> str:
    """A value as people read it; ``is_short`` abbreviates large amounts and leaves out ``.00``."""
    if number is None:
        return NOTHING
    if metric.unit == MONEY and currency:
        major = money.to_decimal(round(number), currency)
        if is_short and abs(major) >= _COMPACT:
            return str(format_compact_currency(major, currency, locale="en", fraction_digits=2))
        is_round = is_short and major == major.to_integral_value()
        return str(
            format_currency(
                major, currency, "¤#,##0" if is_round else None, "en", currency_digits=not is_round
            )
        )
    if metric.unit == SHARE:
        return f"{number:.1%}"
    if metric.unit == SCORE:
        return f"{number:,.1f}"
    if metric.unit == HOURS:
        return f"{number:,.1f} hours"
    return f"{number:,.1f} days" if metric.unit == DAYS else f"{round(number):,}"


def change(figure: Figure) -> str:
    """How much more or less than before; empty where nothing is compared."""
    if figure.change is None:
        return ""
    if figure.metric.unit == SCORE:
        return f"{figure.change:+.1f}"
    return f"{figure.change * 100:+.1f} points" if figure.metric.unit == SHARE else f"{figure.change:+.0%}"


def group(name: str, by: str) -> str:
    """A group as people call it; what belongs to none has a name, too."""
    if not name:
        return "Nobody" if by in ("owner", "team") else "Not said"
    if by == "country":
        return countries.name(name) or name
    return name.replace("_", " ").strip().capitalize() if by == "kind" else name


def step(first: date, size: str) -> str:
    """A step of time by its first day."""
    if size == "year":
        return str(first.year)
    if size == "quarter":
        return f"Q{(first.month + 2) // 3} {first.year}"
    return f"{first:%b %Y}" if size == "month" else day(first)


def day(one: date) -> str:
    """A calendar day: ``2 Mar 2026``."""
    return f"{one.day} {one:%b %Y}"


def moment(instant: datetime) -> str:
    """An instant by the company's clocks: ``2 Mar 2026, 10:00``."""
    local = instant.astimezone(dates.zone_of(company().time_zone))
    return f"{day(local.date())}, {local:%H:%M}"


def filters(work: Work, question: Question) -> tuple[str, ...]:
    """The time and whose numbers are meant, as one reads it above a report.

    Names that the one who looks cannot see are told by what they are alone.
    """
    period = question.period
    told = [f"{day(period.since)} – {day(period.until)}"]
    ids = {name: getattr(question, f"{name}_id") for name in ("team", "owner", "product", "segment")}
    if any(number is not None for number in ids.values()):
        known = kpi_filters.choices(work)
        if ids["product"] is not None and work.actor.may(Permission.PRODUCTS_READ):
            known["product"] = kpi_filters.products_to_choose(work)
        for name, number in ids.items():
            if number is not None:
                told.append(f"{name}: {dict(known.get(name, [])).get(number, 'one of them')}")
    told += [group(question.country, "country")] if question.country else []
    told += [f"as it was known on {day(question.as_of)}"] if question.as_of else []
    return tuple(told)
