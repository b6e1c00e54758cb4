"""Rows of a file, read, checked and finished in chunks: on other cores where the file is large."""

import multiprocessing
import os
import signal
import threading
from collections import deque
from collections.abc import Callable, Generator, Iterator
from concurrent.futures import Future, ProcessPoolExecutor
from itertools import islice
from multiprocessing.connection import wait
from pathlib import Path
from typing import Final

from crm_core.data import (
    account_records,
    campaign_result_records,
    contact_records,
    deal_records,
    interaction_records,
    order_rows,
    product_records,
    readers,
    user_records,
)
from crm_core.data.import_types import Ready
from crm_core.data.layouts import Layout, Row
from crm_core.data.plans import Plan
from crm_core.data.preparing import Prepared, preparer
from crm_core.data.record_rules import Frame
from crm_core.data.repairs import NONE, Repairs, repaired

CHUNK_ROWS: Final = 2000
LARGE_ROWS: Final = 5000
"""Below this a second process costs more than it saves."""

_AHEAD: Final = 3
_MOST_WORKERS: Final = 4

Finisher = Callable[[int, Row, Prepared], Ready]
FINISHERS: Final[dict[str, Callable[[Frame], Finisher]]] = {
    "contacts": contact_records.finisher,
    "accounts": account_records.finisher,
    "products": product_records.finisher,
    "deals": deal_records.finisher,
    "orders": order_rows.finisher,
    "interactions": interaction_records.finisher,
    "users": user_records.finisher,
    "campaign-results": campaign_result_records.finisher,
}


def finish_all(rows: list[Row], first: int, plan: Plan, frame: Frame) -> list[Ready]:
    """These rows, of which the first one has the number ``first``, finished."""
    prepare, finish = preparer(plan), FINISHERS[frame.kind](frame)
    return [
        Ready(first + at, row.line, {}, {}, is_dropped=True)
        if row.is_dropped
        else finish(first + at, row, prepare(row.cells))
        for at, row in enumerate(rows)
    ]


def stream(
    path: Path, layout: Layout, plan: Plan, frame: Frame, start: int = 0, repairs: Repairs = NONE
) -> Generator[list[Ready], None, None]:
    """The finished rows of a file from the one with index ``start`` on, in chunks.

    At most a few chunks are in memory, whatever the size of the file. Rows that somebody repaired come as
    they were repaired.
    """
    parts = _parts(repaired(readers.rows(path, layout, start), repairs, start + 1))
    first = list(islice(parts, -(-LARGE_ROWS // CHUNK_ROWS)))
    number = start + 1
    if sum(map(len, first)) < LARGE_ROWS:
        for part in first:
            yield finish_all(part, number, plan, frame)
            number += len(part)
        return
    yield from _spread(_again(first, parts), number, plan, frame)


def _spread(parts: Iterator[list[Row]], number: int, plan: Plan, frame: Frame) -> Iterator[list[Ready]]:
    count = max(1, min((os.cpu_count() or 2) - 1, _MOST_WORKERS))
    waiting: deque[Future[list[Ready]]] = deque()
    # Fresh processes share no connection and no lock with this one.
    context = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(count, mp_context=context, initializer=_begin_helping) as pool:
        try:
            for part in parts:
                waiting.append(pool.submit(finish_all, part, number, plan, frame))
                number += len(part)
                if len(waiting) > count * _AHEAD:
                    yield waiting.popleft().result()
            while waiting:
                yield waiting.popleft().result()
        finally:
            pool.shutdown(wait=False, cancel_futures=True)


def _parts(rows: Iterator[Row]) -> Iterator[list[Row]]:
    while part := list(islice(rows, CHUNK_ROWS)):
        yield part


def _again(first: list[list[Row]], rest: Iterator[list[Row]]) -> Iterator[list[Row]]:
    yield from first
    yield from rest


def _begin_helping() -> None:
    """A helping process ends with the one that started it, also when that was killed; not by Ctrl-C."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    parent = multiprocessing.parent_process()
    if parent is not None:
        threading.Thread(target=_end_with, args=(parent.sentinel,), daemon=True).start()


def _end_with(sentinel: int) -> None:
    wait([sentinel])
    os._exit(0)
