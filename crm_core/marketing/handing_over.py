"""Campaigns that people of the house carry out: calls become tasks, letters and posts become lists.

All of it happens in one transaction, so nothing here can be unclear.
"""

from collections.abc import Sequence

from crm_core.activity import tasks
from crm_core.activity.task_days import today
from crm_core.channels.types import Outcome
from crm_core.kernel.access import SYSTEM
from crm_core.kernel.errors import CrmError
from crm_core.kernel.work import Work, begin
from crm_core.marketing import claiming, delivering
from crm_core.marketing.letters import Claimed, letter
from crm_core.team import notices
from db.models import Campaign, Task
from db.queries import sending as sql

LONGEST_TITLE = 300


def hand_over(worker: str, batch: Sequence[Claimed]) -> None:
    """Give claimed recipients to those who reach them: the owners of contacts, or whoever opens the list."""
    with begin(SYSTEM) as work:
        campaign = work.get(Campaign, batch[0].campaign_id)
        allowed = delivering.may_leave(work, worker, batch)
        ids = [one.id for one in allowed]
        work.run(sql.start(ids, worker, work.now + claiming.HELD_FOR))
        begun = set(work.scalars(sql.started(ids, worker)))
        work.run(sql.let_go(ids, worker, {"next_try_at": work.now}))
        mine = [one for one in allowed if one.id in begun]
        outcomes = (
            _calls(work, campaign, mine) if campaign.channel == "call" else [Outcome("sent")] * len(mine)
        )
        delivering.settle(work, worker, list(zip(mine, outcomes, strict=True)))


def _calls(work: Work, campaign: Campaign, found: Sequence[Claimed]) -> list[Outcome]:
    """A task for the owner of every contact; where nobody owns it, for whoever sent the campaign."""
    owners = {row.id: row for row in work.tuples(sql.owners([one.contact_id for one in found]))}
    outcomes, told = [], set[int]()
    for one in found:
        contact = owners.get(one.contact_id)
        owner_id = (contact.owner_id if contact else None) or campaign.sender_id
        try:
            said = letter(one)
        except (CrmError, ValueError) as error:
            outcomes.append(Outcome("failed", str(error)))
            continue
        title = said.subject.strip() or f"Call for “{campaign.name}”"
        row = work.add(
            Task(
                kind="call", title=title[:LONGEST_TITLE], notes=f"{one.address}\n\n{said.body_text}".strip(),
                status="open", due_on=today(), owner_id=owner_id, contact_id=one.contact_id,
                account_id=contact.account_id if contact else None, creator_id=campaign.sender_id,
                cause=f"campaign:{one.id}", created_at=work.now, updated_at=work.now,
            )
        )  # fmt: skip
        work.flush()
        work.record("task.created", row, **tasks.facts_of(row))
        outcomes.append(Outcome("sent"))
        if owner_id is not None and owner_id != campaign.sender_id:
            told.add(owner_id)
    for owner_id in sorted(told):
        text = f"You have calls to make for “{campaign.name}”."
        new = notices.NewNotice(
            owner_id, "task.given", text, "tasks", None, f"calls:{campaign.id}:{owner_id}"
        )
        notices.tell(work, new)
    return outcomes
