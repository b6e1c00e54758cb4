"""What the numbering plan of a country says about a number's length and trunk prefix.

Taken from the metadata of the phonenumbers library at run time; the rules are the ones its `parse` applies,
without the steps that plain digits do not need.
"""

import re
from dataclasses import dataclass
from functools import cache

import phonenumbers
from phonenumbers.phonemetadata import PhoneMetadata

_LONGEST = 17
_SHORTEST = 2


@dataclass(frozen=True, slots=True)
class NumberingPlan:
    """Lengths and prefixes of one plan; `code` is the country calling code."""

    code: str
    lengths: frozenset[int]
    strippable: frozenset[int]
    longest: int
    pattern: re.Pattern[str]
    prefix: re.Pattern[str] | None
    abroad: re.Pattern[str] | None
    transforms: bool

    def may_be_international(self, digits: str) -> bool:
        """Whether digits without a plus could carry an international prefix or the country's own code."""
        return digits.startswith(self.code) or (
            self.abroad is not None and self.abroad.match(digits) is not None
        )

    def significant(self, digits: str) -> str | None:
        """The national significant number; None where only the library can tell."""
        if not _SHORTEST < len(digits) <= _LONGEST:
            return None
        found = self.prefix.match(digits) if self.prefix else None
        if found is None:
            return digits
        if self.transforms:
            return None
        rest = digits[found.end() :]
        if self.pattern.fullmatch(digits) and not self.pattern.fullmatch(rest):
            return digits
        return rest if self._is_long_enough(rest) else digits

    def _is_long_enough(self, rest: str) -> bool:
        return len(rest) in self.strippable or len(rest) > self.longest


@cache
def plan_of_code(code: str) -> NumberingPlan:
    """The plan that decides about numbers behind a country calling code."""
    region = phonenumbers.region_code_for_country_code(int(code))
    metadata = PhoneMetadata.metadata_for_region_or_calling_code(int(code), region)
    return _plan(metadata)


@cache
def plan_of_region(region: str) -> NumberingPlan | None:
    """The plan by which people in a region write national numbers, or None for an unknown region."""
    metadata = PhoneMetadata.metadata_for_region(region.upper(), None)
    return None if metadata is None else _plan(metadata)


def _plan(metadata: PhoneMetadata | None) -> NumberingPlan:
    general = metadata.general_desc if metadata else None
    if metadata is None or general is None:
        raise LookupError("phonenumbers has a country without a numbering plan")
    possible = tuple(general.possible_length)
    local = tuple(general.possible_length_local_only or ())
    prefix, abroad = metadata.national_prefix_for_parsing, metadata.international_prefix
    return NumberingPlan(
        code=str(metadata.country_code),
        lengths=frozenset(possible) | frozenset(local),
        strippable=frozenset(possible) - frozenset(local),
        longest=max(possible),
        pattern=re.compile(general.national_number_pattern or "(?!)"),
        prefix=re.compile(prefix) if prefix else None,
        abroad=re.compile(abroad) if abroad else None,
        transforms=bool(metadata.national_prefix_transform_rule),
    )
