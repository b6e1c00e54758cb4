"""Several metrics side by side for the same groups: what each person, team or place brought."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from crm_core.insights import metrics
from crm_core.insights.kept_answers import kept
from crm_core.insights.metric_types import Amount, Question
from crm_core.kernel.access import Permission
from crm_core.kernel.work import Work, use_case
from crm_core.team.company import company


@dataclass(frozen=True)
class Group:
    """One group with its amounts by metric, in the company's currency; a metric without any is left out."""

    name: str
    key: str
    amounts: Mapping[str, Amount]


@use_case(Permission.KPIS_READ, read=True)
@kept()
def report(work: Work, question: Question, by: str, names: Sequence[str]) -> list[Group]:
    """The groups of all named metrics: those with most of the first one first.

    Raises:
        Invalid, NotAllowed, NotFound: as for ``metrics.split``.
    """
    called: dict[str, str] = {}
    found: dict[str, dict[str, Amount]] = {}
    for name in names:
        for part in metrics.split(work, name, question, by):
            if part.amount.currency in ("", company().currency):
                called.setdefault(part.key, part.name)
                found.setdefault(part.key, {})[name] = part.amount
    chosen = [metrics.metric_of(name) for name in names]

    def place(group: Group) -> tuple[float, ...]:
        return tuple(-(group.amounts.get(one.name, Amount()).value(one) or 0) for one in chosen)

    groups = [Group(called[key], key, amounts) for key, amounts in found.items()]
    return sorted(groups, key=lambda group: (*place(group), group.name))
