"""What depends on a segment: it may be named in rules, or be the audience of something."""

from crm_core.kernel.errors import Invalid
from crm_core.kernel.values.text import fold
from crm_core.kernel.work import Work
from crm_core.marketing import rule_text
from crm_core.marketing.rules import leaves
from crm_core.marketing.segment_types import Use
from crm_core.people import custom_fields
from db import rule_store
from db.models import Segment
from db.queries import segments as sql
from db.rule_tree import Rule


def names_in(rule: Rule) -> set[str]:
    """The folded names of the segments that a rule asks for."""
    asked = (leaf for leaf in leaves(rule) if leaf.type == "segment")
    return {fold(str(value)) for leaf in asked for value in leaf.values}


def segments_with(row: Segment) -> set[str]:
    """The folded names of the segments that a segment asks for."""
    return names_in(rule_store.load(row.tree)) if row.tree else set()


def uses_of(work: Work, row: Segment) -> list[Use]:
    """All places that depend on a segment, by their kinds."""
    found = [
        Use("segment", other.id, other.name)
        for other in work.scalars(sql.search(with_archived=True))
        if row.name_key in segments_with(other)
    ]
    found += [Use("campaign", key, name) for key, name in work.tuples(sql.campaigns_with(row.id))]
    found += [Use("coupon", key, name) for key, name in work.tuples(sql.coupons_with(row.id))]
    custom = custom_fields.search(work, "contacts")
    for kind, key, name, line in work.tuples(sql.lines()):
        try:
            asked = names_in(rule_text.read(line or "", custom))
        except Invalid:  # a line that cannot be read any more asks for nothing
            continue
        if row.name_key in asked:
            found.append(Use(kind, key, name))
    return found
