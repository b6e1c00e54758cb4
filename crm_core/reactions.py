"""What follows from what. The one place to read it: after X, do Y, in the same transaction."""

from crm_core.automation import entering
from crm_core.automation.triggers import BY_ACTIVITY
from crm_core.commerce import totals
from crm_core.kernel.work import REACTIONS, Reaction
from crm_core.loyalty import advocates, coupons, earning, referrals, tiers, transfers
from crm_core.marketing import conversions
from crm_core.sales import assignment, customers, lead_scores, leads
from crm_core.service import asking, case_mail, low_scores

AFTER: dict[str, tuple[Reaction, ...]] = {
    "deal.won": (customers.welcome,),
    "contact.created": (leads.arrive, lead_scores.keep_up),
    "contact.changed": (customers.follow_name, lead_scores.keep_up),
    "consent.granted": (lead_scores.keep_up,),
    "consent.withdrawn": (lead_scores.keep_up,),
    "call.logged": (lead_scores.keep_up, leads.alert),
    "meeting.logged": (lead_scores.keep_up,),
    "email.logged": (lead_scores.keep_up, leads.alert, case_mail.follow),
    "chat.logged": (lead_scores.keep_up, leads.alert),
    "post.logged": (lead_scores.keep_up, leads.alert),
    "form.submitted": (lead_scores.keep_up, leads.alert, referrals.follow_form),
    "lead.assigned": (assignment.tell_owner,),
    "contact.merged": (totals.follow_merge, transfers.follow_merge, advocates.follow_merge),
    "contact.unmerged": (totals.follow_merge, transfers.follow_unmerge, advocates.follow_unmerge),
    "account.changed": (customers.follow_name,),
    "order.placed": (conversions.follow_order,),
    "order.changed": (conversions.follow_order,),
    "order.paid": (earning.award_order, referrals.reward, tiers.follow, conversions.follow_order),
    "order.returned": (
        earning.settle_order,
        referrals.settle,
        coupons.follow_order,
        conversions.follow_order,
    ),
    "order.cancelled": (
        earning.settle_order,
        referrals.settle,
        coupons.follow_order,
        conversions.follow_order,
    ),
    "order.deleted": (earning.settle_order, referrals.settle, conversions.follow_order),
    "order.restored": (earning.settle_order, referrals.reward, conversions.follow_order),
    "order.delivered": (asking.follow_order,),
    "case.solved": (asking.follow_case,),
    "feedback.received": (low_scores.follow,),
    "feedback.changed": (low_scores.follow,),
    "member.joined": (earning.welcome,),
    "points.earned": (tiers.follow,),
}


def connect() -> None:
    """Make the table known to the kernel."""
    REACTIONS.clear()
    REACTIONS.update(AFTER)
    for name in (*BY_ACTIVITY, *entering.BULKS):  # journeys begin last: they see what the others did
        REACTIONS[name] = (*AFTER.get(name, ()), entering.start)
