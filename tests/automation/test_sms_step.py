"""A step writes short messages: by the consents of its channel, by day, each once, over the gateway."""

from datetime import timedelta
from pathlib import Path

import pytest

from crm_core.automation import journeys, runs
from crm_core.kernel.work import Clock
from crm_core.marketing import sending
from crm_core.people import consents, contacts
from crm_core.people.consents import Proof
from crm_core.settings import Settings
from tests.automation.moving import TAGGED, go_on, live, set_clock
from tests.channels.test_sms import Gatekeeper, listening
from tests.marketing.campaigning import person
from tests.people import MONDAY, Cast

NUMBER = "+4915112345"
NIGHT = MONDAY.replace(hour=22)


def test_a_step_writes_short_messages_by_day_to_those_who_agreed_to_this_channel(
    cast: Cast, clock: type[Clock], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    steps = [{"do": "sms", "text": "Hello {{ first_name }}"}, {"do": "tag", "tag": "written"}]
    key = live(cast.olga, "By phone", TAGGED, steps)
    anna, ben, cleo = (person(cast.ann, name) for name in ("Anna", "Ben", "Cleo"))
    for number, one in enumerate((anna, ben)):
        contacts.change(cast.ann, one, {"mobile": f"{NUMBER}{number:03}"}, version=None)
    for one in (anna, cleo):  # Ben agreed to e-mail alone
        consents.opt_in(cast.ann, one, Proof("signed form", channel="sms"))
    set_clock(monkeypatch, NIGHT)
    contacts.tag(cast.ann, [anna, ben, cleo], "go")
    go_on()

    with listening() as gateway:
        chosen = Settings(
            "sqlite://", tmp_path, sms_url=gateway.url, sms_sender="Alder", public_url="https://crm.test"
        )
        asked = [_sent(gateway, chosen)]
        set_clock(monkeypatch, NIGHT + timedelta(hours=11))
        asked += [_sent(gateway, chosen), _sent(gateway, chosen)]

    assert asked == [[], [("+4915112345000", "Hello Anna")], [("+4915112345000", "Hello Anna")]]
    outcomes = {run.contact: runs.get(cast.olga, run.id).steps for run in runs.search(cast.olga, key)}
    said = {name: steps[0].text for name, steps in outcomes.items() if steps[0].outcome == "skipped"}
    assert "never agreed" in said["Ben"]
    assert "no address" in said["Cleo"]
    assert [step.outcome for step in outcomes["Anna"]] == ["done", "done"]
    assert "SMS" in journeys.get(cast.olga, key).sentences[1]


def _sent(gateway: Gatekeeper, chosen: Settings) -> list[tuple[str, str]]:
    while sending.advance_next("here/1/a", lambda: False, chosen):
        pass
    return [(fields["to"], fields["text"]) for _, _, fields in gateway.asked]
