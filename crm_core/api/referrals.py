"""Referrals for programs: who brought whom, and noting that somebody came by a code."""

from typing import Final

from crm_core.api.answers import Answer, listed
from crm_core.api.calls import Call
from crm_core.kernel.errors import Invalid
from crm_core.loyalty import advocates, referrals
from crm_core.loyalty.referral_types import STATES, Brought, ReferralRow, ReferrerRow

SHAPES: Final[dict[str, tuple[type, tuple[str, ...]]]] = {
    "Referral": (ReferralRow, ()),
    "Referrer": (ReferrerRow, ()),
    "BroughtFriend": (Brought, ()),
}
EXAMPLES: Final = {"NewReferral": {"code": "ZOE-7K3MQ", "contact_id": 1}}


def search(call: Call) -> Answer:
    """List who brought whom, the latest first; `state` is waiting, rewarded or refused."""
    state = call.query.get("state", "")
    if state and state not in STATES:
        hint = f"Choose one of: {', '.join(STATES)}."
        raise Invalid("The query needs correcting.", fields={"state": hint})
    return listed(call, referrals.search(call.actor, call.paging(), state=state))


def bring(call: Call) -> Answer:
    """Note that a contact came by a code; one who cannot count is noted as refused, with the reason."""
    said = call.values
    done = referrals.bring(call.actor, said["code"], said["contact_id"] or 0, channel="api")
    return Answer(body=done).created("/api/v1/referrals")


def referrers(call: Call) -> Answer:
    """List who recommends us, with the codes, and what their friends spent; who brought most comes first."""
    return listed(call, advocates.search(call.actor, call.paging()))
