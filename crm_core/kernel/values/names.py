"""Full names in parts.

Rules for names in Latin script as exports write them: "Given Family", "Family, Given", titles before,
degrees behind, nicknames in quotes or brackets, family names with particles. A wrong split can be
corrected; nothing is lost by it.
"""

import re
from dataclasses import dataclass

from crm_core.kernel.values.name_words import (
    AMBIGUOUS,
    BOUND_GIVEN,
    DEGREES,
    FAMILY_FIRST,
    GIVEN_TITLES,
    JOINS,
    LINKS,
    NUMERALS,
    PARTICLES,
    TITLES,
)
from crm_core.kernel.values.text import fold

_NICKNAME = re.compile(r"""\(([^()]*)\)|["“„]([^"“”„]+)["”“]|(?<=\s)['‘]([^'‘’]+)['’](?=\s|\Z|,)""")
_COMMAS = re.compile(r"\s*[,，]+\s*")
_CAPITALISED = re.compile(r"[^\W\d_]+")
_MC = re.compile(r"\bMc([a-z])")


@dataclass(frozen=True, slots=True)
class FullName:
    """The parts of a name; empty where there is none."""

    salutation: str = ""
    first: str = ""
    middle: str = ""
    last: str = ""
    suffix: str = ""
    nickname: str = ""


def split(text: str) -> FullName:
    """The parts of a full name. A single word is a first name; behind a title such as Mr a last name."""
    plain, nickname, asides = _without_asides(text)
    parts = [part for part in _COMMAS.split(plain) if part.strip(" .")]
    if not parts:
        return FullName(nickname=nickname)
    head, tails = parts[0].split(), parts[1:]
    suffixes = asides
    while tails and _is_all_degrees(tails[-1].split(), strict=len(tails) == 1 and len(head) == 1):
        suffixes = [tails.pop(), *suffixes]
    if tails:
        return _family_first(head, [word for tail in tails for word in tail.split()], suffixes, nickname)
    title, words = _without_titles(head)
    words, degrees = _without_degrees(words, least=2)
    first, middle, last = _given_and_family(words)
    if title and len(words) == 1 and fold(title).rstrip(".").split()[-1] not in GIVEN_TITLES:
        first, last = "", first
    return FullName(title, first, middle, last, ", ".join([*degrees, *suffixes]), nickname)


def recase(name: str) -> str:
    """A name in usual capitals when it is ALL CAPITALS or all small; a name in mixed case stays as it is."""
    if not name.isupper() and not name.islower():
        return name
    words = []
    for index, word in enumerate(name.lower().split(" ")):
        small = index > 0 and word in PARTICLES
        words.append(word if small else _CAPITALISED.sub(lambda part: part.group().capitalize(), word))
    return _MC.sub(lambda part: "Mc" + part.group(1).upper(), " ".join(words)).replace("'S ", "'s ")


def _family_first(head: list[str], given: list[str], suffixes: list[str], nickname: str) -> FullName:
    family, own = _without_degrees(head, least=1)
    title, given = _without_titles(given, least=0)
    given, degrees = _without_degrees(given, least=1)
    given = _bind(given)
    first, middle = (given[0], " ".join(given[1:])) if given else ("", "")
    return FullName(title, first, middle, " ".join(family), ", ".join([*own, *degrees, *suffixes]), nickname)


def _without_asides(text: str) -> tuple[str, str, list[str]]:
    """The name without nicknames and bracketed degrees."""
    nicknames: list[str] = []
    degrees: list[str] = []
    for found in _NICKNAME.finditer(text):
        aside = next((group for group in found.groups() if group), "").strip()
        (degrees if aside and _is_all_degrees(aside.split(), strict=False) else nicknames).append(aside)
    return _NICKNAME.sub(" ", text), " ".join(nicknames).strip(), degrees


def _without_titles(words: list[str], least: int = 1) -> tuple[str, list[str]]:
    count = 0
    while count < len(words) - least and _is_title(words[count], bool(count)):
        count += 1
    while count and fold(words[count - 1]) in JOINS and fold(words[count - 1]) != "the":
        count -= 1
    return " ".join(words[:count]), words[count:]


def _is_title(word: str, after_title: bool) -> bool:
    bare = fold(word).rstrip(".")
    if bare in TITLES or fold(word) in TITLES:
        return True
    if after_title and bare in JOINS:
        return True
    pieces = bare.split(".")
    if len(pieces) > 1 and all(piece in TITLES for piece in pieces):
        return True
    return (
        word.endswith(".")
        and len(bare) > 2
        and "." not in bare
        and "'" not in bare
        and bare not in BOUND_GIVEN
    )


def _without_degrees(words: list[str], least: int) -> tuple[list[str], list[str]]:
    count = len(words)
    while count > least and _is_degree(words[count - 1], strict=count - 1 <= least):
        count -= 1
    if count == len(words) and count > max(least, 2) and words[-1] in NUMERALS:
        count -= 1
    return words[:count], [word.strip(",") for word in words[count:]]


def _is_degree(word: str, strict: bool) -> bool:
    bare = fold(word).rstrip(".")
    known = bare in DEGREES or ("." in bare and bare.replace(".", "") in DEGREES)
    if known and bare in AMBIGUOUS:
        return not strict and word.isupper()
    return known and not (strict and bare in NUMERALS)


def _is_all_degrees(words: list[str], strict: bool) -> bool:
    if strict and len(words) == 1 and fold(words[0]).rstrip(".") in AMBIGUOUS:
        return False
    if fold("".join(words)).replace(".", "") in DEGREES and "." in words[0]:
        return not strict or len(words) > 1
    if strict and all(fold(word).rstrip(".") == "jr" or "." in word[1:-1] for word in words):
        return False
    return all(
        _is_degree(word, strict=False) or word in NUMERALS or fold(word) in ("col.",) for word in words
    )


def _given_and_family(words: list[str]) -> tuple[str, str, str]:
    words = _bind(_join_couples(words))
    if len(words) < 2:
        return (words[0] if words else ""), "", ""
    if fold(words[0]) in FAMILY_FIRST:
        return "", "", " ".join(words)
    start = _family_start(words)
    return words[0], " ".join(words[1:start]), " ".join(words[start:])


def _family_start(words: list[str]) -> int:
    for index in range(1, len(words) - 1):
        word = fold(words[index]).rstrip(".")
        if word in PARTICLES:
            return index
        if word in LINKS and index > 1 and len(words[index]) < 4:
            return index - 1
    return len(words) - 1


def _bind(words: list[str]) -> list[str]:
    """`Abdul Salam Ahmed` has the given name `Abdul Salam`."""
    if (len(words) > 2 and fold(words[0]) in BOUND_GIVEN) or (len(words) == 2 and fold(words[0]) == "abd"):
        return [" ".join(words[:2]), *words[2:]]
    return words


def _join_couples(words: list[str]) -> list[str]:
    """`John and Jane Smith` is one given name, `John and Jane`."""
    if len(words) > 2 and fold(words[1]) in ("and", "&", "und", "et"):
        return [" ".join(words[:3]), *words[3:]]
    return words
