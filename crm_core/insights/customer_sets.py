"""Which customers a report about customers is told for: those of a segment, a country or a product."""

from dataclasses import dataclass
from typing import Any

from crm_core.insights.metric_types import Question
from crm_core.kernel.work import Work
from crm_core.marketing import segments
from crm_core.people.rule_moment import moment
from db.queries import customer_sets as sql


@dataclass(frozen=True)
class CustomerSet:
    """Customers who are in a segment, bought a product and live in a country, as it is known today.

    What is None or empty does not narrow the set.
    """

    segment_id: int | None = None
    product_id: int | None = None
    country: str = ""


EVERYBODY = CustomerSet()


def of_question(question: Question) -> CustomerSet:
    """The set that the filters of a question mean; team and owner are a matter of reach."""
    return CustomerSet(question.segment_id, question.product_id, question.country)


def ids(work: Work, which: CustomerSet) -> Any:
    """The contacts of a set as a part of other statements; None for everybody.

    Raises:
        NotFound: there is no such segment, or it is not this person's to see.
    """
    if which == EVERYBODY:
        return None
    rule = None if which.segment_id is None else segments.rule_of(work, which.segment_id)
    return sql.chosen(rule, moment(work), which.product_id, which.country)
