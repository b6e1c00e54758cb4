"""How records other than people and companies come in: found, decided about, stored, given back.

Each kind has a loader: this class with what is its own. A dry run and a run ask the same ``decide``.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime
from typing import TYPE_CHECKING, Any, ClassVar, Final

from crm_core.data import reference_making, references
from crm_core.data.import_types import USUAL_KEYS, Decision, Key, Ready, note
from crm_core.data.references import Links, links_of
from crm_core.kernel.work import Work
from crm_core.people.counts import Tally
from db.base import Base
from db.models import Activity, ImportRow
from db.queries import loading as sql

if TYPE_CHECKING:
    from crm_core.data.deciding import Decider
    from crm_core.data.storing import Decided, Store

TO_BE_MADE: Final = "made by this import"
"""Stands for the number of a record that the import makes: a dry run cannot know it."""

Kept = tuple[int, dict[str, str], dict[str, Any]]
Record = dict[str, Any]
Written = tuple[dict[int, int], Counter[str], Tally]


class Loader:
    """One kind of record.

    Attributes:
        kind: of ``ENTITIES``.
        model: the table; ``title`` is the column that people know a record by.
        columns: what rows fill, is compared and given back; ``also`` is read beside them.
        seller: the column of the person a record belongs to, empty where there is none.
        unique: the kind of key that two records cannot share, with its column.
        marks: the column that names the import; none where the table has no such column.
        parts: tables of what belongs to a record itself.
        references: what rows may name beside that, and what is made when asked.
    """

    kind: ClassVar[str]
    model: ClassVar[type[Base]]
    title: ClassVar[str] = "name"
    columns: ClassVar[tuple[str, ...]]
    marks: ClassVar[tuple[str, ...]] = ("import_id",)
    also: ClassVar[tuple[str, ...]] = ()
    seller: ClassVar[str] = ""
    unique: ClassVar[tuple[str, str]] = ("external_id", "external_id")
    parts: ClassVar[tuple[type[Base], ...]] = ()
    references: ClassVar[tuple[str, ...]] = ()

    def find(
        self, work: Work, keys: dict[str, set[str]], links: Links, origin: str
    ) -> Iterable[tuple[Key, int]]:
        """Which records have these keys."""
        raise NotImplementedError

    def insert(self, store: "Store", new: Sequence["Decided"], ids: dict[int, int]) -> None:
        """Store new records under these ids (by row number), with what belongs to them."""
        raise NotImplementedError

    def values(self, row: Ready, links: Links, store: "Decider | Store") -> dict[str, Any]:
        """The columns that a row fills, typed; also those that refer to other records."""
        del links, store
        return row.columns

    def gather(self, work: Work, links: Links, rows: Sequence[Ready]) -> None:
        """Keep what else of the base is needed to decide about these rows and store them."""

    def after(self, store: "Store", decided: Sequence["Decided"], ids: dict[int, int]) -> None:
        """What follows from the stored rows, in the same transaction."""

    def release(self, work: Work, ids: Sequence[int]) -> None:
        """Let go what refers to the records only because the import said so."""

    def remove_beside(self, work: Work, made: dict[str, list[int]]) -> None:
        """Remove what was made beside records, as far as nobody uses it: ids by table."""

    def before_removal(self, work: Work, ids: Sequence[int]) -> Any:
        """What has to be known about records before they go."""

    def after_removal(self, work: Work, known: Any) -> None:
        """What follows from records that went."""

    def look_up(self, work: Work, rows: Sequence[Ready], origin: str, import_id: int) -> Links:
        """Everything that the base holds about these rows."""
        work.expect_many()
        links = Links(import_id=import_id)
        references.look_up(work, links, rows, origin)
        keys: dict[str, set[str]] = defaultdict(set)
        for row in rows:
            for kind, value in row.keys if not row.is_refused else ():
                keys[kind].add(value)
        pairs = list(self.find(work, keys, links, origin))
        links.taken = {value for (kind, value), _ in pairs if kind == self.unique[0]}
        links.records = self.records(work, {key_id for _, key_id in pairs})
        for key, key_id in pairs:
            if key_id in links.records and key_id not in links.ids[key]:
                links.ids[key].append(key_id)
        self.gather(work, links, rows)
        return links

    def records(self, work: Work, ids: set[int]) -> dict[int, Record]:
        """The columns of these records."""
        if not ids:
            return {}
        extra = [self.seller] if self.seller else []
        names = tuple(dict.fromkeys(("id", *self.marks, self.title, *extra, *self.columns, *self.also)))
        rows = work.tuples(sql.records(self.model, ids, names))
        return {row[0]: dict(zip(names, row, strict=True)) for row in rows}

    def decide(self, decider: "Decider", row: Ready) -> Decision:
        """The outcome of the next row."""
        links = links_of(decider.found)
        earlier, record = self.meant(decider, row)
        if earlier:
            return Decision("t", None, {}, (note(earlier, level="hint"),))
        notes = tuple(references.missing(row, links, decider.options, self.references))
        if record is None:
            return self.decide_new(decider, row, notes)
        policy = decider.options.on_duplicate
        if policy in ("skip", "create"):
            return Decision("s", record["id"])
        changes = self.changes(row, record, decider, fill=policy == "fill")
        if not changes:
            return Decision("n", record["id"], {}, notes)
        decider.seen.touched.add(record["id"])
        return Decision("u", record["id"], changes, notes)

    def decide_new(self, decider: "Decider", row: Ready, notes: tuple[dict[str, str], ...]) -> Decision:
        """The outcome of a row that no record matches."""
        kind, column = self.unique
        value = row.columns.get(column)
        sets = {}
        if value and (value in decider.found.taken or decider.seen.made.find((kind, value))):
            sets[column] = [value, None]
            notes += (note("Another record has this ID already; the new one has none.", column),)
        for key in row.keys:
            if key[0] != kind or column not in sets:
                decider.seen.made.add(key, row.number)
        return Decision("c", None, sets, notes)

    def meant(self, decider: "Decider", row: Ready) -> tuple[str, Record | None]:
        """Why the row is a repetition, or the record it means."""
        options = decider.options
        if options.on_duplicate == "create":
            return "", None
        for kind in options.match_by or USUAL_KEYS[self.kind]:
            for key in (key for key in row.keys if key[0] == kind):
                earlier = decider.seen.made.find(key)
                if earlier is not None:
                    return f"The same as row {earlier} of this file.", None
                ids = decider.found.ids.get(key, ())
                held = [decider.found.records[one] for one in ids if (key, one) not in decider.seen.gone]
                seen = [one for one in held if not self.seller or decider.scope.covers(one[self.seller])]
                if any(self._is_mine(decider, one) for one in seen):
                    return "The same as an earlier row of this file.", None
                if seen:
                    return "", min(seen, key=lambda one: int(one["id"]))
        return "", None

    def changes(self, row: Ready, record: Record, decider: "Decider", *, fill: bool) -> dict[str, Any]:
        """What a row changes on a record, in the form in which it is kept: column -> [old, new]."""
        found: dict[str, Any] = {}
        links = links_of(decider.found)
        values = self.values(row, links, decider)
        coming = links.coming(row, decider.options, self.references)
        for column in self.columns:
            old, new = record[column], values.get(column)
            if column in coming:
                if not fill or old is None:
                    found[column] = [old, TO_BE_MADE]
                continue
            if new is None or new == "" or new == old or (fill and old not in (None, "")):
                continue
            found[column] = [kept(old), kept(new)]
        return found

    def write(self, store: "Store", decided: Sequence["Decided"]) -> Written:
        """Store the rows; returns new ids by row number, what else was made, the change of kept counts."""
        touched = [pair for pair in decided if pair[1].letter in "cdua"]
        made, tally = reference_making.make(store, [row for row, _ in touched])
        new = [pair for pair in touched if pair[1].letter in "cd"]
        reserved = store.work.reserve(self.model, len(new)) if new else ()
        ids = {row.number: key for key, (row, _) in zip(reserved, new, strict=True)}
        if new:
            self.insert(store, new, ids)
        self.update(store, [pair for pair in touched if pair[1].letter == "u"])
        self.after(store, decided, ids)
        return ids, made, tally

    def update(self, store: "Store", known: Sequence["Decided"]) -> None:
        """Write what rows change on records, and say so on their timelines."""
        groups: dict[tuple[str, ...], list[list[Any]]] = defaultdict(list)
        for row, decision in known:
            wanted = self.values(row, links_of(store.found), store)
            values = {name: wanted[name] for name in decision.changes if name in self.columns}
            for name, value in values.items():
                # What had to be made first has its number by now.
                decision.changes[name][1] = kept(value)
            if values:
                values |= self.derived(store.found.records[decision.record_id or 0] | values)
                values["updated_at"] = store.work.now
                values = {name: value for name, value in values.items() if hasattr(self.model, name)}
                groups[("id", *values)].append([decision.record_id, *values.values()])
        for columns, rows in groups.items():
            store.work.change_many(self.model, columns, rows)
        self.trace(store.work, [(one.record_id or 0, one.changes) for _, one in known], store.import_id)

    def derived(self, record: Record) -> dict[str, Any]:
        """The columns that follow from others."""
        del record
        return {}

    def trace(
        self,
        work: Work,
        changes: Sequence[tuple[int, dict[str, Any]]],
        import_id: int,
        *,
        undone: bool = False,
    ) -> None:
        """One ``….changed`` activity for each of many records."""
        columns = ("name", "subject_type", "subject_id", "actor_id", "actor_name", "happened_at",
                   "recorded_at",
                   "facts")  # fmt: skip
        facts = {"import_id": import_id} | ({"undone": True} if undone else {})
        name, table, who, now = f"{self.kind[:-1]}.changed", self.model.__tablename__, work.actor, work.now
        rows = [
            (name, table, key, who.id, who.name, now, now, {"changes": one, **facts}) for key, one in changes
        ]
        if rows:
            work.insert(Activity, columns, rows)

    def restore(self, work: Work, import_id: int, rows: Sequence[ImportRow]) -> list[Kept]:
        """Give records back what these rows changed, where they still hold it; returns what stays and why."""
        records = self.records(work, {row.record_id for row in rows if row.record_id})
        groups: dict[tuple[str, ...], list[list[Any]]] = defaultdict(list)
        stays, traces = [], []
        for row in rows:
            record = records.get(row.record_id or 0)
            if record is None:
                continue
            back, newer = {}, {}
            for name, (old, new) in row.changes.items():
                if name in self.columns and kept(record[name]) == new:
                    back[name] = typed(name, old)
                elif name in self.columns:
                    newer[name] = str(record[name])
            if newer:
                changed = ", ".join(newer)
                said = f"“{record[self.title]}”: {changed} changed since, so the newer values stay."
                stays.append((record["id"], note(said, level="hint"), newer))
            if back:
                whole = {**back, **self.derived(record | back)}
                whole = {name: value for name, value in whole.items() if hasattr(self.model, name)}
                groups[("id", *whole)].append([record["id"], *whole.values()])
            traces.append(
                (record["id"], {name: [row.changes[name][1], row.changes[name][0]] for name in back})
            )
        for columns, cells in groups.items():
            work.change_many(self.model, columns, cells)
        self.restore_parts(work, import_id, rows)
        self.trace(work, traces, import_id, undone=True)
        return stays

    def restore_parts(self, work: Work, import_id: int, rows: Sequence[ImportRow]) -> None:
        """Give back what belongs to the records: lines, stages."""

    def wanted(
        self, row: Ready, decision: Decision, decider: "Decider"
    ) -> Iterator[tuple[str, tuple[Key, ...]]]:
        """What a run would make beside the record: (kind, keys)."""
        if decision.letter in "cdua":
            yield from references.wanted(row, links_of(decider.found), decider.options, self.references)

    def _is_mine(self, decider: "Decider", record: Record) -> bool:
        return record.get("import_id") == decider.import_id or record["id"] in decider.seen.touched


def kept(value: Any) -> Any:
    """A value as the list of changes holds it."""
    return value.isoformat() if isinstance(value, date | datetime) else value


def typed(column: str, value: Any) -> Any:
    """A kept value as its column holds it: instants end in ``_at`` or ``_since``, days in ``_on``."""
    if not isinstance(value, str):
        return value
    if column.endswith(("_at", "_since")):
        return datetime.fromisoformat(value)
    return date.fromisoformat(value) if column.endswith("_on") else value
