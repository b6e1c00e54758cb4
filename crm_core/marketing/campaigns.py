"""Campaigns: written by one person, looked at, and sent by somebody who may send."""

import secrets
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any, Final

from crm_core.kernel.access import Permission
from crm_core.kernel.errors import Conflict, Invalid
from crm_core.kernel.paging import Page, Paging
from crm_core.kernel.values.text import fold
from crm_core.kernel.work import Work, use_case
from crm_core.marketing import audiences, campaign_rules, launching, link_checks
from crm_core.marketing.campaign_types import CampaignDetail, CampaignRow, Plan, RecipientRow, Review, Variant
from crm_core.marketing.campaign_views import detail, variants_of
from crm_core.team.company import company
from db.models import Campaign, CampaignVariant, Segment, Template
from db.queries import campaigns as sql

LATE: Final = timedelta(hours=1)
"""A campaign that is later than this asks whether it still makes sense."""


@use_case(Permission.CAMPAIGNS_READ, read=True)
def search(
    work: Work,
    text: str = "",
    states: Sequence[str] = (),
    paging: Paging = Paging(),  # noqa: B008 - frozen
) -> Page[CampaignRow]:
    """Campaigns by name and state, the latest first, with how many recipients are in which state."""
    page = work.page(sql.listed(fold(text), states), paging, CampaignRow)
    figures: dict[int, dict[str, int]] = defaultdict(dict)
    for campaign_id, state, people, unsubscribed in work.tuples(sql.figures([row.id for row in page])):
        figures[campaign_id][state] = people
        figures[campaign_id]["unsubscribed"] = figures[campaign_id].get("unsubscribed", 0) + unsubscribed
    return replace(page, items=tuple(replace(row, figures=figures[row.id]) for row in page))


@use_case(Permission.CAMPAIGNS_READ, read=True)
def get(work: Work, campaign_id: int) -> CampaignDetail:
    """One campaign with its variants and where its messages stand.

    Raises:
        NotFound: there is none.
    """
    return detail(work, work.get(Campaign, campaign_id))


@use_case(Permission.CAMPAIGNS_READ, read=True)
def recipients(
    work: Work,
    campaign_id: int,
    states: Sequence[str] = (),
    reason: str = "",
    paging: Paging = Paging(),  # noqa: B008
) -> Page[RecipientRow]:
    """The people of a campaign in these states, as far as one may see them.

    Raises:
        NotFound: there is no such campaign.
    """
    work.get(Campaign, campaign_id)
    return work.page(sql.recipients(campaign_id, states, reason), paging, RecipientRow)


@use_case(Permission.CAMPAIGNS_READ, read=True)
def review(work: Work, campaign_id: int) -> Review:
    """What one looks at before a campaign is sent.

    Raises:
        NotFound: there is none. Invalid: nobody is chosen yet, or the rule cannot be read.
    """
    return launching.review(work, work.get(Campaign, campaign_id))


@use_case(Permission.CAMPAIGNS_WRITE)
def create(work: Work, values: Mapping[str, Any], variants: Sequence[Variant] = ()) -> int:
    """A draft; returns its id.

    Args:
        values: ``name``, ``segment_id`` or ``rule`` (a line of the rule language), ``holdout`` (basis
            points), ``goal``, ``window_days``, ``budget``, ``cost``, ``cost_each`` (minor units), and
            those of ``Plan``.
        variants: what it says, as for ``put_variants``; one without words where none are given.

    Raises:
        Invalid: field by field, what cannot be. Conflict: the name is taken.
    """
    columns, plan = campaign_rules.checked({"name": "", "channel": "email", **values}, Plan())
    _check_audience(work, columns)
    row = work.add(
        Campaign(
            **{"currency": company().currency, **columns}, name_key=fold(columns["name"]), state="draft",
            salt=secrets.token_hex(16), plan=campaign_rules.stored(plan), creator_id=work.actor.id,
            created_at=work.now, updated_at=work.now,
        )
    )  # fmt: skip
    work.flush()
    if variants:
        put_variants(work, row.id, variants)
    else:
        work.add(CampaignVariant(campaign_id=row.id, name="A", share=1))
    work.record("campaign.created", row, title=row.name)
    return row.id


@use_case(Permission.CAMPAIGNS_WRITE)
def change(work: Work, campaign_id: int, values: Mapping[str, Any], *, version: int | None = None) -> None:
    """Change a draft.

    Raises:
        NotFound: there is none. Invalid: as in ``create``.
        Conflict: it was sent already, or somebody changed it meanwhile.
    """
    row = _draft(work.fresh(Campaign, campaign_id, version))
    columns, plan = campaign_rules.checked(values, campaign_rules.plan_of(row))
    _check_audience(work, columns)
    for name, value in columns.items():
        setattr(row, name, value)
    row.name_key, row.updated_at = fold(row.name), work.now
    row.plan = {**row.plan, **campaign_rules.stored(plan)}
    work.record("campaign.changed", row, title=row.name)


