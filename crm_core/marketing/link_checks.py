"""Do the links of a message work? Each address is asked in the background, and what it said is kept.

Addresses of the own network are never asked. Many sites turn programs away: that says nothing about a link.
"""

import socket
import ssl
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from errno import EHOSTUNREACH, ENETUNREACH
from hashlib import sha256
from http.client import HTTPConnection, HTTPException
from threading import Timer
from typing import Any, Final
from urllib.parse import urljoin

from crm_core.channels import outside
from crm_core.kernel.access import SYSTEM
from crm_core.kernel.work import Work, begin
from crm_core.marketing.rendering import Message, links_in
from crm_core.marketing.template_checks import Finding
from db.models import LinkCheck
from db.queries import link_checks as sql
from db.upsert import insert_or_keep

BATCH: Final = 20
AT_ONCE: Final = 4
SECONDS: Final = 8.0
"""For one answer; and for the whole of one link, whoever sends its answer letter by letter, ``LONGEST``."""
LONGEST: Final = 20.0
MOST_TURNS: Final = 5
"""Redirects that are followed."""
HELD_FOR: Final = timedelta(minutes=5)
AGAIN_AFTER: Final = timedelta(hours=1)
MOST_ATTEMPTS: Final = 3
STALE: Final = timedelta(minutes=1)
STALE_GOOD: Final = timedelta(days=1)
MOST_LINKS: Final = 200
_TURNED: Final = (301, 302, 303, 307, 308)
_TURNED_AWAY: Final = (401, 402, 403, 405, 406, 407, 408, 425, 429, 451, 503, 999)
_HEADERS: Final = {"User-Agent": "Mozilla/5.0 (compatible; Rapport)", "Accept": "*/*"}


@dataclass(frozen=True)
class Answer:
    """What came of asking: ``good``, ``bad``, ``unsure`` or ``inside``, and what was said."""

    state: str
    words: str = ""


@dataclass(frozen=True)
class LinkReport:
    """How the links of some messages did. ``broken`` maps addresses to what is wrong with them."""

    good: int = 0
    waiting: int = 0
    unknown: int = 0
    broken: dict[str, str] = field(default_factory=dict)

    @property
    def sentence(self) -> str:
        """All of it in one sentence; empty where there are no links."""
        parts = [f"{_counted(self.good)} {'works' if self.good == 1 else 'work'}"] if self.good else []
        parts += [f"{url[:80]} {words}" for url, words in self.broken.items()]
        parts += [f"{_counted(self.unknown)} cannot be asked from here"] if self.unknown else []
        parts += [f"{_counted(self.waiting)} still being asked"] if self.waiting else []
        return f"{', '.join(parts)}." if parts else ""


def note(work: Work, messages: Iterable[Message]) -> None:
    """Let the links of messages be asked; one that worked lately is not asked again."""
    urls = sorted(_urls(messages), key=_digest)  # in one order, so that two never wait for each other
    rows = [
        {"url": url, "url_digest": _digest(url), "state": "waiting", "next_try_at": work.now} for url in urls
    ]
    if rows:
        work.run(insert_or_keep(LinkCheck, rows, ("url_digest",)))
        digests = [_digest(url) for url in urls]
        work.run(sql.ask_again(digests, work.now, work.now - STALE, work.now - STALE_GOOD))


def report(work: Work, messages: Iterable[Message]) -> LinkReport:
    """What is known of the links of messages."""
    urls = _urls(messages)
    known = {row.url: (row.state, row.answer) for row in work.tuples(sql.of([_digest(url) for url in urls]))}
    states = [known.get(url, ("waiting", ""))[0] for url in urls]
    broken = {url: known[url][1] for url in urls if url in known and known[url][0] == "bad"}
    unknown = states.count("unsure") + states.count("inside")
    return LinkReport(states.count("good"), states.count("waiting"), unknown, broken)


