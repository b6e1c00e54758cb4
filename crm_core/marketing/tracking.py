"""What readers of campaigns do: opens, clicks, and where a click leads. People and programs are kept apart.

Nobody is signed in here: an address with its seal says who it belongs to. Nothing is kept of the request
itself, neither its address nor the name of its program.
"""

from typing import Final

from crm_core.kernel.access import SYSTEM
from crm_core.kernel.work import Work, begin
from crm_core.marketing import links, machines
from crm_core.marketing.links import TRAP, Sealed
from crm_core.marketing.machines import Act, Seen
from db.models import CampaignEvent, Recipient
from db.queries import tracking as sql
from db.upsert import insert_or_keep

MOST_ACTS: Final = 200
"""Acts of one recipient that are kept: enough for every reader, too few to fill a disk with."""


def target(token: str) -> str:
    """Where the click behind an address leads; empty for the hidden link. Nothing is noted.

    Raises:
        NotFound: the address is none of ours.
    """
    with begin(SYSTEM, write=False) as work:
        return links.target(work, links.opened(work, links.CLICK, token))


def clicked(token: str, seen: Seen) -> None:
    """Note a click; the same link twice within a minute counts once.

    Raises:
        NotFound: the address is none of ours.
    """
    with begin(SYSTEM) as work:
        sealed = links.opened(work, links.CLICK, token)
        is_trap = sealed.link_id == TRAP
        if not is_trap:
            links.target(work, sealed)
        note(work, sealed, "click", machines.sign_of("click", seen, is_trap=is_trap))


def opened(token: str, seen: Seen) -> None:
    """Note that the pictures of a message were loaded; twice within a minute counts once.

    Raises:
        NotFound: the address is none of ours.
    """
    with begin(SYSTEM) as work:
        sealed = links.opened(work, links.OPEN, token)
        note(work, sealed, "open", machines.sign_of("open", seen))


def note(work: Work, sealed: Sealed, kind: str, sign: str) -> None:
    """Keep an act of a recipient, and judge anew which of all acts were a person's."""
    row = work.scalar(sql.lock(sealed.row.id))
    before = len(work.tuples(sql.acts(row.id)))
    if before >= MOST_ACTS:
        return
    minute = int(work.now.timestamp()) // 60
    happened = {
        "recipient_id": row.id, "kind": kind, "is_machine": bool(sign), "link_id": sealed.link_id or None,
        "cause": f"{kind}:{row.id}:{sealed.link_id}:{minute}:{sign}", "happened_at": work.now,
        "contact_id": row.contact_id, "account_id": row.account_id, "facts": {"sign": sign} if sign else {},
    }  # fmt: skip
    if work.run(insert_or_keep(CampaignEvent, [happened], ("cause",))):
        judge(work, row)


def judge(work: Work, row: Recipient) -> None:
    """Bring the first moments of a recipient in line with all that is known of the acts."""
    known = work.tuples(sql.acts(row.id))
    acts = [Act(one.kind, one.happened_at, one.link_id, one.facts.get("sign", "")) for one in known]
    links_of = int(work.scalar(sql.link_count(row.campaign_id)) or 0)
    verdicts = machines.judged(acts, row.sent_at, links_of)
    for is_machine in (False, True):
        changed = [
            one.id
            for one, said in zip(known, verdicts, strict=True)
            if said is is_machine and one.is_machine is not said
        ]
        if changed:
            work.run(sql.judge(changed, is_machine=is_machine))
    human = [one for one, said in zip(acts, verdicts, strict=True) if not said]
    clicks = [one.happened_at for one in human if one.kind == "click"]
    # Pictures may be switched off: who clicked has opened, and who clicked has come to our pages.
    opens = [one.happened_at for one in human if one.kind == "open"]
    visits = [one.happened_at for one in human if one.kind == "visit"]
    scans = [one.happened_at for one, said in zip(acts, verdicts, strict=True) if said]
    row.clicked_at = min(clicks, default=None)
    row.opened_at = min([*opens, *clicks], default=None)
    row.visited_at = min([*visits, *clicks], default=None)
    row.is_visited = row.visited_at is not None
    row.scanned_at = min(scans, default=None)
