"""Who is meant by the owner column of a file."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from crm_core.data.import_types import note
from crm_core.kernel.access import Permission
from crm_core.kernel.values.text import fold
from crm_core.kernel.work import Work
from db.queries import imports as sql
from db.queries import references
from db.scope import Scope


@dataclass(frozen=True)
class Owners:
    """Users by folded e-mail, sign-in name and name. ``usual`` owns what nobody else does.

    ``mine`` says whom the person who imports may give records to. ``everybody`` also knows those who cannot
    sign in: they may have sold something.
    """

    by_name: Mapping[str, int]
    mine: Scope
    may_assign: bool
    self_id: int | None
    usual: int | None
    everybody: Mapping[str, int] = field(default_factory=dict)

    def seller(self, name: str) -> tuple[int | None, str]:
        """Who sold something, and the name to keep where that is nobody who may be given records here."""
        if not name:
            return self.usual, ""
        found = self.everybody.get(fold(name))
        if found is not None and (found == self.self_id or (self.may_assign and self.mine.covers(found))):
            return found, ""
        return self.usual, name

    def of(self, name: str) -> tuple[int | None, dict[str, str] | None]:
        """The owner that a row names, or the usual one with a warning why."""
        if not name:
            return self.usual, None
        owner_id = self.by_name.get(fold(name))
        if owner_id is None:
            return self.usual, note(f"No user is called “{name[:60]}”.", "owner", "", name)
        if owner_id == self.self_id or (self.may_assign and self.mine.covers(owner_id)):
            return owner_id, None
        return self.usual, note(f"You may not give records to “{name[:60]}”.", "owner", "", name)


def owners(work: Work, usual: int | None) -> Owners:
    """All users, for the person who imports. A name that two users share means none of them."""
    return Owners(
        _unique(work.tuples(sql.names_of_users())),
        work.actor.scope,
        work.actor.may(Permission.CONTACTS_ASSIGN),
        work.actor.id,
        usual,
        _unique(work.tuples(references.sellers())),
    )


def _unique(users: Iterable[tuple[int, str, str, str]]) -> dict[str, int]:
    found: dict[str, int] = {}
    doubled = set()
    for user_id, *names in users:
        for name in {fold(name) for name in names if name}:
            if found.setdefault(name, user_id) != user_id:
                doubled.add(name)
    return {name: user_id for name, user_id in found.items() if name not in doubled}
