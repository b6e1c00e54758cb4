"""From the values of a row to a finished person of the team: pure, so that it can run in any process."""

import re
import unicodedata
from collections.abc import Callable
from typing import Final

from crm_core.data.import_types import Key, Ready
from crm_core.data.layouts import Row
from crm_core.data.preparing import Prepared
from crm_core.data.record_rules import Columns, Frame
from crm_core.kernel.access import Role
from crm_core.kernel.values.text import fold
from crm_core.team import rules

_ROLE_WORDS: Final = {
    Role.ADMIN: "admin administrator systemadministrator owner superuser",
    Role.MANAGER: "manager teamlead teamleader salesmanager head director leiter vertriebsleiter supervisor",
    Role.MARKETING: "marketing marketer marketinguser campaignmanager",
    Role.SUPPORT: "support service agent supportagent helpdesk customerservice salessupportagent",
    Role.VIEWER: "viewer readonly guest observer",
    Role.SALES: "sales seller salesagent salesrep rep accountexecutive standarduser user salesperson",
}
_ROLE_OF: Final = {word: role for role, words in _ROLE_WORDS.items() for word in words.split()}
_OUTSIDE: Final = re.compile(r"[^a-z0-9._@+-]+")


def finisher(frame: Frame) -> Callable[[int, Row, Prepared], Ready]:
    """The function that finishes people of the team within these limits."""

    def finish(number: int, row: Row, prepared: Prepared) -> Ready:
        columns = Columns(frame, prepared)
        found, values = columns.found, prepared.values
        columns.take("full_name", "name")
        columns.take("email")
        name = " ".join(str(values[one]) for one in ("first_name", "last_name") if values.get(one))
        given = str(values.get("username") or "")
        found["name"] = rules.plain(str(found.get("name") or name or given or found.get("email", "")))
        login = rules.login_name(given) if given else username(found["name"])
        if rules.login_name_problem(login):
            columns.refuse(f"“{login or found['name']}” cannot be a sign-in name.")
        found["username"] = login[: frame.limits["username"]]
        facts = {
            "team": rules.plain(str(values.get("team", "")))[:120], "region": str(values.get("region",
            ""))[:120],
            "manager": rules.plain(str(values.get("manager", "")))[:200], "role": _role(columns),
            "has_login": bool(given),
        }  # fmt: skip
        keys: list[Key] = [("email", str(found["email"]).lower())] if found.get("email") else []
        keys += [("username", found["username"])] if given else []
        keys += [("name", fold(found["name"]))] if not keys else []
        problems = columns.settled(row)
        return Ready(
            number, row.line, found, {"name_key": fold(found["name"])}, keys=tuple(keys),
            problems=tuple(problems),
            is_refused=any(one["level"] == "error" for one in problems),
            cells=tuple(row.cells) if problems else (), facts=facts,
        )  # fmt: skip

    return finish


def username(name: str) -> str:
    """A sign-in name that is made of a name.

    >>> username("Mei-Mei Johns"), username("Zoë Ångström")
    ('mei-mei.johns', 'zoe.angstrom')
    """
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode().lower()
    return _OUTSIDE.sub("", ".".join(plain.split())).strip("._-@+")


def _role(columns: Columns) -> Role:
    text = str(columns.values.get("role", ""))
    word = "".join(letter for letter in fold(text) if letter.isalnum())
    return _ROLE_OF.get(word, Role.SALES)
