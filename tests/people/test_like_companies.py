"""A company that may be here already is named while somebody types: by its website, or its name."""

import pytest

from crm_core.kernel.access import Actor
from crm_core.people import accounts
from crm_core.people.types import AccountHint
from tests.people import Cast

NORDWIND = {"company": "Nordwind Logistik GmbH", "website": "https://www.nordwind.example/en", "city": "Kiel"}


@pytest.fixture
def nordwind(ann: Actor) -> int:
    """A company with a website, among others of the same beginning."""
    accounts.create(ann, {"company": "Nordwind Logistik und Spedition AG"})
    accounts.create(ann, {"company": "Nord"})
    return accounts.create(ann, NORDWIND)


@pytest.mark.parametrize(
    ("typed", "reasons"),
    [
        ({"company": "nordwind logistik"}, ("name",)),
        ({"company": "NORDWIND Logistik, Ltd."}, ("name",)),
        ({"company": "Something else", "website": "nordwind.example"}, ("website",)),
        ({"company": "Nordwind Logistik AG", "website": "http://nordwind.example"}, ("name", "website")),
        ({"company": "Nordwind"}, None),
        ({"company": "GmbH"}, None),
        ({"company": "", "website": "nothing of the kind"}, None),
    ],
)
def test_the_same_name_or_website_is_a_reason(
    ann: Actor, nordwind: int, typed: dict[str, str], reasons: tuple[str, ...] | None
) -> None:
    expected = [AccountHint(nordwind, NORDWIND["company"], "Kiel", reasons)] if reasons else []

    assert accounts.similar(ann, typed) == expected
    assert accounts.similar(ann, typed, besides=nordwind) == []


def test_a_company_out_of_sight_is_not_named(cast: Cast) -> None:
    accounts.create(cast.mark, {**NORDWIND, "owner": "mark"})

    assert len(accounts.similar(cast.olga, NORDWIND)) == 1
    assert accounts.similar(cast.mia, NORDWIND) == []
