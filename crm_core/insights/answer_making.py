"""One thread a process that makes answers anew while people look at the old ones; each question once."""

import logging
import threading
from collections.abc import Callable
from queue import Empty, Queue

from crm_core.kernel.errors import CrmError

IDLE_SECONDS = 5.0
_log = logging.getLogger(__name__)


class _Making:
    """What is to be made, and whether a thread is at it."""

    lock = threading.Lock()
    waiting: Queue[tuple[str, Callable[[], None]]] = Queue()
    keys: set[str] = set()  # noqa: RUF012 - shared by purpose, guarded by the lock
    is_running = False


def soon(key: str, make: Callable[[], None]) -> None:
    """Do this beside, unless the same is waiting already."""
    with _Making.lock:
        if key in _Making.keys:
            return
        _Making.keys.add(key)
        _Making.waiting.put((key, make))
        if not _Making.is_running:
            _Making.is_running = True
            threading.Thread(target=_work, name="answers", daemon=True).start()


def finish() -> None:
    """Wait until all that was to be made is made."""
    _Making.waiting.join()


def _work() -> None:
    while True:
        try:
            key, make = _Making.waiting.get(timeout=IDLE_SECONDS)
        except Empty:
            with _Making.lock:
                if _Making.waiting.empty():
                    _Making.is_running = False
                    return
            continue
        try:
            make()
        except CrmError as error:
            _log.info("An answer was not made anew: %s", error.message)
        except Exception:  # the next question may go well; whoever asks sees the sentence of the error
            _log.warning("An answer could not be made anew.", exc_info=True)
        finally:
            with _Making.lock:
                _Making.keys.discard(key)
            _Making.waiting.task_done()
