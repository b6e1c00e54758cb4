"""Mending many records: what a repair would change, the same change made, and taken back.

The preview and the repair ask the same function, so that what was shown is what is done.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import nullcontext
from dataclasses import dataclass
from typing import Any, Final

from crm_core.activity.task_days import today
from crm_core.data import mended_records
from crm_core.data.mended_records import plain
from crm_core.data.quality_mending import Known, common_domain, own_domain, repair_of
from crm_core.data.selling_mending import beginning
from crm_core.kernel.work import Work
from crm_core.people import counts
from crm_core.people.context import usual
from db import lengths
from db.models import Activity, QualityRun
from db.queries import quality as sql
from db.queries import quality_of_selling as selling_sql
from db.queries import quality_runs as run_sql
from db.queries.quality_conditions import MODELS

CHUNK: Final = 500
_TRACE: Final = (
    "id", "name", "subject_type", "subject_id", "contact_id", "account_id", "actor_id", "actor_name",
    "happened_at", "recorded_at", "facts",
)  # fmt: skip


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
        one.row.id: {
            name: [plain(getattr(one.row, name)), plain(value)] for name, value in one.values.items()
        }
        for one in proposals
    }
    if changes:
        _set(work, run.record, [one.row for one in proposals], {one.row.id: one.values for one in proposals})
        _trace(work, run, [one.row for one in proposals], changes)
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
        if all(plain(getattr(row, name)) == new for name, (_old, new) in mine[key].items())
    }
    if untouched:
        before = {
            key: {name: mended_records.stored(name, old) for name, (old, _) in changes.items()}
            for key, changes in untouched.items()
        }
        _set(work, run.record, [rows[key] for key in untouched], before)
        back = {
            key: {name: [new, old] for name, (old, new) in changes.items()}
            for key, changes in untouched.items()
        }
        _trace(work, run, [rows[key] for key in untouched], back)
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
        mended_records.derive(work, record, rows)
        work.flush()


def _trace(work: Work, run: QualityRun, rows: Sequence[Any], changes: Mapping[int, dict[str, Any]]) -> None:
    numbers = work.reserve(Activity, len(changes))
    run.steps_from, run.steps_to = run.steps_from or numbers[0], numbers[-1]
    name = mended_records.happened(run.record, run.repair)
    who = (work.actor.id, work.actor.name, work.now, work.now)
    by_id = {row.id: row for row in rows}
    traces = (
        (
            number,
            name,
            run.record,
            key,
            *mended_records.customer(run.record, by_id[key]),
            *who,
            {**mended_records.named(run.record, by_id[key]), "changes": dict(each), "repair": run.id},
        )
        for number, (key, each) in zip(numbers, changes.items(), strict=True)
    )
    work.insert(Activity, _TRACE, traces)


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
    if needs == "sellers":
        people = {row.contact_id for row in rows if row.contact_id}
        firms = {row.account_id for row in rows if row.account_id}
        found = work.tuples(selling_sql.owners_of(people, firms))
        return Known(region, sellers={(kind, key): owner_id for kind, key, owner_id in found})
    if needs == "categories":
        starts = {start for row in rows if (start := beginning(row.sku))}
        known_words: dict[str, set[str]] = {}
        for sku, category in work.tuples(selling_sql.categories(starts)) if starts else ():
            known_words.setdefault(beginning(sku), set()).add(category)
        return Known(
            region, categories={key: min(each) for key, each in known_words.items() if len(each) == 1}
        )
    if needs == "today":
        return Known(region, today=today())
    if needs == "domains":
        addresses: dict[int, list[str]] = {}
        for key, address in work.tuples(sql.mail_domains([row.id for row in rows])):
            addresses.setdefault(key, []).append(address)
        return Known(region, domains={key: common_domain(each) for key, each in addresses.items()})
    return Known(region, owner_id=order.owner_id)


def _twice(texts: Iterable[str]) -> set[str]:
    seen: set[str] = set()
    return {text for text in texts if text in seen or seen.add(text)}  # type: ignore[func-returns-value]
