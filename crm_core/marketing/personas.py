"""Personas: segments with a face. A portrait in words, and what the people of the segment really share."""

from collections.abc import Mapping
from typing import Final

from crm_core.kernel.access import Permission
from crm_core.kernel.errors import Invalid
from crm_core.kernel.values.text import clean
from crm_core.kernel.work import Work, use_case
from crm_core.marketing.segment_types import Trait
from crm_core.people.rule_moment import moment
from db import rule_store
from db.models import Segment
from db.queries import rules as rule_sql
from db.queries import segments as sql
from db.rule_tree import Leaf

PARTS: Final = {
    "who": "Who they are",
    "wants": "What they want",
    "hurdles": "What keeps them from buying",
    "reach": "How to reach them",
    "quote": "What they would say",
}
"""What a portrait is made of."""

LONGEST: Final = 2_000
TRAITS: Final = ("lifecycle", "country", "industry", "source", "job_title")
MOST: Final = 3


def checked(portrait: Mapping[str, str]) -> dict[str, str]:
    """The parts of a portrait that say something.

    Raises:
        Invalid: a part that portraits do not have, or one that is too long.
    """
    found = {name: clean(text) for name, text in portrait.items() if clean(text)}
    wrong = {name: "A portrait has no such part." for name in found if name not in PARTS}
    wrong |= {name: f"At most {LONGEST:,} characters." for name in found if len(found[name]) > LONGEST}
    if wrong:
        raise Invalid("The portrait needs correcting.", fields=wrong)
    return found


@use_case(Permission.SEGMENTS_READ, read=True)
def traits(work: Work, segment_id: int) -> list[Trait]:
    """What many people of a segment share: of a few fields, the most frequent values with their shares.

    Raises:
        NotFound: there is no such segment.
    """
    row = work.get(Segment, segment_id)
    members = Leaf("segment", rule_sql.MEMBERS, "is", (row.id,))
    rule = members if row.is_static else rule_store.load(row.tree)
    inside = rule_sql.condition(rule, moment(work))
    size = int(work.scalar(sql.how_many(inside)) or 0)
    return [
        Trait(field, str(value), number, number / size)
        for field in TRAITS
        for value, number in (work.tuples(sql.frequent(inside, field, MOST)) if size else ())
    ]
