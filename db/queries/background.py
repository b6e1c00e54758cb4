"""Workers and the pieces of their work: who is alive, who holds what, how it went."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import Delete, Update, delete, or_, select, update

from db.models import Worker, WorkTurn
from db.queries import Rows


def worker(name: str) -> Rows:
    """The row of one worker."""
    return select(Worker).where(Worker.name == name)


def workers() -> Rows:
    """All workers that were heard of lately, the latest first."""
    return select(Worker.name, Worker.began_at, Worker.seen_at).order_by(Worker.seen_at.desc())


def forget_workers(before: datetime) -> Delete:
    """Strike out those that were not heard of since then."""
    return delete(Worker).where(Worker.seen_at < before)


def forget_worker(name: str) -> Delete:
    """Strike out one that ends."""
    return delete(Worker).where(Worker.name == name)


def turns() -> Rows:
    """Every piece of work by name, and how it went."""
    columns = (WorkTurn.name, WorkTurn.worker, WorkTurn.done_at, WorkTurn.failed_at, WorkTurn.sentence)
    return select(*columns, WorkTurn.failures).order_by(WorkTurn.name)


def hold(name: str, worker: str, now: datetime, silent_before: datetime) -> Update:
    """Take a piece of work that nobody holds, or whose holder is silent."""
    is_free = or_(WorkTurn.worker.in_(("", worker)), WorkTurn.held_at < silent_before)
    return update(WorkTurn).where(WorkTurn.name == name, is_free).values(worker=worker, held_at=now)


def renew(worker: str, now: datetime) -> Update:
    """Whatever this worker holds, it still holds."""
    return update(WorkTurn).where(WorkTurn.worker == worker).values(held_at=now)


def let_go(names: Sequence[str], worker: str) -> Update:
    """Leave pieces of work to whoever comes next."""
    chosen = (WorkTurn.name.in_(names), WorkTurn.worker == worker)
    return update(WorkTurn).where(*chosen).values(worker="", held_at=None)


def went_well(names: Sequence[str], now: datetime) -> Update:
    """These were done; what went wrong before is told as long as nothing else did."""
    return update(WorkTurn).where(WorkTurn.name.in_(names)).values(done_at=now, failures=0)


def failed(name: str, now: datetime, sentence: str) -> Update:
    """This failed."""
    values = {"failed_at": now, "sentence": sentence, "failures": WorkTurn.failures + 1}
    return update(WorkTurn).where(WorkTurn.name == name).values(**values)
