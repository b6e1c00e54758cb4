"""Quotes keep what was offered, have running numbers, and read well on paper."""

from datetime import date, timedelta
from decimal import Decimal

import pypdfium2
import pytest

from crm_core.kernel.access import Actor
from crm_core.kernel.errors import Invalid, NotFound
from crm_core.kernel.work import Clock
from crm_core.people import accounts, contacts
from crm_core.sales import deal_lines, deals, quotes
from crm_core.sales.types import NewLine
from crm_core.team import company
from crm_core.team.types import CompanySettings
from tests.conftest import at
from tests.people import MONDAY, Cast

MAY = date(2026, 5, 1)


def text_of(content: bytes) -> list[str]:
    """What stands on each page."""
    document = pypdfium2.PdfDocument(content)
    return [page.get_textpage().get_text_range() for page in document]


@pytest.fixture
def deal_id(cast: Cast, clock: type[Clock]) -> int:
    """A deal of Ann with a company in Kraków, two lines and a discount."""
    assert clock
    company.change_company(cast.olga, CompanySettings("Möbel Müller GmbH", "EUR", "Europe/Berlin", "DE"))
    firm = accounts.create(
        cast.ann, {"company": "Łódź Meble", "street": "ul. Święta 1", "city": "Kraków", "country": "PL"}
    )
    person = contacts.create(cast.ann, {"last_name": "Wójcik"})
    made = deals.create(cast.ann, {"deal": "Stühle", "account_id": firm, "contact_id": person})
    lines = [
        NewLine(
            name="Bürostuhl „Ost“", quantity=Decimal(12), unit_price=Decimal("249.90"), discount=Decimal(99)
        ),
        NewLine(name="Montage", quantity=Decimal("2.5"), unit_price=Decimal(85)),
    ]
    deal_lines.put(cast.ann, made, lines, version=None)
    return made


def test_a_quote_has_all_that_an_offer_needs(ann: Actor, deal_id: int) -> None:
    made = quotes.make(ann, deal_id, MAY, note="Zahlbar in 14 Tagen.")

    name, content = quotes.pdf(ann, made.id)

    assert name == "Q-2026-0001.pdf"
    [page] = text_of(content)
    for words in (
        *("Möbel Müller GmbH", "Łódź Meble", "Wójcik", "ul. Święta 1", "Kraków", "Poland", "Ann Archer"),
        *("Quote Q-2026-0001", "Stühle", "Bürostuhl „Ost“", "2,5", "249,90 €", "−99,00 €", "2.899,80 €"),
        *("3.211,30 €", "3.112,30 €", "valid until 1 May 2026", "Zahlbar in 14 Tagen.", "Page 1 of 1"),
    ):
        assert words in page.replace("\xa0", " "), words
    assert quotes.pdf(ann, made.id)[1] == content, "the same file whenever it is asked for"


def test_a_quote_stays_what_it_was_when_the_deal_changes(ann: Actor, deal_id: int) -> None:
    first = quotes.make(ann, deal_id, MAY)
    before = text_of(quotes.pdf(ann, first.id)[1])
    deal_lines.put(ann, deal_id, [NewLine(name="Nothing else", unit_price=Decimal(1))], version=None)

    second = quotes.make(ann, deal_id, MAY)

    assert text_of(quotes.pdf(ann, first.id)[1]) == before
    assert [(row.number, row.total) for row in quotes.search(ann, deal_id)] == [
        ("Q-2026-0002", 100),
        ("Q-2026-0001", 311_230),
    ]
    assert second.by == "Ann Archer"


def test_numbers_run_on_across_sellers_and_begin_anew_each_year(
    cast: Cast, deal_id: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    his = deals.create(cast.bob, {"deal": "B", "amount": "5"})
    numbers = [quotes.make(cast.ann, deal_id, MAY).number, quotes.make(cast.bob, his, MAY).number]
    # In Berlin the new year has begun.
    monkeypatch.setattr(Clock, "now", at(MONDAY.replace(month=12, day=31, hour=23, minute=30)))
    numbers.append(quotes.make(cast.bob, his, MAY + timedelta(365)).number)

    assert numbers == ["Q-2026-0001", "Q-2026-0002", "Q-2027-0001"]


def test_long_quotes_repeat_their_headings_and_number_their_pages(ann: Actor, deal_id: int) -> None:
    lines = [NewLine(name=f"Part {n} " + "with many words " * 6, unit_price=Decimal(n)) for n in range(1, 80)]
    deal_lines.put(ann, deal_id, lines, version=None)

    pages = text_of(quotes.pdf(ann, quotes.make(ann, deal_id, MAY).id)[1])

    assert len(pages) > 3
    assert all("Unit price" in page for page in pages[:-1])
    assert f"Page 2 of {len(pages)}" in pages[1]
    assert "3.160,00 €" in pages[-1].replace("\xa0", " ")


def test_there_must_be_something_to_offer_and_time_to_take_it(ann: Actor, deal_id: int) -> None:
    bare = deals.create(ann, {"deal": "A"})

    with pytest.raises(Invalid) as refused:
        quotes.make(ann, bare, MONDAY.date() - timedelta(1), note="x" * 4001)

    assert set(refused.value.fields) == {"valid_until", "lines", "note"}
    deals.change(ann, bare, {"amount": "0"}, version=None)
    assert quotes.make(ann, bare, MONDAY.date()).total == 0


def test_quotes_are_seen_with_their_deal(cast: Cast, deal_id: int) -> None:
    made = quotes.make(cast.ann, deal_id, MAY)

    for act in (
        lambda: quotes.pdf(cast.bob, made.id),
        lambda: quotes.search(cast.bob, deal_id),
        lambda: quotes.make(cast.bob, deal_id, MAY),
    ):
        with pytest.raises(NotFound):
            act()
    assert quotes.search(cast.vera, deal_id)[0].id == made.id
