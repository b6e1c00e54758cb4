"""A row of cells -> values and problems, by a plan: pure, so that it can run in any process."""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from functools import cache
from typing import Any, NamedTuple

from crm_core.data.conversion import Converted, convert, converted, reader_of
from crm_core.data.fields import Field
from crm_core.data.plans import Plan, PlanColumn
from crm_core.kernel.values import dates, names
from crm_core.kernel.values.problem import Problem, shorten
from crm_core.kernel.values.text import clean, fold, is_blank

_FURTHER = {"email": "email_secondary", "phone": "phone_secondary", "mobile": "phone_secondary"}
_IDENTITY = {
    "contacts": """external_id first_name last_name full_name email email_secondary phone mobile
    phone_secondary """
    "card_number linkedin_url x_url facebook_url instagram_url",
    "accounts": "external_id company website",
    "products": "sku product",
    "deals": "external_id deal company contact contact_email product",
    "orders": "order_id amount quantity unit_price",
    "interactions": "external_id subject notes type",
    "users": "full_name username email",
    "campaign-results": "email customer_external_id variant sent_at opened_at clicked_at bounced_at "
    "unsubscribed_at visited converted revenue",
}
_LACKS = {
    "contacts": "A contact needs a name, an e-mail address, a phone number or an ID.",
    "accounts": "A company needs a name, a website or an ID.",
    "products": "A product needs a name or an article number.",
    "deals": "A deal needs a title, an ID, a company or a product.",
    "orders": "An order needs a number, or a date and an amount.",
    "interactions": "An entry needs a subject, a text or a type.",
    "users": "A person needs a name, a sign-in name or an e-mail address.",
    "campaign-results": "A result needs a person, a variant, or something that the person did.",
}
_FOOTER = re.compile(
    r"(grand )?totals?\b|sub-?totals?\b|confidential information|copyright|©|generated (by|on)|"
    r"report generated|end of (report|file)|\d+ (records|rows)\b|(records|rows): ?\d+|gesamt(summe)?\b|"
    r"summe\b|insgesamt|total général|totale (generale|complessivo)|totaal\b|total geral|filtered by|"
    r"as of \d|exported (by|on|from)",
    re.IGNORECASE,
)
_BIRTH = ("birth_year", "birth_month", "birth_day")


class Prepared(NamedTuple):
    """The values of a row by field, and what was wrong with it."""

    values: dict[str, Any]
    problems: list[Problem]

    @property
    def refused(self) -> bool:
        """Whether the row must not be imported."""
        return any(problem.level == "error" for problem in self.problems)


def prepare(cells: Sequence[str], plan: Plan) -> Prepared:
    """One row by a plan. For many rows `prepare_all` is faster."""
    return preparer(plan)(cells)


def prepare_all(rows: Iterable[Sequence[str]], plan: Plan) -> Iterator[Prepared]:
    """Every row by a plan, in order."""
    return map(preparer(plan), rows)


def preparer(plan: Plan) -> Callable[[Sequence[str]], Prepared]:
    """The function that prepares rows by this plan.

    Wrong values are left out with a warning (phones and rounded amounts are kept); a row without identity, a
    report's footer, and in a strict plan any row with a wrong value carries an error.
    """
    steps = [
        (
            one.index,
            one.field.type in ("name", "full_name"),
            _meant(_step(one), plan.meanings.get(one.field.name)),
        )
        for one in plan.columns
    ]
    identity = frozenset(_IDENTITY[plan.kind].split())

    def run(cells: Sequence[str]) -> Prepared:
        values: dict[str, Any] = {}
        problems: list[Problem] = []
        count = len(cells)
        for index, is_name, step in steps:
            text = cells[index] if index < count else ""
            if text and not is_blank(text := clean(text), is_name):
                step(text, values, problems)
        for field, text in plan.defaults:
            if field.name not in values:
                _fill(field, convert(field, text, plan.context), values, problems)
        _complete(plan.kind, values, problems)
        if identity.isdisjoint(values):
            problems.append(Problem(_LACKS[plan.kind], level="error"))
        if len(values) <= 1 and (footer := _footer(cells)):
            problems.append(footer)
        return Prepared(values, _strictly(problems) if plan.strict else problems)

    return run


Step = Callable[[str, dict[str, Any], list[Problem]], None]


