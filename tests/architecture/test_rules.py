"""Every rule over one file: the project keeps it, and its check tells good from bad."""

from collections.abc import Callable

import pytest

from tests.architecture import rules
from tests.architecture.exceptions import MAY_SLEEP, PAST_THE_SCOPE
from tests.architecture.sources import ROOT, Source, sources

Rule = Callable[[Source], list[str]]

NO_SQL_HERE = tuple(source for source in sources() if not source.lies_in("db"))
QUERIES = sources("db/queries")
SHOWN_TO_BROWSERS = (".py", ".html", ".css", ".js", ".svg", ".toml")

EXAMPLES: list[tuple[Rule, str, str]] = [
    (rules.commits, "with session.begin():\n    pass", "session.commit()"),
    (
        rules.sql_calls,
        "from db.queries import deals\nselect = deals.open_ones()\nnames.update({1: 2})",
        "from sqlalchemy import select as s\ns(1)",
    ),
    (
        rules.sql_calls,
        "import sqlalchemy as sa\nsa.inspect(1)",
        "import sqlalchemy as sa\nsa.text('select 1')",
    ),
    (rules.sql_calls, "connection.execute(statement)", "connection.exec_driver_sql('select 1')"),
    (
        rules.naive_times,
        "from datetime import UTC, datetime\ndatetime.now(UTC)",
        "from datetime import datetime\ndatetime.now()",
    ),
    (rules.naive_times, "import datetime as d\nd.date(2026, 1, 1)", "import datetime as d\nd.date.today()"),
    (rules.sleeps, "event.wait(1)", "import time\ntime.sleep(1)"),
    (rules.sleeps, "sleep = 1", "from time import sleep as doze\ndoze(1)"),
    (rules.guessable_randomness, "import secrets", "import random"),
    (rules.guessable_randomness, "from numpy import random", "from random import choice"),
    (
        rules.unsafe_html,
        "st.markdown('<b>x</b>', unsafe_allow_html=True)\nst.html(STYLE)",
        "st.markdown(f'<b>{name}</b>', unsafe_allow_html=True)",
    ),
    (rules.unsafe_html, "st.markdown(name, unsafe_allow_html=False)", "st.html('<p>' + note)"),
    (rules.unsafe_html, "st.write(name)", "st.write(name, unsafe_allow_html=flag)"),
    (rules.too_long, "x = 1\n" * 400, "x = 1\n" * 401),
    (rules.too_long, "def f():\n" + "    x = 1\n" * 79, "def f():\n" + "    x = 1\n" * 80),
]


@pytest.mark.parametrize(("rule", "good", "bad"), EXAMPLES)
def test_a_check_tells_good_from_bad(rule: Rule, good: str, bad: str) -> None:
    assert rule(Source("crm_core/good.py", good)) == []
    assert len(rule(Source("crm_core/bad.py", bad))) == 1


@pytest.mark.parametrize(
    "bad",
    [
        "<script src='https://cdn.test/x.js'>",
        '<link rel="stylesheet" href="//fonts.test/css">',
        "background: url(https://images.test/a.png)",
        "@import 'https://fonts.test/css'",
        'import x from "https://esm.test/x"',
        "fetch('https://api.test')",
        'st.image("https://images.test/a.png")',
    ],
)
def test_the_check_finds_what_is_loaded_from_outside(bad: str) -> None:
    assert rules.loads_from_outside("pages/x.py", f"a\n{bad}\n")[0].startswith("pages/x.py:2 ")


def test_a_link_or_a_hint_loads_nothing() -> None:
    good = "<a href='https://example.com'>x</a>\nplaceholder='https://example.com'\nurl('app/static/a.png')"

    assert rules.loads_from_outside("pages/x.py", good) == []


def test_the_check_finds_who_walks_past_the_scope() -> None:
    bad = (
        "from sqlalchemy import text\n"
        "def fine(): return select(Deal)\n"
        "def hasty(): return text('select 1')\n"
        "class Board:\n    def read(self): return Deal.__table__\n"
        "ALL = Base.metadata.tables['deals']\n"
    )

    found = rules.past_the_scope(Source("db/queries/deals.py", bad))

    assert set(found) == {
        "db.queries.deals.hasty",
        "db.queries.deals.Board.read",
        "db.queries.deals.<module>",
    }


def test_a_transaction_is_committed_in_at_most_one_place() -> None:
    found = [place for source in sources() for place in rules.commits(source)]

    assert len(found) <= 1, found


def test_sql_is_written_in_db_and_nowhere_else() -> None:
    assert [place for source in NO_SQL_HERE for place in rules.sql_calls(source)] == []


def test_core_tables_stay_in_db() -> None:
    assert [place for source in NO_SQL_HERE for place in rules.past_the_scope(source).values()] == []


def test_only_listed_queries_walk_past_the_row_scope() -> None:
    found = {name: place for source in QUERIES for name, place in rules.past_the_scope(source).items()}

    assert {name: place for name, place in found.items() if name not in PAST_THE_SCOPE} == {}
    assert set(PAST_THE_SCOPE) - set(found) == set(), "no longer needed: take it off the list"
    assert all(PAST_THE_SCOPE.values()), "each exception needs its reason"


def test_nobody_waits_inside_a_use_case() -> None:
    waiting = {source.path for source in sources("crm_core") if rules.sleeps(source)}

    assert waiting - {"crm_core/jobs.py"} - set(MAY_SLEEP) == set()
    assert set(MAY_SLEEP) - waiting == set(), "no longer needed: take it off the list"


@pytest.mark.parametrize("rule", [rules.naive_times, rules.unsafe_html, rules.too_long])
def test_the_project_keeps_the_rule(rule: Rule) -> None:
    assert [place for source in sources() for place in rule(source)] == []


def test_the_random_module_only_makes_up_sample_data() -> None:
    shipped = (source for source in sources() if not source.lies_in("db/seed"))

    assert [place for source in shipped for place in rules.guessable_randomness(source)] == []


def test_nothing_is_loaded_from_outside_the_machine() -> None:
    places = [ROOT / "app.py", *(ROOT / "pages").rglob("*"), *(ROOT / "crm_core").rglob("*")]
    places += (ROOT / ".streamlit").glob("*.toml")
    shown = [path for path in places if path.is_file() and path.suffix in SHOWN_TO_BROWSERS]

    found = [
        hit
        for path in shown
        for hit in rules.loads_from_outside(path.relative_to(ROOT).as_posix(), path.read_text())
    ]

    assert found == []
