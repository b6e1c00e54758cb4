"""Two cases of one customer that are about the same thing become one."""

from crm_core.kernel.access import Permission
from crm_core.kernel.errors import Conflict
from crm_core.kernel.work import Work, use_case
from crm_core.service import case_steps, rules, sla
from db.models import Case
from db.queries import cases as sql


@use_case(Permission.CASES_EDIT)
def merge(work: Work, keep_id: int, drop_id: int) -> None:
    """Move what was said in one case to another, and close the one; mails to either go on in the one kept.

    Raises:
        Conflict: they are the same, belong to different customers, or one was merged before.
    """
    keep, drop = work.get(Case, keep_id), work.get(Case, drop_id)
    if keep.id == drop.id:
        raise Conflict("This is one case. Choose another one to merge it with.")
    if keep.contact_id != drop.contact_id:
        raise Conflict("These cases belong to different customers. Merge the customers first.")
    if keep.merged_into_id is not None or drop.merged_into_id is not None:
        raise Conflict("One of these cases was merged before. Go on with the one that was kept.")
    work.flush()
    moved = work.run(sql.move_messages(drop.id, keep.id))
    work.run(sql.move_merged(drop.id, keep.id))
    how = sla.settings(work)
    keep.opened_at = min(keep.opened_at, drop.opened_at)
    keep.last_message_at = max(keep.last_message_at, drop.last_message_at)
    keep.is_unanswered = keep.is_unanswered or (drop.is_unanswered and drop.status in rules.UNSOLVED)
    keep.tags = list(rules.tidy_tags([*keep.tags, *drop.tags]))
    keep.updated_at = work.now
    sla.follow(keep, how)
    if rules.may("close", drop.status):
        case_steps.step(work, drop, "close", how)
    drop.merged_into_id = keep.id
    drop.is_unanswered = False
    work.record("case.merged", keep, other=rules.shown(drop.number), moved=moved, **case_steps.facts_of(keep))
