"""All numbers at a glance, or one of them with its rows."""

from crm_core.kernel.access import Actor
from pages.ui import report_filters, report_number, report_tiles
from pages.ui.guard import guard


def draw(actor: Actor) -> None:
    """The filters, and below them the tiles, or the number that the address asks for."""
    with guard():
        question = report_filters.ask(actor)
        name = report_number.asked()
        if name:
            report_number.draw(actor, name, question)
        else:
            report_tiles.draw(question)
