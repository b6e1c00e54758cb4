"""Leads: the queue, and what people do with it. A lead is a contact with a lead status."""

from collections.abc import Mapping, Sequence
from typing import Any, Final

from crm_core.kernel.access import Permission
from crm_core.kernel.errors import Conflict, Invalid, NotFound
from crm_core.kernel.paging import Page
from crm_core.kernel.values.text import clean
from crm_core.kernel.work import Work, use_case
from crm_core.people import contacts, owners
from crm_core.people.rules import LEAD_STATUSES
from crm_core.people.search_words import search_words
from crm_core.sales import assignment, conversion, lead_rules, lead_scores
from crm_core.sales.lead_rules import BANDS, CONVERTED, OPEN, UNQUALIFIED
from crm_core.sales.lead_types import Arrived, LeadDetail, LeadQuery, LeadRow
from crm_core.team import notices
from crm_core.team.notices import NewNotice
from db.models import Activity, Contact, Interaction
from db.queries import leads as sql

SORTS: Final = tuple(sql.SORTS)
MOST_AT_ONCE: Final = 1_000
MOST_TOLD: Final = 10
_MOST_SOURCES: Final = 50


@use_case(Permission.CONTACTS_READ, read=True)
def search(work: Work, query: LeadQuery) -> Page[LeadRow]:
    """One page of the queue, the most promising first unless another order is asked for.

    Raises:
        Invalid: a status, band or sort field that does not exist.
    """
    sort = query.paging.sort_field or "score"
    if sort not in SORTS:
        raise Invalid(f"Leads cannot be sorted by “{sort[:40]}”. Choose one of {', '.join(SORTS)}.")
    is_descending = query.paging.is_descending or not query.paging.sort
    statement = sql.rows().where(*_conditions(work, query))
    return work.page(sql.ordered(statement, sort, is_descending=is_descending), query.paging, _row)


@use_case(Permission.CONTACTS_READ, read=True)
def summary(work: Work) -> dict[str, int]:
    """How many leads are ``open``, and how many of these ``hot``, ``unowned``, ``mine``, ``untouched``."""
    row = work.tuples(sql.counts(OPEN, work.actor.id))[0]
    return {name: int(value) for name, value in row._mapping.items()}


@use_case(Permission.CONTACTS_READ, read=True)
def sources(work: Work) -> list[str]:
    """Where leads come from, the most frequent first."""
    return [str(source) for source in work.scalars(sql.sources(_MOST_SOURCES))]


@use_case(Permission.CONTACTS_READ, read=True)
def get(work: Work, lead_id: int) -> LeadDetail:
    """One lead with its reasons, why it has its owner, what it sent, and what it became.

    Raises:
        NotFound: no such lead, or none that this person may see.
    """
    row = work.first(sql.rows().where(Contact.id == lead_id), _row)
    if row is None:
        raise NotFound("This lead does not exist, or it is not yours to see.")
    return LeadDetail(
        row,
        because=_last_word(work, lead_id, "lead.assigned", "because"),
        lost_reason=_last_word(work, lead_id, "lead.disqualified", "reason"),
        conversion=conversion.of(work, lead_id),
        came_converted=bool(work.scalar(sql.came_converted(lead_id))),
    )


@use_case(Permission.CONTACTS_EDIT)
def create(work: Work, values: Mapping[str, Any], *, even_if_duplicate: bool = False) -> Arrived:
    """Take in a new lead: without a named owner, the rules say who gets it, else the one who enters it.

    Raises:
        Invalid, Conflict, NotAllowed: as for contacts.
    """
    given = {"lead_status": "new", "lifecycle": "lead", **values}
    lead_id = contacts.create(work, given, even_if_duplicate=even_if_duplicate)
    seen, because = work.actor.scope, ""
    if not given.get("owner"):
        because = assignment.assign(work.as_system(), lead_id, instead_of=work.actor.id)
    owner_id = work.as_system().get(Contact, lead_id).owner_id
    name = owners.name_of(work, owner_id)
    work.session.info["scope"] = seen
    return Arrived(lead_id, owner_id, name, because)


@use_case(Permission.CONTACTS_EDIT)
def accept(work: Work, lead_ids: Sequence[int]) -> int:
    """Take leads on: those of nobody become one's own, new ones are being worked on. Returns how many.

    Raises:
        Conflict: somebody else has one of them, or it is closed.
    """
    for lead in _locked(work, lead_ids):
        if lead.owner_id not in (None, work.actor.id):
            name = owners.name_of(work, lead.owner_id)
            raise Conflict(f"{name} has “{lead.name}” already. Ask for it to be given to you.")
        if lead.lead_status not in OPEN:
            raise Conflict(f"“{lead.name}” is {lead.lead_status} already.")
        wanted: dict[str, Any] = {"owner": work.actor.id} if lead.owner_id is None else {}
        if lead.lead_status in ("new", "contacted"):
            wanted["lead_status"] = "working"
        contacts.change(work, lead.id, wanted, version=None)
        work.record("lead.accepted", lead)
    return len(lead_ids)


