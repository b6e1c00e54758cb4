"""Pages of long lists: what is asked for and what comes back."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Generic, TypeVar

MAX_PAGE_SIZE = 500
COUNT_CAP = 10_000

T = TypeVar("T")


@dataclass(frozen=True)
class Paging:
    """Which page of a list: 1-based number, rows a page, sort field (a leading “-” turns it round)."""

    number: int = 1
    size: int = 50
    sort: str = ""

    @property
    def limit(self) -> int:
        """Rows on this page, within the allowed size."""
        return max(1, min(self.size, MAX_PAGE_SIZE))

    @property
    def offset(self) -> int:
        """Rows before this page; never beyond the counted part of a list."""
        return min(max(0, self.number - 1) * self.limit, COUNT_CAP)

    @property
    def sort_field(self) -> str:
        """The field to sort by, without its direction; may be empty."""
        return self.sort.removeprefix("-")

    @property
    def is_descending(self) -> bool:
        """Is the order turned round?"""
        return self.sort.startswith("-")


@dataclass(frozen=True)
class Page(Generic[T]):
    """One page of a list, and how long the list is.

    ``total`` is exact unless ``is_capped``: then there are more than ``total`` rows and nobody counted on.
    """

    items: tuple[T, ...]
    paging: Paging
    total: int
    is_capped: bool = False

    def __iter__(self) -> Iterator[T]:
        return iter(self.items)

    def __len__(self) -> int:
        return len(self.items)

    @property
    def pages(self) -> int:
        """How many pages can be opened (at least 1)."""
        return max(1, -(-self.total // self.paging.limit))
