"""Who a rule means, by name."""

from sqlalchemy import select

from crm_core.kernel.access import SYSTEM
from crm_core.kernel.work import begin
from crm_core.marketing.audiences import parsed
from crm_core.people.rule_moment import moment
from db.models import Contact
from db.queries.rules import condition


def matched(rule: str) -> set[str]:
    """The names of the contacts that a line of the rule language means."""
    with begin(SYSTEM, write=False) as work:
        return set(work.scalars(select(Contact.name).where(condition(parsed(work, rule), moment(work)))))
