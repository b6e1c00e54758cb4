"""Signing in: one answer for every refusal, tickets that work once, and an end that takes effect at once."""

from collections.abc import Callable
from datetime import datetime, timedelta

import pytest

from crm_core.kernel.access import Actor, Permission, Role
from crm_core.kernel.errors import Invalid, NotAllowed, NotFound
from crm_core.kernel.work import Clock, begin
from crm_core.team import lockout, open_sign_ins, passwords, sightings, sign_in, users
from crm_core.team.types import SignedIn, UserChanges
from db.models import SignIn, User
from tests.conftest import at
from tests.people import MONDAY, PASSWORD, Cast

NEW = "another fine password"


def enter(username: str = "ann", password: str = PASSWORD, address: str = "") -> SignedIn:
    return sign_in.check_password(username, password, address=address, browser="Firefox")


def identified(sign_in_id: int) -> Actor:
    found = sign_in.identify(sign_in_id)
    assert found is not None
    return found


def with_cookie(username: str = "ann") -> tuple[SignedIn, str]:
    signed_in = enter(username)
    token = sign_in.redeem(signed_in.ticket)
    assert token is not None
    return signed_in, token


def move(monkeypatch: pytest.MonkeyPatch, moment: datetime) -> None:
    monkeypatch.setattr(Clock, "now", at(moment))


def test_the_right_password_lets_in_whatever_the_case_of_the_name(cast: Cast) -> None:
    assert enter(" ANN ").actor == cast.ann
    assert identified(enter().sign_in_id) == cast.ann


@pytest.mark.parametrize(
    ("username", "password"),
    [("ann", "wrong"), ("nobody", PASSWORD), ("vera", PASSWORD), ("ann", ""), ("ann", "x" * 500), ("", "")],
)
def test_every_refusal_is_one_sentence_after_one_comparison_of_the_same_cost(
    cast: Cast, username: str, password: str
) -> None:
    users.disable(cast.olga, cast.vera.id or 0)
    compared: list[str] = []

    def compare(given: str, password_hash: str) -> bool:
        compared.append(password_hash)
        return passwords.by_bcrypt(given, password_hash)

    with pytest.raises(NotAllowed) as caught:
        sign_in.check_password(username, password, compare=compare)

    assert caught.value.message == sign_in.WRONG
    assert len(compared) == 1


def test_a_password_is_the_same_however_the_keyboard_composed_it(cast: Cast) -> None:
    sign_in.change_password(cast.ann, PASSWORD, "gr\u00fc\u00dfe an alle")

    assert enter(password="gru\u0308\u00dfe an alle").actor == cast.ann


def test_a_ticket_buys_a_cookie_once(cast: Cast) -> None:
    signed_in, token = with_cookie()

    assert sign_in.identify_token(token) == (signed_in.sign_in_id, cast.ann)
    assert sign_in.redeem(signed_in.ticket) is None
    assert sign_in.redeem("") is None
    assert sign_in.identify_token("") is None


def test_a_ticket_is_good_for_a_minute(
    cast: Cast, clock: type[Clock], monkeypatch: pytest.MonkeyPatch
) -> None:
    signed_in = enter()

    move(monkeypatch, MONDAY + timedelta(seconds=61))

    assert sign_in.redeem(signed_in.ticket) is None


def test_only_digests_of_ticket_and_cookie_are_kept(cast: Cast) -> None:
    signed_in = enter()
    with begin(cast.olga) as work:
        row = work.get(SignIn, signed_in.sign_in_id)
        assert row.ticket_digest not in (None, signed_in.ticket)
        assert row.token_digest is None
    token = sign_in.redeem(signed_in.ticket)
    with begin(cast.olga) as work:
        row = work.get(SignIn, signed_in.sign_in_id)
        assert row.ticket_digest is None
        assert row.token_digest not in (None, token)


ENDINGS: dict[str, Callable[[Cast, int], object]] = {
    "disabled": lambda cast, _: users.disable(cast.olga, cast.ann.id or 0),
    "password reset": lambda cast, _: users.reset_password(cast.olga, cast.ann.id or 0),
    "signed out by an administrator": lambda cast, _: users.sign_out_user(cast.olga, cast.ann.id or 0),
    "password changed elsewhere": lambda cast, _: sign_in.change_password(cast.ann, PASSWORD, NEW),
    "signed out everywhere": lambda cast, _: sign_in.sign_out_everywhere(cast.ann),
    "ended from another browser": lambda cast, key: sign_in.revoke(cast.ann, key),
    "signed out": lambda _, key: sign_in.sign_out(key),
}


@pytest.mark.parametrize("ending", ENDINGS)
def test_an_end_takes_effect_at_once_also_for_a_stolen_cookie(cast: Cast, ending: str) -> None:
    signed_in, token = with_cookie()
    assert sign_in.identify(signed_in.sign_in_id) == cast.ann

    ENDINGS[ending](cast, signed_in.sign_in_id)

    assert sign_in.identify(signed_in.sign_in_id) is None
    assert sign_in.identify_token(token) is None
    assert sign_in.redeem(signed_in.ticket) is None


def test_a_ticket_that_was_not_used_ends_with_its_sign_in(cast: Cast) -> None:
    signed_in = enter()

    sign_in.sign_out(signed_in.sign_in_id)

    assert sign_in.redeem(signed_in.ticket) is None


