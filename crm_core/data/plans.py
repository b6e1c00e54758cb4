"""How one file is to be read: the mapping, and what was decided from the whole of each column."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from crm_core.data.conversion import Context
from crm_core.data.fields import Field, vocabulary
from crm_core.data.looks import filled
from crm_core.kernel.values.date_styles import DateStyle, decide_style
from crm_core.kernel.values.decimals import counts_in_hundredths, decide_sign

_USUAL = Context()
_DATES = frozenset(("date", "instant", "birthday"))
_NUMBERS = frozenset(("money", "integer", "number", "share"))


@dataclass(frozen=True, slots=True)
class PlanColumn:
    """One mapped column: where it stands, what it fills, and how its cells are read."""

    index: int
    name: str
    field: Field
    context: Context


@dataclass(frozen=True, slots=True)
class Plan:
    """Everything that turns a row of cells into values; plain data, so it can travel to another process.

    `defaults` are texts for fields a row leaves empty. `strict`: a wrong value refuses its row. `meanings`
    says what (folded) words of a field mean; an empty meaning leaves the word out.
    """

    kind: str
    columns: tuple[PlanColumn, ...]
    context: Context = _USUAL
    defaults: tuple[tuple[Field, str], ...] = ()
    strict: bool = False
    meanings: Mapping[str, Mapping[str, str]] = field(default_factory=dict)

    @property
    def assumptions(self) -> list[str]:
        """What was decided about dates, one sentence a column, for people to check."""
        return [
            f"{one.name}: {one.context.dates.sentence}" for one in self.columns if one.context.dates.sentence
        ]


def make_plan(
    kind: str,
    columns: Sequence[str],
    mapping: Mapping[str, str | None],
    samples: Sequence[Sequence[str]],
    context: Context = _USUAL,
    custom: Iterable[Field] = (),
) -> Plan:
    """The plan for a file: `mapping` names the field of each column, `samples` are rows, the more the better.

    Unknown fields are left out. A date column whose order cannot be told follows the other date columns.
    """
    words = vocabulary(kind, custom)
    taken: set[str] = set()
    planned = []
    for index, name in enumerate(columns):
        field = words.get(mapping.get(name) or "")
        if field is None or (field.name in taken and not field.many):
            continue
        taken.add(field.name)
        cells = filled([row[index] for row in samples if index < len(row)])
        planned.append(PlanColumn(index, name, field, _context(field, cells, context)))
    agreed = _agree(planned)
    return Plan(kind, tuple(sorted(agreed, key=lambda one: one.field.type != "currency")), context)


def with_defaults(plan: Plan, defaults: Mapping[str, str], custom: Iterable[Field] = ()) -> Plan:
    """The plan with texts for fields that a row leaves empty; unknown fields are left out."""
    words = vocabulary(plan.kind, custom)
    return replace(
        plan, defaults=tuple((words[name], text) for name, text in defaults.items() if name in words)
    )


def _context(field: Field, cells: list[str], context: Context) -> Context:
    if field.type in _DATES:
        return replace(context, dates=decide_style(cells, context.region))
    if field.type in _NUMBERS:
        hundred = counts_in_hundredths(cells) if field.type == "share" else True
        return replace(context, decimal=decide_sign(cells, context.region), hundred=hundred)
    return context


def _agree(columns: list[PlanColumn]) -> list[PlanColumn]:
    sure = [one.context.dates for one in columns if one.context.dates.sentence and _tells(one.context.dates)]
    orders = {style.order for style in sure}
    if len(orders) != 1:
        return columns
    order = orders.pop()
    sentence = f"Every date fits d/m/y and m/d/y; {order} is taken, as elsewhere in the file."
    style = DateStyle(order, False, sentence=sentence)
    return [_styled(one, style) if one.context.dates.ambiguous else one for one in columns]


def _styled(column: PlanColumn, style: DateStyle) -> PlanColumn:
    return replace(column, context=replace(column.context, dates=style))


def _tells(style: DateStyle) -> bool:
    return not (style.ambiguous or style.serial or style.epoch)
