"""Quotes: what was offered, to whom, for how much and until when, kept as it was sent."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from crm_core.kernel.access import Permission
from crm_core.kernel.errors import Invalid
from crm_core.kernel.values import countries
from crm_core.kernel.values.text import clean
from crm_core.kernel.work import Work, use_case
from crm_core.sales import deal_states, quote_paper, rules
from crm_core.team.company import company
from db.models import Account, Contact, Deal, Quote, Setting, User
from db.queries import deals as deal_sql
from db.queries import quotes as sql

_COUNTER = "quote_numbers"
_LONGEST_NOTE = 4_000


@dataclass(frozen=True)
class QuoteRow:
    """A quote in a list; ``total`` in minor units."""

    id: int
    deal_id: int
    number: str
    total: int
    currency: str
    valid_until: date
    created_at: datetime
    by: str


@use_case(Permission.DEALS_EDIT)
def make(work: Work, deal_id: int, valid_until: date, *, note: str = "") -> QuoteRow:
    """Put the deal as it is now into a quote with a number of its own.

    Args:
        deal_id: the deal; without lines, its name and amount make the only one.
        valid_until: the last day that the offer holds.
        note: what is printed below the sum: terms, delivery, thanks.

    Raises:
        Invalid: there is nothing to offer, or the day lies in the past.
    """
    deal = deal_states.held(work, deal_id)
    today = work.now.astimezone(ZoneInfo(company().time_zone)).date()
    wrong: dict[str, str] = {}
    if valid_until < today:
        wrong["valid_until"] = "Choose today or a later day."
    if len(note) > _LONGEST_NOTE:
        wrong["note"] = f"Use at most {_LONGEST_NOTE:,} characters."
    lines = _lines(work, deal)
    if not lines:
        wrong["lines"] = "Add products or an amount to the deal first."
    if wrong:
        raise Invalid("There is no quote yet: something needs correcting.", fields=wrong)
    quote = work.add(
        Quote(
            deal_id=deal_id,
            number=_next_number(work, today.year),
            content=_content(work, deal, lines, today, clean(note)),
            total=sum(line["total"] for line in lines),
            currency=deal.currency,
            valid_until=valid_until,
            actor_id=work.actor.id,
            created_at=work.now,
        )
    )
    work.record("deal.quoted", deal, deal=deal.name, number=quote.number)
    work.flush()
    return _shape(quote, work.actor.name)


@use_case(Permission.DEALS_READ, read=True)
def search(work: Work, deal_id: int) -> list[QuoteRow]:
    """The quotes of a deal, the latest first.

    Raises:
        NotFound: no such deal within reach.
    """
    work.get(Deal, deal_id)
    return [_shape(row.Quote, row.by or "") for row in work.tuples(sql.of_deal(deal_id))]


@use_case(Permission.DEALS_READ, read=True)
def pdf(work: Work, quote_id: int) -> tuple[str, bytes]:
    """A quote as a file to send: its name and its bytes, the same whenever it is asked for.

    Raises:
        NotFound: there is none, or none that this person may see.
    """
    quote = work.get(Quote, quote_id)
    paper = quote_paper.Paper(quote.number, quote.content, quote.total, quote.currency, quote.valid_until)
    return f"{quote.number}.pdf", quote_paper.draw(paper, made_at=quote.created_at)


def _lines(work: Work, deal: Deal) -> list[dict[str, Any]]:
    rows = work.scalars(deal_sql.lines(deal.id))
    if not rows and deal.amount is not None:
        one = {"name": deal.name, "quantity": 1000, "unit_price": deal.amount, "discount": 0}
        return [one | {"total": deal.amount}]
    names = ("name", "quantity", "unit_price", "discount", "total")
    return [{name: getattr(row, name) for name in names} for row in rows]


def _content(work: Work, deal: Deal, lines: list[dict[str, Any]], today: date, note: str) -> dict[str, Any]:
    own = company()
    user = work.session.get(User, work.actor.id) if work.actor.id else None
    return {
        "seller": own.name,
        "country": own.country,
        "by": work.actor.name,
        "by_email": (user.email or "") if user else "",
        "addressee": _addressee(work, deal),
        "deal": deal.name,
        "made_on": today.isoformat(),
        "lines": lines,
        "gross": sum(rules.line_total(line["quantity"], line["unit_price"], 0) for line in lines),
        "discount": sum(line["discount"] for line in lines),
        "note": note,
    }


def _addressee(work: Work, deal: Deal) -> list[str]:
    """The lines of an address: company, person, street, place, country."""
    contact = work.session.get(Contact, deal.contact_id) if deal.contact_id else None
    account = work.session.get(Account, deal.account_id) if deal.account_id else None
    lines = [account.name if account else "", contact.name if contact else ""]
    place: Account | Contact | None = account if account and (account.street or account.city) else contact
    if place is not None:
        town = " ".join(filter(None, (place.postal_code, place.city)))
        country = place.country if place.country != company().country else ""
        lines += [*place.street.splitlines(), town, countries.name(country) if country else ""]
    return [line for line in lines if line]


def _next_number(work: Work, year: int) -> str:
    work.run(sql.begin_counter(_COUNTER, work.now))
    row: Setting = work.scalar(sql.counter(_COUNTER))
    number = int(row.value.get(str(year), 0)) + 1
    row.value, row.updated_at = {**row.value, str(year): number}, work.now
    return f"Q-{year}-{number:04d}"


def _shape(row: Quote, by: str) -> QuoteRow:
    return QuoteRow(
        row.id, row.deal_id, row.number, row.total, row.currency, row.valid_until, row.created_at, by
    )
