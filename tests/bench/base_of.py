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
from db.queries import tags as tags_sql

FIRST = (
    "Anna", "Ben", "Carla", "Dávid", "Elif", "Finn", "Gina", "Hugo", "Ida", "Jan", "Karla", "Łukasz", "Mei",
    "Noor", "Olaf", "Petra", "Quentin", "Rosa", "Sven", "Tara", "Ulla", "Viktor", "Wanda", "Xenia", "Yusuf",
    "Zoë", "Agnes", "Boris", "Chiara", "Dörte",
)  # fmt: skip
LAST = (
    "Müller", "Schmidt", "García", "Rossi", "Nowak", "Jensen", "O'Brien", "Dupont", "Novák", "Smith",
    "Ivanova", "Kowalski", "Silva", "Bakker", "Virtanen", "Popescu", "Horvat", "Tanaka", "Nguyen",
    "Andersson", "Weiß", "Costa", "Papadopoulos", "Kaya", "Brown", "Lefèvre", "Moreau", "Fischer", "Weber",
    "Wagner", "Becker", "Hoffmann", "Koch", "Richter", "Klein", "Wolf", "Neumann", "Zimmermann", "Braun",
    "Krüger", "Hartmann",
)  # fmt: skip
COMPANY = (
    "Acme",
    "Nordwind",
    "Blue Ocean",
    "Kiefer & Söhne",
    "Delta",
    "Sunrise",
    "Atlas",
    "Vertex",
    "Orion",
    "Lumen",
)
FORM = ("GmbH", "Ltd", "SA", "AB", "Inc")
COUNTRIES = ("DE", "DE", "DE", "FR", "US", "ES", "PL", "SE")
CITIES = ("Berlin", "Paris", "Boston", "Madrid", "Gdańsk", "Lund", "Köln", "Lyon", "Hamburg", "Graz", "Bern")
RARE = "Quillfeather"
"""The name of every four-thousandth contact: “quillfea” is rare, “mar” in a tenth of all, “zzqxj” nowhere."""
FREQUENT = ("Maria", "Marta", "Marek")
OPTS = ("unknown",) * 15 + ("in",) * 4 + ("out",)
TAGS = ("VIP", "Newsletter", "Fair 2026")
NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)

COLUMNS = (
    "id", "first_name", "last_name", "name", "name_key", "job_title", "account_id", "company", "email",
    "email_opt", "phone", "mobile", "city", "country", "lifecycle", "source", "custom", "external_id",
    "origin", "search_text", "owner_id", "is_sample", "version", "created_at", "updated_at", "last_touch_at",
)  # fmt: skip
_FOLDED = {word: fold(word) for word in (*FIRST, *LAST, *COMPANY, *FORM, *FREQUENT, RARE)}


def fill(work: Work, count: int, owner_ids: Sequence[int | None], *, start: int = 0) -> Sequence[int]:
    """Put this many contacts into the base, with accounts, tags, further e-mails and kept counts; their ids.

    Owners take turns, but the first one gets only every hundredth contact. Fill a big base in parts, each in
    its own transaction with its own ``start``: Postgres plans its checks of references by what it knows.
    """
    accounts = _accounts(work, start // 10, max(1, count // 10))
    tags = {name: _tag(work, name) for name in TAGS}
    ids = work.reserve(Contact, count)
    tally: Counter[tuple[int, str]] = Counter()
    work.insert(Contact, COLUMNS, _contacts(start, ids, accounts, owner_ids, tally))
    numbered = list(enumerate(ids, start))
    marked = ((key, tags[TAGS[n // 50 % 3]]) for n, key in numbered if n % 50 == 0)
    work.insert(ContactTag, ("contact_id", "tag_id"), marked)
    further = ((key, "email", *[f"private{n}@home.test"] * 2, "") for n, key in numbered if n % 10 == 0)
    work.insert(ContactPoint, ("contact_id", "kind", "value", "value_key", "label"), further)
    counts.add(work, tally)
    return ids


def _tag(work: Work, name: str) -> int:
    known = work.scalar(tags_sql.by_keys([fold(name)]))
    if known is not None:
        return int(known.id)
    made = work.add(Tag(name=name, name_key=fold(name)))
    work.flush()
    return made.id


def _accounts(work: Work, start: int, count: int) -> list[tuple[int, str, str]]:
    found = []
    for number, key in enumerate(work.reserve(Account, count), start):
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
        first, last = _name(number, mixed)
        account_id, company, company_key = accounts[(mixed >> 4) % len(accounts)]
        email = f"{_FOLDED[first]}.{_FOLDED[last].replace(chr(39), '')}{number}@mail{mixed % 97}.example.test"
        phone = f"+49{1510000000 + number}"
        lifecycle = LIFECYCLES[(mixed >> 12) % 64 % len(LIFECYCLES)] if mixed % 50 else "former"
        owner = owner_ids[0] if number % 100 == 0 else owner_ids[1 + number % (len(owner_ids) - 1)]
        created = NOW - timedelta(minutes=(mixed >> 3) % 1_500_000)
        tally[owner or 0, lifecycle] += 1
        folded = f"{_FOLDED[first]} {_FOLDED[last]}"
        yield (
            key, first, last, f"{first} {last}", f"{_FOLDED[last]} {_FOLDED[first]}", "Buyer", account_id,
            company, email, OPTS[(mixed >> 7) % 20], phone, "", CITIES[mixed % 11],
            COUNTRIES[(mixed >> 5) % 8], lifecycle, "import", {}, f"x{number}", "bench",
            f"{folded}\n{company_key}\n{email}\n{phone[1:]}",
            owner, False, 1, created, created, created + timedelta(days=1) if mixed % 3 else None,
        )  # fmt: skip


def _name(number: int, mixed: int) -> tuple[str, str]:
    first = FREQUENT[number // 10 % 3] if number % 10 == 3 else FIRST[mixed % len(FIRST)]
    return first, RARE if number % 4000 == 1999 else LAST[(mixed >> 9) % len(LAST)]
