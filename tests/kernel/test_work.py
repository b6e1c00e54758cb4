"""The kernel: permission at the door, scope in the session, one commit, one trace."""

from collections import Counter
from typing import Any

import pytest
from sqlalchemy import func, select
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import aliased

from crm_core.kernel.access import Actor, Permission
from crm_core.kernel.errors import Conflict, NotAllowed, NotFound, Unavailable
from crm_core.kernel.work import ATTEMPTS, REACTIONS, Work, begin, use_case
from db.models import Account, Activity, Contact, Interaction
from db.queries import Rows
from db.scope import NOBODY, Scope
from db.session import Database, transaction
from tests.people import GUEST, MONDAY, Cast


def _contact(work: Work, owner: Actor, name: str = "Zoe Zander") -> int:
    contact = work.add(
        Contact(name=name, name_key=name.lower(), owner_id=owner.id, created_at=MONDAY, updated_at=MONDAY)
    )
    work.record("contact.created", contact)
    return contact.id


@use_case(Permission.CONTACTS_EDIT)
def create(work: Work, owner: Actor) -> int:
    """Create a contact for a test."""
    return _contact(work, owner)


@use_case(Permission.CONTACTS_READ, read=True)
def name_of(work: Work, contact_id: int) -> str:
    """Read a contact's name for a test."""
    return work.get(Contact, contact_id).name


def test_a_guest_is_refused_with_a_sentence(database: Database) -> None:
    with pytest.raises(NotAllowed, match="does not include"):
        create(GUEST, GUEST)


def test_a_stranger_does_not_find_the_record(cast: Cast) -> None:
    contact = create(cast.ann, cast.ann)

    assert name_of(cast.ann, contact) == name_of(cast.mia, contact) == "Zoe Zander"
    with pytest.raises(NotFound):
        name_of(cast.bob, contact)


def test_a_record_of_nobody_is_seen_by_the_manager_but_not_by_sellers(cast: Cast) -> None:
    with begin(cast.olga) as work:
        contact = work.add(Contact(name="X", name_key="x", created_at=MONDAY, updated_at=MONDAY))
        work.flush()
        key = contact.id

    assert name_of(cast.mia, key) == "X"
    with pytest.raises(NotFound):
        name_of(cast.ann, key)


OTHER, THIRD = aliased(Contact), aliased(Contact)


@pytest.mark.parametrize(
    "statement",
    [
        select(Contact.id),
        select(func.count()).select_from(Contact),
        select(Contact.owner_id, func.count()).group_by(Contact.owner_id),
        select(Activity.id),
        select(Activity.id).join(Contact, Contact.id == Activity.contact_id),
        select(select(Contact.id).subquery().c.id),
        select(select(Activity.id).cte().c.id),
        select(OTHER.id),
        select(THIRD.id).select_from(Activity).join(THIRD, THIRD.id == Activity.contact_id),
        select(OTHER.id).join(THIRD, THIRD.id == OTHER.id),
        select(aliased(Activity).id),
    ],
)
def test_no_kind_of_statement_leaves_the_scope(cast: Cast, statement: Rows) -> None:
    create(cast.ann, cast.ann)

    seen = {}
    for who in ("ann", "bob", "ann", "olga"):
        with begin(getattr(cast, who), write=False) as work:
            seen[who] = sum(1 for row in work.tuples(statement) if row[0])

    assert (seen["ann"], seen["bob"], seen["olga"]) == (1, 0, 1)


def test_a_deleted_record_is_hidden_until_somebody_means_it(cast: Cast) -> None:
    contact = create(cast.ann, cast.ann)
    with begin(cast.ann) as work:
        work.get(Contact, contact).deleted_at = MONDAY

    with begin(cast.ann) as work:
        with pytest.raises(NotFound):
            work.get(Contact, contact)
        assert work.tuples(select(Contact.id)) == []
        assert work.get(Contact, contact, with_deleted=True).name == "Zoe Zander"


def test_what_fails_in_a_reaction_undoes_the_whole_act(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(_work: Work, activity: Activity) -> None:
        raise Conflict(f"No {activity.name} today.")

    monkeypatch.setitem(REACTIONS, "contact.created", (refuse,))

    with pytest.raises(Conflict, match=r"No contact\.created today"):
        create(cast.ann, cast.ann)
    with begin(cast.olga) as work:
        assert work.tuples(select(Contact.id)) == work.tuples(select(Activity.id)) == []


def test_kept_totals_are_written_in_one_order_whatever_was_done_first(cast: Cast) -> None:
    written: list[str] = []

    def keep_days(_work: Work, _sums: Counter[Any]) -> None:
        written.append("days")

    def keep_months(_work: Work, _sums: Counter[Any]) -> None:
        written.append("months")

    for first, then in ((keep_days, keep_months), (keep_months, keep_days)):
        with begin(cast.ann) as work:
            work.tallies[first]["a"] += 1
            work.tallies[then]["a"] += 1
    assert written == ["days", "months"] * 2


def test_a_stale_save_is_a_conflict_that_shows_theirs(cast: Cast) -> None:
    contact = create(cast.ann, cast.ann)
    with begin(cast.mia) as work:
        row = work.fresh(Contact, contact, 1)
        row.city = "Uppsala"

    with pytest.raises(Conflict) as caught, begin(cast.ann) as work:
        work.fresh(Contact, contact, 1)
    assert caught.value.theirs["city"] == "Uppsala"


def test_many_rows_arrive_with_their_times_and_objects(cast: Cast) -> None:
    with begin(cast.olga) as work:
        keys = work.reserve(Account, 3)
        work.insert(
            Account,
            ("id", "name", "name_key", "owner_id", "custom", "created_at", "updated_at"),
            ((key, f"A{key}", "a", cast.ann.id, {"n": key}, MONDAY, MONDAY) for key in keys),
        )
    with begin(cast.ann) as work:
        rows = work.scalars(select(Account).order_by(Account.id))

        assert [row.custom["n"] for row in rows] == list(keys)
        assert {row.created_at for row in rows} == {MONDAY}
        assert work.reserve(Account, 1)[0] > max(keys)


def test_without_a_scope_nothing_is_seen(cast: Cast) -> None:
    create(cast.ann, cast.ann)

    with transaction(NOBODY, write=False) as session:
        assert session.execute(select(Contact)).all() == []
    with transaction(Scope(()), write=False) as session:
        assert session.execute(select(Interaction)).all() == []


@pytest.mark.parametrize(("state", "asked"), [("40P01", ATTEMPTS), ("55P03", 1)])
def test_whoever_loses_every_time_or_waits_too_long_reads_that_others_are_busy(
    ann: Actor, state: str, asked: int
) -> None:
    told = []

    @use_case(Permission.CONTACTS_EDIT)
    def lose(work: Work) -> None:
        told.append(_contact(work, ann))
        lost = type("Lost", (Exception,), {"sqlstate": state})
        raise OperationalError("", {}, lost())

    with pytest.raises(Unavailable, match="Try again in a moment"):
        lose(ann)

    with begin(ann, write=False) as work:
        assert (len(told), work.scalar(select(func.count(Contact.id)))) == (asked, 0)
