"""Orders come in with their lines, which may lie apart in the file: each row is added to its order.

So no more is in memory than a chunk, whatever the size of the file, and an order is whole behind every chunk.
"""

from collections.abc import Iterable, Iterator, Sequence
from typing import TYPE_CHECKING, Any, ClassVar

from crm_core.commerce import totals
from crm_core.data import reference_making, references
from crm_core.data.import_types import Decision, Key, Ready, note
from crm_core.data.loaders import Loader, Record, Written
from crm_core.data.order_drafts import Draft
from crm_core.data.order_rows import NOT_ITEMISED
from crm_core.data.references import Links, links_of
from crm_core.kernel.work import Work
from db.models import ImportRow, Order, OrderLine, OrderReturn
from db.queries import order_matching as sql

if TYPE_CHECKING:
    from crm_core.data.deciding import Decider
    from crm_core.data.storing import Decided, Store

_MOST_ALIKE = 9
_ONE = 1000
_DATES = ("paid_at", "shipped_at", "delivered_at", "returned_at", "cancelled_at")
_COPIED = ("currency", "status", "channel", "coupon", "city", "postal_code", "country")
_NEW = ("id", "number", "origin", "import_id", "created_at", "updated_at", "ordered_at", "contact_id",
        "account_id",
        "actor_id", "seller_name", "total", "discount", "refunded", *_COPIED, *_DATES)  # fmt: skip
_LINE = ("order_id", "product_id", "name", "quantity", "unit_price", "discount", "total", "position")
_RETURN = ("order_id", "quantity", "amount", "reason", "returned_at", "actor_id")