@use_case(Permission.CAMPAIGNS_WRITE)
def put_variants(
    work: Work, campaign_id: int, variants: Sequence[Variant], *, version: int | None = None
) -> None:
    """Say what a draft says, variant by variant; those that are not named any more go.

    Raises:
        NotFound: no such campaign or template. Invalid: names or shares cannot be.
        Conflict: it was sent already, or somebody changed it meanwhile.
    """
    row = _draft(work.fresh(Campaign, campaign_id, version))
    campaign_rules.checked_variants(variants)
    kept = {one.name: one for one in work.scalars(sql.variants(campaign_id))}
    for wanted in variants:
        if wanted.template_id is not None:
            work.get(Template, wanted.template_id)
        name, said = wanted.name.strip(), wanted.message
        found = kept.pop(name, None) or work.add(CampaignVariant(campaign_id=campaign_id, name=name))
        found.share, found.template_id = wanted.share, wanted.template_id
        found.subject, found.preheader = said.subject[:500], said.preheader[:300]
        found.body_html, found.body_text = said.html, said.text
    for gone in kept.values():
        work.delete(gone)
    work.flush()
    link_checks.note(work, [one.message for one in variants_of(work, row)])
    row.updated_at = work.now
    work.record("campaign.changed", row, title=row.name)


@use_case(Permission.CAMPAIGNS_WRITE)
def delete(work: Work, campaign_id: int) -> None:
    """Delete a draft for good.

    Raises:
        NotFound: there is none. Conflict: it was sent already.
    """
    row = _draft(work.get(Campaign, campaign_id))
    work.record("campaign.deleted", row, title=row.name)
    work.delete(row)


@use_case(Permission.CAMPAIGNS_SEND)
def send(
    work: Work, campaign_id: int, at: datetime | None = None, *,
    version: int | None = None, even_if_overdue: bool = False,
) -> Review:  # fmt: skip
    """Send a draft now, or when its time comes; returns what was reviewed, as it stood at this moment.

    Args:
        at: when to begin; None for now.
        even_if_overdue: send now although the time lies in the past.

    Raises:
        NotFound: there is none. Invalid: something hinders it, or nobody would get it.
        Conflict: it was sent already, somebody changed it meanwhile, or its time is over.
    """
    row = _draft(work.fresh(Campaign, campaign_id, version))
    if at is not None and at < work.now - LATE and not even_if_overdue:
        raise Conflict("The time of this campaign is over. Choose another one, or send it all the same.")
    found = launching.review(work, row)
    if found.hindrances:
        raise Invalid(" ".join(found.hindrances))
    launching.freeze(work, row, found)
    row.sender_id, row.scheduled_at = work.actor.id, at
    if at is not None and at > work.now:
        row.state = "scheduled"
    else:
        launching.begin_sending(work, row)
    work.record(
        "campaign.sent" if row.state == "sending" else "campaign.scheduled", row, title=row.name,
        count=found.audience.count, held=found.audience.held, excluded=dict(found.audience.excluded),
    )  # fmt: skip
    return found


@use_case(Permission.CAMPAIGNS_SEND)
def pause(work: Work, campaign_id: int) -> None:
    """Stop sending for now; what is on its way arrives.

    Raises:
        NotFound: there is none. Conflict: it is not being sent.
    """
    row = _in(work.get(Campaign, campaign_id), "sending")
    row.state = "paused"
    work.record("campaign.paused", row, title=row.name)


@use_case(Permission.CAMPAIGNS_SEND)
def resume(work: Work, campaign_id: int) -> None:
    """Go on with a paused campaign; one that missed its time begins now.

    Raises:
        NotFound: there is none. Conflict: it is not paused.
    """
    row = _in(work.get(Campaign, campaign_id), "paused")
    if row.started_at is None:
        launching.begin_sending(work, row)
    row.state = "sending"
    if row.plan.get("is_over_budget"):
        row.plan = {**row.plan, "may_exceed": True}  # that is what was asked
    row.plan = {name: value for name, value in row.plan.items() if name not in campaign_rules.QUESTIONS}
    work.run(sql.wake(row.id, work.now))
    work.record("campaign.resumed", row, title=row.name)


@use_case(Permission.CAMPAIGNS_SEND)
def cancel(work: Work, campaign_id: int) -> None:
    """Send nothing more of a campaign, for good. A scheduled one becomes a draft again.

    Raises:
        NotFound: there is none. Conflict: it is neither scheduled nor under way.
    """
    row = _in(work.get(Campaign, campaign_id), "scheduled", "sending", "paused")
    if row.started_at is None:
        row.state, row.scheduled_at = "draft", None
    else:
        row.state, row.finished_at = "cancelled", work.now
        work.run(sql.settle_rest(row.id, "cancelled"))
    work.record("campaign.cancelled", row, title=row.name)


def _draft(row: Campaign) -> Campaign:
    if row.state != "draft":
        raise Conflict(f"“{row.name}” is {row.state} and cannot be changed any more.")
    return row


def _in(row: Campaign, *states: str) -> Campaign:
    if row.state not in states:
        raise Conflict(
            f"“{row.name}” is {row.state}; this is possible only while it is {' or '.join(states)}."
        )
    return row


def _check_audience(work: Work, columns: Mapping[str, Any]) -> None:
    if columns.get("segment_id"):
        work.get(Segment, columns["segment_id"])
    if columns.get("rule"):
        audiences.parsed(work, columns["rule"])