@use_case(Permission.CONTACTS_ASSIGN)
def assign(work: Work, lead_ids: Sequence[int], owner_id: int | None) -> int:
    """Give leads to an owner (None: to nobody), who is told. Returns how many changed hands.

    Raises:
        NotAllowed: not this person's to decide.
    """
    leads = [lead for lead in _locked(work, lead_ids) if lead.owner_id != owner_id]
    done = contacts.assign(work, [lead.id for lead in leads], owner_id) if leads else None
    if done is not None and owner_id is not None and owner_id != work.actor.id:
        for lead in leads[:MOST_TOLD] if len(leads) <= MOST_TOLD else ():
            text = f"{work.actor.name} gave you the lead {lead.name}"
            cause = f"lead.given:{done.undo_token}:{lead.id}"
            notices.tell(work, NewNotice(owner_id, "lead.assigned", text, "customer", lead.id, cause))
        if len(leads) > MOST_TOLD:
            text = f"{work.actor.name} gave you {len(leads)} leads"
            cause = f"lead.given:{done.undo_token}"
            notices.tell(work, NewNotice(owner_id, "lead.assigned", text, "leads", None, cause))
    return 0 if done is None else done.count


@use_case(Permission.CONTACTS_EDIT)
def disqualify(work: Work, lead_ids: Sequence[int], reason: str, note: str = "") -> int:
    """Close leads that will not become customers, for one of ``lead_rules.LOST_REASONS``. Returns how many.

    Raises:
        Invalid: no reason, or none of the list. Conflict: one is closed already.
    """
    if reason not in lead_rules.LOST_REASONS:
        hint = f"Say why: {', '.join(lead_rules.LOST_REASONS)}."
        raise Invalid(hint, fields={"reason": hint})
    for lead in _locked(work, lead_ids):
        if lead.lead_status not in OPEN:
            raise Conflict(f"“{lead.name}” is {lead.lead_status} already.")
        contacts.change(work, lead.id, {"lead_status": UNQUALIFIED}, version=None)
        work.record("lead.disqualified", lead, reason=reason, note=clean(note)[:2_000])
    return len(lead_ids)


@use_case(Permission.CONTACTS_EDIT)
def reopen(work: Work, lead_ids: Sequence[int]) -> int:
    """Take disqualified leads up again, and those that came converted with an import. Returns how many.

    Raises:
        Conflict: one is open, or was converted here.
    """
    for lead in _locked(work, lead_ids):
        came_converted = lead.lead_status == CONVERTED and conversion.of(work, lead.id) is None
        if lead.lead_status != UNQUALIFIED and not came_converted:
            is_made = lead.lead_status == CONVERTED
            way = "Take its conversion back instead." if is_made else "It is open already."
            raise Conflict(f"“{lead.name}” is {lead.lead_status}. {way}")
        contacts.change(work, lead.id, {"lead_status": "working"}, version=None)
        work.record("lead.reopened", lead)
    return len(lead_ids)


def arrive(work: Work, created: Activity) -> None:
    """A contact was made: if it is a lead of nobody, the rules say who gets it."""
    contact = work.session.get(Contact, created.contact_id) if created.contact_id else None
    if contact is not None and contact.lead_status in OPEN and contact.owner_id is None:
        assignment.assign(work, contact.id)


def alert(work: Work, happened: Activity) -> None:
    """A lead did something by itself: its owner learns it, once."""
    contact = work.session.get(Contact, happened.contact_id) if happened.contact_id else None
    if contact is None or not contact.lead_status or contact.owner_id in (None, happened.actor_id):
        return
    said = _did(work, happened)
    if said:
        work.flush()
        text = f"Your lead {contact.name} {said}"
        cause = f"lead.active:{happened.id}"
        notices.tell(
            work, NewNotice(contact.owner_id or 0, "lead.active", text, "customer", contact.id, cause)
        )


def _did(work: Work, happened: Activity) -> str:
    if happened.name == "form.submitted":
        # A new lead is announced as such already.
        return "" if happened.facts.get("is_new") else f"sent the form “{happened.facts.get('form', '')}”"
    touch = work.session.get(Interaction, happened.subject_id)
    if touch is None or touch.direction != "in":
        return ""
    words = {"email": "wrote an e-mail", "call": "called", "chat": "wrote in a chat", "post": "wrote a post"}
    return words.get(touch.kind, "")


def _conditions(work: Work, query: LeadQuery) -> list[Any]:
    if query.status not in ("", "all", *LEAD_STATUSES):
        raise Invalid(f"A lead is one of {', '.join(LEAD_STATUSES)}.", fields={"status": "Choose one."})
    if query.band and query.band not in BANDS:
        raise Invalid(f"A band is one of {', '.join(BANDS)}.", fields={"band": "Choose one."})
    statuses = {"": OPEN, "all": ()}.get(query.status, (query.status,))
    # The shell and the system own nothing: no user has the number -1.
    owner_id = (work.actor.id or -1) if query.mine else query.owner_id
    return sql.conditions(
        statuses, owner_id=owner_id, source=query.source, band=BANDS.get(query.band),
        untouched=query.untouched, words=search_words(query.text),
    )  # fmt: skip


def _locked(work: Work, lead_ids: Sequence[int]) -> list[Contact]:
    if len(lead_ids) > MOST_AT_ONCE:
        raise Invalid(f"Choose at most {MOST_AT_ONCE:,} leads at once.")
    found = [work.scalar(sql.locked(lead_id)) for lead_id in sorted(set(lead_ids))]
    if any(lead is None or not lead.lead_status for lead in found):
        raise NotFound("One of these leads does not exist, or it is not yours to see.")
    return [lead for lead in found if lead is not None]


def _row(**columns: Any) -> LeadRow:
    return LeadRow(**{**columns, "reasons": lead_scores.shapes(columns["reasons"])})


def _last_word(work: Work, lead_id: int, name: str, fact: str) -> str:
    told = work.scalar(sql.last_trace(lead_id, name))
    return str((told or {}).get(fact, ""))
