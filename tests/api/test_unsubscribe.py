"""Leaving a mailing list through its link: a look changes nothing, one click does."""

import pytest

from crm_core.kernel.access import SYSTEM
from crm_core.kernel.work import begin
from crm_core.marketing import unsubscribing
from crm_core.people import contacts
from db.models import Campaign
from tests.api.conftest import TestClient
from tests.marketing.campaigning import person
from tests.marketing.campaigns_made import campaign, recipient, variant
from tests.people import Cast

ONE_CLICK = {"List-Unsubscribe": "One-Click"}


@pytest.fixture
def ada(staff: Cast) -> int:
    """Somebody who agreed to e-mail."""
    return person(staff.mark, "Ada")


@pytest.fixture
def address(ada: int) -> str:
    """The link in the message that Ada got."""
    key = campaign("Spring <b>sale</b>")
    row = recipient(key, variant(key, "A"), ada, address="ada@x.test")
    with begin(SYSTEM) as work:
        salt = work.get(Campaign, key).salt
    return f"{unsubscribing.PATH}/{unsubscribing.token_of(row, salt)}"


def test_opening_the_link_asks_and_changes_nothing(
    client: TestClient, staff: Cast, ada: int, address: str
) -> None:
    answers = [client.request(method, address) for method in ("GET", "HEAD", "GET")]

    assert [one.status_code for one in answers] == [200, 200, 200]
    assert "Unsubscribe?" in answers[0].text
    assert "a…@x.test" in answers[0].text
    assert "ada@x.test" not in answers[0].text
    assert contacts.get(staff.mark, ada).email_opt == "in"


def test_one_click_of_a_mail_program_unsubscribes_without_cookie_or_detour(
    client: TestClient, staff: Cast, ada: int, address: str
) -> None:
    answer = client.post(address, data=ONE_CLICK, follow_redirects=False)

    assert answer.status_code == 200
    assert contacts.get(staff.mark, ada).email_opt == "out"
    assert "You are unsubscribed" in client.get(address).text


def test_a_changed_link_is_not_found(client: TestClient, staff: Cast, ada: int, address: str) -> None:
    for wrong in (address[:-1] + ("0" if address[-1] != "0" else "1"), address + "0", "/unsubscribe/x"):
        assert client.post(wrong, data=ONE_CLICK).status_code == 404
        assert client.get(wrong).status_code == 404
    assert contacts.get(staff.mark, ada).email_opt == "in"
