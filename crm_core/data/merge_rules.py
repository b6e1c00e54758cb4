"""What a merged record looks like: decided once, so that the preview is what comes out."""

from collections.abc import Mapping
from typing import Any

JOINED = frozenset({"notes", "likes", "dislikes", "description"})
EARLIEST = frozenset({"created_at"})
LATEST = frozenset({"last_touch_at"})
FOLLOWS = frozenset({"first_touch_at"})
"""What the database makes of other records by itself."""
NEVER = FOLLOWS | {
    "id", "version", "updated_at", "deleted_at", "search_text", "name_key", "birth_day", "origin",
}  # fmt: skip
OPTS = ("unknown", "in", "out")
KEEP, DROP = "keep", "drop"


def combined(keep: Mapping[str, Any], drop: Mapping[str, Any], choices: Mapping[str, str]) -> dict[str, Any]:
    """The columns of the record that stays.

    A filled value beats an empty one; where both are filled the one that stays wins, unless ``choices`` says
    ``drop`` for that column. Notes are joined, an opt-out wins over everything.
    """
    result = {
        name: _one(name, keep[name], drop[name], choices.get(name, KEEP))
        for name in keep
        if name not in NEVER
    }
    if "custom" in keep:
        result["custom"] = _custom(keep["custom"], drop["custom"], choices)
    if _is_blank(keep.get("external_id")) and not _is_blank(drop.get("external_id")):
        result["origin"] = drop.get("origin")
    return result


def _one(name: str, keep: Any, drop: Any, choice: str) -> Any:
    if name == "email_opt":
        return max(keep, drop, key=OPTS.index)
    if name in ("is_sample",):
        return keep and drop
    if _is_blank(drop) or _is_blank(keep) or keep == drop:
        return _chosen(keep, drop, KEEP)
    if name in JOINED:
        return f"{keep}\n{drop}" if drop not in keep else keep
    if name in EARLIEST:
        return min(keep, drop)
    if name in LATEST:
        return max(keep, drop)
    return _chosen(keep, drop, choice)


def _custom(keep: Mapping[str, Any], drop: Mapping[str, Any], choices: Mapping[str, str]) -> dict[str, Any]:
    """The admin's own fields, each decided like a column: its choice is that of ``custom.<name>``."""
    names = dict.fromkeys((*keep, *drop))
    return {
        name: _chosen(keep.get(name), drop.get(name), choices.get(f"custom.{name}", KEEP)) for name in names
    }


def _chosen(keep: Any, drop: Any, choice: str) -> Any:
    if _is_blank(drop):
        return keep
    return drop if _is_blank(keep) or choice == DROP else keep


def _is_blank(value: Any) -> bool:
    return value is None or value in ("", {}, [])
