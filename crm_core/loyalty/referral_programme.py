"""How recommending works in this company: one setting, and where the links of referrers lead."""

from dataclasses import asdict, replace
from typing import Any

from crm_core.kernel.access import SYSTEM, Permission
from crm_core.kernel.errors import Invalid, NotFound
from crm_core.kernel.work import Work, use_case
from crm_core.loyalty import referral_rules as rules
from crm_core.loyalty.referral_types import ReferralProgramme
from db.models import Referrer, Setting
from db.queries import referrals as sql
from db.queries import settings, web_forms

NAME = "referrals"
PATH = "/r"


@use_case(Permission.LOYALTY_READ, read=True)
def get(work: Work) -> ReferralProgramme:
    """How recommending works; what was never set takes its usual value."""
    return current(work)


@use_case(Permission.LOYALTY_MANAGE)
def change(work: Work, wanted: ReferralProgramme) -> None:
    """Change how recommending works; what was rewarded before stays.

    Raises:
        Invalid: with a hint for each wrong field.
    """
    tidy = replace(wanted, landing=wanted.landing.strip())
    wrong = rules.programme_problems(tidy)
    if tidy.landing and not wrong and "/" not in tidy.landing:
        form = work.scalar(web_forms.by_slug(tidy.landing))
        if form is None or not form.is_active:
            wrong["landing"] = "There is no open web form at this address."
    if wrong:
        raise Invalid("Please correct the marked fields.", fields=wrong)
    row = _row(work) or work.add(Setting(name=NAME, value={}, updated_at=work.now))
    row.value, row.updated_at = asdict(tidy), work.now
    work.record("referral_programme.changed", row, programme=asdict(tidy))


def target(code: str) -> str:
    """Where the link with this code leads, for visitors.

    Raises:
        NotFound: nobody has this code any more, or there is no place to lead to.
    """
    return _target(SYSTEM, code)


def current(work: Work) -> ReferralProgramme:
    """As ``get``, inside other use cases."""
    row = _row(work)
    stored: dict[str, Any] = row.value if row is not None else {}
    usual = asdict(ReferralProgramme())
    return ReferralProgramme(**{name: stored.get(name, value) for name, value in usual.items()})


@use_case(Permission.SYSTEM_OPERATE, read=True)
def _target(work: Work, code: str) -> str:
    """Where a link leads."""
    found: Referrer | None = work.scalar(sql.by_code(rules.code_key(code)))
    landing = current(work).landing
    if found is None or found.state != "active" or not landing:
        raise NotFound("This recommendation is no longer good. Ask whoever sent it, or come without it.")
    return rules.landing_with(landing, found.code)


def _row(work: Work) -> Setting | None:
    found: Setting | None = work.scalar(settings.by_name(NAME))
    return found