def findings(work: Work, message: Message) -> list[Finding]:
    """A warning for each link that does not work, as far as that is known."""
    broken = report(work, [message]).broken
    return [
        Finding("warning", "html", f"The link “{url[:80]}” {words}. Look whether it leads where it should.")
        for url, words in broken.items()
    ]


def advance_next(_worker: str, is_stopping: Callable[[], bool]) -> bool:
    """Ask addresses that are due, some at once; returns whether there were any."""
    with begin(SYSTEM, write=False) as work:
        if not work.tuples(sql.due(work.now, 1)):
            return False
    with begin(SYSTEM) as work:
        held = [tuple(row) for row in work.tuples(sql.due(work.now, BATCH))]
        work.run(sql.hold([number for number, *_ in held], work.now + HELD_FOR))
    if is_stopping():
        return True  # they are due again when their time is over
    with ThreadPoolExecutor(AT_ONCE, thread_name_prefix="links") as pool:
        answers = list(pool.map(asked, [url for _, url, _ in held]))
    with begin(SYSTEM) as work:
        for (number, _, attempts), answer in zip(held, answers, strict=True):
            work.run(sql.settle(number, _settled(answer, attempts + 1, work.now)))
    return bool(held)


def asked(url: str) -> Answer:
    """Ask one address, by HEAD and, where that is refused, by GET; redirects are followed."""
    try:
        return _followed(url)
    except outside.LiesInside:
        return Answer("inside", "lies inside the own network")
    except ssl.SSLCertVerificationError:
        return Answer("bad", "has a certificate that browsers refuse")
    except socket.gaierror as error:
        is_unknown = error.errno in (socket.EAI_NONAME, socket.EAI_NODATA)
        return Answer("bad" if is_unknown else "unsure", "has a name that nobody knows")
    except TimeoutError:
        return Answer("bad", "does not answer in time")
    except (OSError, ValueError, HTTPException) as error:
        is_ours = getattr(error, "errno", None) in (ENETUNREACH, EHOSTUNREACH)
        return Answer("unsure" if is_ours else "bad", "does not answer")


def _followed(url: str) -> Answer:
    for _ in range(MOST_TURNS + 1):
        status, place = _status(url, "HEAD")
        if status >= 400:
            status, place = _status(url, "GET")
        if status in _TURNED and place:
            url = urljoin(url, place)
            continue
        if status < 400:
            return Answer("good", str(status))
        return Answer("unsure" if status in _TURNED_AWAY else "bad", f"answers {status}")
    return Answer("bad", "leads in a circle")


def _status(url: str, method: str) -> tuple[int, str]:
    """The status of an answer, and where it sends us; what stands in it is not read."""
    connection, path = outside.connection(url, SECONDS)
    watch = Timer(LONGEST, _break_off, (connection,))
    watch.daemon = True
    watch.start()
    try:
        connection.request(method, path, headers=_HEADERS)
        answer = connection.getresponse()
        return answer.status, answer.headers.get("Location", "")
    finally:
        watch.cancel()
        connection.close()


def _break_off(connection: HTTPConnection) -> None:
    if connection.sock is not None:
        connection.sock.shutdown(socket.SHUT_RDWR)


def _settled(answer: Answer, attempts: int, now: datetime) -> dict[str, Any]:
    is_over = answer.state in ("good", "inside") or attempts >= MOST_ATTEMPTS
    return {
        "state": answer.state, "answer": answer.words[:200], "attempts": attempts, "asked_at": now,
        "next_try_at": None if is_over else now + AGAIN_AFTER,
    }  # fmt: skip


def _urls(messages: Iterable[Message]) -> list[str]:
    return list(dict.fromkeys(url for one in messages for url in links_in(one)))[:MOST_LINKS]


def _digest(url: str) -> str:
    return sha256(url.encode()).hexdigest()


def _counted(number: int) -> str:
    return f"{number:,} link" if number == 1 else f"{number:,} links"
