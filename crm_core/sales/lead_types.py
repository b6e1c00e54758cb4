"""Frozen shapes of leads: what leaves this part of selling and what comes in."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from crm_core.kernel.paging import Paging


@dataclass(frozen=True)
class Reason:
    """Why a lead has its score: the criterion, what it adds (or takes), and words for people."""

    name: str
    points: int
    text: str


@dataclass(frozen=True)
class LeadQuery:
    """What the queue is asked for.

    Args:
        text: any part of name, e-mail, company or phone.
        status: one of ``people.rules.LEAD_STATUSES``, empty for all open ones, ``all`` for every lead.
        owner_id: whose; 0 for nobody's, None for everybody's.
        mine: only those of the person who asks.
        source: only those that came from here.
        band: ``hot``, ``warm`` or ``cold``; empty for all.
        untouched: only those nobody was in touch with.
        paging: which page; sorted by ``score``, ``created``, ``name`` or ``last_touch``.
    """

    text: str = ""
    status: str = ""
    owner_id: int | None = None
    mine: bool = False
    source: str = ""
    band: str = ""
    untouched: bool = False
    paging: Paging = field(default_factory=Paging)


@dataclass(frozen=True)
class LeadRow:
    """A lead in the queue; the fields stand in the order of the columns of its query."""

    id: int
    version: int
    name: str
    company: str
    job_title: str
    email: str
    phone: str
    country: str
    source: str
    lead_status: str
    owner_id: int | None
    owner_name: str
    score: int
    reasons: tuple[Reason, ...]
    model: str
    created_at: datetime
    last_touch_at: datetime | None


@dataclass(frozen=True)
class Conversion:
    """What a lead became. ``before_status`` is where it came from, ``can_undo`` whether the way back is open.

    ``is_new`` tells the one who converted from the one who came second. ``deal_version`` is that of the deal
    as it was made.
    """

    contact_id: int
    account_id: int | None
    account_name: str
    deal_id: int | None
    deal_name: str
    converted_at: datetime
    by: str
    before_status: str
    can_undo: bool
    is_new: bool = False


@dataclass(frozen=True)
class LeadDetail:
    """One lead as its page shows it; ``because`` says why it has this owner.

    ``came_converted``: an import brought it so; the deal, if there was one, was made elsewhere.
    """

    row: LeadRow
    because: str
    lost_reason: str
    conversion: Conversion | None
    came_converted: bool = False


@dataclass(frozen=True)
class NewConversion:
    """What a lead is to become. Empty values are taken from the contact.

    ``deal`` holds values of the deal by field name, None makes none. ``company`` names the account; an
    account of this name, or of the web domain of the e-mail, is used where there is one.
    """

    company: str = ""
    deal: Mapping[str, Any] | None = field(default_factory=dict)


@dataclass(frozen=True)
class Arrived:
    """What became of a new lead: whom it was given to, and why."""

    id: int
    owner_id: int | None
    owner_name: str
    because: str


@dataclass(frozen=True)
class NewRule:
    """A rule of assignment as its form gives it; ``rule`` is a line of the rule language, empty for all."""

    name: str
    rule: str
    method: str
    user_ids: Sequence[int]
    is_active: bool = True


@dataclass(frozen=True)
class RuleRow:
    """A rule of assignment. ``people`` are the names of ``user_ids``, ``last`` whose turn it was."""

    id: int
    name: str
    position: int
    rule: str
    method: str
    user_ids: tuple[int, ...]
    people: tuple[str, ...]
    last: str
    is_active: bool


@dataclass(frozen=True)
class Trial:
    """What the rules would do with a lead: which one holds, and who would get it."""

    lead_id: int
    name: str
    rule: str
    owner: str


@dataclass(frozen=True)
class FormField:
    """A field of a web form: name of the contact field, the label that visitors read, must it be filled."""

    name: str
    label: str
    is_required: bool = False


@dataclass(frozen=True)
class NewForm:
    """A web form as its editor gives it.

    ``texts`` has ``title``, ``intro``, ``button``, ``thanks`` and ``consent`` (the words of the box to tick;
    empty for no box).
    """

    name: str
    fields: Sequence[FormField]
    texts: Mapping[str, str] = field(default_factory=dict)
    slug: str = ""
    source: str = ""
    tags: Sequence[str] = ()


@dataclass(frozen=True)
class FormDetail:
    """A web form; ``taken`` and ``held`` count what visitors sent."""

    id: int
    slug: str
    name: str
    fields: tuple[FormField, ...]
    texts: Mapping[str, str]
    source: str
    tags: tuple[str, ...]
    is_active: bool
    taken: int = 0
    held: int = 0


@dataclass(frozen=True)
class SubmissionRow:
    """What a visitor sent: ``answers`` by label, ``verdict`` taken, held or refused, and why."""

    id: int
    form_id: int
    form_name: str
    contact_id: int | None
    answers: Mapping[str, str]
    verdict: str
    reason: str
    submitted_at: datetime


@dataclass(frozen=True)
class ModelState:
    """Which way of scoring is in use, and how good both are on held-out history.

    ``outcomes`` counts closed leads, ``needed`` how many are needed. ``quality`` has, for ``rules`` and for
    ``learned``, ``auc`` (0.5 is chance) and ``brier`` (0 is perfect); empty as long as nothing was learned.
    """

    in_use: str
    outcomes: int
    needed: int
    quality: Mapping[str, Any] = field(default_factory=dict)
    fitted_at: datetime | None = None


@dataclass(frozen=True)
class Sent:
    """What a visitor sent: texts by field name, the key of the opened form, and what gives robots away.

    ``trap`` is what stood in a field that people do not see; ``address`` is where the request came from.
    """

    answers: Mapping[str, str]
    key: str
    consent: bool = False
    trap: str = ""
    address: str = ""
