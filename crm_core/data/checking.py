"""The dry run: decides about every row of the file as the run would, and stores nothing but that."""

from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from typing import Any

from crm_core.data import chunks, claims, outcomes, stage_rows
from crm_core.data.deciding import Decider
from crm_core.data.frames import Job
from crm_core.data.import_types import Ready
from crm_core.data.key_logs import KeyLog
from crm_core.data.matching import Found, look_up
from crm_core.data.owners import owners
from crm_core.data.storing import Decided
from crm_core.data.unknown_words import UnknownWords
from crm_core.kernel.access import SYSTEM, Actor, Permission
from crm_core.kernel.values.text import fold
from crm_core.kernel.work import Work, use_case
from db.models import Import, ImportChunk, ImportRow
from db.queries import import_words as word_sql
from db.queries import imports as sql

PHASE = "check"


def check(job: Job, worker: str, is_ending: Callable[[], bool]) -> None:
    """Go through the whole file.

    A dry run that was interrupted begins anew: it is quick, and the base may have changed.

    Raises:
        Lost: another worker took over. Invalid and others: the file cannot be read to its end.
    """
    _begin_check(SYSTEM, job.import_id, worker)
    decider = decider_of(job)
    tally, unknown = _Made(), UnknownWords(job.entity.kind, _categories(SYSTEM))
    for rows in chunks.stream(job.path, job.layout, job.plan, job.frame, repairs=job.repairs):
        decider.found = _find(everywhere(job.actor), job, rows)
        decided = [(row, decider.decide(row)) for row in rows]
        if job.entity.loader is None:
            tally.count(decided, decider.found, makes_companies=_makes_companies(job))
        else:
            tally.count_wanted(decided, decider)
        unknown.count(decided, decider)
        _keep_checked(everywhere(job.actor), job.import_id, worker, decided)
        if is_ending():
            claims.leave(job.import_id, worker)
            return
        if claims.is_wanted(job.import_id) == "stop":
            claims.leave(job.import_id, worker, state="draft", wanted="", message="The dry run was stopped.")
            return
    _finish_check(SYSTEM, job, worker, {"made": tally.made, "unknown": unknown.facts()})


def everywhere(actor: Actor) -> Actor:
    """The same person, seeing the whole base: a record that is out of sight must not be made twice."""
    return replace(actor, scope=SYSTEM.scope)


def decider_of(job: Job) -> Decider:
    """The rules of this import, before its first row."""
    return Decider(
        job.entity,
        job.options,
        job.import_id,
        job.actor.scope,
        _find_owners(job.actor, job.options.owner_id),
        histories=stage_rows.histories(job),
    )


_find_owners = use_case(Permission.IMPORTS_RUN, read=True)(owners)


@use_case(Permission.IMPORTS_RUN, read=True)
def _find(work: Work, job: Job, rows: list[Ready]) -> Found:
    """What the base holds for the keys of these rows."""
    return look_up(work, job.entity, rows, job.options.origin, job.import_id)


@use_case(Permission.IMPORTS_RUN, read=True)
def _categories(work: Work) -> list[str]:
    """The categories that products have."""
    return work.scalars(word_sql.category_names())


@use_case(Permission.IMPORTS_RUN)
def _begin_check(work: Work, import_id: int, worker: str) -> None:
    """Forget an earlier dry run."""
    claims.advance(work, import_id, worker, {})
    for table in (ImportChunk, ImportRow):
        work.run(sql.forget(import_id, PHASE, table))
    row = work.get(Import, import_id)
    row.rows_done, row.summary, row.message = 0, {}, ""
    for name in outcomes.BLANK_COUNTS:
        setattr(row, name, 0)


@use_case(Permission.IMPORTS_RUN)
def _keep_checked(work: Work, import_id: int, worker: str, decided: list[Decided]) -> None:
    """Remember what will happen to these rows."""
    claims.advance(work, import_id, worker, outcomes.added(decided))
    outcomes.keep(work, import_id, PHASE, decided, {})


@use_case(Permission.IMPORTS_RUN)
def _finish_check(work: Work, job: Job, worker: str, found: dict[str, Any]) -> None:
    """The dry run is known from now on."""
    row = work.get(Import, job.import_id)
    claims.advance(work, job.import_id, worker, {})
    made = found["made"]
    summary: dict[str, object] = {
        "companies_created": made.get("companies", 0),
        "tags_created": made.get("tags", 0),
    }
    summary |= {f"{name}_created": count for name, count in made.items()}
    summary |= {"assumptions": job.plan.assumptions, "unknown": found["unknown"]}
    work.run(sql.settle_repairs(job.import_id))
    values = {
        "state": "checked",
        "rows_total": row.rows_done,
        "summary": summary,
        "wanted": "",
        "message": "",
    }
    work.run(sql.leave(job.import_id, worker, values))


class _Made:
    """Counts the companies and tags that a run would make, each once."""

    def __init__(self) -> None:
        self.made: Counter[str] = Counter()
        self.seen = KeyLog()

    def count(self, decided: list[Decided], found: Found, *, makes_companies: bool) -> None:
        for row, decision in decided:
            if decision.letter not in "cdu":
                continue
            company = fold(row.linked)
            is_needed = decision.letter != "u" or "company" in decision.changes
            if makes_companies and company and is_needed and company not in found.companies:
                self._add("companies", company, row.number)
            for tag in row.tags:
                if fold(tag) not in found.tag_ids:
                    self._add("tags", fold(tag), row.number)

    def count_wanted(self, decided: list[Decided], decider: Decider) -> None:
        """The same for kinds whose loader says what it makes."""
        loader = decider.entity.loader
        for row, decision in decided if loader else ():
            for kind, keys in loader.wanted(row, decision, decider) if loader else ():
                if self.seen.find_any((kind, *key) for key in keys) is None:
                    self.made[kind] += 1
                    for key in keys:
                        self.seen.add((kind, *key), row.number)

    def _add(self, kind: str, key: str, number: int) -> None:
        if self.seen.find((kind, key)) is None:
            self.seen.add((kind, key), number)
            self.made[kind] += 1


def _makes_companies(job: Job) -> bool:
    return "companies" in job.entity.references and job.options.creates("companies")
