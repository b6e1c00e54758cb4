"""What the name of one column says: exact words first, then without frills, then with a typing error."""

from functools import lru_cache
from typing import NamedTuple

from rapidfuzz import process
from rapidfuzz.distance import OSA

from crm_core.data import synonyms
from crm_core.data.column_names import compact, is_protected, words_of
from crm_core.data.synonyms import Meaning

_FRILLS = frozenset(
    """the a an of for your our my his her please enter field value values optional required new info
    details text string merge attribute attributes property properties column associated related ihre
    ihr ihren der die das des dem den deine votre vos le la les l du de d des su sus tu el los las del
    il lo gli i di della dello dei het een van uw je jouw o os as do da dos das seu sua em im in am on
    by pro per eur usd gbp chf euro euros dollar format deal s""".split()
)
_SELF = {
    "contacts": """person persons people contact contacts kontakt kontakte customer customers kunde kunden
    client clients cliente klant lead leads member members mitglied subscriber user prospect attendee guest
    buyer ansprechpartner personne persona persoon contacto contatto contato relatie""",
    "accounts": """company companies account accounts organization organisation firma unternehmen kunde
    customer societe entreprise compte empresa cuenta azienda bedrijf organisatie conta client cliente
    klant hq""",
    "products": "product products produkt produit producto prodotto produto artikel article item variant",
    "deals": """deal deals opportunity opportunities potential geschaft verkaufschance affaire transaction
    opportunite negocio oportunidad affare opportunita trattativa kans oportunidade""",
    "orders": """order orders bestellung auftrag commande pedido ordine bestelling encomenda purchase sale
    transaction invoice lineitem payment charge customer buyer billing shipping""",
    "interactions": """activity interaction event engagement call meeting task log note ticket aktivitat
    actividad""",
    "users": "user users employee seller agent rep mitarbeiter staff member",
    "campaign-results": """campaign recipient subscriber contact member email mail newsletter
    kampagne""",
}
_REFERENCES = frozenset(("id", "ids", "key", "guid", "uuid", "hash", "type", "typ"))
_RELAXED, _MISTYPED = 0.93, 0.75
_SHORTEST, _LONG = 6, 10
_MOMENTS = frozenset(("timestamp", "date", "time", "at", "on", "datum", "fecha", "data"))


class Reading(NamedTuple):
    """The meanings of a column name and how they were found, as the beginning of a sentence."""

    meanings: tuple[Meaning, ...]
    how: str
    ignored: bool = False


_NOTHING = Reading((), "The name says nothing we know")
_ABOUT_ELSE = Reading((), "The name is about something that has no field here", True)


@lru_cache(maxsize=16_384)
def read(kind: str, column: str) -> Reading:
    """The meanings of a column name, likeliest first; `ignored` where it is known to be none of ours."""
    name, words = compact(column), words_of(column)
    own = frozenset(_SELF.get(kind, "").split())
    if is_protected(column) and words and all(word in own for word in words):
        return Reading((Meaning("external_id", 0.95),), "The other system protects this column as its key")
    exact = synonyms.meanings(kind, name)
    if exact:
        return Reading(exact, "The name says so")
    if name in synonyms.ignored_names() or any(word in synonyms.ignored_words() for word in words):
        return _ABOUT_ELSE
    relaxed = _relaxed(kind, words, own)
    if relaxed:
        return Reading(
            tuple(one._replace(score=one.score * _RELAXED) for one in relaxed), "The name says nearly so"
        )
    if words and words[-1] in _REFERENCES:
        return _ABOUT_ELSE
    mistyped = _mistyped(kind, name)
    if mistyped:
        return Reading(
            tuple(one._replace(score=one.score * _MISTYPED) for one in mistyped), "The name is close"
        )
    return _NOTHING


def _relaxed(kind: str, words: tuple[str, ...], own: frozenset[str]) -> tuple[Meaning, ...]:
    """The meanings without frills ("Your e-mail"), without the kind's own name ("Deal - Value"), or both."""
    bare = tuple(word for word in words if word not in _FRILLS)
    for start in (words, bare):
        for attempt in (start, _without_first(start, own), _without_last(start, own)):
            if attempt and attempt != words:
                found = synonyms.meanings(kind, "".join(attempt))
                if found:
                    return found
    if kind == "contacts" and len(words) > 1 and words[-1] in _MOMENTS:
        told = synonyms.meanings(kind, "".join(words[:-1]))
        return tuple(one._replace(field="opt_in_at") for one in told if one.field == "email_consent")
    return ()


def _without_first(words: tuple[str, ...], own: frozenset[str]) -> tuple[str, ...]:
    while len(words) > 1 and words[0] in own:
        words = words[1:]
    return words


def _without_last(words: tuple[str, ...], own: frozenset[str]) -> tuple[str, ...]:
    while len(words) > 1 and words[-1] in own:
        words = words[:-1]
    return words


def _mistyped(kind: str, name: str) -> tuple[Meaning, ...]:
    """The meanings of the nearest known name: one slip of the fingers, two in a long name."""
    if len(name) < _SHORTEST:
        return ()
    slips = 2 if len(name) >= _LONG else 1
    found = process.extractOne(name, synonyms.well_known(kind), scorer=OSA.distance, score_cutoff=slips)
    return synonyms.meanings(kind, found[0]) if found else ()
