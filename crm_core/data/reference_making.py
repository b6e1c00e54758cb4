"""What rows name and nobody knows is made: companies, contacts and products, each once for all its rows."""

from collections import Counter
from collections.abc import Sequence
from typing import TYPE_CHECKING

from crm_core.commerce.rules import product_key
from crm_core.data import contact_records, references
from crm_core.data.import_types import Key, Ready
from crm_core.data.references import Links, links_of
from crm_core.kernel.values.text import fold
from crm_core.people import rules
from crm_core.people.counts import Tally
from db import lengths
from db.models import Account, Contact, Product

if TYPE_CHECKING:
    from crm_core.data.storing import Store


def make(store: "Store", rows: Sequence[Ready]) -> tuple[Counter[str], Tally]:
    """Make what these rows name and may be made; returns how many of each, and the change of kept counts."""
    links, made, tally = links_of(store.found), Counter[str](), Counter[tuple[int, str]]()
    made["companies"] = _make_companies(store, links, rows)
    made["contacts"] = _make_contacts(store, links, rows, tally)
    made["products"] = _make_products(store, links, rows)
    return made, tally


def _unknown(store: "Store", links: Links, rows: Sequence[Ready], kind: str) -> dict[tuple[Key, ...], Ready]:
    """What is to be made of a kind, by its keys, each with the first row that names it."""
    new: dict[tuple[Key, ...], Ready] = {}
    known: set[Key] = set()
    for row in rows:
        keys = dict(references.wanted(row, links, store.options, store.references)).get(kind)
        if keys is None:
            continue
        is_new = known.isdisjoint(keys)
        if is_new:
            new[keys] = row
        if is_new or kind == "products":  # a further name of an article means that article, too
            known.update(keys)
    return new


def _make_companies(store: "Store", links: Links, rows: Sequence[Ready]) -> int:
    new = _unknown(store, links, rows, "companies")
    if not new:
        return 0
    limit, now = lengths.of(Account)["name"], store.work.now
    columns = ("id", "name", "name_key", "owner_id", "search_text", "import_id", "created_at", "updated_at")
    cells = []
    for key_id, (keys, row) in zip(store.work.reserve(Account, len(new)), new.items(), strict=True):
        name, owner = row.linked[:limit], store.owners.seller(row.owner)[0]
        text = rules.search_text(name, "")
        cells.append((key_id, name, fold(name)[:limit], owner, text, store.import_id, now, now))
        links.companies_by |= dict.fromkeys(keys, key_id)
        links.companies[fold(name)] = (key_id, name)
    return store.work.insert(Account, columns, cells)


def _make_contacts(store: "Store", links: Links, rows: Sequence[Ready], tally: Tally) -> int:
    new = _unknown(store, links, rows, "contacts")
    if not new:
        return 0
    limits, now = lengths.of(Contact), store.work.now
    plain = ("first_name", "middle_name", "last_name", "email", "city", "postal_code", "country")
    columns = ("id", "owner_id", "import_id", "origin", "external_id", "account_id", "company", "email_opt",
               "lifecycle", "created_at", "updated_at", *plain, *contact_records.DERIVED)  # fmt: skip
    cells = []
    for key_id, (keys, row) in zip(store.work.reserve(Contact, len(new)), new.items(), strict=True):
        external_id = dict(keys).get("external_id")
        account_id = next((links.companies_by[one] for one in row.facts.get("company", ())
                           if one in links.companies_by), None)  # fmt: skip
        person = {name: value[: limits[name]] for name, value in row.facts.get("person", {}).items()}
        company = row.linked[: limits["company"]]
        shown = {**person, "company": company} if any(person.values()) else {"name": external_id or ""}
        derived = contact_records.derived(shown, (), limits)
        owner = store.owners.usual
        cells.append((key_id, owner, store.import_id, store.options.origin, external_id, account_id, company,
                      "unknown", "customer", now, now, *(person.get(name, "") for name in plain),
                      *(derived[name] for name in contact_records.DERIVED)))  # fmt: skip
        tally[owner or 0, "customer"] += 1
        links.contacts_by |= dict.fromkeys(keys, key_id)
        links.made.add(("contact", key_id))
        links.company_of[key_id] = account_id
    return store.work.insert(Contact, columns, cells)


def _make_products(store: "Store", links: Links, rows: Sequence[Ready]) -> int:
    new = _unknown(store, links, rows, "products")
    if not new:
        return 0
    limits, now = lengths.of(Product), store.work.now
    columns = ("id", "sku", "name", "name_key", "category", "unit_price", "currency", "is_active",
               "search_text",
               "import_id", "created_at", "updated_at")  # fmt: skip
    cells = []
    for key_id, (keys, row) in zip(store.work.reserve(Product, len(new)), new.items(), strict=True):
        sku, name = row.facts["product"]
        name = (name or sku)[: limits["name"]]
        price = row.facts.get("list_price")
        currency = row.columns.get("currency", "")
        group, key = (
            row.facts.get("category", "")[: limits["category"]],
            product_key(name)[: limits["name_key"]],
        )
        text = "\n".join(dict.fromkeys([fold(name), fold(sku), fold(group), key]))
        cells.append((key_id, sku or None, name, key, group, price, currency, True, text, store.import_id,
                      now,
                      now))  # fmt: skip
        links.products_by |= dict.fromkeys(keys, key_id)
        links.catalogue[key_id] = (name, price, currency)
    return store.work.insert(Product, columns, cells)
