"""The team comes in: people who sold something, without a way to sign in, with their teams and managers."""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from typing import TYPE_CHECKING, Any, ClassVar

from crm_core.data.import_types import Decision, Key, Ready
from crm_core.data.loaders import Loader, Written
from crm_core.data.references import Links, links_of
from crm_core.data.user_records import username
from crm_core.kernel.access import USUAL_REACH, Reach, Role
from crm_core.kernel.values.text import fold
from crm_core.kernel.work import Work
from crm_core.team.rules import login_name_problem
from db.models import Import, Team, User
from db.queries import seller_matching as sql

if TYPE_CHECKING:
    from crm_core.data.deciding import Decider
    from crm_core.data.storing import Decided, Store

NO_PASSWORD = "!"  # noqa: S105 - no password has this digest
_NEW = ("id", "username", "name", "email", "password_hash", "role", "reach", "team_id", "is_active",
        "is_sample",
        "failed_attempts", "session_version", "must_change_password", "preferences",
        "created_at")  # fmt: skip


class UserLoader(Loader):
    """People of the team; teams and managers that rows name come with them."""

    kind = "users"
    model = User
    columns: ClassVar[tuple[str, ...]] = ("name", "email")
    marks = ()
    unique = ("email", "email")

    def find(
        self, work: Work, keys: dict[str, set[str]], links: Links, origin: str
    ) -> Iterable[tuple[Key, int]]:
        """By address, sign-in name, or name."""
        del origin
        everybody = work.tuples(sql.users())
        links.kept["users"] = {fold(row[3]): row[0] for row in reversed(everybody)}
        links.kept["names"] = {row[2] for row in everybody}
        links.kept["teams"] = {fold(row[1]): row[0] for row in work.tuples(sql.teams())}
        for key_id, email, login, name in everybody:
            for key in (("email", (email or "").lower()), ("username", login), ("name", fold(name))):
                if key[1] in keys.get(key[0], ()):
                    yield key, key_id

    def meant(self, decider: "Decider", row: Ready) -> tuple[str, Any]:
        """Whoever was made as the manager of an earlier row is there."""
        earlier, record = super().meant(decider, row)
        if not earlier and record is None and decider.seen.made.find(("manager", fold(row.columns["name"]))):
            return "The manager of an earlier row.", None
        return earlier, record

    def decide_new(self, decider: "Decider", row: Ready, notes: tuple[dict[str, str], ...]) -> Decision:
        """The manager of a new person is known from then on."""
        decision = super().decide_new(decider, row, notes)
        if row.facts["manager"]:
            decider.seen.made.add(("manager", fold(row.facts["manager"])), row.number)
        return decision

    def wanted(
        self, row: Ready, decision: Decision, decider: "Decider"
    ) -> Iterator[tuple[str, tuple[Key, ...]]]:
        """Teams and managers that are not there."""
        links = links_of(decider.found)
        if decision.letter != "c":
            return
        team, manager = team_of(row), row.facts["manager"]
        if team and fold(team) not in links.kept["teams"]:
            yield "teams", (("name", fold(team)),)
        if manager and fold(manager) not in links.kept["users"]:
            yield "managers", (("name", fold(manager)),)

    def write(self, store: "Store", decided: Sequence["Decided"]) -> Written:
        """Teams, managers, then the people; deals and orders that were waiting for one are theirs."""
        new = [pair for pair in decided if pair[1].letter in "cd"]
        made = Counter(teams=self._make_teams(store, [row for row, _ in new]))
        made["managers"] = self._make_managers(store, [row for row, _ in new])
        ids, _, tally = super().write(store, decided)
        return ids, made, tally

    def insert(self, store: "Store", new: Sequence["Decided"], ids: dict[int, int]) -> None:
        """Store new people, who cannot sign in until an administrator lets them."""
        cells = []
        for row, _ in new:
            team_id = self._kept(store)["teams"].get(fold(team_of(row)))
            login = (
                row.columns["username"] if row.facts["has_login"] else self._free(store, row.columns["name"])
            )
            self._kept(store)["names"].add(login)
            cells.append(_cells(store, ids[row.number], (login, row.columns["name"],
                                row.columns.get("email")),
                                (row.facts["role"], team_id)))  # fmt: skip
            self._kept(store)["users"][fold(row.columns["name"])] = ids[row.number]
        store.work.insert(User, _NEW, cells)

    def after(self, store: "Store", decided: Sequence["Decided"], ids: dict[int, int]) -> None:
        """Deals and orders that name a new colleague belong to that colleague."""
        for row, _ in decided:
            if row.number in ids:
                self._give(store.work, ids[row.number], row.columns["name"])

    def remove_beside(self, work: Work, made: dict[str, list[int]]) -> None:
        """Teams without members."""
        work.run(sql.remove_empty_teams(made.get("teams", [])))

    def release(self, work: Work, ids: Sequence[int]) -> None:
        """Deals and orders that came to them by name go back to the name alone."""
        work.run(sql.part_deals(ids))
        work.run(sql.part_orders(ids))

    def _give(self, work: Work, user_id: int, name: str) -> None:
        work.run(sql.give_deals(user_id, name))
        work.run(sql.give_orders(user_id, name))

    def _make_teams(self, store: "Store", rows: Sequence[Ready]) -> int:
        teams, made = self._kept(store)["teams"], []
        for row in rows:
            name = team_of(row)
            if name and fold(name) not in teams:
                team = store.work.add(Team(name=name, region=row.facts["region"]))
                store.work.flush()
                teams[fold(name)] = team.id
                made.append(team.id)
        self._note(store, "teams", made)
        return len(made)

    def _make_managers(self, store: "Store", rows: Sequence[Ready]) -> int:
        kept = self._kept(store)
        wanted: dict[str, tuple[str, str]] = {}
        for row in rows:
            manager = row.facts["manager"]
            if manager and fold(manager) not in kept["users"]:
                wanted.setdefault(fold(manager), (manager, team_of(row)))
        if not wanted:
            return 0
        cells, ids = [], store.work.reserve(User, len(wanted))
        for key_id, (key, (name, team)) in zip(ids, wanted.items(), strict=True):
            login = self._free(store, name)
            kept["names"].add(login)
            kept["users"][key] = key_id
            cells.append(
                _cells(store, key_id, (login, name, None), (Role.MANAGER, kept["teams"].get(fold(team))))
            )
        store.work.insert(User, _NEW, cells)
        for row_cells in cells:
            self._give(store.work, row_cells[0], row_cells[2])
        self._note(store, "users", list(ids))
        return len(cells)

    def _note(self, store: "Store", name: str, ids: list[int]) -> None:
        if ids:
            row = store.work.get(Import, store.import_id)
            before = row.summary.get("made_ids", {})
            row.summary = {**row.summary, "made_ids": {**before, name: [*before.get(name, []), *ids]}}

    def _free(self, store: "Store", name: str) -> str:
        """A sign-in name that nobody has."""
        taken, wished = self._kept(store)["names"], username(name)
        wished = wished if login_name_problem(wished) is None else "user"
        return next(one for one in _tries(wished) if one not in taken)

    def _kept(self, store: "Store") -> dict[Any, Any]:
        return links_of(store.found).kept


def team_of(row: Ready) -> str:
    """The team of a person: as it is named, else that of the manager, else the region's."""
    facts = row.facts
    if facts["team"]:
        return str(facts["team"])
    return f"Team {facts['manager']}"[:120] if facts["manager"] else str(facts["region"])


def _tries(name: str) -> Iterator[str]:
    yield name
    number = 2
    while True:
        yield f"{name}{number}"
        number += 1


def _cells(
    store: "Store", key_id: int, who: tuple[str, str, str | None], place: tuple[Role, int | None]
) -> tuple[Any, ...]:
    role, team_id = place
    reach = USUAL_REACH[role] if role != Role.MANAGER else Reach.TEAM
    return (
        key_id,
        *who,
        NO_PASSWORD,
        str(role),
        str(reach),
        team_id,
        False,
        False,
        0,
        1,
        False,
        {},
        store.work.now,
    )
