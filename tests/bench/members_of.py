# ruff: noqa: S608 - the statements are made of nothing but the numbers and words of this file
"""Members with ten entries each, put into a filled company by a few large statements.

Each contact takes part: nine times it earned ten points, once it spent twenty, out of its first two lots.
The third lot of the first of them is over; what the others hold lasts for years. Digests are left empty: the
chains of so many entries are not what is measured.
"""

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import text

from db import engines
from tests.bench.company_of import DAY, _Filling

EARNED, EACH, PRICE = 9, 10, 20
LEFT = EARNED * EACH - PRICE
TABLES = ("memberships", "point_entries", "point_lots", "point_uses", "expiry_totals", "point_days")
_NUMBERS = "(SELECT 1 AS k UNION ALL {}) AS k".format(
    " UNION ALL ".join(f"SELECT {number}" for number in range(2, EARNED + 1))
)


def fill(url: str, contacts: int, expiring: int) -> None:
    """Let so many contacts of a base take part; a lot of the first ``expiring`` is over."""
    engine = engines.create(url, statement_timeout=0)
    with engine.execution_options(write=True).connect() as connection:
        _Members(connection, contacts, [], 0).take_part(expiring)
    engine.dispose()


def card(place: int) -> str:
    """The card of the member of this number, from one on."""
    return f"R{place}"


class _Members(_Filling):
    """The statements about members."""

    def take_part(self, expiring: int) -> None:
        """Fill the tables of the programme, without their indexes, which are made anew afterwards."""
        with self._without_indexes():
            self._members()
            self._entries()
            self._lots(expiring)
        if not self.is_sqlite:
            for table in TABLES[:3]:
                self._say(f"SELECT setval(pg_get_serial_sequence('{table}', 'id'), max(id)) FROM {table}")

    def _members(self) -> None:
        spent = self._at(f"{DAY} + {self._mixed(193)} % {90 * DAY}")
        self._insert(
            "memberships", "id, contact_id, card_number, joined_at, joined_by, balance, earned, redeemed, "
            "entry_count, last_at, active_at", self.contacts,
            f"i, i, 'R' || i, {self._at(f'{self._mixed(191)} % {600 * DAY}')}, 'request', {LEFT}, "
            f"{EARNED * EACH}, {PRICE}, {EARNED + 1}, {self._at('0')}, {spent}",
        )  # fmt: skip

    def _entries(self) -> None:
        columns = (
            "membership_id, number, kind, points, asked, balance, cause, actor_name, happened_at, "
            "recorded_at, digest"
        )
        at = self._at(f"(300 - 20 * k) * {DAY}")
        self._say(
            f"INSERT INTO point_entries (id, {columns}) SELECT (i - 1) * {EARNED + 1} + k, i, k, 'earn', "
            f"{EACH}, {EACH}, k * {EACH}, 'bench:' || i || ':' || k, 'Bench', {at}, {at}, '' "
            f"FROM {self._numbers(self.contacts)}, {_NUMBERS}"
        )
        spent = self._at(f"{DAY} + {self._mixed(193)} % {90 * DAY}")
        self._insert(
            "point_entries", f"id, {columns}", self.contacts,
            f"i * {EARNED + 1}, i, {EARNED + 1}, 'redeem', -{PRICE}, -{PRICE}, {LEFT}, 'spent:' || i, "
            f"'Bench', {spent}, {spent}, ''",
        )  # fmt: skip

    def _lots(self, expiring: int) -> None:
        at = self._at(f"(300 - 20 * k) * {DAY}")
        ends = (
            f"CASE WHEN k = 3 AND i <= {expiring} THEN {self._at(str(DAY))} "
            f"ELSE {self._at(f'-{DAY} * (3650 + 30 * k)')} END"
        )
        self._say(
            "INSERT INTO point_lots (id, membership_id, entry_id, points, remaining, earned_at, "
            f"available_at, expires_at) SELECT (i - 1) * {EARNED} + k, i, (i - 1) * {EARNED + 1} + k, "
            f"{EACH}, CASE WHEN k <= 2 THEN 0 ELSE {EACH} END, {at}, {at}, {ends} "
            f"FROM {self._numbers(self.contacts)}, {_NUMBERS}"
        )
        self._say(
            "INSERT INTO point_uses (membership_id, entry_id, lot_id, points) "
            f"SELECT membership_id, membership_id * {EARNED + 1}, id, {EACH} FROM point_lots "
            "WHERE remaining = 0"
        )
        day = "date(happened_at)" if self.is_sqlite else "CAST(happened_at AS date)"
        self._say(
            "INSERT INTO point_days (day_on, way, shard, points, entries) SELECT "
            f"{day}, CASE kind WHEN 'redeem' THEN 'spent' ELSE 'given' END, membership_id % 16, "
            "sum(abs(points)), count(*) FROM point_entries GROUP BY 1, 2, 3"
        )
        month = (
            "strftime('%Y-%m-01', expires_at)" if self.is_sqlite
            else "CAST(date_trunc('month', expires_at) AS date)"
        )  # fmt: skip
        self._say(
            f"INSERT INTO expiry_totals (month_on, shard, points) SELECT {month}, membership_id % 16, "
            f"sum(remaining) FROM point_lots WHERE remaining > 0 GROUP BY 1, 2"
        )

    @contextmanager
    def _without_indexes(self) -> Iterator[None]:
        listed = ", ".join(f"'{table}'" for table in TABLES)
        found = (
            "SELECT indexname, indexdef FROM pg_indexes WHERE schemaname = 'public' AND indexname NOT LIKE "
            f"'pk_%' AND tablename IN ({listed})"
        )
        if self.is_sqlite:
            found = (
                "SELECT name, sql FROM sqlite_master WHERE type = 'index' AND sql IS NOT NULL "
                f"AND tbl_name IN ({listed})"
            )
            self.connection.commit()
            self.connection.connection.execute("PRAGMA foreign_keys=OFF")
        else:
            self._say("SET session_replication_role = replica")
        indexes = [tuple(row) for row in self.connection.execute(text(found))]
        for name, _made in indexes:
            self._say(f"DROP INDEX {name}")
        yield
        for _name, made in indexes:
            self._say(made)
        self._say("ANALYZE")
