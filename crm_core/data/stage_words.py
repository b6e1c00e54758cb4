"""What other programs call the stages of a deal: which of them end it, and how likely the others are won."""

from typing import Final

from crm_core.kernel.values.text import fold

_WON: Final = """won closedwon closewon win gewonnen abgeschlossengewonnen gagne fermegagne ganado
cerradoganado vinto chiusovinto gewonnenafgesloten ganho fechadoganho dealwon wonclosed 100won ordered
contractsigned""".split()
_LOST: Final = """lost closedlost closelost loss verloren abgeschlossenverloren perdu fermeperdu perdido
cerradoperdido perso chiusoperso perdidofechado deallost lostclosed closedlosttocompetition disqualified
abandoned dead rejected""".split()
_USUAL: Final = {
    10: """new lead leadin prospecting prospect incoming idea qualification identified firstcontact
    appointment discovery neu kontakt open inquiry contacted contactmade""",
    20: "appointmentscheduled needsanalysis meetingscheduled analysis engaging assessment consideration",
    25: "qualified qualifiedlead research opportunity",
    40: "qualifiedtobuy valueproposition demo demoscheduled development solution",
    50: "proposal proposalmade propose quote quotesent offer angebot devis offerte presentation evaluation",
    60: "presentationscheduled iddecisionmakers identifydecisionmakers decisionmakers trial pilot shortlist",
    70: "perceptionanalysis verbal commit review",
    75: "negotiation negotiations negotiationsstarted verhandlung proposalpricequote proposalsent closing",
    80: "decisionmakerboughtin decision verbalagreement",
    90: "contractsent contract negotiationreview vertrag contractout",
}  # fmt: skip
_CHANCE: Final = {word: chance for chance, words in _USUAL.items() for word in words.split()}
UNKNOWN: Final = 50


def ending(stage: str) -> str:
    """``won`` or ``lost`` where this stage is no step but an end; empty else.

    >>> ending("Closed Won"), ending("6 - Lost"), ending("Proposal")
    ('won', 'lost', '')
    """
    word = _word(stage)
    return "won" if word in _WON else "lost" if word in _LOST else ""


def chance(stage: str) -> int:
    """How many of a hundred deals are usually won from a stage of this name; ``UNKNOWN`` for others."""
    return _CHANCE.get(_word(stage), UNKNOWN)


def _word(stage: str) -> str:
    letters = "".join(letter for letter in fold(stage) if letter.isalnum())
    return letters.lstrip("0123456789") or letters
