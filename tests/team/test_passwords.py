"""What may be a password: long and not what others try first, whatever it is made of."""

import subprocess
import sys

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from crm_core.team import passwords

NAMES = ("ann.archer", "Ann Archer", "ann.archer@rapport.test", "Acme Bicycles")

GOOD = [
    "correct horse battery staple", "nur kleine buchstaben", "0471 93 8826 11", "zwölf Boxkämpfer",
    "パスワードは長いほうがいい", "tr0ub4dor&3xy", "ann archer rides at dawn", "   spaces count   ",
]  # fmt: skip
BAD = [
    "", "short", "123456789", "1234567890", "password1234", "Password1234!", "qwertyuiop", "QWERTYUIOP",
    "aaaaaaaaaaaa", "ababababab", "iloveyou123", "ann.archer", "Ann Archer 1", "acme bicycles",
    "ann.archer@rapport.test",
    "passwort2026", "letmeinplease", "rapport123!", "a" * 73, "ü" * 37, "null\x00 in between", "..........",
]  # fmt: skip


@pytest.mark.parametrize("password", GOOD)
def test_long_enough_and_not_common_is_enough(password: str) -> None:
    assert passwords.problem(password, names=NAMES) is None


@pytest.mark.parametrize("password", BAD)
def test_short_common_and_personal_ones_are_refused_with_a_sentence(password: str) -> None:
    assert (passwords.problem(password, names=NAMES) or "").endswith((".", "letters."))


@settings(max_examples=30, deadline=None)
@given(st.text(min_size=10, max_size=30))
def test_whatever_is_accepted_can_be_kept_and_is_recognised(password: str) -> None:
    if passwords.problem(password) is None:
        kept = passwords.hashed(password)

        assert passwords.is_right(password, kept)
        assert not passwords.is_right(password + "x", kept)


def test_a_longer_text_with_the_same_beginning_is_another_password() -> None:
    password = "z" * 35 + "y" * 37

    assert passwords.is_right(password, passwords.hashed(password))
    assert not passwords.is_right(password + "more", passwords.hashed(password))


def test_one_time_passwords_keep_the_rule_and_never_repeat() -> None:
    made = {passwords.one_time() for _ in range(200)}

    assert len(made) == 200
    assert {passwords.problem(each) for each in made} == {None}


def test_the_hash_of_nobody_costs_what_a_real_one_costs() -> None:
    # Asked of the program itself: the tests make cheaper hashes.
    asked = "from crm_core.team import passwords as p; print(p.hashed('a fine one')[:7], p.NOBODYS_HASH[:7])"
    answer = subprocess.run([sys.executable, "-c", asked], capture_output=True, text=True, check=True)

    assert answer.stdout.split() == ["$2b$12$", "$2b$12$"]
