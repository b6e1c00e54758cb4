"""Everything a worker needs to know of one import, gathered once: file, plan, limits, owners."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from itertools import islice
from pathlib import Path
from typing import Any, Final

from crm_core.data import fields, plans, readers, repairs, stage_steps
from crm_core.data.campaign_result_records import with_campaign
from crm_core.data.conversion import Context
from crm_core.data.entities import ENTITIES, Entity
from crm_core.data.import_types import ImportOptions
from crm_core.data.layouts import Dialect, Layout, TextEncoding
from crm_core.data.order_rows import has_line_amounts
from crm_core.data.plans import Plan
from crm_core.data.record_rules import Frame
from crm_core.data.repairs import Repairs
from crm_core.kernel.access import OPERATOR, Actor
from crm_core.kernel.errors import NotAllowed, NotFound
from crm_core.kernel.values.date_styles import DateOrder, DateStyle
from crm_core.kernel.work import Work
from crm_core.people import custom_fields
from crm_core.settings import Settings
from crm_core.team.actors import actor_of
from crm_core.team.types import CompanySettings
from db.models import Import, User

SAMPLE_ROWS: Final = 2000
"""Rows that are looked at to tell how a column writes its dates and numbers."""

_CUSTOM_TYPES: Final[Mapping[str, Any]] = {"choices": "tags"}
_ORDERS: Final = {"DMY": DateOrder.DMY, "MDY": DateOrder.MDY}


@dataclass(frozen=True)
class Job:
    """One import, ready to be worked on. ``actor`` is the person whose rights decide."""

    import_id: int
    entity: Entity
    path: Path
    layout: Layout
    plan: Plan
    frame: Frame
    options: ImportOptions
    actor: Actor
    repairs: Repairs = field(default_factory=dict)


def job(work: Work, row: Import, company: CompanySettings) -> Job:
    """The import as a job.

    Raises:
        NotFound: its file is gone.
    """
    entity, options, layout = ENTITIES[row.kind], options_of(row.options), layout_of(row.layout)
    path = path_of(row)
    if not path.exists():
        raise NotFound(f"The file “{row.file_name}” is no longer here. Upload it again.")
    added = custom(work, row.kind, layout.columns)
    samples = [one.cells for one in islice(readers.rows(path, layout), SAMPLE_ROWS)]
    context = Context(options.region or company.country or None, company.time_zone, company.currency)
    plan = plans.make_plan(row.kind, layout.columns, row.mapping, samples, context, added)
    defaults = options.defaults
    if row.kind == "campaign-results":
        defaults = with_campaign(defaults, row.mapping, row.file_name)
    plan = plans.with_defaults(plan, defaults, added)
    plan = with_order(
        replace(plan, strict=options.strict, meanings=options.meanings or {}), options.date_order
    )
    frame = Frame(
        row.kind, len(layout.columns), entity.limits, entity.options, options.tag, strict=options.strict,
        mapped=frozenset(one.field.name for one in plan.columns), zone=company.time_zone,
        currency=company.currency, has_line_amounts=row.kind == "orders" and has_line_amounts(plan, samples),
    )  # fmt: skip
    mended = repairs.known(work, row.id)
    return Job(row.id, entity, path, layout, plan, frame, options, actor_for(work, row), mended)


def actor_for(work: Work, row: Import) -> Actor:
    """The person an import belongs to, with today's rights; the operator for imports of the shell.

    Raises:
        NotAllowed: that person may not sign in any more.
    """
    if row.owner_id is None:
        return OPERATOR
    user = work.get(User, row.owner_id)
    if not user.is_active:
        raise NotAllowed(f"{user.name} cannot sign in any more, so this import cannot go on.")
    return actor_of(work, user)


def custom(work: Work, kind: str, columns: Sequence[str] = ()) -> list[fields.Field]:
    """The fields that the admin added to this kind of record, and those that a file brings along."""
    return stage_steps.fields_for(kind, columns) + [
        fields.custom_field(one.name, one.label, _CUSTOM_TYPES.get(one.type, one.type), one.choices)
        for one in custom_fields.search(work, kind)
    ]


def path_of(row: Import) -> Path:
    """Where the file of an import lies."""
    return Settings.from_environment().imports_dir / row.file_path


def layout_of(stored: Mapping[str, Any]) -> Layout:
    """The layout as it was stored with the import."""
    values = dict(stored)
    values["text"], values["dialect"] = TextEncoding(**values["text"]), Dialect(**values["dialect"])
    values["sample"] = tuple(tuple(cells) for cells in values["sample"])
    return Layout(**{name: _frozen(value) for name, value in values.items()})


def options_of(stored: Mapping[str, Any]) -> ImportOptions:
    """The options as they were stored with the import."""
    known = ImportOptions.__dataclass_fields__
    values = {name: _frozen(value) for name, value in stored.items() if name in known}
    if stored.get("create_companies") is False:
        # Imports that were planned before there were other kinds of references.
        values["create_missing"] = ()
    return ImportOptions(**values)


def plain(value: Layout | ImportOptions) -> dict[str, Any]:
    """A layout or options in the form in which they are stored."""
    return asdict(value)


def with_order(plan: Plan, order: str) -> Plan:
    """The plan with the order of day and month that a person chose; as it is where nobody chose."""
    chosen = _ORDERS.get(order.upper())
    if chosen is None:
        return plan
    style = DateStyle(chosen, sentence=f"The dates are {chosen}, as you said.")
    dated = (
        replace(one, context=replace(one.context, dates=style))
        if one.field.type in ("date", "instant", "birthday") and not one.context.dates.serial
        else one
        for one in plan.columns
    )
    return replace(plan, columns=tuple(dated))


def _frozen(value: Any) -> Any:
    return (
        tuple(value) if isinstance(value, Iterable) and not isinstance(value, str | dict | tuple) else value
    )
