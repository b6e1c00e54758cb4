"""Writes the decided rows of one chunk: whole lists at a time, in the transaction of the chunk."""

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from crm_core.data.entities import Entity
from crm_core.data.import_types import Decision, ImportOptions, Ready
from crm_core.data.matching import Found
from crm_core.data.owners import Owners
from crm_core.kernel.values.text import fold
from crm_core.kernel.work import Work
from crm_core.people import rules
from crm_core.people.consents import MARKETING, said
from crm_core.people.counts import Tally
from db.models import Account, Activity, Consent, ContactPoint
from db.queries import imports as sql
from db.queries import matching

_BLANK: Mapping[str, Any] = {"employees": None, "annual_revenue": None, "birth_day": None, "custom": {}}
_OVERRIDDEN = frozenset(("company", "external_id", "created_at"))
_BESIDE = frozenset(("points", "tags"))

Decided = tuple[Ready, Decision]


@dataclass
class Store:
    """Where and for whom the rows of an import are stored."""

    work: Work
    entity: Entity
    options: ImportOptions
    import_id: int
    owners: Owners
    found: Found

    @property
    def references(self) -> tuple[str, ...]:
        """What else is made where a row names it."""
        return self.entity.references

    def write(self, decided: Sequence[Decided]) -> tuple[dict[int, int], Counter[str], Tally]:
        """Store the rows; returns new ids by row number, what else was made, the change of kept counts."""
        if self.entity.loader is not None:
            return self.entity.loader.write(self, decided)
        made: Counter[str] = Counter()
        tally: Tally = Counter()
        new = [pair for pair in decided if pair[1].letter in "cd"]
        known = [pair for pair in decided if pair[1].letter == "u"]
        made["companies"] = self._make_companies([*new, *known])
        made["tags"] = self._make_tags([*new, *known])
        ids = self._create(new, tally)
        self._update(known, tally)
        return ids, made, tally

    def _make_companies(self, decided: Sequence[Decided]) -> int:
        """Companies that nobody knows yet; each is owned as the first contact that names it."""
        if "companies" not in self.entity.references or not self.options.creates("companies"):
            return 0
        wanted: dict[str, tuple[str, int | None]] = {}
        for row, decision in decided:
            key = fold(row.linked)[: self.entity.limits["company"]]
            is_needed = decision.letter in "cd" or "company" in decision.changes
            if key and key not in self.found.companies and is_needed:
                wanted.setdefault(key, (row.linked, self.owners.of(row.owner)[0]))
        if not wanted:
            return 0
        ids = self.work.reserve(Account, len(wanted))
        columns = (
            "id",
            "name",
            "name_key",
            "owner_id",
            "search_text",
            "import_id",
            "created_at",
            "updated_at",
        )
        now = self.work.now
        rows = [
            (key_id, name, key, owner, rules.search_text(name, ""), self.import_id, now, now)
            for key_id, (key, (name, owner)) in zip(ids, wanted.items(), strict=True)
        ]
        for key_id, name, key, *_ in rows:
            self.found.companies[key] = (key_id, name)
        return self.work.insert(Account, columns, rows)

    def _make_tags(self, decided: Sequence[Decided]) -> int:
        wanted = {fold(tag): tag for row, _ in decided for tag in row.tags}
        missing = {key: name for key, name in wanted.items() if key not in self.found.tag_ids}
        if not missing:
            return 0
        rows = [{"name": name, "name_key": key, "import_id": self.import_id} for key, name in missing.items()]
        self.work.run(sql.add_tags(rows))
        self.found.tag_ids |= {
            row[0]: row[1] for row in self.work.tuples(matching.tags_by_key(list(missing)))
        }
        return len(missing)

    def _create(self, new: Sequence[Decided], tally: Tally) -> dict[int, int]:
        if not new:
            return {}
        entity, now = self.entity, self.work.now
        ids = self.work.reserve(entity.model, len(new))
        plain = tuple({name for row, _ in new for name in row.columns} - _OVERRIDDEN - set(entity.derived))
        head = ["id", "owner_id", "import_id", "origin", "external_id", "created_at", "updated_at"]
        head += ["account_id", "company", "email_opt"] if entity.kind == "contacts" else []
        rows = []
        for key_id, (row, decision) in zip(ids, new, strict=True):
            columns, sets = row.columns, decision.changes
            owner_id, _ = self.owners.of(row.owner)
            external_id = None if "external_id" in sets else columns.get("external_id")
            created = _past(columns.get("created_at"), now)
            cells = [key_id, owner_id, self.import_id, self.options.origin, external_id, created, now]
            if entity.kind == "contacts":
                account_id, company = self._company(row.linked)
                cells += [account_id, company, sets["email_opt"][1]]
                tally[owner_id or 0, columns.get("lifecycle", "")] += 1
            cells += [columns.get(name, _BLANK.get(name, "")) for name in plain]
            cells += [row.derived[name] for name in entity.derived]
            rows.append(cells)
        self.work.insert(entity.model, (*head, *plain, *entity.derived), rows)
        numbered = {row.number: key_id for key_id, (row, _) in zip(ids, new, strict=True)}
        pairs = [(numbered[row.number], row) for row, _ in new]
        self._add_points([(key_id, point) for key_id, row in pairs for point in row.points])
        self._add_tags([(key_id, tag) for key_id, row in pairs for tag in row.tags])
        self._add_consents([(key_id, row) for key_id, row in pairs if row.consent])
        return numbered

    def _company(self, name: str) -> tuple[int | None, str]:
        known = self.found.companies.get(fold(name)) if name else None
        return known or (None, name)

    def _add_points(self, points: Sequence[tuple[int, tuple[str, str, str]]]) -> None:
        if points:
            rows = [(contact_id, kind, value, key) for contact_id, (kind, value, key) in points]
            self.work.insert(ContactPoint, ("contact_id", "kind", "value", "value_key"), rows)

    def _add_tags(self, tags: Sequence[tuple[int, str]]) -> None:
        if tags:
            rows = [(record_id, self.found.tag_ids[fold(tag)]) for record_id, tag in tags]
            self.work.insert(self.entity.tag_model, (self.entity.child, "tag_id"), rows)

    def _add_consents(self, rows: Sequence[tuple[int, Ready]]) -> None:
        now, actor = self.work.now, self.work.actor
        columns = ("contact_id", "channel", "purpose", "is_granted", "source", "happened_at", "recorded_at",
                   "actor_id", "import_id")  # fmt: skip
        cells = []
        for contact_id, row in rows:
            word = said(row.consent)
            if word is not None:
                at = _past(row.consent.get("opt_in_at") if word else None, now)
                source = f"import {self.import_id}, line {row.line}"
                cells.append(
                    (contact_id, "email", MARKETING, word, source, at, now, actor.id, self.import_id)
                )
        if cells:
            self.work.insert(Consent, columns, cells)

    def _update(self, known: Sequence[Decided], tally: Tally) -> None:
        if not known:
            return
        groups: dict[tuple[str, ...], list[list[Any]]] = defaultdict(list)
        for row, decision in known:
            values = self._changed(row, decision)
            groups[("id", *values)].append([decision.record_id, *values.values()])
            self._retally(decision, tally)
        for columns, rows in groups.items():
            self.work.change_many(self.entity.model, columns, rows)
        pairs = [(decision.record_id or 0, row, decision) for row, decision in known]
        self._add_points([(key_id, tuple(p)) for key_id, _, one in pairs for p in _added(one, "points")])
        self._add_tags([(key_id, tag) for key_id, _, one in pairs for tag in _added(one, "tags")])
        self._add_consents([(key_id, row) for key_id, row, one in pairs if "email_opt" in one.changes])
        self._trace(known)

    def _changed(self, row: Ready, decision: Decision) -> dict[str, Any]:
        """The columns to set; those that follow from others are made anew."""
        record = self.found.records[decision.record_id or 0]
        changes = decision.changes
        values = {name: new for name, (_, new) in changes.items() if name not in _BESIDE and "." not in name}
        custom = {name[7:]: new for name, (_, new) in changes.items() if name.startswith("custom.")}
        if custom:
            values["custom"] = {**(record["custom"] or {}), **custom}
        if "external_id" in values:
            values["origin"] = self.options.origin
            changes["origin"] = [record["origin"], self.options.origin]
        if "company" in values:
            values["account_id"], values["company"] = self._company(row.linked)
            changes["account_id"] = [record["account_id"], values["account_id"]]
            changes["company"] = [record["company"], values["company"]]
        points = tuple(self.found.points.get(record["id"], ()))
        points += tuple(tuple(point) for point in _added(decision, "points"))
        derived = self.entity.derive({**record, **values}, points, self.entity.limits)
        return {**values, **derived, "updated_at": self.work.now}

    def _retally(self, decision: Decision, tally: Tally) -> None:
        changes = decision.changes
        if self.entity.kind == "contacts" and changes.keys() & {"owner_id", "lifecycle"}:
            record = self.found.records[decision.record_id or 0]
            tally[record["owner_id"] or 0, record["lifecycle"]] -= 1
            owner_id = changes.get("owner_id", (None, record["owner_id"]))[1]
            tally[owner_id or 0, changes.get("lifecycle", (None, record["lifecycle"]))[1]] += 1

    def _trace(self, known: Sequence[Decided]) -> None:
        """A changed record says so on its timeline, with old and new values."""
        changes = [(decision.record_id or 0, decision.changes) for _, decision in known]
        record_changes(self.work, self.entity, changes, self.import_id)


def record_changes(
    work: Work,
    entity: Entity,
    changes: Sequence[tuple[int, dict[str, Any]]],
    import_id: int,
    *,
    undone: bool = False,
) -> None:
    """One ``….changed`` activity for each of many records."""
    columns = ("name", "subject_type", "subject_id", entity.kind[:-1] + "_id", "actor_id", "actor_name",
               "happened_at", "recorded_at", "facts")  # fmt: skip
    name = f"{entity.kind[:-1]}.changed"
    facts = {"import_id": import_id} | ({"undone": True} if undone else {})
    rows = [
        (
            name,
            entity.kind,
            key,
            key,
            work.actor.id,
            work.actor.name,
            work.now,
            work.now,
            {"changes": one, **facts},
        )
        for key, one in changes
    ]
    work.insert(Activity, columns, rows)


def _added(decision: Decision, name: str) -> list[Any]:
    found: list[Any] = decision.changes.get(name, (None, []))[1]
    return found


def _past(moment: datetime | None, now: datetime) -> datetime:
    return min(moment, now) if moment else now
