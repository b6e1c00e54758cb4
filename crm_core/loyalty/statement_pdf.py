"""The statement of a member: what came, what went, what is left and when it expires; on paper and by mail."""

from datetime import date, datetime
from importlib.resources import files
from typing import Final

from babel import Locale, UnknownLocaleError
from babel.dates import format_date
from babel.numbers import format_decimal
from fpdf import FPDF

from crm_core.activity.task_days import zone
from crm_core.channels import mail_out
from crm_core.channels.types import Attachment, NewMail
from crm_core.kernel.access import Permission
from crm_core.kernel.errors import Invalid
from crm_core.kernel.work import Work, use_case
from crm_core.loyalty import member_lists, programme, statements
from crm_core.loyalty.types import Entry, Statement
from crm_core.team.company import company
from db.models import Contact

_INK, _SOFT, _RULE, _TINT = (28, 33, 40), (98, 106, 118), (210, 214, 220), (244, 245, 247)
_ACCENT = (31, 78, 140)
_WIDTHS: Final = (34.0, 84.0, 26.0, 26.0)
_KINDS: Final = {
    "earn": "Earned", "redeem": "Spent", "expire": "Expired", "adjust": "Corrected", "reverse": "Taken back",
    "gift": "A gift", "transfer": "Carried over",
}  # fmt: skip
_LONGEST_REASON: Final = 48


@use_case(Permission.LOYALTY_READ, read=True)
def pdf(
    work: Work, membership_id: int, since: datetime | None = None, until: datetime | None = None
) -> tuple[str, bytes]:
    """The statement of a member over a period as a file: its name and its bytes.

    Raises:
        NotFound: no such member within reach.
    """
    card = member_lists.get(work, membership_id)
    found = statements.statement(work, card.card_number, since, until)
    name = programme.current(work).name
    return f"statement-{card.card_number}.pdf", _draw(found, name, since, work.now)


@use_case(Permission.LOYALTY_REDEEM)
def send(work: Work, membership_id: int) -> str:
    """Mail a member the statement of all its points; returns the address. One a day is sent at most.

    Raises:
        NotFound: no such member within reach. Invalid: the contact has no e-mail address.
    """
    card = member_lists.get(work, membership_id)
    contact = work.get(Contact, card.contact_id)
    if not contact.email:
        raise Invalid(f"{contact.name} has no e-mail address. Add one on the contact's page first.")
    name, content = pdf(work, card.membership_id)
    own, kept = company().name, programme.current(work).name
    parts = [f"you have {card.balance:,} points, {card.usable:,} of them to spend now."]
    if card.expires_at is not None:
        parts.append(f"{card.expiring:,} points expire on {_day(_local(card.expires_at))}.")
    text = "\n\n".join([f"Hello {contact.name},", " ".join(parts), "The statement is attached.", own])
    mail = NewMail(
        f"statement:{card.membership_id}:{work.now.date()}", contact.email, f"{kept}: your points", text,
        purpose="statement", attachments={name: Attachment("application/pdf", content)},
        contact_id=contact.id,
    )  # fmt: skip
    if mail_out.write(work, mail) is not None:
        work.record("statement.sent", contact, to=contact.email, balance=card.balance)
    return contact.email


def _draw(found: Statement, name: str, since: datetime | None, made_at: datetime) -> bytes:
    sheet = _Sheet(found.member.card_number)
    sheet.set_creation_date(made_at)
    sheet.set_title(f"{name}: statement of {found.member.name}")
    sheet.add_page()
    sheet.head(found, name, _local(made_at))
    begin = _day(_local(since)) if since else ""
    sheet.row((begin, "Balance before", "", _number(found.opening)), "B")
    for entry in reversed(found.entries):
        sheet.entry(entry)
    sheet.row(("", "Balance", "", _number(found.closing)), "B")
    return bytes(sheet.output())


