"""What can be decided about referrals without a database: who may not bring whom, who likes us, codes."""

import secrets
from collections.abc import Iterable
from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit

from crm_core.kernel.values.text import fold
from crm_core.loyalty.referral_types import (
    ADVOCATE,
    AMBASSADOR,
    KINDS,
    Liking,
    NewReferrer,
    Person,
    Reason,
    ReferralProgramme,
)

ALPHABET = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"
LONGEST_CODE, LONGEST_NAME_PART, RANDOM = 40, 12, 5
LONGEST_TEXT = 2_000
LARGEST = 10**9
LONGEST_DAYS = 3_650
CODE = "ref"
"""The name that carries the code in addresses and forms."""

_LIKES = {"5", "a", "excellent", "hot", "promoter", "very satisfied", "very good"}
_DISLIKES = {"1", "2", "d", "e", "bad", "poor", "cold", "detractor", "dissatisfied", "unhappy"}
MOST_ORDERS, RECENT, LONG_AGO = 10, 180, 365
SCORE = 100
PROMOTER, DETRACTOR = 9, 6


def refusal(referrer: Person, friend: Person, above: Iterable[int], *, has_bought: bool) -> str:
    """Why a friend does not count, as a sentence; empty when there is no reason.

    Args:
        above: the contacts that brought the referrer, their referrers, and so on.
        has_bought: did the friend pay for an order before?
    """
    if referrer.contact_id == friend.contact_id:
        return "Nobody can bring themselves."
    both = referrer.reached & friend.reached
    if any(kind == "email" for kind, _ in both):
        return "Both have the same e-mail address."
    if both:
        return "Both have the same phone number."
    if referrer.account_id is not None and referrer.account_id == friend.account_id:
        return "Both belong to the same company."
    if referrer.place and referrer.place == friend.place:
        return "Both live at the same address."
    if friend.contact_id in above:
        return "This closes a ring: the friend brought, directly or through others, who brings them."
    return "The friend was a customer before." if has_bought else ""


def place(street: str, postal_code: str, city: str) -> str:
    """An address for comparing; empty unless it names a street and a town."""
    parts = ["".join(one for one in fold(part) if one.isalnum()) for part in (street, postal_code or city)]
    return "|".join(parts) if all(parts) else ""


def same_mailbox(address: str) -> str:
    """An e-mail address without what its owner may add freely: ``zoe+shop@…`` reaches ``zoe@…``."""
    local, _, domain = address.strip().lower().rpartition("@")
    return f"{local.partition('+')[0]}@{domain}"


def draw_code(name: str) -> str:
    """A code that can be told on the phone, begun with the name: ``ZOE-7K3MQ``."""
    begin = "".join(one for one in fold(name.split()[0] if name.split() else "") if "a" <= one <= "z")
    drawn = "".join(secrets.choice(ALPHABET) for _ in range(RANDOM))
    return f"{begin[:LONGEST_NAME_PART].upper()}-{drawn}" if begin else drawn


def code_key(code: str) -> str:
    """A code as it is looked up: without case, blanks and dashes."""
    return "".join(one for one in code.upper() if one.isalnum())[:LONGEST_CODE]


def score(liking: Liking) -> tuple[int, tuple[Reason, ...]]:
    """How much somebody likes us, from 0 to 100, with the reasons, the weightiest first."""
    found: list[Reason] = []
    if liking.orders:
        word = "order" if liking.orders == 1 else "orders"
        found.append(Reason(f"{liking.orders:,} {word}", min(liking.orders, MOST_ORDERS) * 4))
    if liking.days is not None and liking.days <= RECENT:
        found.append(Reason("bought within half a year", 15))
    elif liking.days is not None and liking.days > LONG_AGO:
        found.append(Reason("has not bought for a year", -20))
    if liking.friends:
        word = "friend" if liking.friends == 1 else "friends"
        found.append(Reason(f"brought {liking.friends:,} {word}", min(10 * liking.friends + 10, 30)))
    if fold(liking.rating) in _LIKES:
        found.append(Reason(f"rating “{liking.rating}”", 15))
    elif fold(liking.rating) in _DISLIKES:
        found.append(Reason(f"rating “{liking.rating}”", -30))
    if liking.nps is not None and liking.nps >= PROMOTER:
        found.append(Reason(f"would recommend us: {liking.nps} of 10", 25))
    elif liking.nps is not None and liking.nps <= DETRACTOR:
        found.append(Reason(f"would not recommend us: {liking.nps} of 10", -40))
    if liking.is_advocate:
        found.append(Reason("stage “advocate”", 15))
    total = sum(reason.points for reason in found)
    return max(0, min(total, SCORE)), tuple(sorted(found, key=lambda one: -abs(one.points)))


def problems(new: NewReferrer) -> dict[str, str]:
    """What is wrong with an agreement, field by field."""
    wrong: dict[str, str] = {}
    if new.kind not in KINDS:
        wrong["kind"] = f"Choose one of: {', '.join(KINDS)}."
    if new.kind == AMBASSADOR and not new.terms.strip():
        wrong["terms"] = "Write down what was agreed."
    if new.kind == AMBASSADOR and not new.compensation.strip():
        wrong["compensation"] = "Write down what the ambassador gets for it."
    if new.kind == ADVOCATE and (new.compensation.strip() or new.points_referrer):
        wrong["compensation"] = "Advocates are never paid. Enrol an ambassador instead."
    for name in ("terms", "compensation"):
        if len(getattr(new, name)) > LONGEST_TEXT:
            wrong[name] = f"Use at most {LONGEST_TEXT:,} characters."
    for name in ("points_referrer", "points_friend"):
        if not 0 <= (getattr(new, name) or 0) <= LARGEST:
            wrong[name] = "Give a number of points that is not negative."
    if new.code and (not code_key(new.code) or len(new.code.strip()) > LONGEST_CODE):
        wrong["code"] = f"Use letters and digits, at most {LONGEST_CODE}."
    return wrong


def programme_problems(wanted: ReferralProgramme) -> dict[str, str]:
    """What is wrong with the settings; whether a form exists is not looked at."""
    wrong: dict[str, str] = {}
    for name in ("points_referrer", "points_friend"):
        if not 0 <= getattr(wanted, name) <= LARGEST:
            wrong[name] = "Give a number of points that is not negative."
    if not 0 <= wanted.window_days <= LONGEST_DAYS:
        wrong["window_days"] = f"Give days from 0 to {LONGEST_DAYS:,}."
    if "/" in wanted.landing or ":" in wanted.landing:
        parts = urlsplit(wanted.landing)
        if parts.scheme not in ("http", "https") or not parts.hostname or "@" in parts.netloc:
            wrong["landing"] = "Give an address that begins with https://, or the address of a web form."
    return wrong


def landing_with(landing: str, code: str) -> str:
    """Where a link with this code leads: the landing place with the code added to its query."""
    if "/" not in landing:
        return f"/forms/{landing}?{urlencode({CODE: code})}"
    parts = urlsplit(landing)
    query = [pair for pair in parse_qsl(parts.query, keep_blank_values=True) if pair[0] != CODE]
    return urlunsplit(parts._replace(query=urlencode([*query, (CODE, code)])))
