"""Which language a text is in, by a vote of its smallest words: enough to know what can be scored."""

import re
from typing import Final

_WORDS: Final[dict[str, frozenset[str]]] = {
    language: frozenset(words.split())
    for language, words in {
        "en": "the and is are was were i you it of to in for on with this that have has had not but very my "
              "your we they be been at from so an just it's don't i'm would will can there what all as me "
              "our by or if no do did does get got too good bad great love like thanks thank please",
        "de": "der die das und ist sind war ich sie es nicht ein eine einen mit für auf zu im den dem sehr "
              "aber auch wir habe hat noch von bei nur wie mir mich ihr gut danke leider kein keine",
        "fr": "le la les et est sont je vous il elle nous pas un une des avec pour sur dans très mais que "
              "qui ce cette mon votre du au merci bien plus j'ai c'est n'est",
        "es": "el la los las y es son yo usted no un una con para en muy pero que mi su del al gracias bien "
              "más por está fue todo como lo me",
        "it": "il lo la gli e è sono io non un una con per in molto ma che mi di del della grazie bene più "
              "questo anche ho ha",
        "nl": "de het en is zijn was ik u je niet een met voor op heel maar ook wij van bij dat te heb heeft "
              "goed bedankt geen",
        "pt": "o a os as e é são eu você não um uma com para em muito mas que meu do da obrigado bem mais "
              "por está foi",
        "pl": "i w na nie jest się to z do że jak ale bardzo mi są za po od dla tak już",
    }.items()
}  # fmt: skip
_TOKEN: Final = re.compile(r"[^\W\d_]+(?:['’][^\W\d_]+)?")
ENGLISH: Final = "en"
FEW: Final = 4
"""Texts of at most so many words are short."""


def language_of(text: str) -> str:
    """The language of a text (ISO 639-1), or empty where the vote is open."""
    words = [word.lower().replace("’", "'") for word in _TOKEN.findall(text)]
    if not words:
        return ""
    votes = {language: sum(word in known for word in words) for language, known in _WORDS.items()}
    most = max(votes.values())
    leading = [language for language, count in votes.items() if count == most]
    if most == 0:
        return ""
    if len(leading) == 1:
        return leading[0]
    return ENGLISH if ENGLISH in leading and all(word.isascii() for word in words) else ""


def is_short(text: str) -> bool:
    """Are these too few words to hold a vote, in plain letters, as in “Excellent!”?"""
    words = _TOKEN.findall(text)
    return len(words) <= FEW and all(word.isascii() for word in words)