@pytest.mark.parametrize("later", [open_sign_ins.IDLE, open_sign_ins.IDLE + timedelta(hours=1)])
def test_who_did_nothing_for_half_a_day_is_out(
    cast: Cast, clock: type[Clock], monkeypatch: pytest.MonkeyPatch, later: timedelta
) -> None:
    signed_in, token = with_cookie()

    move(monkeypatch, MONDAY + later)

    assert sign_in.identify(signed_in.sign_in_id) is None
    assert sign_in.identify_token(token) is None


def test_after_a_week_even_the_busy_enter_their_password(
    cast: Cast, clock: type[Clock], monkeypatch: pytest.MonkeyPatch
) -> None:
    signed_in = enter()

    moment = MONDAY
    while (moment := moment + timedelta(hours=6)) < MONDAY + open_sign_ins.LIFETIME:
        move(monkeypatch, moment)
        assert sign_in.identify(signed_in.sign_in_id) is not None

    move(monkeypatch, MONDAY + open_sign_ins.LIFETIME)
    assert sign_in.identify(signed_in.sign_in_id) is None


def test_a_sighting_is_written_at_most_once_a_minute(
    cast: Cast, clock: type[Clock], monkeypatch: pytest.MonkeyPatch
) -> None:
    signed_in = enter()
    written: list[int] = []
    write = sightings.write

    def write_and_count(who: Actor, sign_in_id: int, user_id: int) -> None:
        written.append(sign_in_id)
        write(who, sign_in_id, user_id)

    monkeypatch.setattr(sightings, "write", write_and_count)

    for seconds in range(0, 181, 10):
        move(monkeypatch, MONDAY + timedelta(seconds=seconds))
        sign_in.identify(signed_in.sign_in_id)

    assert len(written) == 3


def test_a_new_role_and_reach_count_from_the_next_click(cast: Cast) -> None:
    signed_in = enter()

    users.change(cast.olga, cast.ann.id or 0, UserChanges(role=Role.VIEWER))

    assert not identified(signed_in.sign_in_id).may(Permission.CONTACTS_EDIT)


def test_the_own_sign_in_goes_on_after_a_new_password_and_all_others_end(cast: Cast) -> None:
    here, elsewhere = enter(), enter()

    sign_in.change_password(cast.ann, PASSWORD, NEW, keep=here.sign_in_id)

    assert sign_in.identify(here.sign_in_id) == cast.ann
    assert sign_in.identify(elsewhere.sign_in_id) is None
    assert enter(password=NEW).actor == cast.ann


def test_nobody_keeps_the_sign_in_of_somebody_else(cast: Cast) -> None:
    bobs = enter("bob")
    users.sign_out_user(cast.olga, cast.bob.id or 0)

    sign_in.change_password(cast.ann, PASSWORD, NEW, keep=bobs.sign_in_id)

    assert sign_in.identify(bobs.sign_in_id) is None


@pytest.mark.parametrize(
    ("old", "new", "field"),
    [
        ("wrong", NEW, "old"),
        (PASSWORD, "short", "new"),
        (PASSWORD, PASSWORD, "new"),
        (PASSWORD, "ann archer", "new"),
    ],
)
def test_a_password_is_changed_by_its_owner_to_a_good_one(cast: Cast, old: str, new: str, field: str) -> None:
    with pytest.raises(Invalid) as caught:
        sign_in.change_password(cast.ann, old, new)

    assert set(caught.value.fields) == {field}
    assert enter().actor == cast.ann


def test_a_one_time_password_permits_only_to_choose_another(cast: Cast) -> None:
    one_time = users.reset_password(cast.olga, cast.ann.id or 0)
    signed_in = enter(password=one_time)
    limited = signed_in.actor

    assert limited.permissions == {Permission.PROFILE_USE}
    assert sign_in.must_change_password(limited)

    sign_in.change_password(limited, one_time, NEW, keep=signed_in.sign_in_id)

    assert identified(signed_in.sign_in_id).may(Permission.CONTACTS_EDIT)
    assert not sign_in.must_change_password(cast.ann)


def test_nobody_sees_or_ends_the_sign_ins_of_others(cast: Cast) -> None:
    bobs = enter("bob")

    assert sign_in.sign_ins(cast.ann) == []
    assert [each.id for each in sign_in.sign_ins(cast.bob)] == [bobs.sign_in_id]
    with pytest.raises(NotFound):
        sign_in.revoke(cast.ann, bobs.sign_in_id)
    assert sign_in.identify(bobs.sign_in_id) == cast.bob


def test_a_right_password_changed_while_it_was_compared_does_not_let_in(cast: Cast) -> None:
    def compare(given: str, password_hash: str) -> bool:
        users.reset_password(cast.olga, cast.ann.id or 0)
        return passwords.by_bcrypt(given, password_hash)

    with pytest.raises(NotAllowed):
        sign_in.check_password("ann", PASSWORD, compare=compare)


def test_old_sign_ins_and_attempts_are_forgotten(
    cast: Cast, clock: type[Clock], monkeypatch: pytest.MonkeyPatch
) -> None:
    old = enter()
    lockout.enter("nobody", "10.0.0.1")

    move(monkeypatch, MONDAY + open_sign_ins.LIFETIME + sign_in.FORGET_AFTER + timedelta(minutes=1))
    enter("bob")

    with begin(cast.olga) as work:
        with pytest.raises(NotFound):
            work.get(SignIn, old.sign_in_id)
        assert work.get(User, cast.ann.id or 0).username == "ann"
