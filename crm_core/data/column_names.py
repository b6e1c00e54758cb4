"""The words of a column name, whatever its case, accents and punctuation."""

import re
from functools import lru_cache

from crm_core.kernel.values.text import fold

_DO_NOT_MODIFY = re.compile(r"\(\s*do not modify\s*\)", re.IGNORECASE)
_CUSTOM_SUFFIX = re.compile(r"__c\Z", re.IGNORECASE)
_HUMP = re.compile(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])")
_NOT_WORD = re.compile(r"[\W_]+")
_APOSTROPHE_S = re.compile(r"['’]s\b", re.IGNORECASE)
_UMLAUTS = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "Ä": "Ae", "Ö": "Oe", "Ü": "Ue"})


@lru_cache(maxsize=65_536)
def words_of(column: str) -> tuple[str, ...]:
    """`billingPostalCode`, `BILLING_POSTAL_CODE`, `Billing Postal-Code` all give billing, postal, code."""
    plain = _CUSTOM_SUFFIX.sub("", _DO_NOT_MODIFY.sub(" ", column.strip()))
    humped = _HUMP.sub(" ", _APOSTROPHE_S.sub("", plain))
    return tuple(_NOT_WORD.sub(" ", fold(humped)).split())


def compact(column: str) -> str:
    """The words without blanks: the form in which column names are compared."""
    return "".join(words_of(column))


def spellings(phrase: str) -> set[str]:
    """The compact forms of a phrase, with umlauts dropped and written out."""
    return {compact(phrase), compact(phrase.translate(_UMLAUTS))}


def is_protected(column: str) -> bool:
    """Whether the exporting system marked the column as its own key."""
    return _DO_NOT_MODIFY.search(column) is not None
