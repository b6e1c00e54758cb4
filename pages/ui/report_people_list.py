"""The people behind a cell or a bar: chosen by a click or from a list, shown as a table, taken as a file."""

from collections.abc import Callable, Mapping, Sequence
from typing import Final, TypeVar

import streamlit as st

from crm_core.kernel.paging import MAX_PAGE_SIZE, Page, Paging
from pages.ui import charts, report_sections, report_table

M = TypeVar("M")
SHOWN: Final = 50
MOST: Final = 10_000


def choose(label: str, options: Mapping[str, str], key: str, picked: str) -> str:
    """Which group is to be opened: the one that was just clicked in a chart, or one from the list.

    Args:
        options: keys with what they are called. key: the name in the address. picked: what the chart says.
    """
    clicked = charts.picked_anew(key, picked)
    if clicked in options:
        st.session_state[key] = clicked
    chosen = st.selectbox(
        label, list(options), index=None, format_func=lambda one: options.get(one, one), key=key,
        bind="query-params", placeholder=label, label_visibility="collapsed", width=420,
    )  # fmt: skip
    return chosen or ""


def draw(
    name: str,
    columns: Sequence[str],
    page_of: Callable[[Paging], Page[M]],
    row_of: Callable[[M], tuple[int, tuple[str, ...]]],
    *,
    opens: str = "customer",
) -> None:
    """The people of the chosen group (or deals, where ``opens`` is another page); a click opens one.

    ``row_of`` gives the number by which the page opens it, and the cells.
    """
    page = page_of(Paging(size=SHOWN))
    if not page.items:
        st.caption("Nobody.")
        return
    more = f"The first {len(page):,} of {page.total:,}{'+' if page.is_capped else ''}"
    whole = f"All {page.total:,}" if page.total == len(page) else more
    st.caption(f"{whole}. A click opens one.")
    report_sections.people([row_of(one) for one in page], columns, name, opens)
    report_table.downloads(columns, lambda: _all(page_of, row_of), name)


def _all(
    page_of: Callable[[Paging], Page[M]], row_of: Callable[[M], tuple[int, tuple[str, ...]]]
) -> list[tuple[str, ...]]:
    found: list[tuple[str, ...]] = []
    for number in range(1, MOST // MAX_PAGE_SIZE + 1):
        page = page_of(Paging(number, MAX_PAGE_SIZE))
        found += [row_of(one)[1] for one in page]
        if len(page) < MAX_PAGE_SIZE:
            break
    return found
