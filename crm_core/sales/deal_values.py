"""What a form or a program says about a deal, checked and typed; all that is wrong is found at once."""

from collections.abc import Mapping
from dataclasses import replace
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from crm_core.kernel.values.problem import Problem
from crm_core.kernel.values.typed import as_text, convert
from crm_core.kernel.work import Work
from crm_core.people import custom_fields
from crm_core.people.context import usual
from crm_core.people.validation import Checked, Context, read
from crm_core.sales import rules
from db import lengths
from db.models import Account, Deal

_LONGEST = lengths.of(Deal) | {"deal": lengths.of(Deal)["name"], "company": lengths.of(Account)["name"]}
_LATER = ("pipeline", "stage", "status", "won_at", "lost_at", "lost_reason")


def context(work: Work) -> Context:
    """What reading a value depends on: the company's conventions and the own fields of deals."""
    return Context(usual(), custom_fields.by_name(work, "deals"))


def read_deal(given: Mapping[str, Any], known: Context, stored: Mapping[str, Any] | None = None) -> Checked:
    """The values of a deal; ``amount`` comes as minor units beside its ``currency``, a chance in percent.

    Args:
        given: texts or typed values by field name.
        known: as the company writes, and its custom fields.
        stored: what an existing deal has; None for a new one.
    """
    before = stored or {}
    plain = {name: value for name, value in given.items() if name not in _LATER}
    currency, wrong = convert("currency", plain.get("currency"), known.usual, field="currency")
    chosen = currency or before.get("currency") or known.usual.currency
    problems = [problem.at("currency", "currency") for problem in wrong]
    plain.pop("currency", None)
    typed, found = read(
        plain, rules.DEAL_TYPES, _LONGEST, replace(known, usual=replace(known.usual, currency=chosen))
    )
    problems += found
    problems += [*_money(typed, currency, chosen), *_choices(typed)]
    if "probability" in typed and typed["probability"] is not None:
        typed["probability"] = int((Decimal(typed["probability"]) * 100).quantize(Decimal(1), ROUND_HALF_UP))
    if not {**before, **typed}.get("deal"):
        problems.append(Problem("A deal needs a name.", field="deal"))
    if stored is not None:
        for name in _LATER:
            if name in given and as_text(given[name]) != as_text(before.get(name)):
                hint = "Move, win, lose or reopen the deal to change this."
                problems.append(Problem(hint, as_text(given[name]), field=name))
    return Checked(typed, tuple(problems))


def _money(typed: dict[str, Any], currency: str | None, chosen: str) -> list[Problem]:
    """The amount as minor units, with the currency that it is in."""
    if "amount" not in typed:
        if currency:
            typed["currency"] = currency
        return []
    minor, written = typed["amount"] or (None, chosen)
    typed["amount"], typed["currency"] = minor, written
    if currency and written != currency:
        return [Problem(f"The amount is in {written}, the currency says {currency}.", field="amount")]
    if minor is not None and minor < 0:
        return [Problem("An amount is not negative.", field="amount")]
    return []


def _choices(typed: Mapping[str, Any]) -> list[Problem]:
    judgement = typed.get("judgement") or ""
    if judgement in rules.JUDGEMENTS:
        return []
    known = ", ".join(filter(None, rules.JUDGEMENTS))
    return [Problem(f"Choose one of: {known}; or leave it empty.", judgement, field="judgement")]
