"""Results of past campaigns come in: a row a person, with or without a contact behind it."""

import secrets
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from typing import TYPE_CHECKING, Any, ClassVar, NamedTuple

from crm_core.data.import_types import Decision, Key, Ready, note
from crm_core.data.loaders import Loader, Record, Written
from crm_core.data.references import Links, links_of
from crm_core.kernel.values.text import fold
from crm_core.kernel.work import Work
from db.models import Campaign, CampaignVariant, Import, Recipient
from db.queries import campaign_matching as sql
from db.queries import loading as loading_sql

if TYPE_CHECKING:
    from crm_core.data.deciding import Decider
    from crm_core.data.storing import Decided, Store

_NO, _UNTOUCHED = "", 0
_NEW = ("id", "import_id", "campaign_id", "variant_id", "wave", "reason", "message_id", "attempts", "worker",
        "contact_id", "account_id", "actor_id")  # fmt: skip
_FILLED = {"state": "sent", "address": "", "line_key": None, "sent_at": None, "opened_at": None,
           "clicked_at": None, "bounced_at": None, "unsubscribed_at": None, "is_visited": False,
           "is_converted": False, "revenue": 0}  # fmt: skip


class Known(NamedTuple):
    """A campaign that rows name."""

    id: int
    state: str
    currency: str


