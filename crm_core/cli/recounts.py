"""Checks of ``doctor`` that count anew: whether numbers that are kept agree with the records themselves."""

from collections.abc import Iterator

from crm_core.activity import first_touches
from crm_core.cli.findings import Check, Finding
from crm_core.commerce import totals
from crm_core.data import quality_counts
from crm_core.data.quality_checks import KINDS
from crm_core.insights import standing_answers
from crm_core.kernel.access import OPERATOR
from crm_core.kernel.work import begin
from crm_core.loyalty import proofs
from crm_core.people import counts
from crm_core.sales import stages
from crm_core.settings import Settings


def _counts(_settings: Settings) -> Iterator[Finding]:
    with begin(OPERATOR, write=False) as work:
        wrong = counts.differences(work)
    for owner_key, lifecycle, kept, counted in wrong:
        owner = f"owner {owner_key}" if owner_key else "nobody"
        sentence = f"{kept} contacts of {owner} at “{lifecycle}” are noted, but there are {counted}."
        yield Finding("counts", "fail", sentence)
    if not wrong:
        yield Finding("counts", "ok", "The kept numbers of contacts agree with a recount.")


def _purchases(_settings: Settings) -> Iterator[Finding]:
    with begin(OPERATOR, write=False) as work:
        wrong, others = totals.differences(work), totals.misremembered(work)
    for contact_id, currency, kept, counted in wrong:
        sentence = f"Purchases of {kept} {currency} cents are noted for contact {contact_id}, not {counted}."
        yield Finding("purchases", "fail", sentence)
    for contact_id, currency in others:
        sentence = (
            f"The orders in {currency} noted for reports about contact {contact_id} are not its orders."
        )
        yield Finding("purchases", "fail", sentence)
    if not wrong and not others:
        yield Finding("purchases", "ok", "The kept purchases of customers agree with a recount.")


def _touches(_settings: Settings) -> Iterator[Finding]:
    with begin(OPERATOR, write=False) as work:
        wrong = first_touches.differences(work)
    for contact_id, _kept, _true in wrong:
        sentence = f"The first touch noted for contact {contact_id} is not that of its touchpoints."
        yield Finding("touches", "fail", sentence)
    if not wrong:
        yield Finding("touches", "ok", "The kept first touches of contacts agree with their touchpoints.")


def _answers(_settings: Settings) -> Iterator[Finding]:
    with begin(OPERATOR, write=False) as work:
        wrong = standing_answers.differences(work)
    for name in wrong:
        yield Finding("reports", "fail", f"The kept answer of “{name}” is not what is counted anew.")
    if not wrong:
        yield Finding("reports", "ok", "The kept answers of reports agree with a recount.")


def _points(_settings: Settings) -> Iterator[Finding]:
    with begin(OPERATOR, write=False) as work:
        wrong = proofs.findings(work)
    for _what, sentence in wrong:
        yield Finding("points", "fail", sentence)
    if not wrong:
        yield Finding("points", "ok", "Every balance of points is the sum of its entries; none was changed.")


def _quality(_settings: Settings) -> Iterator[Finding]:
    with begin(OPERATOR, write=False) as work:
        wrong = [record for record in KINDS if quality_counts.is_late(work, record)]
    for record in wrong:
        how = f"python -m crm_core quality count --kind {record}"
        yield Finding("quality", "warn", f"The quality of {record} was not counted for two days. Run: {how}")
    if not wrong:
        yield Finding("quality", "ok", "The quality of records is counted every day.")


def _deals(_settings: Settings) -> Iterator[Finding]:
    with begin(OPERATOR, write=False) as work:
        wrong = stages.differences(work)
    for deal_id, name in wrong:
        sentence = f"Deal {deal_id} (“{name}”) is not in the stage, or the state, that its history ends with."
        yield Finding("deals", "fail", sentence)
    if not wrong:
        yield Finding("deals", "ok", "The history of every deal ends where the deal is.")


ALL: tuple[Check, ...] = (_counts, _quality, _purchases, _touches, _points, _answers, _deals)
"""In the order in which they are told."""
