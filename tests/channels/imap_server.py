"""A small mailbox that speaks IMAP on the loopback: enough of it for one reader."""

import socketserver
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import ClassVar


@dataclass
class Kept:
    """Mails by their numbers, and the numbers of those that were read."""

    mails: dict[str, bytes] = field(default_factory=dict)
    read: set[str] = field(default_factory=set)
    password: str = "secret words"


class _Session(socketserver.StreamRequestHandler):
    kept: ClassVar[Kept]

    def handle(self) -> None:
        self._say(b"* OK ready")
        for line in self.rfile:
            tag, _, rest = line.strip().partition(b" ")
            word, _, more = rest.partition(b" ")
            told = self._answer(word.upper().decode(), more.decode())
            self._say(tag + b" " + told)
            if word.upper() == b"LOGOUT":
                return

    def _answer(self, word: str, more: str) -> bytes:
        if word == "CAPABILITY":
            self._say(b"* CAPABILITY IMAP4rev1")
        elif word == "LOGIN" and self.kept.password not in more:
            return b"NO wrong password"
        elif word == "SELECT":
            self._say(f"* {len(self.kept.mails)} EXISTS".encode())
        elif word == "UID":
            self._uid(*more.split(" ", 2))
        return b"OK done"

    def _uid(self, word: str, what: str, rest: str = "") -> None:
        if word == "SEARCH":
            unread = [number for number in self.kept.mails if number not in self.kept.read]
            self._say(f"* SEARCH {' '.join(unread)}".encode())
        elif word == "FETCH":
            mail = self.kept.mails[what]
            self._say(f"* 1 FETCH (UID {what} BODY[] {{{len(mail)}}}".encode() + b"\r\n" + mail + b")")
        elif word == "STORE" and "Seen" in rest:
            self.kept.read.add(what)

    def _say(self, line: bytes) -> None:
        self.wfile.write(line + b"\r\n")


@contextmanager
def mailbox(kept: Kept) -> Iterator[str]:
    """The address of a running mailbox."""
    session = type("Session", (_Session,), {"kept": kept})
    with socketserver.ThreadingTCPServer(("127.0.0.1", 0), session) as server:
        server.daemon_threads = True
        thread = threading.Thread(target=server.serve_forever, args=(0.05,))
        thread.start()
        try:
            port = server.server_address[1]
            yield f"imap://crm:{kept.password.replace(' ', '%20')}@127.0.0.1:{port}"
        finally:
            server.shutdown()
            thread.join()
