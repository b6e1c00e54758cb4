"""Products come in: recognised by article number, else by name; a price is kept from the day on it came."""

from collections.abc import Iterable, Sequence
from datetime import date
from typing import TYPE_CHECKING, Any, ClassVar

from crm_core.commerce import prices
from crm_core.commerce.rules import product_key
from crm_core.commerce.types import PriceRow
from crm_core.data.import_types import Decision, Key, Ready
from crm_core.data.loaders import Loader, Record
from crm_core.data.references import Links
from crm_core.kernel.values.text import fold
from crm_core.kernel.work import Work
from db import lengths
from db.models import ImportRow, Product, ProductPrice
from db.queries import products as sql_products
from db.queries import references as names

if TYPE_CHECKING:
    from crm_core.data.deciding import Decider
    from crm_core.data.storing import Decided, Store


class ProductLoader(Loader):
    """Products with the price of today."""

    kind = "products"
    model = Product
    columns: ClassVar[tuple[str, ...]] = (
        "sku", "name", "category", "unit_price", "cost", "currency", "is_active", "description",
    )  # fmt: skip
    unique = ("sku", "sku")
    parts = (ProductPrice,)

    def find(
        self, work: Work, keys: dict[str, set[str]], links: Links, origin: str
    ) -> Iterable[tuple[Key, int]]:
        """By article number and by name; a name means no article that got its number from this very file."""
        del origin
        found = work.tuples(names.products_by_sku(keys["sku"])) if keys["sku"] else ()
        yield from ((("sku", one[0]), one[1]) for one in found)
        named = work.tuples(names.products_by_name(keys["name"])) if keys["name"] else ()
        for name, key_id, sku, import_id in named:
            if not sku or import_id != links.import_id:
                yield ("name", name), key_id

    def changes(self, row: Ready, record: Record, decider: "Decider", *, fill: bool) -> dict[str, Any]:
        """What a row changes; number and name that a product gets are taken from then on."""
        found = super().changes(row, record, decider, fill=fill)
        if "sku" in found:
            decider.seen.made.add(("sku", row.columns["sku"]), row.number)
        if "name" in found:
            old, new = (("name", product_key(name)) for name in found["name"])
            decider.seen.gone.add((old, record["id"]))
            decider.seen.made.add(new, row.number)
        return found

    def meant(self, decider: "Decider", row: Ready) -> tuple[str, Record | None]:
        """By name only what has no other article number."""
        earlier, record = super().meant(decider, row)
        sku = row.columns.get("sku")
        is_other = record is not None and sku and record["sku"] and record["sku"] != sku
        return (earlier, None) if is_other else (earlier, record)

    def decide_new(self, decider: "Decider", row: Ready, notes: tuple[dict[str, str], ...]) -> Decision:
        """With an article number, the name alone does not make a later row the same product."""
        if row.columns.get("sku"):
            row = row._replace(keys=tuple(key for key in row.keys if key[0] == "sku"))
        return super().decide_new(decider, row, notes)

    def derived(self, record: Record) -> dict[str, Any]:
        """Name for matching and text for searching."""
        name = record.get("name") or record.get("sku") or ""
        key = product_key(name)[: lengths.of(Product)["name_key"]]
        words = (name, record.get("sku") or "", record.get("category") or "")
        return {"name_key": key, "search_text": "\n".join(dict.fromkeys([*map(fold, words), key]))}

    def insert(self, store: "Store", new: Sequence["Decided"], ids: dict[int, int]) -> None:
        """Store new products."""
        usual = {"category": "", "currency": "", "is_active": True, "description": ""}
        head = ("id", "import_id", "created_at", "updated_at", "name_key", "search_text")
        now, cells = store.work.now, []
        for row, decision in new:
            values = dict.fromkeys(self.columns) | usual | row.columns
            values["name"] = values["name"] or values["sku"]
            if "sku" in decision.changes:
                values["sku"] = None
            derived = self.derived(values)
            fixed = (ids[row.number], store.import_id, now, now, derived["name_key"], derived["search_text"])
            cells.append((*fixed, *(values[name] for name in self.columns)))
        store.work.insert(Product, (*head, *self.columns), cells)

    def update(self, store: "Store", known: Sequence["Decided"]) -> None:
        """Change products; a new price is kept from today on, with the one that stood for today before."""
        today = prices.today(store.work)
        for row, decision in known:
            changes, record = decision.changes, store.found.records[decision.record_id or 0]
            price = row.columns.get("unit_price", record["unit_price"])
            if price is not None and changes.keys() & {"unit_price", "cost", "currency"}:
                currency = str(row.columns.get("currency", record["currency"]))
                before = store.work.scalar(sql_products.price(record["id"], currency, today))
                stood = [before.unit_price, before.cost] if before else None
                changes["price"] = [stood, [currency, today.isoformat()]]
                cost = row.columns.get("cost", record["cost"])
                prices.keep(store.work, record["id"], PriceRow(currency, today, price, cost))
        super().update(store, known)

    def restore_parts(self, work: Work, import_id: int, rows: Sequence[ImportRow]) -> None:
        """The prices of that day are those that stood before."""
        del import_id
        for row in rows:
            stood, (currency, day) = row.changes.get("price", (None, (None, "")))
            if not currency or not row.record_id:
                continue
            if stood is None:
                work.run(sql_products.remove_price(row.record_id, currency, date.fromisoformat(day)))
            else:
                prices.keep(work, row.record_id, PriceRow(currency, date.fromisoformat(day), *stood))

    def after(self, store: "Store", decided: Sequence["Decided"], ids: dict[int, int]) -> None:
        """Keep the prices of new products from today on."""
        today = prices.today(store.work)
        columns = ("product_id", "currency", "valid_from", "unit_price", "cost")
        rows = [
            (
                ids[row.number],
                row.columns["currency"],
                today,
                row.columns["unit_price"],
                row.columns.get("cost"),
            )
            for row, _ in decided
            if row.number in ids and row.columns.get("unit_price") is not None
        ]
        if rows:
            store.work.insert(ProductPrice, columns, rows)
