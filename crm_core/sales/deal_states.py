"""What becomes of one deal: moved, won, lost, opened again, and what it went through."""

from datetime import timedelta
from typing import Any

from crm_core.kernel.errors import Conflict, Invalid, NotFound
from crm_core.kernel.work import Work
from crm_core.sales import deal_records, ranks, rules, stages
from crm_core.sales.types import StageStay
from db.models import Deal, Stage
from db.queries import deals as sql

_CLOSED = {rules.WON: "deal.won", rules.LOST: "deal.lost"}
_DAY = timedelta(days=1)


def held(work: Work, deal_id: int) -> Deal:
    """The deal as it is now, for this transaction alone: who drags it at the same time comes second.

    Raises:
        NotFound: there is none, or none that this person may see.
    """
    found: Deal | None = work.scalar(sql.locked(deal_id))
    if found is None:
        raise NotFound("This deal does not exist, or it is not yours to see.")
    return found


def require(work: Work, deal: Deal, stage: Stage) -> None:
    """Refuse unless the deal has all that a stage asks for.

    Raises:
        Invalid: with a hint for every field that is empty.
    """
    if not stage.required_fields:
        return
    filled = deal_records.filled(work, deal)
    if lacking := rules.missing(stage.required_fields, filled):
        fields = [name for name in stage.required_fields if rules.missing([name], filled)]
        sentence = rules.refusal(stage.name, lacking)
        raise Invalid(sentence, fields=dict.fromkeys(fields, f"Needed for “{stage.name}”."))


def move(
    work: Work, deal: Deal, stage: Stage, version: int | None, beside: tuple[int | None, int | None]
) -> int:
    """Put an open deal into a stage, beside another card or at the top."""
    if deal.stage_id == stage.id and deal.status == rules.OPEN:
        if any(beside):
            work.run(sql.set_rank(deal.id, _rank(work, deal, stage, beside)))
        return deal.version
    _unchanged(work, deal, version)
    if deal.status != rules.OPEN:
        raise Conflict(f"“{deal.name}” is {deal.status}. Reopen it before you move it.")
    require(work, deal, stage)
    before = work.get(Stage, deal.stage_id)
    deal.rank = _rank(work, deal, stage, beside)
    stages.enter(work, deal, stage)
    work.record("deal.moved", deal, deal=deal.name, from_stage=before.name, to_stage=stage.name)
    return deal.version


def close(
    work: Work, deal: Deal, status: str, version: int | None, *, reason: str = "", note: str = ""
) -> int:
    """Close an open deal as won or lost, in the stage where it stands."""
    _unchanged(work, deal, version)
    if deal.status != rules.OPEN:
        raise Conflict(f"“{deal.name}” is {deal.status} already. Reopen it first, if that was wrong.")
    deal.lost_reason = reason
    stages.enter(work, deal, work.get(Stage, deal.stage_id), status)
    amount = deal_records.amount_text(deal.amount, deal.currency)
    facts: dict[str, Any] = {"deal": deal.name, "amount": amount, "currency": deal.currency}
    if status == rules.LOST:
        facts |= {"reason": reason, "note": note}
    work.record(_CLOSED[status], deal, **facts)
    return deal.version


def reopen(work: Work, deal: Deal, version: int | None) -> int:
    """Open a closed deal again; where its stage is archived, it begins anew."""
    _unchanged(work, deal, version)
    if deal.status == rules.OPEN:
        raise Conflict(f"“{deal.name}” is open already.")
    was, stage = deal.status, work.get(Stage, deal.stage_id)
    if stage.archived_at is not None:
        stage = stages.active(work, deal.pipeline_id)[0]
    deal.rank = ranks.top(work, stage.id)
    stages.enter(work, deal, stage)
    work.record("deal.reopened", deal, deal=deal.name, stage=stage.name, was=was)
    return deal.version


def history(work: Work, deal: Deal) -> tuple[StageStay, ...]:
    """Chapter by chapter: each change begins one, and ends the one before."""
    told = work.tuples(sql.history(deal.id))
    ends = [row.changed_at for row in told[1:]] + [None]
    return tuple(
        StageStay(
            stage_id=row.stage_id,
            stage=row.stage,
            from_stage=row.from_stage,
            status=row.status,
            entered_at=row.changed_at,
            left_at=end,
            days=max(0.0, ((end or work.now) - row.changed_at) / _DAY),
            amount=row.amount,
            currency=row.currency,
            by=row.by,
        )
        for row, end in zip(told, ends, strict=True)
    )


def _rank(work: Work, deal: Deal, stage: Stage, beside: tuple[int | None, int | None]) -> int:
    before_id, behind_id = beside
    neighbour = before_id or behind_id
    if neighbour is None or neighbour == deal.id:
        return ranks.top(work, stage.id)
    return ranks.beside(work, stage.id, deal.id, neighbour, is_above=before_id is not None)


def _unchanged(work: Work, deal: Deal, version: int | None) -> None:
    """Refuse to go on from an old picture of a deal, and say what became of it."""
    if version is None or deal.version == version:
        return
    last = work.tuples(sql.last_change(deal.id))[0]
    by = f" by {last.by}" if last.by else ""
    if deal.status == rules.OPEN:
        now = f"It stands in “{last.stage}” now, put there{by}."
    else:
        now = f"It was {deal.status}{by}."
    raise Conflict(
        f"Someone else changed “{deal.name}” meanwhile. {now} Reload to see it, then try again.",
        theirs={
            "stage_id": deal.stage_id,
            "stage": last.stage,
            "status": deal.status,
            "by": last.by,
            "version": deal.version,
        },
    )
