"""Touchpoints come in: each with its contact or company, once, however often the file is imported."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any, ClassVar

from crm_core.data.import_types import Decision, Key, Ready, note
from crm_core.data.loaders import Loader
from crm_core.data.references import Links, links_of, wanted
from crm_core.kernel.work import Work
from db.models import Interaction
from db.queries import interaction_matching as sql
from db.queries import loading as loading_sql

if TYPE_CHECKING:
    from crm_core.data.deciding import Decider
    from crm_core.data.storing import Decided, Store

_NEW = ("id", "import_id", "origin", "external_id", "created_at", "kind", "direction", "subject", "body",
        "outcome",
        "duration_minutes", "happened_at", "contact_id", "account_id", "actor_id", "actor_label")  # fmt: skip


class InteractionLoader(Loader):
    """Notes, calls, meetings and the like."""

    kind = "interactions"
    model = Interaction
    title = "subject"
    columns: ClassVar[tuple[str, ...]] = (
        "kind", "direction", "subject", "body", "outcome", "duration_minutes", "happened_at",
    )  # fmt: skip
    seller = "actor_id"
    references = ("companies", "contacts")

    def find(
        self, work: Work, keys: dict[str, set[str]], links: Links, origin: str
    ) -> Iterable[tuple[Key, int]]:
        """By ID; touchpoints without one got one of who, when, how and what."""
        del links
        found = work.tuples(loading_sql.by_external_id(Interaction, origin, keys["external_id"]))
        yield from ((("external_id", value), key_id) for value, key_id in found)

    def decide(self, decider: "Decider", row: Ready) -> Decision:
        """A touchpoint with nobody is refused: nobody would ever see it."""
        links = links_of(decider.found)
        is_made = any(wanted(row, links, decider.options, self.references))
        if not is_made and links.contact(row) is None and links.company(row) is None:
            who = (row.facts["contact"] or row.facts["company"])[0]
            said = f"Nobody here is known by “{who[1][:60]}”. Import or make the contacts first."
            return Decision("r", None, {}, (note(said, who[0], value=who[1], level="error"),))
        return super().decide(decider, row)

    def insert(self, store: "Store", new: Sequence["Decided"], ids: dict[int, int]) -> None:
        """Store new touchpoints; who was reached by one was in touch then."""
        links = links_of(store.found)
        cells = []
        people: dict[int, datetime] = {}
        firms: dict[int, datetime] = {}
        for row, decision in new:
            columns, happened = (
                row.columns,
                min(row.columns.get("happened_at", store.work.now), store.work.now),
            )
            contact_id, account_id = links.contact(row), links.company(row)
            actor_id, label = store.owners.seller(row.owner)
            external_id = None if "external_id" in decision.changes else columns.get("external_id")
            cells.append((
                ids[row.number], store.import_id, store.options.origin, external_id, store.work.now,
                columns["kind"],
                columns["direction"], columns.get("subject", ""), columns["body"], columns.get("outcome", ""),
                columns.get("duration_minutes"), happened, contact_id, account_id,
                actor_id if row.owner else store.work.actor.id, label,
            ))  # fmt: skip
            if columns["kind"] != "note":
                _latest(people, contact_id, happened)
                _latest(firms, account_id, happened)
        store.work.insert(Interaction, _NEW, cells)
        for contact_id, moment in people.items():
            store.work.run(sql.touch_contact(contact_id, moment))
        for account_id, moment in firms.items():
            store.work.run(sql.touch_account(account_id, moment))

    def before_removal(self, work: Work, ids: Sequence[int]) -> Any:
        """Who was in touch by these; how their words felt goes with them."""
        work.run(sql.remove_moods(ids))
        return [tuple(row) for row in work.tuples(sql.parties(ids))]

    def after_removal(self, work: Work, known: Any) -> None:
        """When they were in touch last, without these."""
        work.run(sql.touch_contacts_anew({row[0] for row in known if row[0]}))
        work.run(sql.touch_accounts_anew({row[1] for row in known if row[1]}))


def _latest(known: dict[int, datetime], key: int | None, moment: datetime) -> None:
    if key is not None:
        known[key] = max(known.get(key, moment), moment)