class _Sheet(FPDF):
    """The pages of a statement, from top to bottom."""

    def __init__(self, card_number: str) -> None:
        super().__init__(format="A4")
        self.card_number = card_number
        folder = files("font_roboto") / "files"
        self.add_font("Roboto", "", str(folder / "Roboto-Regular.ttf"))
        self.add_font("Roboto", "B", str(folder / "Roboto-Bold.ttf"))
        self.set_margins(20, 18, 20)
        self.set_auto_page_break(True, 24)
        self.set_author(company().name)
        self.set_lang("en")

    def head(self, found: Statement, name: str, today: date) -> None:
        """Whose statement this is, and what can be spent now."""
        self._ink("B", 15, _ACCENT)
        self.multi_cell(0, 7.5, company().name, align="L", new_x="LMARGIN", new_y="NEXT")
        self.ln(10)
        self._ink("B", 20)
        self.multi_cell(0, 10, f"{name}: statement", align="L", new_x="LMARGIN", new_y="NEXT")
        self._ink("", 11, _SOFT)
        member = found.member
        facts = [member.name, f"Card {member.card_number}", _day(today)]
        facts += [f"Tier {member.tier}"] if member.tier else []
        self.multi_cell(0, 6, " · ".join(facts), align="L", new_x="LMARGIN", new_y="NEXT")
        self.ln(4)
        self._ink("", 11)
        lines = [f"{_number(member.usable)} points can be spent now."]
        lines += [f"{_number(member.pending)} more wait until orders can no longer come back."] * bool(
            member.pending
        )
        if member.expires_at is not None:
            lines.append(f"{_number(member.expiring)} points expire on {_day(_local(member.expires_at))}.")
        self.multi_cell(0, 6, " ".join(lines), align="L", new_x="LMARGIN", new_y="NEXT")
        self.ln(6)
        self.set_fill_color(*_TINT)
        self._ink("B", 9, _SOFT)
        for place, (width, text) in enumerate(
            zip(_WIDTHS, ("Day", "What", "Points", "Balance"), strict=True)
        ):
            self.cell(width, 7.5, text, align="L" if place < 2 else "R", fill=True)
        self.ln(8.5)

    def entry(self, entry: Entry) -> None:
        """One posting."""
        said = _KINDS.get(entry.kind, entry.kind)
        said += f": {entry.reason[:_LONGEST_REASON]}" if entry.reason else ""
        signed = f"{'+' if entry.points > 0 else '−' if entry.points < 0 else ''}{_number(abs(entry.points))}"
        self.row((_day(_local(entry.happened_at)), said, signed, _number(entry.balance)))

    def row(self, cells: tuple[str, str, str, str], style: str = "") -> None:
        """One line of the table."""
        self._ink(style, 10)
        self.set_draw_color(*_RULE)
        for place, (width, text) in enumerate(zip(_WIDTHS, cells, strict=True)):
            self.cell(width, 7, text, align="L" if place < 2 else "R", border="B")
        self.ln(7)

    def footer(self) -> None:
        """Whose statement this is, and which page of how many."""
        self.set_y(-15)
        self._ink("", 8.5, _SOFT)
        self.cell(self.epw / 2, 5, f"Page {self.page_no()} of {{nb}}")
        self.cell(self.epw / 2, 5, f"Card {self.card_number}", align="R")

    def _ink(self, style: str, size: float, colour: tuple[int, int, int] = _INK) -> None:
        self.set_font("Roboto", style, size)
        self.set_text_color(*colour)


def _local(moment: datetime) -> date:
    return moment.astimezone(zone()).date()


def _day(day: date) -> str:
    return str(format_date(day, "medium", locale=_place()))


def _number(points: int) -> str:
    return str(format_decimal(points, locale=_place()))


def _place() -> Locale:
    """English words with the numbers and dates of the company's country."""
    try:
        return Locale.parse(f"en_{company().country}")
    except (UnknownLocaleError, ValueError):
        return Locale.parse("en")
