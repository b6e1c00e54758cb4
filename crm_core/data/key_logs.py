"""Which keys were seen in a file already: a map of millions of keys in a few bytes each."""

from collections.abc import Hashable, Iterable

import numpy as np

_MERGE_AT = 4096


class KeyLog:
    """Remembers for each key the first row that had it.

    Keys are kept as 64-bit hashes in sorted arrays, 12 bytes a key: among a million two meet with a
    probability below 1e-6. Arrays are merged in pairs of like size, so that adding stays cheap.
    """

    def __init__(self) -> None:
        self._recent: dict[int, int] = {}
        self._runs: list[tuple[np.ndarray, np.ndarray]] = []

    def add(self, key: Hashable, row: int) -> None:
        """Note a key; the row that had it first stays."""
        self._recent.setdefault(hash(key), row)
        if len(self._recent) >= _MERGE_AT:
            self._settle()

    def find(self, key: Hashable) -> int | None:
        """The row that had this key first, or None."""
        wanted = hash(key)
        row = self._recent.get(wanted)
        for keys, rows in self._runs:
            at = int(np.searchsorted(keys, wanted))
            if at < len(keys) and keys[at] == wanted:
                found = int(rows[at])
                row = found if row is None else min(row, found)
        return row

    def find_any(self, keys: Iterable[Hashable]) -> int | None:
        """The row that had one of these keys, the first key first."""
        for key in keys:
            row = self.find(key)
            if row is not None:
                return row
        return None

    def _settle(self) -> None:
        keys = np.fromiter(self._recent.keys(), dtype=np.int64, count=len(self._recent))
        rows = np.fromiter(self._recent.values(), dtype=np.int32, count=len(self._recent))
        self._recent = {}
        while self._runs and len(self._runs[-1][0]) <= len(keys):
            more_keys, more_rows = self._runs.pop()
            keys, rows = np.concatenate((more_keys, keys)), np.concatenate((more_rows, rows))
        order = np.lexsort((rows, keys))
        self._runs.append((keys[order], rows[order]))
