"""Whom and what a row names beside itself: its company, its customer, its product.

A row says in its facts what it knows: ``company`` and ``contact`` are keys in the order in which they count,
``product`` is (article number, name), ``person`` the values of a contact that may have to be made.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from crm_core.commerce.rules import product_key
from crm_core.data.import_types import ImportOptions, Key, Ready, note
from crm_core.data.matching import Found
from crm_core.kernel.values.text import fold
from crm_core.kernel.work import Work
from db.queries import matching
from db.queries import references as sql


@dataclass
class Links(Found):
    """What is known of the records that a chunk names, by their keys.

    Attributes:
        companies_by: companies by external id, folded name and domain.
        contacts_by: contacts by external id, e-mail address and folded name; a name that two share is None.
        company_of: the company of each of these contacts.
        products_by: products by article number (``sku``) and by name (``name``).
        catalogue: name, price and currency of each of these products.
        kept: what a kind of record keeps of the base beside that.
        import_id: the import itself; ``made`` are the contacts and companies that it made so far.
    """

    companies_by: dict[Key, int] = field(default_factory=dict)
    contacts_by: dict[Key, int | None] = field(default_factory=dict)
    company_of: dict[int, int | None] = field(default_factory=dict)
    products_by: dict[Key, int] = field(default_factory=dict)
    catalogue: dict[int, tuple[str, int | None, str]] = field(default_factory=dict)
    kept: dict[Any, Any] = field(default_factory=dict)
    import_id: int = 0
    made: set[tuple[str, int]] = field(default_factory=set)

    def coming(self, row: Ready, options: ImportOptions, kinds: Iterable[str]) -> set[str]:
        """The columns that refer to a record which this import makes, or made in an earlier row."""
        new = {kind for kind, _ in wanted(row, self, options, kinds)}
        contact_id, company_id = self.contact(row), self.company(row)
        found = set()
        if "contacts" in new or ("contact", contact_id) in self.made:
            found.add("contact_id")
        if "companies" in new or ("company", company_id) in self.made:
            found.add("account_id")
        return found

    def company(self, row: Ready) -> int | None:
        """The company that a row names, else that of its customer."""
        for key in row.facts.get("company", ()):
            if key in self.companies_by:
                return self.companies_by[key]
        contact_id = self.contact(row)
        is_new = ("contact", contact_id) in self.made
        return self.company_of.get(contact_id) if contact_id and not is_new else None

    def contact(self, row: Ready) -> int | None:
        """The contact that a row names."""
        for key in row.facts.get("contact", ()):
            if key in self.contacts_by:
                return self.contacts_by[key]
        return None

    def product(self, row: Ready) -> int | None:
        """The product that a row names."""
        return next((self.products_by[key] for key in product_keys(row) if key in self.products_by), None)


def links_of(found: Found) -> Links:
    """What was looked up, as what it is.

    Raises:
        TypeError: these records were looked up in another way.
    """
    if not isinstance(found, Links):
        raise TypeError("References are looked up before they are asked for.")
    return found


def product_keys(row: Ready) -> tuple[Key, ...]:
    """What the product of a row is known by: the article number, where there is none the name."""
    sku, name = row.facts.get("product", ("", ""))
    if sku:
        return (("sku", sku),)
    return (("name", product_key(name)),) if name else ()


def look_up(work: Work, links: Links, rows: Sequence[Ready], origin: str) -> None:
    """Find everything that these rows name."""
    wanted = [row for row in rows if not row.is_refused and not row.is_dropped]
    _companies(work, links, _gathered(row.facts.get("company", ()) for row in wanted), origin)
    _contacts(work, links, _gathered(row.facts.get("contact", ()) for row in wanted), origin)
    _products(work, links, _gathered(product_keys(row) for row in wanted))


def wanted(
    row: Ready, links: Links, options: ImportOptions, kinds: Iterable[str]
) -> Iterator[tuple[str, tuple[Key, ...]]]:
    """What has to be made for a row: (kind, keys); only what may be made."""
    if "companies" in kinds and options.creates("companies") and row.linked and _lacks_company(row, links):
        yield "companies", row.facts["company"]
    person = row.facts.get("contact", ())
    is_unknown = bool(person) and all(key not in links.contacts_by for key in person)
    if "contacts" in kinds and options.creates("contacts") and is_unknown:
        yield "contacts", person
    keys = product_keys(row)
    if "products" in kinds and options.creates("products") and keys and links.product(row) is None:
        yield "products", keys


def missing(row: Ready, links: Links, options: ImportOptions, kinds: Iterable[str]) -> list[dict[str, str]]:
    """What a row names that is neither there nor made, each as a warning."""
    made = {kind for kind, _ in wanted(row, links, options, kinds)}
    found = []
    if row.linked and "companies" not in made and _lacks_company(row, links):
        found.append(note(f"No company is called “{row.linked[:60]}”.", "company", value=row.linked))
    keys = row.facts.get("contact", ())
    if keys and "contacts" not in made and links.contact(row) is None:
        is_shared = any(key in links.contacts_by for key in keys)
        shown = keys[-1][1]
        why = "Several contacts are called" if is_shared else "No contact is known by"
        found.append(note(f"{why} “{shown[:60]}”.", keys[0][0], value=shown))
    return found


def _lacks_company(row: Ready, links: Links) -> bool:
    return all(key not in links.companies_by for key in row.facts.get("company", ()))


def _gathered(keys: Iterable[Iterable[Key]]) -> dict[str, set[str]]:
    found: dict[str, set[str]] = defaultdict(set)
    for some in keys:
        for kind, value in some:
            found[kind].add(value)
    return found


def _companies(work: Work, links: Links, keys: dict[str, set[str]], origin: str) -> None:
    ids: set[int] = set()
    statements = {
        "external_id": lambda values: matching.accounts_by_external_id(origin, values),
        "domain": matching.accounts_by_domain,
        "name": matching.accounts_by_name,
    }
    for kind, statement in statements.items():
        if keys.get(kind):
            for value, key_id in work.tuples(statement(keys[kind])):
                links.companies_by.setdefault((kind, value), key_id)
                ids.add(key_id)
    rows = work.tuples(sql.names_of(ids)) if ids else ()
    names = {row[0]: row[1] for row in rows}
    links.made |= {("company", row[0]) for row in rows if row[2] == links.import_id}
    for (kind, value), key_id in links.companies_by.items():
        if kind == "name" and key_id in names:
            links.companies[value] = (key_id, names[key_id])


def _contacts(work: Work, links: Links, keys: dict[str, set[str]], origin: str) -> None:
    statements = {
        "external_id": lambda values: sql.contacts_by_external_id(origin, values),
        "email": sql.contacts_by_email,
        "name": sql.contacts_by_name,
    }
    for kind, statement in statements.items():
        if keys.get(kind):
            for value, key_id, import_id in work.tuples(statement(keys[kind])):
                if import_id == links.import_id:
                    links.made.add(("contact", key_id))
                    if kind == "name":
                        continue
                is_doubtful = kind == "name" and links.contacts_by.get((kind, value), key_id) != key_id
                links.contacts_by[kind, value] = None if is_doubtful else key_id
    if keys.get("email"):
        points = matching.contacts_by_point("email", {fold(value)[:500] for value in keys["email"]})
        for value, key_id in work.tuples(points):
            links.contacts_by.setdefault(("email", value), key_id)
    ids = {key_id for key_id in links.contacts_by.values() if key_id}
    if ids:
        links.company_of.update(tuple(row) for row in work.tuples(sql.companies_of(ids)))


def _products(work: Work, links: Links, keys: dict[str, set[str]]) -> None:
    statements = {"sku": sql.products_by_sku, "name": sql.products_by_name}
    for kind, statement in statements.items():
        if keys.get(kind):
            for value, key_id, sku, import_id in work.tuples(statement(keys[kind])):
                # A row without a number does not mean an article that got one from this very file.
                if kind != "name" or not sku or import_id != links.import_id:
                    links.products_by.setdefault((kind, value), key_id)
    ids = set(links.products_by.values())
    if ids:
        links.catalogue = {row[0]: tuple(row[1:]) for row in work.tuples(sql.products(ids))}
