"""Deals come in with their way: they enter their stage when they began, and end on the day of the file."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any, ClassVar

from crm_core.data import stage_finding
from crm_core.data.import_types import Decision, Key, Ready
from crm_core.data.loaders import Loader, Record, Written
from crm_core.data.references import Links, links_of
from crm_core.data.stage_finding import Stages
from crm_core.kernel.values.text import fold
from crm_core.kernel.work import Work
from db.models import Deal, DealLine, Import, ImportRow, StageChange
from db.queries import loading as loading_sql
from db.queries import stage_matching as sql

if TYPE_CHECKING:
    from crm_core.data.deciding import Decider
    from crm_core.data.storing import Decided, Store

_ONE = 1000
_NEW = (
    "id", "import_id", "origin", "external_id", "created_at", "updated_at", "search_text", "pipeline_id",
    "stage_id",
    "status", "opened_at", "stage_since", "closed_at", "probability", "owner_id", "owner_name", "contact_id",
    "account_id", "name", "amount", "currency", "close_on", "lost_reason", "source", "description", "custom",
)  # fmt: skip
_CHANGE = ("deal_id", "from_stage_id", "to_stage_id", "status", "amount", "currency", "changed_at",
           "recorded_at",
           "actor_id", "import_id")  # fmt: skip
_LINE = ("deal_id", "product_id", "name", "quantity", "list_price", "unit_price", "discount", "total",
         "position",
         "import_id")  # fmt: skip


class DealLoader(Loader):
    """Deals with their stages, their history and what they are about."""

    kind = "deals"
    model = Deal
    columns: ClassVar[tuple[str, ...]] = (
        "name", "status", "amount", "currency", "close_on", "closed_at", "lost_reason", "source",
        "description",
        "contact_id", "account_id", "owner_id", "owner_name", "stage_id", "pipeline_id", "stage_since",
    )  # fmt: skip
    seller = "owner_id"
    parts = (DealLine, StageChange)
    references = ("companies", "contacts", "products")

    def find(
        self, work: Work, keys: dict[str, set[str]], links: Links, origin: str
    ) -> Iterable[tuple[Key, int]]:
        """By ID; deals without one got one of their title, company and beginning."""
        del links
        found = work.tuples(loading_sql.by_external_id(Deal, origin, keys["external_id"]))
        yield from ((("external_id", value), key_id) for value, key_id in found)

    def gather(self, work: Work, links: Links, rows: Sequence[Ready]) -> None:
        """The pipelines there are."""
        del rows
        links.kept["stages"] = stage_finding.read(work)

    def decide(self, decider: "Decider", row: Ready) -> Decision:
        """A row that tells a step of a deal adds to it; the latest one is the deal with its whole way."""
        story = decider.histories.get(row.columns["external_id"])
        if story is None:
            return super().decide(decider, row)
        if row.number == story.latest:
            row.facts["steps"] = list(story.steps)
            row.facts["stage"] = row.facts["stage"] or (story.steps[-1][0] if story.steps else "")
            return super().decide(decider, row)
        record = None
        if decider.options.on_duplicate != "create":
            record = self.meant(decider, row)[1]
        return Decision("s", record["id"]) if record else Decision("a")

    def wanted(
        self, row: Ready, decision: Decision, decider: "Decider"
    ) -> Iterator[tuple[str, tuple[Key, ...]]]:
        """What a run would make: rows that tell steps make fewer deals than there are rows."""
        if decision.letter == "c" and decider.histories:
            yield "deals", (("deal", str(row.number)),)
        yield from super().wanted(row, decision, decider)

    def write(self, store: "Store", decided: Sequence["Decided"]) -> Written:
        """Store the rows; steps of deals are told by the latest row of each."""
        ids, made, tally = super().write(store, decided)
        if any(decision.letter == "a" for _, decision in decided):
            made["deals"] = len(ids)
        return ids, made, tally

    def values(self, row: Ready, links: Links, store: "Decider | Store") -> dict[str, Any]:
        """The columns that a row fills; a stage that is to be made has no number yet."""
        stages: Stages = links.kept["stages"]
        owner_id, owner_name = store.owners.seller(row.owner)
        found = {**row.columns, "contact_id": links.contact(row), "account_id": links.company(row)}
        if row.owner:
            found |= {"owner_id": owner_id, "owner_name": owner_name}
        entry = stages.entry(row.facts["pipeline"], row.facts["stage"])
        if entry is not None:
            found |= {"stage_id": entry.id, "pipeline_id": entry.pipeline_id}
        return found

    def changes(self, row: Ready, record: Record, decider: "Decider", *, fill: bool) -> dict[str, Any]:
        """What a row changes on a deal; entering a stage or ending says since when."""
        stages: Stages = links_of(decider.found).kept["stages"]
        found = super().changes(row, record, decider, fill=fill)
        if "status" in found and record["status"] != "open" and row.facts["status"] == "open":
            for name in ("status", "closed_at"):
                found.pop(name, None)
        for name in ("stage_id", "pipeline_id", "stage_since"):
            found.pop(name, None)
        if row.facts["stage"] and not fill:
            entry = stages.entry(row.facts["pipeline"], row.facts["stage"])
            if entry is None or entry.id != record["stage_id"]:
                found["stage"] = [None, row.facts["stage"]]
        return found

    def insert(self, store: "Store", new: Sequence["Decided"], ids: dict[int, int]) -> None:
        """Store new deals with their way and their lines."""
        stages = self._stages(store, [row for row, _ in new])
        now, links, deals, lines = store.work.now, links_of(store.found), [], []
        way: list[tuple[Any, ...]] = []
        for row, decision in new:
            columns, facts, deal_id = row.columns, row.facts, ids[row.number]
            entry = stages.entry(facts["pipeline"], facts["stage"]) or stages.last(facts["pipeline"])
            if entry is None:
                raise LookupError("A deal has no stage to lie in.")
            opened, closed, since = moments(columns, facts, now)
            passed = [(stages.entry(facts["pipeline"], name), at) for name, at in facts["steps"]]
            steps = way_of([(stage.id, at) for stage, at in passed if stage], entry.id, opened, closed or now)
            since = closed or steps[-1][1]
            owner_id, owner_name = store.owners.seller(row.owner)
            chance = columns.get("probability")
            is_own = chance is not None and facts["status"] == "open" and chance != entry.probability
            external_id = None if "external_id" in decision.changes else columns.get("external_id")
            deals.append((
                deal_id, store.import_id, store.options.origin, external_id, opened, now, searched(row),
                entry.pipeline_id,
                entry.id, facts["status"], opened, since, closed, chance if is_own else None, owner_id,
                owner_name,
                links.contact(row), links.company(row), columns["name"], columns.get("amount"),
                columns["currency"], columns.get("close_on"), columns.get("lost_reason", ""),
                columns.get("source", ""), columns.get("description", ""), columns.get("custom", {}),
            ))  # fmt: skip
            if closed is not None:
                steps = [*steps, (entry.id, closed)]
            way += self._way(store, row, deal_id, steps)
            lines += self._lines(store, row, deal_id)
        store.work.insert(Deal, _NEW, deals)
        store.work.insert(StageChange, _CHANGE, way)
        if lines:
            store.work.insert(DealLine, _LINE, lines)

    def _way(
        self, store: "Store", row: Ready, deal_id: int, steps: Sequence[tuple[int, datetime]]
    ) -> Iterator[tuple[Any, ...]]:
        """The changes of stage that a new deal went through; the last one tells how it is now."""
        amount = (row.columns.get("amount"), row.columns["currency"])
        before, last = None, len(steps) - 1
        for place, (stage_id, at) in enumerate(steps):
            status = row.facts["status"] if place == last else "open"
            yield (deal_id, before, stage_id, status, *amount, at, store.work.now, store.work.actor.id,
                   store.import_id)  # fmt: skip
            before = stage_id

    def update(self, store: "Store", known: Sequence["Decided"]) -> None:
        """Change deals; what moves or ends them is written into their history."""
        if not known:
            return
        stages = self._stages(store, [row for row, one in known if "stage" in one.changes])
        way = []
        for row, decision in known:
            record = store.found.records[decision.record_id or 0]
            entry = stages.entry(row.facts["pipeline"], row.facts["stage"])
            if "stage" in decision.changes and entry is not None:
                decision.changes["stage_id"] = [record["stage_id"], entry.id]
                decision.changes["pipeline_id"] = [record["pipeline_id"], entry.pipeline_id]
            if decision.changes.keys() & {"stage_id", "status"}:
                stage_id = decision.changes.get("stage_id", (0, record["stage_id"]))[1]
                new = [at for _, at in row.facts["steps"] if at > record["stage_since"]]
                at = row.facts["closed_at"] or (new[-1] if new else store.work.now)
                decision.changes["stage_since"] = [record["stage_since"].isoformat(), at.isoformat()]
                row.columns["stage_since"] = at
                amount = (row.columns.get("amount", record["amount"]), row.columns["currency"])
                way.append((record["id"], record["stage_id"], stage_id, row.facts["status"], *amount, at,
                            store.work.now, store.work.actor.id, store.import_id))  # fmt: skip
        super().update(store, known)
        if way:
            store.work.insert(StageChange, _CHANGE, way)

    def restore_parts(self, work: Work, import_id: int, rows: Sequence[ImportRow]) -> None:
        """Take back the steps that the import wrote."""
        ids = [row.record_id for row in rows if row.record_id]
        work.run(sql.remove_changes(import_id, ids))
        work.run(sql.remove_lines(import_id, ids))

    def remove_beside(self, work: Work, made: dict[str, list[int]]) -> None:
        """Stages and pipelines that no deal is in."""
        if work.run(sql.remove_unused_stages(made.get("stages", []))):
            stage_finding.close_ranks(work, stage_finding.read(work))
        work.run(sql.remove_unused_pipelines(made.get("pipelines", [])))

    def _stages(self, store: "Store", rows: Sequence[Ready]) -> Stages:
        """The stages with those that these rows need; what is made is noted with the import."""
        stages: Stages = links_of(store.found).kept["stages"]
        wanted = dict.fromkeys(
            (row.facts["pipeline"], row.facts["stage"], row.columns.get("probability")) for row in rows
        )
        wanted |= dict.fromkeys(
            (row.facts["pipeline"], name, None)
            for row in rows for name, _ in row.facts["steps"] if name != row.facts["stage"]
        )  # fmt: skip
        stage_finding.make(store.work, stages, wanted)
        if any(stages.made.values()):
            row = store.work.get(Import, store.import_id)
            before = row.summary.get("made_ids", {})
            made = {name: [*before.get(name, []), *ids] for name, ids in stages.made.items()}
            row.summary = {**row.summary, "made_ids": made}
            stages.made = {"pipelines": [], "stages": []}
        return stages

    def _lines(self, store: "Store", row: Ready, deal_id: int) -> list[tuple[Any, ...]]:
        name = row.facts["product"][1]
        if not name:
            return []
        links = links_of(store.found)
        product_id = links.product(row)
        shown, price, currency = links.catalogue.get(product_id or 0, (name, None, ""))
        listed = price if currency == row.columns["currency"] else None
        amount = row.columns.get("amount") or 0
        return [(deal_id, product_id, shown, _ONE, listed, amount, 0, amount, 0, store.import_id)]


def moments(
    columns: dict[str, Any], facts: dict[str, Any], now: datetime
) -> tuple[datetime, datetime | None, datetime]:
    """When a deal began, when it ended (None: open), and since when it is as it is.

    A deal of which only the end is known began no later; without any date it began now.
    """
    closed = (facts["closed_at"] or now) if facts["status"] != "open" else None
    told = [at for _, at in facts["steps"]]
    opened = min([columns.get("opened_at") or min([*told, closed or now]), *told, now])
    closed = None if closed is None else max(min(closed, now), opened)
    return opened, closed, closed or opened


def way_of(
    passed: Sequence[tuple[int, datetime]], present: int, opened: datetime, until: datetime
) -> list[tuple[int, datetime]]:
    """The stages one after the other, from the beginning to the present one, with the instants of entering.

    What a file tells is kept within the life of the deal; a stage that is entered twice in a row counts once.
    """
    told = [(stage_id, max(opened, min(at, until))) for stage_id, at in passed]
    if not told or told[-1][0] != present:
        told.append((present, told[-1][1] if told else opened))
    steps = [step for place, step in enumerate(told) if not place or told[place - 1][0] != step[0]]
    return [(steps[0][0], opened), *steps[1:]]


def searched(row: Ready) -> str:
    """All that a deal can be found by, folded."""
    words = (row.columns["name"], row.linked, *row.facts["person"].values())
    return "\n".join(dict.fromkeys(fold(word) for word in words if word))