class OrderLoader(Loader):
    """Orders, by their number."""

    kind = "orders"
    model = Order
    title = "number"
    columns: ClassVar[tuple[str, ...]] = (
        "status", "ordered_at", "channel", "coupon", "city", "postal_code", "country", "refunded",
        "contact_id",
        "account_id", "actor_id", "seller_name", *_DATES,
    )  # fmt: skip
    also = ("total", "discount", "currency", "version")
    seller = "actor_id"
    unique = ("number", "number")
    parts = (OrderLine, OrderReturn)
    references = ("companies", "contacts", "products")

    def find(
        self, work: Work, keys: dict[str, set[str]], links: Links, origin: str
    ) -> Iterable[tuple[Key, int]]:
        """By number; orders that had none were numbered by their cells, and may be there several times."""
        del links
        numbers = set(keys["number"])
        numbers |= {
            _again(one, time) for one in keys["number"] if one.startswith("row-") for time in range(2, 10)
        }
        if numbers:
            yield from ((("number", one[0]), one[1]) for one in work.tuples(sql.by_number(origin, numbers)))

    def gather(self, work: Work, links: Links, rows: Sequence[Ready]) -> None:
        """What the lines of the orders come to, and which orders get theirs from this very import."""
        del rows
        links.kept["lines"] = {}
        if links.records:
            found = work.tuples(sql.lines(list(links.records), NOT_ITEMISED))
            links.kept["lines"] = {row[0]: (int(row[1]), row[2], row[3], int(row[4])) for row in found}
        links.kept["taking"] = None
        links.kept["work"] = work

    def decide(self, decider: "Decider", row: Ready) -> Decision:
        """A row makes an order, adds to that of an earlier row, completes one without lines, or is known."""
        number, record = self._order(decider, row)
        has_line = row.facts["line"] is not None
        made, lines = decider.seen.made.find(("number", number)), decider.seen.made.find(("lines", number))
        is_mine = record is not None and record["import_id"] == decider.import_id
        if made is not None or is_mine or lines is not None or self._takes(decider, record):
            is_line = has_line and row.facts["is_numbered"]
            return Decision("a", record["id"] if record else None) if is_line else _repeated(made)
        links = links_of(decider.found)
        notes = tuple(references.missing(row, links, decider.options, self.references))
        if record is None:
            return self._new(decider, row, number, notes)
        return self._known(decider, row, record, notes)

    def values(self, row: Ready, links: Links, store: "Decider | Store") -> dict[str, Any]:
        """The columns of the order that a row fills."""
        actor_id, name = store.owners.seller(row.owner)
        found = {**row.columns, "contact_id": links.contact(row), "account_id": links.company(row)}
        if row.owner:
            found |= {"actor_id": actor_id, "seller_name": name}
        if row.facts["refunded"]:
            found["refunded"] = row.facts["refunded"]
        if not row.facts["has_status"]:
            found = {name: value for name, value in found.items() if name != "status" and name not in _DATES}
        return found

    def write(self, store: "Store", decided: Sequence["Decided"]) -> Written:
        """Store the rows of a chunk: new orders, further lines, changes; then count purchases anew."""
        made, tally = reference_making.make(store, [row for row, one in decided if one.letter in "cua"])
        new = [pair for pair in decided if pair[1].letter == "c"]
        reserved = store.work.reserve(Order, len(new)) if new else ()
        ids = {row.number: key for key, (row, _) in zip(reserved, new, strict=True)}
        made["orders"] = len(new)
        self.update(store, [pair for pair in decided if pair[1].letter == "u"])
        drafts = self._drafts(store, decided, ids)
        self._insert_orders(store, [(draft, one) for draft, one in drafts if draft.is_new])
        self._change_orders(store, [draft for draft, _ in drafts if not draft.is_new])
        self._insert_lines(store, [draft for draft, _ in drafts])
        links = links_of(store.found)
        buyers = {links.contact(row) for row, one in decided if one.letter in "cu"}
        buyers |= {store.found.records[one.record_id]["contact_id"] for _, one in decided
                   if one.letter in "au" and one.record_id in store.found.records}  # fmt: skip
        totals.recount(store.work, buyers)
        return ids, made, tally

    def wanted(
        self, row: Ready, decision: Decision, decider: "Decider"
    ) -> Iterator[tuple[str, tuple[Key, ...]]]:
        """What a run would make: rows make fewer orders than there are rows."""
        if decision.letter == "c":
            yield "orders", (("number", decision.changes["number"][1]),)
        yield from super().wanted(row, decision, decider)

    def restore_parts(self, work: Work, import_id: int, rows: Sequence[ImportRow]) -> None:
        """Orders that got their lines from the import have none again."""
        del import_id
        taken = {row.record_id or 0: row.changes["lines"][0] for row in rows if "lines" in row.changes}
        if taken:
            work.run(sql.remove_lines(list(taken)))
            whole = [
                (key, total, discount, refunded) for key, (_, _, total, discount, refunded) in taken.items()
            ]
            work.change_many(Order, ("id", "total", "discount", "refunded"), whole)
            rest = [(line_id, key, None, NOT_ITEMISED, _ONE, cost, 0, cost, 0)
                    for key, (line_id, cost, *_) in taken.items() if line_id]  # fmt: skip
            if rest:
                work.insert(OrderLine, ("id", *_LINE), rest)
        ids = [row.record_id for row in rows if row.record_id]
        before = {row.changes["contact_id"][1] for row in rows if "contact_id" in row.changes}
        totals.recount(work, {*work.scalars(sql.contacts(ids)), *before})

    def before_removal(self, work: Work, ids: Sequence[int]) -> Any:
        """Whose purchases will be others."""
        return work.scalars(sql.contacts(ids))

    def after_removal(self, work: Work, known: Any) -> None:
        """Count their purchases anew."""
        totals.recount(work, known)

    def _order(self, decider: "Decider", row: Ready) -> tuple[str, Record | None]:
        """The number of the order a row is for, and that order if it is there.

        Rows without a number that are alike cell by cell are several orders: each takes the next free one.
        """
        number = row.columns["number"]
        tried, record = number, None
        for time in range(1, _MOST_ALIKE + 1):
            tried = number if time == 1 else _again(number, time)
            ids = decider.found.ids.get(("number", tried), ())
            record = decider.found.records[ids[0]] if ids else None
            is_mine = record is not None and record["import_id"] == decider.import_id
            is_taken = (
                is_mine or decider.seen.made.find(("number", tried)) or decider.seen.made.find(("met", tried))
            )
            if row.facts["is_numbered"] or not is_taken:
                break
        if not row.facts["is_numbered"]:
            decider.seen.made.add(("met", tried), row.number)
        return tried, record

    def _takes(self, decider: "Decider", record: Record | None) -> bool:
        """Does this import give an order that was there its lines?"""
        if record is None or record["id"] not in decider.seen.touched:
            return False
        links = links_of(decider.found)
        if links.kept["taking"] is None:
            changed = links.kept["work"].tuples(sql.changes(decider.import_id, list(links.records)))
            links.kept["taking"] = {row[0] for row in changed if "lines" in row[1]}
        return record["id"] in links.kept["taking"]

    def _new(
        self, decider: "Decider", row: Ready, number: str, notes: tuple[dict[str, str], ...]
    ) -> Decision:
        if "ordered_at" not in row.columns:
            said = f"There is no order {number} yet, and this row has no date. Import the orders first."
            return Decision("r", None, {}, (note(said, "order_date", level="error"),))
        decider.seen.made.add(("number", number), row.number)
        return Decision("c", None, {"number": [None, number]}, notes)

    def _known(
        self, decider: "Decider", row: Ready, record: Record, notes: tuple[dict[str, str], ...]
    ) -> Decision:
        if not decider.scope.covers(record["actor_id"]):
            said = f"Order {record['number']} belongs to somebody whose orders you do not see."
            return Decision("r", None, {}, (note(said, "order_id", level="error"),))
        links = links_of(decider.found)
        policy = decider.options.on_duplicate
        if record["id"] in decider.seen.touched:
            return _repeated(None)
        changes = {}
        if policy in ("update", "fill"):
            changes = self.changes(row, record, decider, fill=policy == "fill")
        count, _, rest_id, rest = links.kept["lines"].get(record["id"], (0, -1, None, 0))
        if row.facts["line"] is not None and not count:
            decider.seen.made.add(("lines", record["number"]), row.number)
            before = [rest_id, rest, record["total"], record["discount"], record["refunded"]]
            changes["lines"] = [before, "from the file"]
        if changes:
            decider.seen.touched.add(record["id"])
            return Decision("u", record["id"], changes, notes)
        return Decision("s" if policy in ("skip", "create") else "n", record["id"], {}, notes)

    def _drafts(self, store: "Store", decided: Sequence["Decided"], ids: dict[int, int]
                ) -> list[tuple[Draft, Decision]]:  # fmt: skip
        drafts: dict[Any, tuple[Draft, Decision]] = {}
        links = links_of(store.found)
        for row, decision in decided:
            if decision.letter == "c":
                number = decision.changes["number"][1]
                drafts[number] = (Draft(ids[row.number], row), decision)
            elif decision.letter == "a" or "lines" in decision.changes:
                number = row.columns["number"]
                if number not in drafts:
                    record = store.found.records[decision.record_id or 0]
                    is_mine = record["import_id"] == store.import_id
                    known = links.kept["lines"].get(record["id"], (0, -1, None, 0))
                    version = record["version"] if is_mine else None
                    drafts[number] = (Draft.of(record, known, row, version), decision)
            else:
                continue
            drafts[number][0].take(row)
        return list(drafts.values())

    def _insert_orders(self, store: "Store", drafts: Sequence[tuple[Draft, Decision]]) -> None:
        if not drafts:
            return
        links, now, cells, returns = links_of(store.found), store.work.now, [], []
        for draft, decision in drafts:
            row = draft.first
            columns = {
                "channel": "",
                "coupon": "",
                "city": "",
                "postal_code": "",
                "country": "",
                **row.columns,
            }
            if not row.facts["has_status"] and draft.total < 0:
                columns |= {"status": "returned", "returned_at": columns["ordered_at"], "paid_at": None}
            actor_id, name = store.owners.seller(row.owner)
            cells.append((
                draft.id, decision.changes["number"][1], store.options.origin, store.import_id,
                columns["ordered_at"],
                now, columns["ordered_at"], links.contact(row), links.company(row), actor_id, name,
                draft.total, draft.discount, draft.refunded, *(columns.get(one) for one in (*_COPIED,
                *_DATES)),
            ))  # fmt: skip
            if draft.refunded:
                at = columns.get("returned_at") or columns["ordered_at"]
                returns.append((draft.id, 0, draft.refunded, "", at, actor_id))
        store.work.insert(Order, _NEW, cells)
        if returns:
            store.work.insert(OrderReturn, _RETURN, returns)

    def _change_orders(self, store: "Store", drafts: Sequence[Draft]) -> None:
        """Orders that got further rows: those of this import without a new version, as nobody edited them."""
        plain = [(one.id, one.total, one.discount, one.refunded) for one in drafts if one.version is None]
        mine = [(one.id, one.total, one.discount, one.refunded, one.version) for one in drafts if one.version]
        names = ("id", "total", "discount", "refunded")
        if plain:
            store.work.change_many(Order, names, plain)
        if mine:
            store.work.change_many(Order, (*names, "version"), mine)
        more = [(one.id, 0, one.refunded - one.refunded_before, "", store.work.now, store.work.actor.id)
                for one in drafts if one.refunded > one.refunded_before]  # fmt: skip
        if more:
            store.work.insert(OrderReturn, _RETURN, more)

    def _insert_lines(self, store: "Store", drafts: Sequence[Draft]) -> None:
        links, gone, rest = links_of(store.found), [], []
        cells: list[tuple[Any, ...]] = []
        for draft in drafts:
            for at, (row, (name, quantity, price, discount, total)) in enumerate(draft.lines, draft.position):
                product_id = links.product(row)
                cells.append((draft.id, product_id, name[:300], quantity, price, discount, total, at))
            after = draft.position + len(draft.lines)
            if draft.rest_id and draft.rest:
                rest.append((draft.rest_id, draft.rest, draft.rest))
            elif draft.rest_id:
                gone.append(draft.rest_id)
            elif draft.rest:
                cells.append((draft.id, None, NOT_ITEMISED, _ONE, draft.rest, 0, draft.rest, after))
        if cells:
            store.work.insert(OrderLine, _LINE, cells)
        if rest:
            store.work.change_many(OrderLine, ("id", "unit_price", "total"), rest)
        if gone:
            store.work.run(sql.remove_line(gone))


def _again(number: str, time: int) -> str:
    return f"{number}/{time}"


def _repeated(earlier: int | None) -> Decision:
    said = (
        f"The same order as row {earlier}." if earlier else "The same order as an earlier row of this file."
    )
    return Decision("t", None, {}, (note(said, level="hint"),))