def _step(column: PlanColumn) -> Step:
    """What is done with the cell of one column: read it, put the value and its problems where they belong."""
    field, name = column.field, column.field.name
    read = reader_of(field, column.context)
    in_currency = _readers_by_currency(column) if field.type == "money" else None
    simple = not field.many and in_currency is None

    def run(text: str, values: dict[str, Any], problems: list[Problem]) -> None:
        found = in_currency(values.get("currency"))(text) if in_currency else read(text)
        if simple and type(found) is not Problem and type(found) is not Converted:
            values[name] = found
        else:
            _fill(field, converted(found, field, column.name), values, problems)

    return run


def _meant(step: Step, meanings: Mapping[str, str] | None) -> Step:
    """The step for what a word means here, where somebody said so."""
    if not meanings:
        return step

    def run(text: str, values: dict[str, Any], problems: list[Problem]) -> None:
        if meaning := meanings.get(fold(text), text):
            step(meaning, values, problems)

    return run


def _readers_by_currency(column: PlanColumn) -> Callable[[str | None], Callable[[str], Any]]:
    usual = column.context.currency
    return cache(lambda code: reader_of(column.field, replace(column.context, currency=code or usual)))


def _fill(field: Field, found: Converted, values: dict[str, Any], problems: list[Problem]) -> None:
    problems.extend(found.problems)
    value = found.value
    if value is None:
        return
    if field.type == "money":
        _fill_money(field, value, values, problems)
    elif field.name == "street":
        values["street"] = f"{values['street']}\n{value}" if "street" in values else value
    elif field.many:
        _extend(values, field.name, value if isinstance(value, list) else [value, *found.further])
    else:
        values[field.name] = value
        if found.further and field.name in _FURTHER:
            _extend(values, _FURTHER[field.name], list(found.further))


def _fill_money(
    field: Field, value: tuple[int, str], values: dict[str, Any], problems: list[Problem]
) -> None:
    minor, currency = value
    if values.get("currency", currency) != currency:
        message = f"The amount is in {currency}, the row in {values['currency']}."
        problems.append(Problem(message, f"{minor} {currency}", field=field.name))
        return
    values[field.name] = minor
    values["currency"] = currency


def _extend(values: dict[str, Any], name: str, more: list[str]) -> None:
    present = values.setdefault(name, [])
    present.extend(value for value in more if value not in present)


def _complete(kind: str, values: dict[str, Any], problems: list[Problem]) -> None:
    """What follows from several cells together: parts of a name and of a birthday, addresses not twice."""
    if "full_name" in values and kind == "contacts" and not values.keys() & {"first_name", "last_name"}:
        parts = names.split(values["full_name"])
        split = {"first_name": parts.first, "last_name": parts.last, "middle_name": parts.middle}
        values.update({name: part for name, part in split.items() if part})
        if parts.salutation:
            values.setdefault("salutation", parts.salutation)
    if kind == "contacts" and not values.keys().isdisjoint(_BIRTH):
        _compose_birthday(values, problems)
    for main, further in (("email", "email_secondary"), ("phone", "phone_secondary")):
        if further in values:
            _promote(values, main, further)


def _compose_birthday(values: dict[str, Any], problems: list[Problem]) -> None:
    year, month, day = (values.pop(part, "") for part in _BIRTH)
    found = dates.birthday_of(year, month, day)
    if isinstance(found, Problem):
        problems.append(found.at("birthday", ""))
    elif found is not None:
        values.setdefault("birthday", found)


def _promote(values: dict[str, Any], main: str, further: str) -> None:
    """The first further address becomes the main one where there is none, and none stands there twice."""
    rest = [value for value in values[further] if value not in (values.get(main), values.get("mobile"))]
    if main not in values and rest and not (main == "phone" and "mobile" in values):
        values[main] = rest.pop(0)
    if rest:
        values[further] = rest
    else:
        del values[further]


def _footer(cells: Sequence[str]) -> Problem | None:
    """A row whose only text stands in the first column and reads like the end of a report."""
    first = clean(cells[0]) if cells else ""
    if first and not any(cell.strip() for cell in cells[1:]) and _FOOTER.match(first):
        return Problem(f"“{shorten(first)}” is the footer of a report, not a record.", first, level="error")
    return None


def _strictly(problems: list[Problem]) -> list[Problem]:
    return [one if one.kept is not None else one.at(one.field, one.column, "error") for one in problems]
