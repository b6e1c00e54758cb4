"""The members who went from one tier to another."""

from crm_core.insights import loyalty
from crm_core.insights.loyalty_types import ProgrammeReport
from crm_core.kernel.access import Actor
from pages.ui import report_people_list, words

MOVED = "moved"


def draw(actor: Actor, found: ProgrammeReport) -> None:
    """Choose a way from tier to tier, and see whoever went it."""
    ways = {(one.source, one.target): one for one in found.flow}
    options = {
        f"{source}>{target}": f"{source or 'No tier'} → {target or 'no tier'}: "
        f"{words.count(one.members, 'member')}"
        for (source, target), one in ways.items()
    }
    if not options:
        return
    chosen = report_people_list.choose("Open the members who went …", options, MOVED, "")
    if not chosen:
        return
    way = next(way for way in ways if f"{way[0]}>{way[1]}" == chosen)
    report_people_list.draw(
        "tier-movers", ("Customer", "Card", "When"),
        lambda paging: loyalty.movers(actor, way, found.since, found.until, paging),
        lambda row: (row.contact_id or 0, (row.name, row.what, words.when(row.at))),
    )  # fmt: skip
