"""Month names in the languages people export in, from the CLDR tables of babel."""

from functools import cache

from babel.dates import get_month_names

from crm_core.kernel.values.text import fold

_LOCALES = ("en", "de", "fr", "es", "it", "nl", "pt", "sv", "da", "nb", "pl", "cs", "fi")
_SPOKEN = {"sept": 9, "mrz": 3, "jaenner": 1, "janner": 1, "maerz": 3, "setiembre": 9, "mrt": 3}


@cache
def months() -> dict[str, int]:
    """Folded month name or abbreviation -> 1 to 12. English wins where languages disagree."""
    names: dict[str, int] = {}
    for locale in _LOCALES:
        for context in ("format", "stand-alone"):
            for width in ("wide", "abbreviated"):
                for number, name in get_month_names(width, context, locale).items():
                    word = fold(name).rstrip(".")
                    if word.isalpha():
                        names.setdefault(word, number)
    return _SPOKEN | names
