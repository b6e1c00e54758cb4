"""Frozen shapes of selling: what leaves this area and what comes in. Amounts are minor units."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from crm_core.kernel.paging import Paging

Sums = tuple[tuple[str, int], ...]
"""One amount for each currency, the largest first: (currency, minor units)."""


@dataclass(frozen=True)
class NewStage:
    """A step of a pipeline to add or to change; see ``StageRow``."""

    name: str
    probability: int
    rot_days: int | None = None
    required_fields: Sequence[str] = ()


@dataclass(frozen=True)
class StageRow:
    """A step of a pipeline: its chance of winning in percent, and the days after which a deal needs care."""

    id: int
    pipeline_id: int
    name: str
    position: int
    probability: int
    rot_days: int | None
    required_fields: tuple[str, ...]


@dataclass(frozen=True)
class PipelineRow:
    """A way of selling with its stages, in their order."""

    id: int
    name: str
    is_archived: bool
    stages: tuple[StageRow, ...]


@dataclass(frozen=True)
class DealQuery:
    """Which deals: the same question serves board, list, table, totals and export.

    Args:
        text: words to find in the name, the company and the contact.
        pipeline_id: only this pipeline.
        stage_id: only this stage.
        status: ``open``, ``won`` or ``lost``; empty for all.
        owner_id: only those of this user, 0 for those of nobody.
        mine: only those of the person who asks.
        team_id: only those of the people of this team.
        amount_from: at least so many minor units (of ``currency``).
        amount_to: at most so many minor units (of ``currency``).
        currency: only amounts in this currency.
        close_from: expected to close on this day or later.
        close_to: expected to close on this day or earlier.
        closed_from: won or lost on this day or later, in the company's time zone.
        closed_to: won or lost on this day or earlier.
        created_from: opened on this day or later, in the company's time zone.
        created_to: opened on this day or earlier.
        contact_id: only those about this contact, also with another role than the main one.
        account_id: only those with this company.
        product_id: only those with a line of this product.
        lost_reason: only those lost for this reason.
        rotting: only open ones that stay in their stage for too long.
        without_next_step: only open ones without an open task.
        deleted: only those that can be restored.
        paging: which page, in which order; see ``deals.SORTS``.
    """

    text: str = ""
    pipeline_id: int | None = None
    stage_id: int | None = None
    status: str = ""
    owner_id: int | None = None
    mine: bool = False
    team_id: int | None = None
    amount_from: int | None = None
    amount_to: int | None = None
    currency: str = ""
    close_from: date | None = None
    close_to: date | None = None
    closed_from: date | None = None
    closed_to: date | None = None
    created_from: date | None = None
    created_to: date | None = None
    contact_id: int | None = None
    account_id: int | None = None
    product_id: int | None = None
    lost_reason: str = ""
    rotting: bool = False
    without_next_step: bool = False
    deleted: bool = False
    paging: Paging = field(default_factory=Paging)


ChosenDeals = Sequence[int] | DealQuery
"""Some deals: their ids, or the list they stand in."""


@dataclass(frozen=True)
class DealRow:
    """One deal as a card or a row shows it.

    ``probability`` is its own or that of its stage, in percent; a won deal has 100, a lost one 0.
    ``days_in_stage`` ends when the deal was closed. ``next_step_on`` is the first day of its open tasks;
    ``has_next_step`` is also true for tasks without a day. Names that the reader may not see are empty.
    """

    id: int
    version: int
    name: str
    pipeline_id: int
    stage_id: int
    stage: str
    status: str
    amount: int | None
    currency: str
    probability: int
    judgement: str
    close_on: date | None
    opened_at: datetime
    stage_since: datetime
    closed_at: datetime | None
    lost_reason: str
    contact_id: int | None
    contact_name: str
    account_id: int | None
    company: str
    owner_id: int | None
    owner_name: str
    source: str
    rank: int
    is_sample: bool
    created_at: datetime
    updated_at: datetime
    deleted_at: datetime | None
    days_in_stage: int
    is_rotting: bool
    next_step_on: date | None = None
    has_next_step: bool = False


Cursor = tuple[int, int]
"""Where a column goes on: rank and id of the last card that was shown."""


@dataclass(frozen=True)
class BoardColumn:
    """One stage with how many deals stand there, what they add up to, and the first cards.

    ``more`` is where ``deals.more`` goes on, None when all cards are here.
    """

    stage: StageRow
    count: int
    sums: Sums
    cards: tuple[DealRow, ...]
    more: Cursor | None


@dataclass(frozen=True)
class Board:
    """The open deals of a pipeline, stage by stage."""

    pipeline: PipelineRow
    columns: tuple[BoardColumn, ...]
    count: int
    sums: Sums


@dataclass(frozen=True)
class NewLine:
    """What is to be sold: a product or a free text. Prices in major units of the deal's currency.

    Without ``unit_price`` the product's price counts. ``discount`` is taken off the whole line,
    ``discount_percent`` is another way to say it.
    """

    product_id: int | None = None
    name: str = ""
    quantity: Decimal = Decimal(1)
    unit_price: Decimal | None = None
    discount: Decimal = Decimal(0)
    discount_percent: Decimal | None = None


@dataclass(frozen=True)
class LineRow:
    """A line of a deal: quantity in thousandths, prices in minor units; see ``db.models.DealLine``."""

    id: int
    product_id: int | None
    name: str
    quantity: int
    list_price: int | None
    unit_price: int
    discount: int
    total: int


@dataclass(frozen=True)
class DealPerson:
    """A person who has a part in a deal; the main contact comes first."""

    contact_id: int
    name: str
    job_title: str
    email: str
    phone: str
    role: str
    is_main: bool


@dataclass(frozen=True)
class DealDetail:
    """One deal as its page shows it; ``values`` is what ``deals.change`` takes back."""

    row: DealRow
    description: str
    lines: tuple[LineRow, ...]
    people: tuple[DealPerson, ...]
    was_imported: bool
    values: Mapping[str, Any] = field(default_factory=dict)

    @property
    def id(self) -> int:
        """The number of the deal."""
        return self.row.id

    @property
    def version(self) -> int:
        """The version that a change names."""
        return self.row.version

    def __getitem__(self, name: str) -> Any:
        """The value of a field by its import field name, empty text where there is none."""
        return self.values.get(name, "")


@dataclass(frozen=True)
class StageStay:
    """One chapter of a deal: from when to when it was where.

    ``left_at`` is empty for the present chapter, ``days`` counts up to now there. ``status`` says whether the
    deal was open in it; ``from_stage`` is empty for the first one. ``by`` is who brought it there.
    """

    stage_id: int
    stage: str
    from_stage: str
    status: str
    entered_at: datetime
    left_at: datetime | None
    days: float
    amount: int | None
    currency: str
    by: str