class CampaignResultLoader(Loader):
    """What became of the messages of campaigns that were sent elsewhere."""

    kind = "campaign-results"
    model = Recipient
    title = "address"
    columns: ClassVar[tuple[str, ...]] = (
        "contact_id", "address", "sent_at", "opened_at", "clicked_at", "bounced_at", "unsubscribed_at",
        "is_visited", "is_converted", "revenue",
    )  # fmt: skip
    references = ("contacts",)

    def find(
        self, work: Work, keys: dict[str, set[str]], links: Links, origin: str
    ) -> Iterable[tuple[Key, int]]:
        """By campaign and person, else by the line of the file."""
        del origin
        rows = work.tuples(sql.campaigns(keys["campaign"])) if keys.get("campaign") else ()
        known = {row[0]: Known(*row[1:]) for row in rows}
        links.kept["campaigns"] = known
        links.kept["currencies"] = {name: one.currency for name, one in known.items()}
        ids = [one.id for one in known.values()]
        links.kept["variants"] = {(one, fold(name)): key for one, name, key in work.tuples(sql.variants(ids))}
        people = {one for one in links.contacts_by.values() if one}
        if ids and people:
            for campaign_id, contact_id, key_id in work.tuples(sql.by_person(ids, people)):
                yield ("person", f"{campaign_id}\n{contact_id}"), key_id
        if keys.get("line"):
            for line, key_id in work.tuples(loading_sql.by_column(Recipient.line_key, keys["line"])):
                yield ("line", line), key_id

    def decide(self, decider: "Decider", row: Ready) -> Decision:
        """Campaigns that Rapport sends count for themselves; money has the currency of its campaign."""
        links, name = links_of(decider.found), fold(row.facts["campaign"])
        known: Known | None = links.kept["campaigns"].get(name)
        if known is not None and known.state != "imported":
            said = (
                f"“{row.facts['campaign'][:60]}” is a campaign of your own, whose results are counted here. "
                "Give the imported one another name."
            )
            return Decision("r", None, {}, (note(said, "campaign", level="error"),))
        decision = super().decide(decider, row)
        currency = links.kept["currencies"].setdefault(name, row.facts["currency"])
        if row.columns.get("revenue") and row.facts["currency"] != currency and decision.letter in "cu":
            said = f"The campaign counts in {currency}; this amount in {row.facts['currency']} is left out."
            return decision._replace(notes=(*decision.notes, note(said, "revenue")))
        return decision

    def decide_new(self, decider: "Decider", row: Ready, notes: tuple[dict[str, str], ...]) -> Decision:
        """From here on the person is known in this campaign."""
        for key in self._person_keys(decider, row):
            decider.seen.made.add(key, row.number)
        return Decision("c", None, {}, notes)

    def meant(self, decider: "Decider", row: Ready) -> tuple[str, Record | None]:
        """A person stands in a campaign once; a line that names nobody is known by itself."""
        found, links = decider.found, links_of(decider.found)
        is_named = bool(row.facts["contact"])
        if not is_named and decider.options.on_duplicate == "create":
            return "", None
        for key in self._person_keys(decider, row):
            earlier = decider.seen.made.find(key)
            if earlier is not None:
                return f"The same person as row {earlier} of this file.", None
        known, contact_id = links.kept["campaigns"].get(fold(row.facts["campaign"])), links.contact(row)
        keys: list[Key] = [("line", row.columns["line_key"])]
        if known and contact_id:
            keys.insert(0, ("person", f"{known.id}\n{contact_id}"))
        held = [found.records[one] for key in keys for one in found.ids.get(key, ())]
        if any(self._is_mine(decider, one) for one in held):
            return "The same as an earlier row of this file.", None
        return "", held[0] if held else None

    def values(self, row: Ready, links: Links, store: "Decider | Store") -> dict[str, Any]:
        """The columns that a row fills, with the contact that it names."""
        del store
        found = {**row.columns, "contact_id": links.contact(row)}
        name = fold(row.facts["campaign"])
        if found.get("revenue") and row.facts["currency"] != links.kept["currencies"].get(name):
            del found["revenue"]
        return found

    def write(self, store: "Store", decided: Sequence["Decided"]) -> Written:
        """Store the rows of a chunk, with the campaigns and variants that they are the first to name."""
        new = [row for row, one in decided if one.letter == "c"]
        campaigns = self._make_campaigns(store, new)
        variants = self._make_variants(store, new)
        _remember(store, {"campaigns": campaigns, "variants": variants})
        ids, made, tally = super().write(store, decided)
        return ids, made + Counter({"campaigns": len(campaigns)}), tally

    def insert(self, store: "Store", new: Sequence["Decided"], ids: dict[int, int]) -> None:
        """Store new results; a campaign lasts from its first message to its last."""
        links, cells = links_of(store.found), []
        moments: dict[int, list[Any]] = defaultdict(list)
        for row, _ in new:
            values = _FILLED | self.values(row, links, store)
            contact_id = values.pop("contact_id")
            campaign_id = links.kept["campaigns"][fold(row.facts["campaign"])].id
            variant_id = links.kept["variants"][campaign_id, fold(row.facts["variant"])]
            if values["sent_at"]:
                moments[campaign_id].append(values["sent_at"])
            cells.append((
                ids[row.number], store.import_id, campaign_id, variant_id,
                _UNTOUCHED, _NO, _NO, _UNTOUCHED, _NO,
                contact_id, links.company_of.get(contact_id or 0), store.work.actor.id,
                *(values[name] for name in _FILLED),
            ))  # fmt: skip
        store.work.insert(Recipient, (*_NEW, *_FILLED), cells)
        for campaign_id, found in moments.items():
            store.work.run(sql.widen(campaign_id, min(found), max(found)))

    def wanted(
        self, row: Ready, decision: Decision, decider: "Decider"
    ) -> Iterator[tuple[str, tuple[Key, ...]]]:
        """What a run would make: the campaigns that are not there yet, and contacts when asked to."""
        name = fold(row.facts["campaign"])
        if decision.letter == "c" and name not in links_of(decider.found).kept["campaigns"]:
            yield "campaigns", (("name", name),)
        yield from super().wanted(row, decision, decider)

    def trace(
        self,
        work: Work,
        changes: Sequence[tuple[int, dict[str, Any]]],
        import_id: int,
        *,
        undone: bool = False,
    ) -> None:
        """A message has no timeline of its own: that of the import says what happened."""

    def remove_beside(self, work: Work, made: dict[str, list[int]]) -> None:
        """Campaigns and variants that nothing of is left."""
        for name, model in (("variants", CampaignVariant), ("campaigns", Campaign)):
            if made.get(name):
                work.run(sql.remove_empty(model, made[name]))

    def _person_keys(self, decider: "Decider", row: Ready) -> list[Key]:
        """What the person of a row is known by in the campaign, the contact included that is behind it."""
        name, contact_id = fold(row.facts["campaign"]), links_of(decider.found).contact(row)
        known = [f"{kind}\n{value}" for kind, value in row.facts["contact"]]
        known += [f"contact\n{contact_id}"] if contact_id else []
        return [("in campaign", f"{name}\n{one}") for one in known]

    def _make_campaigns(self, store: "Store", rows: Sequence[Ready]) -> list[int]:
        links, made = links_of(store.found), []
        for row in rows:
            name = row.facts["campaign"]
            if fold(name) in links.kept["campaigns"]:
                continue
            currency, now = links.kept["currencies"][fold(name)], store.work.now
            campaign = Campaign(
                name=name, name_key=fold(name)[:200], channel="email", state="imported",
                salt=secrets.token_hex(8), currency=currency, creator_id=store.work.actor.id,
                import_id=store.import_id, created_at=now, updated_at=now,
            )  # fmt: skip
            store.work.add(campaign)
            store.work.flush()
            links.kept["campaigns"][fold(name)] = Known(campaign.id, campaign.state, currency)
            made.append(campaign.id)
        return made

    def _make_variants(self, store: "Store", rows: Sequence[Ready]) -> list[int]:
        links, made = links_of(store.found), []
        wanted: dict[tuple[int, str], str] = {}
        for row in rows:
            campaign_id = links.kept["campaigns"][fold(row.facts["campaign"])].id
            wanted.setdefault((campaign_id, fold(row.facts["variant"])), row.facts["variant"])
        for (campaign_id, key), name in wanted.items():
            if (campaign_id, key) not in links.kept["variants"]:
                variant = store.work.add(CampaignVariant(campaign_id=campaign_id, name=name))
                store.work.flush()
                links.kept["variants"][campaign_id, key] = variant.id
                made.append(variant.id)
        return made


def _remember(store: "Store", made: dict[str, list[int]]) -> None:
    """Note with the import what it made beside rows, so that it can be taken back."""
    if any(made.values()):
        row = store.work.get(Import, store.import_id)
        before = row.summary.get("made_ids", {})
        both = {name: [*before.get(name, []), *ids] for name, ids in made.items() if ids}
        row.summary = {**row.summary, "made_ids": {**before, **both}}
