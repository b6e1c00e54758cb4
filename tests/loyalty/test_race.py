"""Two tills at once: whoever comes second is told so, and nobody spends what another spent.

``RAPPORT_LEDGER_RACES`` asks for more rounds.
"""

import os
import subprocess
import sys

import pytest

from crm_core.loyalty import points
from crm_core.loyalty.points import Why
from db.session import Database
from tests.loyalty.members import complaints, earn, member
from tests.people import hire

ROUNDS = int(os.environ.get("RAPPORT_LEDGER_RACES", "25"))
TILLS = 8
PRICE = 10

TILL = """
import sys
from crm_core import start
from crm_core.kernel.access import OPERATOR
from crm_core.kernel.errors import CrmError
from crm_core.loyalty import points
from crm_core.loyalty.points import Why
start.start()
print("ready", flush=True)
while words := sys.stdin.readline().split():
    card, price, cause = words
    try:
        points.redeem(OPERATOR, card, int(price), Why(cause))
        print("won", flush=True)
    except CrmError as error:
        print(f"{error.code}: {error.message}", flush=True)
"""


@pytest.mark.timeout(180 + 4 * ROUNDS)
def test_of_tills_at_once_exactly_one_spends_the_points(own_database: Database) -> None:
    olga = hire().olga
    zoe = member(olga)
    tills = [_till(own_database.url) for _ in range(TILLS)]
    try:
        assert {_said(till) for till in tills} == {"ready"}
        for place in range(ROUNDS):
            earn(olga, zoe, PRICE, f"round {place}")
            told = _ask(tills, [f"{zoe.card_number} {PRICE} {place}/{till}" for till in range(TILLS)])

            assert told.count("won") == 1, told
            lost = f"NotEnoughPoints: Zoe has 0 points to spend, not {PRICE}."
            assert told.count(lost) == TILLS - 1, told

        earn(olga, zoe, 100, "enough for all")
        assert _ask(tills, [f"{zoe.card_number} {PRICE} receipt"] * TILLS) == ["won"] * TILLS
    finally:
        for till in tills:
            till.kill()
            till.communicate()

    assert points.redeem(olga, zoe.card_number, PRICE, Why("receipt")).is_new is False
    assert points.balance(olga, zoe.card_number).balance == 100 - PRICE
    assert complaints() == []


def _ask(tills: list[subprocess.Popen[str]], lines: list[str]) -> list[str]:
    """Send every till its line, then hear what each of them says."""
    for till, line in zip(tills, lines, strict=True):
        assert till.stdin is not None
        till.stdin.write(f"{line}\n")
        till.stdin.flush()
    return [_said(till) for till in tills]


def _till(url: str) -> subprocess.Popen[str]:
    environment = {**os.environ, "CRM_DATABASE_URL": url}
    words = [sys.executable, "-c", TILL]
    return subprocess.Popen(words, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, env=environment)


def _said(till: subprocess.Popen[str]) -> str:
    assert till.stdout is not None
    return till.stdout.readline().strip()
