"""Two people edited one record: what each of them changed, and where they disagree."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from crm_core.people.validation import same


@dataclass(frozen=True)
class Difference:
    """One field as it was when the form was opened, as somebody else saved it, and as it was typed here."""

    field: str
    before: Any
    theirs: Any
    mine: Any


@dataclass(frozen=True)
class Comparison:
    """A stale save, taken apart.

    ``clashes`` were changed by both and differ: somebody has to choose. ``theirs_only`` and ``mine_only``
    were changed by one side and can both be kept.
    """

    clashes: tuple[Difference, ...]
    theirs_only: tuple[Difference, ...]
    mine_only: tuple[Difference, ...]

    def values(self, keep_mine: Mapping[str, bool]) -> dict[str, Any]:
        """What to save on top of theirs: my own changes, and the clashes that were decided for mine."""
        chosen = [one for one in self.clashes if keep_mine.get(one.field, True)]
        return {one.field: one.mine for one in (*self.mine_only, *chosen)}


def changed(before: Mapping[str, Any], typed: Mapping[str, Any]) -> dict[str, Any]:
    """The fields of a form that say something else than the record did."""
    return {name: value for name, value in typed.items() if not same(value, before.get(name, ""))}


def compare(before: Mapping[str, Any], theirs: Mapping[str, Any], typed: Mapping[str, Any]) -> Comparison:
    """What both sides did to a record since ``before``; fields that became the same are nobody's."""
    mine = changed(before, typed)
    other = changed(before, {name: theirs[name] for name in theirs if name != "version"})
    clashes, theirs_only, mine_only = [], [], []
    for name in dict.fromkeys((*mine, *other)):
        one = Difference(
            name, before.get(name, ""), theirs.get(name, ""), mine.get(name, before.get(name, ""))
        )
        if name not in other:
            mine_only.append(one)
        elif name not in mine:
            theirs_only.append(one)
        elif not same(one.mine, one.theirs):
            clashes.append(one)
    return Comparison(tuple(clashes), tuple(theirs_only), tuple(mine_only))
