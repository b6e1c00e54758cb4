"""Those who recommend us: advocates, found by a score and never paid, and ambassadors with an agreement."""

from datetime import date, timedelta
from typing import Any, Final

from crm_core.kernel.access import Permission
from crm_core.kernel.errors import Conflict, Invalid
from crm_core.kernel.paging import Page, Paging
from crm_core.kernel.work import Work, use_case
from crm_core.loyalty import members
from crm_core.loyalty import referral_rules as rules
from crm_core.loyalty.referral_types import AMBASSADOR, Advocate, Liking, NewReferrer, ReferrerRow
from crm_core.team.company import company
from db.models import Activity, Contact, Referrer
from db.queries import referrals as sql

MOST_LOOKED_AT: Final = 500
BOUGHT_WITHIN: Final = timedelta(days=730)


@use_case(Permission.LOYALTY_READ, read=True)
def find(work: Work, limit: int = 50) -> list[Advocate]:
    """Customers who like us best, by a score with its reasons; those whom we should ask to recommend us.

    Looked at are the customers with the highest revenue within two years who bought more than once.
    """
    since = work.now - BOUGHT_WITHIN
    rows = work.tuples(sql.likely_advocates(company().currency, since, MOST_LOOKED_AT))
    found = [_scored(row, work.now.date()) for row in rows]
    return sorted(found, key=lambda one: (-one.score, one.contact_id))[:limit]


@use_case(Permission.LOYALTY_READ, read=True)
def search(
    work: Work,
    paging: Paging = Paging(),  # noqa: B008 - frozen
    *,
    kind: str = "",
    state: str = "",
) -> Page[ReferrerRow]:
    """Advocates and ambassadors; those whose friends spent most come first."""
    return work.page(sql.referrers(company().currency, kind, state), paging, ReferrerRow)


@use_case(Permission.LOYALTY_MANAGE)
def enrol(work: Work, contact_id: int, new: NewReferrer) -> ReferrerRow:
    """Let a contact recommend us with a code of its own; an ambassador becomes a member as well.

    Raises:
        NotFound: no such contact within reach. Invalid: with a hint for each wrong field.
        Conflict: the contact recommends us already, or the code is somebody else's.
    """
    contact = work.get(Contact, contact_id)
    values = _checked(new)
    known: Referrer | None = work.scalar(sql.of_contact(contact_id))
    if known is not None and known.state == "active":
        raise Conflict(f"{contact.name} recommends us already, with the code {known.code}.")
    code = _code(work, new.code, contact.name, known)
    if known is None:
        row = work.add(Referrer(contact_id=contact_id, started_at=work.now, **values, **code))
    else:
        row = known
        for name, value in {**values, **code, "started_at": work.now, "ended_at": None}.items():
            setattr(row, name, value)
    row.state = "active"
    if new.kind == AMBASSADOR:
        members.joined(work, contact_id, by="referral")
    work.record("referrer.enrolled", row, kind=row.kind, code=row.code)
    return _row(work, row.id)


@use_case(Permission.LOYALTY_MANAGE)
def change(work: Work, referrer_id: int, wanted: NewReferrer, *, version: int | None) -> ReferrerRow:
    """Change what was agreed; rewards that were given stay.

    Raises:
        NotFound, Invalid: as ``enrol``. Conflict: as ``enrol``, or somebody changed it since ``version``.
    """
    row: Referrer = work.fresh(Referrer, referrer_id, version)
    values = _checked(wanted)
    name = work.get(Contact, row.contact_id).name
    code = _code(work, wanted.code or row.code, name, row)
    for field, value in {**values, **code}.items():
        setattr(row, field, value)
    if row.kind == AMBASSADOR:
        members.joined(work, row.contact_id, by="referral")
    work.record("referrer.changed", row, **work.changes(row))
    return _row(work, row.id)


@use_case(Permission.LOYALTY_MANAGE)
def end(work: Work, referrer_id: int) -> None:
    """End an agreement: the code brings nobody any more; friends who wait are still rewarded.

    Raises:
        NotFound: there is none. Conflict: it was ended before.
    """
    row = work.get(Referrer, referrer_id)
    if row.state != "active":
        raise Conflict("This agreement was ended already.")
    row.state, row.ended_at = "ended", work.now
    work.record("referrer.ended", row, code=row.code)


def follow_merge(work: Work, merged: Activity) -> None:
    """After a merge of contacts: the one that stays recommends us with the code of the one that goes.

    If both have one, both codes go on working: what the second brings goes to the membership that stays.
    """
    gone: Referrer | None = work.scalar(sql.of_contact(merged.facts["with_id"]))
    if gone is None or merged.subject_id is None or work.scalar(sql.of_contact(merged.subject_id)):
        return
    gone.contact_id = merged.subject_id
    work.record("referrer.moved", gone, merge_id=merged.facts["merge_id"])


def follow_unmerge(work: Work, parted: Activity) -> None:
    """After contacts were parted: a code that came with the merge goes back."""
    stays: Referrer | None = work.scalar(sql.of_contact(parted.subject_id or 0))
    moved: Activity | None = work.scalar(sql.last_move(stays.id)) if stays is not None else None
    if stays is None or moved is None or moved.facts["merge_id"] != parted.facts["merge_id"]:
        return
    stays.contact_id = parted.facts["with_id"]
    work.record("referrer.returned", stays, merge_id=parted.facts["merge_id"])


def _scored(row: Any, today: date) -> Advocate:
    days = (today - row.last_at.date()).days if row.last_at else None
    is_advocate = row.lifecycle == "advocate"
    score, reasons = rules.score(Liking(row.orders, days, row.friends, row.rating, is_advocate, row.nps))
    return Advocate(row.contact_id, row.name, row.company, score, reasons, row.kind)


def _checked(new: NewReferrer) -> dict[str, Any]:
    if wrong := rules.problems(new):
        raise Invalid("Please correct the marked fields.", fields=wrong)
    is_paid = new.kind == AMBASSADOR
    return {
        "kind": new.kind, "terms": new.terms.strip(), "compensation": new.compensation.strip(),
        "points_referrer": new.points_referrer if is_paid else None, "points_friend": new.points_friend,
    }  # fmt: skip


def _code(work: Work, wanted: str, name: str, mine: Referrer | None) -> dict[str, str]:
    code = " ".join(wanted.split()) or (mine.code if mine else "") or rules.draw_code(name)
    while True:
        holder: Referrer | None = work.scalar(sql.by_code(rules.code_key(code)))
        if holder is None or (mine is not None and holder.id == mine.id):
            return {"code": code, "code_key": rules.code_key(code)}
        if wanted:
            hint = "Somebody else has this code."
            raise Invalid("Please correct the marked fields.", fields={"code": hint})
        code = rules.draw_code(name)


def _row(work: Work, referrer_id: int) -> ReferrerRow:
    work.flush()
    [found] = work.rows(sql.one_referrer(referrer_id, company().currency), ReferrerRow)
    return found
