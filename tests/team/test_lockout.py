"""Guessing passwords: counted for names that exist and names that do not, never for ever."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest

from crm_core.kernel.errors import CrmError, Invalid
from crm_core.kernel.work import Clock
from crm_core.team import lockout, sign_in
from db import session
from tests.conftest import at
from tests.people import MONDAY, PASSWORD, Cast, hire

OFFICE, HOME, STRANGER = "10.0.0.7", "192.0.2.7", "203.0.113.9"


def attempt(username: str, password: str = "wrong", address: str = "") -> str:
    """What the person reads; empty after a right password."""
    try:
        sign_in.check_password(username, password, address=address)
    except CrmError as error:
        return error.message
    return ""


@pytest.mark.parametrize("username", ["ann", "nobody"])
def test_the_sixth_attempt_waits_whether_the_name_exists_or_not(cast: Cast, username: str) -> None:
    answers = [attempt(username) for _ in range(7)]

    assert answers == [sign_in.WRONG] * 5 + [lockout.SENTENCE] * 2


def test_the_right_password_waits_too_but_other_names_do_not(cast: Cast) -> None:
    for _ in range(5):
        attempt("ann")

    assert attempt("ann", PASSWORD) == lockout.SENTENCE
    assert attempt("bob", PASSWORD) == ""


def test_the_wait_is_over_after_a_quarter_of_an_hour_however_often_somebody_tried_meanwhile(
    cast: Cast, clock: type[Clock], monkeypatch: pytest.MonkeyPatch
) -> None:
    for _ in range(5):
        attempt("ann")
    for minute in range(1, 15):
        monkeypatch.setattr(Clock, "now", at(MONDAY + timedelta(minutes=minute)))
        assert attempt("ann", PASSWORD) == lockout.SENTENCE

    monkeypatch.setattr(Clock, "now", at(MONDAY + timedelta(minutes=15, seconds=1)))

    assert attempt("ann", PASSWORD) == ""


def test_a_right_password_forgets_the_wrong_ones(cast: Cast) -> None:
    for _ in range(3):
        assert [attempt("ann") for _ in range(4)] == [sign_in.WRONG] * 4
        assert attempt("ann", PASSWORD) == ""


def test_one_address_tries_twenty_names_and_then_waits_while_others_go_on(cast: Cast) -> None:
    answers = [attempt(f"name{number}", address=STRANGER) for number in range(22)]

    assert answers == [sign_in.WRONG] * 20 + [lockout.SENTENCE] * 2
    assert attempt("ann", PASSWORD, STRANGER) == lockout.SENTENCE
    assert attempt("ann", PASSWORD, OFFICE) == ""


def test_signing_in_oneself_does_not_free_an_address_for_guessing(cast: Cast) -> None:
    answers = []
    for number in range(12):
        answers += [attempt(f"a{number}", address=STRANGER), attempt(f"b{number}", address=STRANGER)]
        attempt("bob", PASSWORD, STRANGER)

    assert answers.count(sign_in.WRONG) == 20


def test_a_stranger_cannot_keep_somebody_out_of_the_own_office(cast: Cast) -> None:
    assert attempt("ann", PASSWORD, OFFICE) == ""
    for _ in range(9):
        attempt("ann", address=STRANGER)

    assert attempt("ann", PASSWORD, HOME) == lockout.SENTENCE
    assert attempt("ann", PASSWORD, OFFICE) == ""


def test_a_known_office_has_five_attempts_like_any_place(cast: Cast) -> None:
    assert attempt("ann", PASSWORD, OFFICE) == ""

    answers = [attempt("ann", address=OFFICE) for _ in range(7)]

    assert answers == [sign_in.WRONG] * 5 + [lockout.SENTENCE] * 2


def test_guessing_the_old_password_in_the_profile_counts(cast: Cast) -> None:
    for _ in range(5):
        with pytest.raises(Invalid):
            sign_in.change_password(cast.ann, "wrong", "another fine password")

    with pytest.raises(lockout.TooManyAttempts):
        sign_in.change_password(cast.ann, PASSWORD, "another fine password")


def test_many_at_the_same_moment_get_no_more_looks_at_the_password(own_database: session.Database) -> None:
    hire()
    compared: list[str] = []

    def compare(_given: str, password_hash: str) -> bool:
        compared.append(password_hash)
        return False

    def guess(number: int) -> str:
        try:
            sign_in.check_password("ann", f"guess {number}", address=STRANGER, compare=compare)
        except CrmError as error:
            return error.message
        return ""

    with ThreadPoolExecutor(12) as threads:
        answers = list(threads.map(guess, range(40)))

    assert len(compared) == answers.count(sign_in.WRONG) <= 5
    assert set(answers) == {sign_in.WRONG, lockout.SENTENCE}
