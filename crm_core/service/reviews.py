"""Reviews of products: stars, and what customers say others should know."""

from collections.abc import Mapping
from dataclasses import dataclass

from crm_core.kernel.access import Permission
from crm_core.kernel.paging import Page, Paging
from crm_core.kernel.work import Work, use_case
from crm_core.service.feedback_types import REVIEW, FeedbackRow
from crm_core.service.survey_rules import SCALES
from db.models import Product
from db.queries import feedback as sql


@dataclass(frozen=True)
class Stars:
    """How many reviews gave how many stars, all steps of the scale; ``mean`` is None without reviews."""

    counts: Mapping[int, int]

    @property
    def count(self) -> int:
        """How many reviews."""
        return sum(self.counts.values())

    @property
    def mean(self) -> float | None:
        """The mean of the stars."""
        return sum(stars * count for stars, count in self.counts.items()) / self.count if self.count else None


@use_case(Permission.FEEDBACK_READ, read=True)
def of_product(work: Work, product_id: int, paging: Paging = Paging()) -> Page[FeedbackRow]:  # noqa: B008 - frozen
    """The reviews of a product by customers that this person sees, the latest first.

    Raises:
        NotFound: no such product.
    """
    work.get(Product, product_id)
    return work.page(sql.of_product(product_id), paging, FeedbackRow)


@use_case(Permission.FEEDBACK_READ, read=True)
def stars(work: Work, product_id: int) -> Stars:
    """The stars of a product.

    Raises:
        NotFound: no such product.
    """
    work.get(Product, product_id)
    given = dict(tuple(row) for row in work.tuples(sql.stars(product_id)))
    return Stars({score: given.get(score, 0) for score in SCALES[REVIEW].scores})
