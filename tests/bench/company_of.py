# ruff: noqa: S608 - the statements are made of nothing but the numbers and words of this file
"""A whole company of any size, put into a base by a few large statements: the same one every time.

To a contact there are five orders and ten touchpoints. Two thirds of the contacts buy, a few of them very
often; sales grow over three years until ``NOW``.
"""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass

from sqlalchemy import Connection, text

from crm_core.kernel.access import OPERATOR, Role
from crm_core.kernel.work import begin
from crm_core.sales import pipelines
from db import engines
from db.models import Campaign, Team, User
from tests.bench import histories_of
from tests.bench.base_of import NOW
from tests.people import PASSWORD_HASH, Cast, hire

SELLERS = 18
DAY, YEARS = 86_400, 3 * 365 * 86_400
_TABLES = (
    "accounts", "contacts", "products", "orders", "order_lines", "interactions", "deals", "stage_changes",
    "tasks", "purchase_totals", "contact_counts", "memberships", "referrers", "referrals", "recipients",
)  # fmt: skip


def fill(url: str, contacts: int, *, only_selling: bool = False) -> Cast:
    """Put the cast and a company of so many contacts into an empty, migrated, connected base.

    Args:
        only_selling: leave out touchpoints, deals, tasks and the loyalty programme.
    """
    cast = hire()
    with begin(OPERATOR) as work:
        pipeline = pipelines.get(work, pipelines.default(work).id)
        teams = [work.add(Team(name=f"Team {number}")) for number in range(SELLERS // 6)]
        work.flush()
        for number in range(SELLERS):
            seller = User(username=f"seller{number}", name=f"Seller {number}", password_hash=PASSWORD_HASH)
            seller.role, seller.reach, seller.team_id, seller.created_at = (
                Role.SALES,
                "own",
                teams[number // 6].id,
                NOW,
            )
            work.add(seller)
        campaign = Campaign(name="Spring", name_key="spring", channel="email", state="done", salt="s")
        campaign.created_at = campaign.updated_at = NOW
        work.add(campaign)
    engine = engines.create(url, statement_timeout=0)
    with engine.execution_options(write=True).connect() as connection:
        filling = _Filling(connection, contacts, [stage.id for stage in pipeline.stages], pipeline.id)
        filling.all(only_selling)
        histories_of.keep(connection, contacts)
    engine.dispose()
    return cast


@dataclass
class _Filling:
    """The statements, in the words of the engine."""

    connection: Connection
    contacts: int
    stages: Sequence[int]
    pipeline: int

    def all(self, only_selling: bool) -> None:
        """Fill every table without its indexes, which are made anew afterwards."""
        with self._bare():
            self._customers()
            self._sales()
            if only_selling:
                return
            self._work()
            self._loyal()

    @property
    def is_sqlite(self) -> bool:
        return self.connection.dialect.name == "sqlite"

    def _customers(self) -> None:
        n, now = self.contacts, self._at("0")
        created = self._at(f"{self._mixed(3)} % {YEARS}")
        owner = f"CASE {self._mixed(5)} % 25 WHEN 0 THEN NULL ELSE 3 + {self._mixed(7)} % 22 END"
        # Those who sell: Ann and Bob, and all after the cast.
        owner = f"(SELECT CASE WHEN w IN (5, 6, 7) THEN 3 ELSE w END FROM (SELECT {owner} AS w) AS o)"
        country = self._one_of(("DE", "DE", "FR", "US", "ES", "PL", ""), 11)
        stage = self._one_of(("lead", "lead", "qualified", "customer", "customer", "former"), 13)
        status = self._one_of(("", "", "", "new", "working", "converted"), 17)
        self._insert(
            "accounts", "name, name_key, country, owner_id, created_at, updated_at", n // 10 + 1,
            f"'Company ' || i, 'company ' || i, {country}, {owner}, {created}, {now}",
        )  # fmt: skip
        self._insert(
            "contacts",
            "first_name, last_name, name, name_key, email, email_opt, account_id, country, lifecycle, "
            "lead_status, source, owner_id, birth_day, created_at, updated_at, last_touch_at",
            n,
            f"'Anna', 'Number ' || i, 'Anna Number ' || i, 'number ' || i || ' anna', 'p' || i || '@a.test', "
            f"{self._one_of(('unknown', 'in', 'out'), 23)}, 1 + {self._mixed(29)} % {n // 10 + 1}, {country},"
            f"{stage}, {status}, {self._one_of(('web', 'fair', 'import'), 31)}, {owner}, "
            f"(1 + {self._mixed(37)} % 12) * 100 + 1 + {self._mixed(41)} % 28, {created}, {now}, {created}",
        )  # fmt: skip
        counted = "SELECT coalesce(owner_id, 0), lifecycle, count(*) FROM contacts GROUP BY 1, 2"
        self._say(f"INSERT INTO contact_counts (owner_key, lifecycle, count) {counted}")

    def _sales(self) -> None:
        n = 5 * self.contacts
        self._insert(
            "products", "sku, name, name_key, category, unit_price, cost, currency, is_active, created_at, "
            "updated_at", 200,
            f"'S' || i, 'Product ' || i, 'product' || i, 'Category ' || (i % 12), 1000 + i, 600 + i, 'EUR', "
            f"{'1' if self.is_sqlite else 'true'}, {self._at('0')}, {self._at('0')}",
        )  # fmt: skip
        # The square of a chance makes some buy often, and the root of one makes late days fuller.
        buyer = f"1 + CAST({self.contacts} * 0.999 * power({self._part(43)}, 2) AS INTEGER)"
        ordered = self._at(f"CAST({YEARS} * (1 - sqrt({self._part(47)})) AS INTEGER)")
        self._insert(
            "orders", "number, status, currency, total, refunded, ordered_at, contact_id, actor_id, channel, "
            "created_at, updated_at", n,
            f"'O' || i, CASE {self._mixed(53)} % 33 WHEN 0 THEN 'cancelled' ELSE 'delivered' END, 'EUR', "
            f"1000 + {self._mixed(59)} % 20000, CASE {self._mixed(61)} % 50 WHEN 0 THEN 500 ELSE 0 END, "
            f"{ordered}, {buyer}, CASE {self._mixed(67)} % 3 WHEN 0 THEN 8 + {self._mixed(71)} % 18 END, "
            f"{self._one_of(('web', 'shop', 'phone'), 73)}, {ordered}, {self._at('0')}",
        )  # fmt: skip
        self._say(
            "INSERT INTO order_lines (order_id, product_id, name, quantity, unit_price, total, position, "
            "bought_at, buyer_id) SELECT id, 1 + id * 7 % 200, 'Product ' || (1 + id * 7 % 200), 1000, "
            "total, total, 0, ordered_at, CASE WHEN status <> 'cancelled' THEN contact_id END FROM orders"
        )
        self._say(
            "INSERT INTO purchase_totals (contact_id, currency, orders, revenue, first_at, last_at) "
            "SELECT contact_id, currency, count(*), sum(total - refunded), min(ordered_at), max(ordered_at) "
            "FROM orders WHERE status <> 'cancelled' GROUP BY 1, 2"
        )

    def _work(self) -> None:
        n, late = self.contacts, f"CAST({YEARS} * (1 - sqrt({self._part(79)})) AS INTEGER)"
        self._insert(
            "interactions", "kind, direction, subject, happened_at, created_at, contact_id, actor_id", 10 * n,
            f"{self._one_of(('note', 'call', 'email', 'meeting', 'chat'), 83)}, "
            f"{self._one_of(('in', 'out'), 89)}, 'About number ' || i, {self._at(late)}, {self._at(late)}, "
            f"1 + {self._mixed(97)} % {n}, 8 + {self._mixed(101)} % 18",
        )  # fmt: skip
        opened, closed = f"{self._mixed(103)} % {YEARS}", f"{self._mixed(103)} % {YEARS} / 2"
        status = self._one_of(("won", "lost", "open"), 107)
        first, last = self.stages[0], self.stages[-1]
        self._insert(
            "deals", "name, pipeline_id, stage_id, status, amount, currency, close_on, opened_at, "
            "stage_since, closed_at, contact_id, owner_id, custom, created_at, updated_at", n // 5,
            f"'Deal ' || i, {self.pipeline}, CASE {status} WHEN 'won' THEN {last} ELSE {first} + "
            f"{self._mixed(109)} % {len(self.stages)} END, {status}, 10000 + {self._mixed(113)} % 900000, "
            f"'EUR', {self._day(f'{self._mixed(127)} % 100 - 60')}, {self._at(opened)}, {self._at(closed)}, "
            f"CASE {status} WHEN 'open' THEN NULL ELSE {self._at(closed)} END, 1 + {self._mixed(131)} % {n}, "
            f"8 + {self._mixed(137)} % 18, '{{}}', {self._at(opened)}, {self._at(closed)}",
        )  # fmt: skip
        self._say(
            "INSERT INTO stage_changes (deal_id, to_stage_id, status, amount, currency, changed_at, "
            f"recorded_at) SELECT id, {first}, 'open', amount, currency, opened_at, opened_at FROM deals "
            "UNION ALL SELECT id, stage_id, status, amount, currency, stage_since, stage_since FROM deals"
        )
        self._insert(
            "tasks", "kind, title, status, due_on, done_at, owner_id, contact_id, created_at, updated_at",
            n // 5,
            f"'call', 'Call ' || i, {self._one_of(('done', 'done', 'done', 'open'), 139)}, "
            f"{self._day(f'{self._mixed(149)} % 200 - 20')}, CASE {self._mixed(139)} % 4 WHEN 3 THEN NULL "
            f"ELSE {self._at(f'{self._mixed(151)} % {YEARS}')} END, 8 + {self._mixed(157)} % 18, "
            f"1 + {self._mixed(163)} % {n}, {self._at(str(200 * DAY))}, {self._at('0')}",
        )  # fmt: skip

    def _loyal(self) -> None:
        n = self.contacts
        self._insert(
            "memberships", "card_number, joined_at, contact_id, balance", n // 3,
            f"'M' || i, {self._at(f'{self._mixed(167)} % {YEARS}')}, i * 3, {self._mixed(173)} % 5000",
        )  # fmt: skip
        self._insert(
            "referrers", "kind, code, code_key, started_at, contact_id", n // 50,
            f"'customer', 'C' || i, 'c' || i, {self._at(str(YEARS))}, i * 50",
        )  # fmt: skip
        self._insert(
            "referrals", "referrer_id, state, referred_at, contact_id", n // 40,
            f"1 + {self._mixed(179)} % {n // 50}, 'settled', {self._at(f'{self._mixed(181)} % {YEARS}')}, i",
        )  # fmt: skip

    def _insert(self, table: str, columns: str, count: int, values: str) -> None:
        self._say(f"INSERT INTO {table} ({columns}) SELECT {values} FROM {self._numbers(count)}")

    def _say(self, statement: str) -> None:
        # A colon would begin a value.
        self.connection.execute(text(statement.replace(":", r"\:")))
        self.connection.commit()

    def _numbers(self, count: int) -> str:
        if self.is_sqlite:
            steps = f"SELECT 1 AS i UNION ALL SELECT i + 1 FROM n WHERE i < {count}"
            return f"(WITH RECURSIVE n AS ({steps}) SELECT i FROM n) AS n"
        return f"generate_series(1, CAST({count} AS bigint)) AS n(i)"

    def _mixed(self, salt: int) -> str:
        """A number that looks like chance, the same one for the same row."""
        return f"((i + {salt * 1_000_003}) * 2654435761 % 4294967296 * 48271 % 2147483647 / 64)"

    def _part(self, salt: int) -> str:
        return f"({self._mixed(salt)} % 1000000 / 1000000.0)"

    def _one_of(self, words: Sequence[str], salt: int) -> str:
        cases = " ".join(f"WHEN {place} THEN '{word}'" for place, word in enumerate(words))
        return f"CASE {self._mixed(salt)} % {len(words)} {cases} END"

    def _at(self, seconds_ago: str) -> str:
        moment = f"{int(NOW.timestamp())} - ({seconds_ago})"
        if self.is_sqlite:
            return f"strftime('%Y-%m-%d %H:%M:%S.000000', {moment}, 'unixepoch')"
        return f"(to_timestamp({moment}) AT TIME ZONE 'UTC')"

    def _day(self, days_ago: str) -> str:
        moment = f"{int(NOW.timestamp())} - ({days_ago}) * {DAY}"
        return f"date({moment}, 'unixepoch')" if self.is_sqlite else f"CAST(to_timestamp({moment}) AS date)"

    @contextmanager
    def _bare(self) -> Iterator[None]:
        listed = ", ".join(f"'{table}'" for table in _TABLES)
        if self.is_sqlite:
            found = (
                f"SELECT name, sql FROM sqlite_master WHERE type = 'index' AND sql IS NOT NULL "
                f"AND tbl_name IN ({listed})"
            )
            self.connection.commit()
            self.connection.connection.execute("PRAGMA foreign_keys=OFF")
        else:
            found = (
                "SELECT indexname, indexdef FROM pg_indexes WHERE schemaname = 'public' AND indexname "
                f"NOT LIKE 'pk_%' AND tablename IN ({listed})"
            )
            self._say("SET session_replication_role = replica")
        indexes = [tuple(row) for row in self.connection.execute(text(found))]
        for name, _made in indexes:
            if not name.startswith("uq_users"):
                self._say(f"DROP INDEX {name}")
        yield
        for _name, made in indexes:
            self._say(made)
        self._say("ANALYZE")
