"""What somebody typed into the search box, as the words that a record must hold."""

from crm_core.kernel.values.text import clean, fold
from crm_core.people.rules import search_needle

MAX_LENGTH = 200
MAX_WORDS = 8
MIN_DIGITS = 3

Words = tuple[tuple[str, ...], ...]


def search_words(text: str) -> Words:
    """All words must be found, each in any of its spellings; the parts of a phone number are one word.

    >>> search_words("Müller +49 (0)171 23")
    (('muller',), ('4917123',))
    """
    words: list[str] = []
    for part in clean(text)[:MAX_LENGTH].replace("(0)", " ").split():
        if words and _is_number(words[-1]) and _is_number(part):
            words[-1] += part
        else:
            words.append(part)
    found = dict.fromkeys(filter(None, map(_spellings, words)))
    return tuple(found)[:MAX_WORDS]


def _is_number(word: str) -> bool:
    """Digits and what people put between them."""
    return any(map(str.isdigit, word)) and not any(letter.isalpha() or letter == "@" for letter in word)


def _spellings(word: str) -> tuple[str, ...]:
    plain, number = fold(word), search_needle(word)
    if not _is_number(word) or len(number) < MIN_DIGITS:
        return (plain,) if plain else ()
    # “24/7” may be part of a name as well as of a phone number; “0171” is found inside “+49171”.
    return (number,) if word.strip("+").isdigit() else (number, plain)
