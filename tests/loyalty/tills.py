"""Tills that ask at the same moment: processes of their own, split off this one to start at once."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from multiprocessing import get_context
from multiprocessing.connection import Connection
from typing import Any

from crm_core.kernel.errors import CrmError
from db import session

FORK = get_context("fork")
LONGEST_ANSWER = 120
"""Seconds that a till may take; one that says nothing fails the test."""

Ask = Callable[..., object]


class Tills:
    """So many processes, each with its own connection, that do what they are told and say how it went."""

    def __init__(self, pipes: list[Connection]) -> None:
        self.pipes = pipes

    def ask(self, act: Ask, asked: list[tuple[Any, ...]]) -> list[str]:
        """Every till acts with its own arguments, all at once: “won”, or the refusal that it was told.

        Args:
            act: a use case as this process knows it; it gets the operator first.
        """
        for pipe, arguments in zip(self.pipes, asked, strict=True):
            pipe.send((act.__module__, act.__name__, arguments))
        return [_answer(pipe) for pipe in self.pipes]


@contextmanager
def tills(url: str, count: int) -> Iterator[Tills]:
    """Split off so many tills for this database; they end with the block.

    No connection is open meanwhile: one that two processes share would break for both.
    """
    session.disconnect()
    ends = [FORK.Pipe() for _ in range(count)]
    made = [FORK.Process(target=_serve, args=(theirs, url), daemon=True) for _, theirs in ends]
    for process in made:
        process.start()
    session.connect(url)
    try:
        yield Tills([mine for mine, _ in ends])
    finally:
        for process in made:
            process.kill()
            process.join()
            process.close()
        for pair in ends:
            for end in pair:
                end.close()


def _answer(pipe: Connection) -> str:
    assert pipe.poll(LONGEST_ANSWER), "a till says nothing"
    return str(pipe.recv())


def _serve(pipe: Connection, url: str) -> None:
    from importlib import import_module

    from crm_core.kernel.access import OPERATOR

    session.connect(url)
    while True:
        module, name, arguments = pipe.recv()
        try:
            getattr(import_module(module), name)(OPERATOR, *arguments)
            pipe.send("won")
        except CrmError as error:
            pipe.send(f"{error.code}: {error.message}")
        except Exception as error:  # the test shall read what broke, whatever it was
            pipe.send(f"broken: {error!r}")
