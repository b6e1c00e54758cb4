"""A base of any size for measurements and big tests: made-up people, the same ones every time."""

from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from crm_core.kernel.values.text import fold
from crm_core.kernel.work import Work
from crm_core.people import counts
from crm_core.people.rules import LIFECYCLES
from db.models import Account, Contact, ContactPoint, ContactTag, Tag

FIRST = (
    "Anna", "Ben", "Carla", "Dávid", "Elif", "Finn", "Gina", "Hugo", "Ida", "Jan", "Karla", "Łukasz", "Mei", "Noor",
    "Olaf", "Petra", "Quentin", "Rosa", "Sven", "Tara", "Ulla", "Viktor", "Wanda", "Xenia", "Yusuf", "Zoë", "Agnes",
    "Boris", "Chiara", "Dörte",
)  # fmt: skip
LAST = (
    "Müller", "Schmidt", "García", "Rossi", "Nowak", "Jensen", "O'Brien", "Dupont", "Novák", "Smith", "Ivanova",
    "Kowalski", "Silva", "Bakker", "Virtanen", "Popescu", "Horvat", "Tanaka", "Nguyen", "Andersson", "Weiß", "Costa",
    "Papadopoulos", "Kaya", "Brown", "Lefèvre", "Moreau", "Fischer", "Weber", "Wagner", "Becker", "Hoffmann", "Koch",
    "Richter", "Klein", "Wolf", "Neumann", "Zimmermann", "Braun", "Krüger", "Hartmann",
)  # fmt: skip
COMPANY = ("Acme", "Nordwind", "Blue Ocean", "Kiefer & Söhne", "Delta", "Sunrise", "Atlas", "Vertex", "Orion", "Lumen")
FORM = ("GmbH", "Ltd", "SA", "AB", "Inc")
COUNTRIES = ("DE", "DE", "DE", "FR", "US", "ES", "PL", "SE")
CITIES = ("Berlin", "Paris", "Boston", "Madrid", "Gdańsk", "Lund", "Köln", "Lyon", "Hamburg", "Graz", "Bern")
OPTS = ("unknown",) * 15 + ("in",) * 4 + ("out",)
NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)

COLUMNS = (
    "id", "first_name", "last_name", "name", "name_key", "job_title", "account_id", "company", "email", "email_opt",
    "phone", "mobile", "city", "country", "lifecycle", "source", "custom", "external_id", "origin", "search_text",
    "owner_id", "is_sample", "version", "created_at", "updated_at", "last_touch_at",
)  # fmt: skip
_FOLDED = {word: fold(word) for word in (*FIRST, *LAST, *COMPANY, *FORM)}


def fill(work: Work, count: int, owner_ids: Sequence[int | None], *, per_insert: int = 50_000) -> Sequence[int]:
    """Put this many contacts into the base, with accounts, tags, further e-mails and kept counts; their ids.

    Owners take turns, but the first one gets only every hundredth contact.
    """
    accounts = _accounts(work, max(1, count // 10))
    tags = [work.add(Tag(name=name, name_key=fold(name))) for name in ("VIP", "Newsletter", "Fair 2026")]
    work.flush()
    ids = work.reserve(Contact, count)
    tally: Counter[tuple[int, str]] = Counter()
    for start in range(0, count, per_insert):
        part = ids[start : start + per_insert]
        work.insert(Contact, COLUMNS, _contacts(start, part, accounts, owner_ids, tally))
    work.insert(ContactTag, ("contact_id", "tag_id"), ((key, tags[n % 3].id) for n, key in enumerate(ids) if n % 50 == 0))
    work.insert(
        ContactPoint,
        ("contact_id", "kind", "value", "value_key", "label"),
        ((key, "email", f"private{n}@home.test", f"private{n}@home.test", "") for n, key in enumerate(ids) if n % 10 == 0),
    )
    counts.add(work, tally)
    return ids


def _accounts(work: Work, count: int) -> list[tuple[int, str, str]]:
    found = []
    for number, key in enumerate(work.reserve(Account, count)):
        word, form = COMPANY[number % len(COMPANY)], FORM[number // 7 % len(FORM)]
        name = f"{word} {number} {form}"
        found.append((key, name, f"{_FOLDED[word]} {number} {_FOLDED[form]}"))
    work.insert(
        Account,
        ("id", "name", "name_key", "search_text", "country", "custom", "created_at", "updated_at"),
        ((key, name, folded, folded, COUNTRIES[key % 8], {}, NOW, NOW) for key, name, folded in found),
    )
    return found


def _contacts(
    start: int,
    ids: Sequence[int],
    accounts: Sequence[tuple[int, str, str]],
    owner_ids: Sequence[int | None],
    tally: Counter[tuple[int, str]],
) -> Iterator[Sequence[Any]]:
    for number, key in enumerate(ids, start):
        # A multiplier that shares no factor with 2**32 spreads neighbours over all pools.
        mixed = number * 2654435761 % 2**32
        first, last = FIRST[mixed % len(FIRST)], LAST[(mixed >> 9) % len(LAST)]
        account_id, company, company_key = accounts[(mixed >> 4) % len(accounts)]
        email = f"{_FOLDED[first]}.{_FOLDED[last].replace(chr(39), '')}{number}@mail{mixed % 97}.example.test"
        phone = f"+49{1510000000 + number}"
        lifecycle = LIFECYCLES[(mixed >> 12) % 64 % len(LIFECYCLES)] if mixed % 50 else "former"
        owner = owner_ids[0] if number % 100 == 0 else owner_ids[1 + number % (len(owner_ids) - 1)]
        created = NOW - timedelta(minutes=(mixed >> 3) % 1_500_000)
        tally[owner or 0, lifecycle] += 1
        folded = f"{_FOLDED[first]} {_FOLDED[last]}"
        yield (
            key, first, last, f"{first} {last}", f"{_FOLDED[last]} {_FOLDED[first]}", "Buyer", account_id, company,
            email, OPTS[(mixed >> 7) % 20], phone, "", CITIES[mixed % 11], COUNTRIES[(mixed >> 5) % 8], lifecycle,
            "import", {}, f"x{number}", "bench", f"{folded}\n{company_key}\n{email}\n{phone[1:]}",
            owner, False, 1, created, created, created + timedelta(days=1) if mixed % 3 else None,
        )  # fmt: skip
