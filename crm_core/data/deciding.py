"""What happens to each row: one rule for the dry run and the run, so that both say the same."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from crm_core.data import lookalikes
from crm_core.data.entities import Entity
from crm_core.data.import_types import USUAL_KEYS, Decision, ImportOptions, Key, Ready, note
from crm_core.data.key_logs import KeyLog
from crm_core.data.matching import Found, Record
from crm_core.data.owners import Owners
from crm_core.data.stage_steps import History
from crm_core.data.updating import changes_of
from crm_core.people.consents import said
from db.scope import Scope

_HINTS = {"phone": "the same phone number", "name": "the same name and company", "domain": "the same website",
          "email": "the same e-mail address"}  # fmt: skip


@dataclass
class Seen:
    """What earlier rows of the file did: keys they made or took from records, records they changed."""

    made: KeyLog = field(default_factory=KeyLog)
    gone: set[tuple[Key, int]] = field(default_factory=set)
    touched: set[int] = field(default_factory=set)


@dataclass
class Decider:
    """Decides about rows in the order of the file. A record is touched by one row of a file at most.

    ``histories`` are the ways of deals that a file tells with a row a step, by their IDs.
    """

    entity: Entity
    options: ImportOptions
    import_id: int
    scope: Scope
    owners: Owners
    found: Found = field(default_factory=Found)
    seen: Seen = field(default_factory=Seen)
    histories: Mapping[str, History] = field(default_factory=dict)

    def decide(self, row: Ready) -> Decision:
        """The outcome of the next row."""
        if row.is_dropped:
            return Decision("x")
        if row.is_refused:
            return Decision("r")
        if self.entity.loader is not None:
            return self.entity.loader.decide(self, row)
        refused, repeat, record = self._meant(row)
        if refused:
            return Decision("r", None, {}, (refused,))
        if repeat:
            return Decision("t", None, {}, (note(repeat, level="hint"),))
        _, warning = self.owners.of(row.owner)
        notes = (warning,) if warning else ()
        if record is not None and self.options.on_duplicate != "create":
            return self._known(row, record, notes)
        return self._new(row, notes)

    def _known(self, row: Ready, record: Record, notes: tuple[dict[str, str], ...]) -> Decision:
        record_id = record["id"]
        if self.options.on_duplicate == "skip":
            return Decision("s", record_id)
        owner_id = self.owners.of(row.owner)[0] if row.owner and not notes else None
        update = changes_of(row, record, self.found, owner_id, fill=self.options.on_duplicate == "fill")
        if not update.changes:
            return Decision("n", record_id, {}, (*notes, *update.notes))
        self._note_update(row, record, update.changes)
        return Decision("u", record_id, update.changes, (*notes, *update.notes))

    def _new(self, row: Ready, notes: tuple[dict[str, str], ...]) -> Decision:
        sets, more = self._settings_of_new(row)
        hints = tuple(self._hints(row)) or tuple(lookalikes.hints(row, self._namesakes(row)))
        for key in row.keys:
            if key[0] != "external_id" or "external_id" not in sets:
                self._made(key, row.derived["name_key"], row.number)
        return Decision("d" if hints else "c", None, sets, (*notes, *more, *hints))

    def _settings_of_new(self, row: Ready) -> tuple[dict[str, Any], tuple[dict[str, str], ...]]:
        """What a new record gets otherwise than the file says, with the reasons."""
        sets: dict[str, Any] = {}
        notes = []
        external_id = row.columns.get("external_id")
        if external_id and (external_id in self.found.taken or self._find(("external_id", external_id))):
            sets["external_id"] = [external_id, None]
            notes.append(note("Another record has this ID already; the new one has none.", "external_id"))
        if self.entity.kind == "contacts":
            word, email = said(row.consent), row.columns.get("email", "")
            is_out = word is False or email in self.found.opted_out or (email and self._find(("out", email)))
            if is_out and word:
                notes.append(_opted_out())
            if is_out and email:
                self.seen.made.add(("out", email), row.number)
            sets["email_opt"] = [None, "out" if is_out else "in" if word else "unknown"]
        return sets, tuple(notes)

    def _meant(self, row: Ready) -> tuple[dict[str, str] | None, str, Record | None]:
        """A reason to refuse the row, or why it is a repetition, or the record it means."""
        if self.options.on_duplicate == "create":
            return None, "", None
        name_key, held = row.derived["name_key"], self.found.ids
        for kind in self.options.match_by or USUAL_KEYS[self.entity.kind]:
            for key in (key for key in row.keys if key[0] == kind):
                earlier = self.seen.made.find(_precise(key, name_key))
                if earlier is not None:
                    return None, f"The same as row {earlier} of this file.", None
                records = self._holders(key, name_key) if key in held else []
                if any(self._is_mine(record) for record in records):
                    return None, "The same as an earlier row of this file.", None
                if records:
                    chosen = _best(records, name_key)
                    return self._stranger(kind, row, chosen), "", chosen
        return None, "", None

    def _holders(self, key: Key, name_key: str) -> list[Record]:
        ids = self.found.ids.get(key, ())
        held = (self.found.records[found] for found in ids if (key, found) not in self.seen.gone)
        visible = [record for record in held if self.scope.covers(record["owner_id"])]
        return visible if key[0] != "phone" else [one for one in visible if one["name_key"] == name_key]

    def _is_mine(self, record: Record) -> bool:
        return record["import_id"] == self.import_id or record["id"] in self.seen.touched

    def _stranger(self, kind: str, row: Ready, record: Record) -> dict[str, str] | None:
        """Two systems count their records from 1: the same ID alone does not make the same person."""
        if kind != "external_id" or self.options.origin or self.entity.kind != "contacts":
            return None
        email, name_key = row.columns.get("email"), row.derived["name_key"]
        if not email or not record["email"] or record["email"] == email or record["name_key"] == name_key:
            return None
        return note(
            f"The ID {row.columns['external_id']} belongs to somebody else here, with another name and "
            "e-mail. If this file comes from another system, name that system.",
            "external_id",
            value=row.columns["external_id"],
            level="error",
        )

    def _hints(self, row: Ready) -> Iterator[dict[str, str]]:
        """Why a new record may be one that exists."""
        for key in row.keys:
            if key[0] == "external_id" or (self.entity.kind == "accounts" and key[0] == "name"):
                continue
            if self._is_held(key) or self._find(key):
                value = key[1].replace("\n", ", ")
                yield note(f"Somebody has {_HINTS[key[0]]}.", key[0], value=value, level="hint")

    def _namesakes(self, row: Ready) -> Iterator[Record]:
        """Visible contacts with the name of the row, as they were before this import."""
        for record in self.found.namesakes.get(row.derived["name_key"], ()):
            if self.scope.covers(record["owner_id"]) and not self._is_mine(record):
                yield record

    def _is_held(self, key: Key) -> bool:
        ids = self.found.ids.get(key, ())
        return any(
            (key, found) not in self.seen.gone and self.scope.covers(self.found.records[found]["owner_id"])
            for found in ids
        )

    def _find(self, key: Key) -> int | None:
        return self.seen.made.find(key)

    def _made(self, key: Key, name_key: str, number: int) -> None:
        self.seen.made.add(key, number)
        if key[0] == "phone":
            self.seen.made.add(_precise(key, name_key), number)

    def _note_update(self, row: Ready, record: Record, changes: dict[str, Any]) -> None:
        points = tuple(self.found.points.get(record["id"], ()))
        merged = record | {name: new for name, (_, new) in changes.items()}
        added = tuple(tuple(point) for point in changes.get("points", (None, ()))[1])
        before = set(self.entity.keys_of(record, points))
        after = set(self.entity.keys_of(merged, points + added))
        derived = self.entity.derive(merged, (), self.entity.limits)
        self.seen.touched.add(record["id"])
        self.seen.gone.update((key, record["id"]) for key in before - after)
        for key in after - before:
            self._made(key, derived["name_key"], row.number)


def _precise(key: Key, name_key: str) -> Key:
    """A phone is shared by families and offices: it means the same person only with the same name."""
    return ("phone and name", f"{key[1]}\n{name_key}") if key[0] == "phone" else key


def _best(records: list[Record], name_key: str) -> Record:
    """Of several records with one key that of the same name, then the oldest."""
    return min(records, key=lambda record: (record["name_key"] != name_key, record["id"]))


def _opted_out() -> dict[str, str]:
    return note("This person opted out of e-mail; an import cannot take that back.", "email_consent")
