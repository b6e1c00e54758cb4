"""Workers are killed at random moments of a campaign: nobody is skipped, nobody gets it twice."""

import os
import random
import sys
import time
from collections import Counter
from pathlib import Path

import pytest
from sqlalchemy import select

from crm_core.kernel.access import SYSTEM, Actor
from crm_core.kernel.work import begin
from crm_core.marketing import campaigns
from crm_core.marketing.delivering import MOST_IN_FLIGHT
from db.models import Contact, Recipient
from db.session import Database
from tests.channels.test_mail_out import Loopback
from tests.kill.mailing import FROM, PUBLIC, FailingPost, fleet
from tests.marketing.campaigning import draft
from tests.people import MONDAY, hire

RECIPIENTS = int(os.environ.get("CRM_TEST_RECIPIENTS", "200"))
KILLS = int(os.environ.get("CRM_TEST_KILLS", "3"))
FAILURES = ("perm", "temp", "drop", "lost", "hang", "mute")
EACH = 32
"""One of so many recipients fails, each in another way."""


@pytest.mark.kill
@pytest.mark.timeout(1_800)
def test_killed_while_sending(
    own_database: Database, engine_name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    olga, post, dice = hire().olga, FailingPost(), random.Random(7)  # noqa: S311 - dice, no secrets
    server = Loopback(post)  # type: ignore[arg-type]
    server.start()
    url = f"smtp://127.0.0.1:{server.port}"
    for name, value in (("SMTP_URL", url), ("MAIL_FROM", FROM), ("PUBLIC_URL", PUBLIC)):
        monkeypatch.setenv(f"CRM_{name}", value)
    key = _campaign(olga)
    campaigns.send(olga, key)

    with fleet(own_database.url, url, tmp_path) as workers:
        for _ in range(2 if engine_name == "postgres" else 1):
            workers.hire()
        for number in range(KILLS):
            seen = RECIPIENTS * number // (KILLS + 1)
            while len(post.taken) <= seen:
                workers.put_forward(0.2)  # a hundred times as quick as ours
                time.sleep(0.002)
            time.sleep(dice.random() * 0.02)
            workers.kill()
            workers.hire()
        while campaigns.get(olga, key).state != "done":
            time.sleep(0.3)  # five minutes, after which a message counts as lost, are more than PATIENCE
            workers.put_forward(30)
    server.stop()

    with begin(SYSTEM, write=False) as work:
        rows = work.tuples(select(Recipient.address, Recipient.state))
    taken, states = Counter(post.taken), Counter(state for _, state in rows)
    known = ("sent", "failed", "unclear")
    found = {state: {address for address, is_in in rows if is_in == state} for state in known}
    told = f"{KILLS} kills, {taken.total()} taken, {dict(states)}"
    sys.stdout.write(f"{engine_name}: {told}\n")
    assert len(rows) == RECIPIENTS
    assert max(taken.values()) == 1
    assert set(states) <= set(known)
    assert found["sent"] <= set(taken)
    assert set(taken) - found["sent"] <= found["unclear"]
    refused = {address for address, _ in rows if address.startswith("perm")}
    assert found["failed"] <= refused <= found["failed"] | found["unclear"]
    silent = sum(address.startswith(("lost", "mute")) for address, _ in rows)
    assert len(found["unclear"]) <= silent + KILLS * MOST_IN_FLIGHT


def _campaign(who: Actor) -> int:
    with begin(SYSTEM) as work:
        for number in range(RECIPIENTS):
            kind = "fine" if number % EACH else FAILURES[number // EACH % len(FAILURES)]
            name = f"{kind}{number}"
            contact = Contact(
                name=name, first_name=name, name_key=name, email=f"{name}@x.test", email_opt="in", custom={},
                lifecycle="lead", search_text=name, created_at=MONDAY, updated_at=MONDAY,
            )  # fmt: skip
            work.add(contact)
    return draft(who, per_minute=0)
