"""Which single-byte code page turns bytes into words of European languages with Latin letters.

A word is believed when one language has all of its accented letters and its capitals stand where capitals
stand. Statistics of whole texts do not work here: an export may hold a dozen accented names, each from
another country.
"""

import re

_LANGUAGES = {
    "german": "äöüß",
    "french": "àâçéèêëîïôùûüœæ",
    "spanish": "áéíñóúü",
    "catalan": "àçèéíïòóúü",
    "portuguese": "ãáâàçéêíóôõú",
    "italian": "àèéìíîòóù",
    "swedish": "åäöé",
    "danish": "åæøé",
    "icelandic": "áðéíóúýþæö",
    "dutch": "áéëïíóöüè",
    "czech": "áčďéěíňóřšťúůýž",
    "slovak": "áäčďéíĺľňóôŕšťúýž",
    "polish": "ąćęłńóśźż",
    "hungarian": "áéíóöőúüű",
    "croatian": "čćđšž",
    "romanian": "ăâîșțşţ",
    "turkish": "çğıöşüâîİ",
}
_WESTERN = (
    "german",
    "french",
    "spanish",
    "catalan",
    "portuguese",
    "italian",
    "swedish",
    "danish",
    "icelandic",
    "dutch",
)
_CENTRAL = ("german", "czech", "slovak", "polish", "hungarian", "croatian", "romanian")
# A small preference settles ties: the same bytes spell "Müller" in most of these.
_PAGES: tuple[tuple[str, tuple[str, ...], float], ...] = (
    ("cp1252", _WESTERN, 0.30),
    ("cp1250", _CENTRAL, 0.10),
    ("cp1254", ("turkish", "german", "french"), 0.10),
    ("iso8859-2", _CENTRAL, 0.05),
    ("mac-roman", _WESTERN, 0.02),
    ("cp850", _WESTERN, 0.01),
    ("cp852", _CENTRAL, 0.0),
)
_ENOUGH = 0.75
_WORD = re.compile(r"[^\W\d_]*[^\x00-\x7f]+[\w¡-¿]*(?:[^\x00-\x7f]+\w*)*")
# What typists put right before and right after a word; anywhere else a sign is a letter read wrongly.
_OPENING = "€£§«¿¡\u2013\u2014\u2018\u201a\u201c\u201e\u2026\u2022\u00a0"
_CLOSING = "€°ºª®™²³»\u2013\u2014\u2018\u2019\u201c\u201d\u2026\u00a0"


def detect(evidence: bytes) -> str | None:
    """The best code page, None when no page makes words of most of the bytes."""
    best, best_score = None, 0.0
    for codec, languages, preference in _PAGES:
        try:
            text = evidence.decode(codec)
        except UnicodeDecodeError:
            continue
        words = [word for word in _WORD.findall(text) if any(map(str.isalpha, word))]
        known = [[language for language in languages if _spells(word, language)] for word in words]
        share = (sum(map(bool, known)) / len(words)) if words else 0.8
        # Code pages that explain the file by one language beat those that need another for each word.
        counts = [sum(language in names for names in known) for language in languages]
        single = max(counts) / len(words) if words else 0.0
        if share >= _ENOUGH and share + single / 2 + preference > best_score:
            best, best_score = codec, share + single / 2 + preference
    return best


def _spells(word: str, language: str) -> bool:
    letters = _LANGUAGES[language]
    body = word.lstrip(_OPENING).rstrip(_CLOSING).replace("\u2019", "")
    accented = [mark for mark in body if mark > "\x7f"]
    if any(mark not in letters and mark.lower() not in letters for mark in accented):
        return False
    # "JŸrgen": a capital inside a word that is not all capitals is a wrong code page.
    return (
        body.isupper() or not any(mark.isupper() for mark in body[1:] if mark > "\x7f") or not body.isalpha()
    )
