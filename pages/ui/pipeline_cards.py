"""The cards of the board: what a deal is told by at a glance, and what needs attention."""

from crm_core.sales.types import DealRow
from pages.ui import words
from pages.ui.kanban import Card, Mark


def card(row: DealRow, percent: int | None) -> Card:
    """What the card of a deal says; ``percent`` is the learned chance, None where the stage tells it."""
    who = " · ".join(name for name in (row.company, row.contact_name) if name)
    amount = words.money(row.amount, row.currency) if row.amount is not None else "No amount"
    due = words.short_day(row.close_on) if row.close_on else ""
    return Card(
        id=row.id,
        version=row.version,
        title=row.name,
        who=who,
        amount=amount,
        due=due,
        owner=row.owner_name,
        label=", ".join(
            part
            for part in (
                row.name,
                who,
                amount,
                due and f"closes {due}",
                percent and f"chance {percent} %",
                row.owner_name,
            )
            if part
        ),
        marks=tuple(_marks(row, percent)),
    )


def _marks(row: DealRow, percent: int | None) -> list[Mark]:
    # Another number than that of the stage is worth telling: it is learned from past deals.
    marks = [] if percent is None else [Mark(f"{percent} %", "good" if percent >= 50 else "plain")]
    if row.close_on and row.close_on < words.today():
        marks.append(Mark("Overdue", "bad"))
    if row.is_rotting:
        marks.append(Mark(f"{row.days_in_stage} days here", "bad"))
    if row.next_step_on is not None:
        is_late = row.next_step_on < words.today()
        tone = "warn" if is_late else "plain"
        marks.append(Mark(f"{'Due' if is_late else 'Next'} {words.short_day(row.next_step_on)}", tone))
    elif not row.has_next_step:
        marks.append(Mark("No next step", "warn"))
    return marks
