"""Mending many records: what a repair would change, the same change made, and taken back.

The preview and the repair ask the same function, so that what was shown is what is done.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import nullcontext
from dataclasses import dataclass
from typing import Any, Final

from crm_core.data.quality_mending import Known, common_domain, own_domain, repair_of
from crm_core.kernel.work import Work
from crm_core.people import counts, naming
from crm_core.people import rules as people_rules
from crm_core.people.context import usual
from db import lengths
from db.models import Activity, QualityRun
from db.queries import points as point_sql
from db.queries import quality as sql
from db.queries import quality_runs as run_sql
from db.queries.quality_conditions import MODELS

CHUNK: Final = 500
_TRACE: Final = (
    "id", "name", "subject_type", "subject_id", "contact_id", "account_id", "actor_id", "actor_name",
    "happened_at", "recorded_at", "facts",
)  # fmt: skip
_NOUNS: Final = {"contacts": "contact", "accounts": "account"}


@dataclass(frozen=True)
class Order:
    """What somebody wants mended: a finding, the repair, some of its records (none named: all), an owner."""

    record: str
    finding: str
    repair: str
    ids: tuple[int, ...] = ()
    owner_id: int | None = None


@dataclass
class Proposal:
    """One record, with the columns that come out otherwise."""

    row: Any
    values: dict[str, Any]


@dataclass(frozen=True)
class Chunk:
    """Some records that a check finds: how many were looked at, the last one, and what is proposed."""

    seen: int
    last: int
    proposals: Sequence[Proposal]


def look(work: Work, order: Order, above: int = 0, *, is_locking: bool = False) -> Chunk:
    """The next records behind the one numbered ``above``, with what the repair makes of them."""
    repair = repair_of(order.repair)
    wanted = sql.next_rows(order.record, order.finding, work.now, order.ids)
    rows = work.scalars(sql.behind(wanted, order.record, above, CHUNK, is_locking=is_locking))
    known = _known(work, order, repair.needs, rows)
    longest = lengths.of(MODELS[order.record])
    proposals = []
    for row in rows:
        values = repair.propose(row, known)
        changed = {name: value for name, value in values.items() if value != getattr(row, name)}
        fits = all(len(str(value)) <= longest.get(name, 10**6) for name, value in changed.items())
        if changed and fits:
            proposals.append(Proposal(row, changed))
    return Chunk(len(rows), rows[-1].id if rows else above, proposals)


def every(work: Work, order: Order, most: int) -> Iterator[Chunk]:
    """All chunks of the records that the check finds, up to so many records; nothing is changed."""
    above = seen = 0
    while seen < most and (chunk := look(work, order, above)).seen:
        above, seen = chunk.last, seen + chunk.seen
        yield chunk


def make(work: Work, run: QualityRun, proposals: Sequence[Proposal]) -> None:
    """Change the records as proposed, and leave a trace of each that an undo starts from."""
    changes = {
        one.row.id: {name: [getattr(one.row, name), value] for name, value in one.values.items()}
        for one in proposals
    }
    if changes:
        _set(work, run.record, [one.row for one in proposals], {one.row.id: one.values for one in proposals})
        _trace(work, run, changes)
    run.done += len(changes)


def take_back(work: Work, run: QualityRun, repaired: QualityRun) -> bool:
    """Give the next records back what they had; False at the end.

    A record in which a mended value was changed since stays as it is, and is counted as kept.
    """
    between = (repaired.steps_from, repaired.steps_to)
    steps = work.tuples(run_sql.steps(run.record, between, run.above, CHUNK))
    if not steps:
        return False
    run.above = steps[-1].id
    mine = {
        step.subject_id: step.facts["changes"] for step in steps if step.facts.get("repair") == repaired.id
    }
    rows = {row.id: row for row in work.scalars(sql.rows_by_id(run.record, list(mine)))}
    untouched = {
        key: mine[key]
        for key, row in rows.items()
        if all(getattr(row, name) == new for name, (_old, new) in mine[key].items())
    }
    if untouched:
        before = {key: {name: old for name, (old, _new) in untouched[key].items()} for key in untouched}
        _set(work, run.record, [rows[key] for key in untouched], before)
        back = {
            key: {name: [new, old] for name, (old, new) in changes.items()}
            for key, changes in untouched.items()
        }
        _trace(work, run, back)
    run.done += len(untouched)
    run.kept += len(mine) - len(untouched)
    return True


def _set(work: Work, record: str, rows: Sequence[Any], values: Mapping[int, Mapping[str, Any]]) -> None:
    ids = [row.id for row in rows]
    with counts.kept(work, ids) if record == "contacts" else nullcontext():
        for row in rows:
            for name, value in values[row.id].items():
                setattr(row, name, value)
            row.updated_at = work.now
        _derive(work, record, rows)
        work.flush()


def _derive(work: Work, record: str, rows: Sequence[Any]) -> None:
    """Bring names, sort keys and search texts in line."""
    if record == "contacts":
        further: dict[int, list[str]] = {}
        for point in work.scalars(point_sql.reachable([row.id for row in rows])):
            further.setdefault(point.contact_id, []).append(point.value)
        for row in rows:
            naming.derive(row, further.get(row.id, ()))
        return
    for row in rows:
        columns = {name: getattr(row, name) for name in ("name", "domain", "phone")}
        for name, value in people_rules.derived_of_account(columns).items():
            setattr(row, name, value)


def _trace(work: Work, run: QualityRun, changes: Mapping[int, dict[str, Any]]) -> None:
    numbers = work.reserve(Activity, len(changes))
    run.steps_from, run.steps_to = run.steps_from or numbers[0], numbers[-1]
    noun = _NOUNS[run.record]
    name = f"{noun}.assigned" if run.repair == "assign" and noun == "contact" else f"{noun}.changed"
    who = (work.actor.id, work.actor.name, work.now, work.now)
    rows = (
        (
            number,
            name,
            run.record,
            key,
            *_about(run.record, key),
            *who,
            {"changes": dict(each), "repair": run.id},
        )
        for number, (key, each) in zip(numbers, changes.items(), strict=True)
    )
    work.insert(Activity, _TRACE, rows)


def _about(record: str, key: int) -> tuple[int | None, int | None]:
    return (key, None) if record == "contacts" else (None, key)


def _known(work: Work, order: Order, needs: str, rows: Sequence[Any]) -> Known:
    """What a repair reads beside the records: asked once for many."""
    region = usual().region
    if needs == "companies":
        domains = {own_domain(row.email) for row in rows if row.email} - {""}
        found = work.tuples(sql.accounts_by_domain(domains)) if domains else ()
        # Two companies of one domain: nobody knows which is meant.
        known = {domain: (key, name) for domain, key, name in found}
        twice = _twice(domain for domain, _key, _name in found)
        return Known(region, companies={key: one for key, one in known.items() if key not in twice})
    if needs == "countries":
        ids = {row.account_id for row in rows if row.account_id}
        return Known(region, countries=dict(map(tuple, work.tuples(sql.account_countries(ids)))))
    if needs == "domains":
        addresses: dict[int, list[str]] = {}
        for key, address in work.tuples(sql.mail_domains([row.id for row in rows])):
            addresses.setdefault(key, []).append(address)
        return Known(region, domains={key: common_domain(each) for key, each in addresses.items()})
    return Known(region, owner_id=order.owner_id)


def _twice(texts: Iterable[str]) -> set[str]:
    seen: set[str] = set()
    return {text for text in texts if text in seen or seen.add(text)}  # type: ignore[func-returns-value]
