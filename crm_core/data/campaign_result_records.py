"""From the values of a row to what became of a message: pure, so that it can run in any process."""

import hashlib
import re
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC
from pathlib import Path
from typing import Final

from crm_core.data.customers import contact_keys, person
from crm_core.data.import_types import Key, Ready
from crm_core.data.layouts import Row
from crm_core.data.preparing import Prepared
from crm_core.data.record_rules import Columns, Frame
from crm_core.kernel.values.text import fold
from crm_core.marketing.lift import HOLDOUT
from db import lengths
from db.models import Campaign, CampaignVariant

ONLY: Final = "A"
"""What the one version of a campaign is called where a file names none."""

MOMENTS: Final = ("sent_at", "opened_at", "clicked_at", "bounced_at", "unsubscribed_at")
_FLAGS: Final = (("visited", "is_visited"), ("converted", "is_converted"))
_NOTHING: Final = re.compile(
    r"(no|not|without|kein|keine|ohne|sans|aucun|aucune|sin|senza|nessuna|geen|zonder|sem) "
    r"(e mail|email|mail|mailing|mailed|emailed|contact|contacted|campaign|message|treatment|treated|offer|"
    r"sent|letter|nachricht|kontakt|kampagne|courriel|correo|mensaje|messaggio|bericht|mensagem)s?\b"
)
_HELD_BACK: Final = frozenset((
    "holdout", "hold out", "held out", "held back", "untreated", "unmailed", "none", "nothing", "0", "no",
    "false", "kontrollgruppe", "groupe temoin", "temoin", "grupo de control", "gruppo di controllo",
    "controlegroep", "grupo de controle", "global control",
))  # fmt: skip
_CONTROL: Final = frozenset(("control", "ctrl", "control arm", "control group", "kontrolle"))
_GROUP: Final = re.compile(r" (group|gruppe|groupe|grupo|gruppo|groep|arm|cell|variant)$")


def finisher(frame: Frame) -> Callable[[int, Row, Prepared], Ready]:
    """The function that finishes campaign results within these limits."""
    longest = {"campaign": lengths.of(Campaign)["name"], "variant": lengths.of(CampaignVariant)["name"]}

    def finish(number: int, row: Row, prepared: Prepared) -> Ready:
        columns = Columns(frame, prepared)
        found, values = columns.found, prepared.values
        _fill(columns)
        who = contact_keys(values)
        campaign = _named(columns, "campaign", longest)
        if not campaign:
            columns.refuse("This row names no campaign. Fill the column, or name one campaign for all rows.")
        variant = _named(columns, "variant", longest) or ONLY
        if is_holdout(variant, was_sent=any(found.get(name) for name in MOMENTS[:3])):
            variant = HOLDOUT
        found["state"] = "held" if variant == HOLDOUT else "sent"
        facts = {"campaign": campaign, "variant": variant, "contact": who, "person": person(values),
                 "currency": values.get("currency") or frame.currency}  # fmt: skip
        problems = columns.settled(row)
        found["line_key"] = line_key(campaign, who, number, row.cells)
        return Ready(
            number, row.line, found, {"name_key": ""}, (), (), "", "", {},
            (("line", found["line_key"]), ("campaign", fold(campaign))),
            tuple(problems), any(one["level"] == "error" for one in problems),
            tuple(row.cells) if problems else (), facts=facts,
        )  # fmt: skip

    return finish


def is_holdout(variant: str, *, was_sent: bool) -> bool:
    """Does this name mean the people who got nothing?

    “Control” is the hold-out where nothing was sent; in a test of two messages it is the usual one.
    """
    word = " ".join(re.split(r"[\W_]+", fold(variant))).strip()
    bare = _GROUP.sub("", word)
    if word in _HELD_BACK or bare in _HELD_BACK or _NOTHING.match(word):
        return True
    return not was_sent and (word in _CONTROL or bare in _CONTROL)


def line_key(campaign: str, who: Sequence[Key], number: int, cells: Sequence[str]) -> str:
    """What a row is recognised by: the campaign and its person; without one the place and the whole line."""
    about = [f"{kind}\n{value}" for kind, value in who[:1]] or [str(number), *cells]
    return hashlib.sha256("\x1f".join((fold(campaign), *about)).encode()).hexdigest()[:40]


def with_campaign(
    defaults: Mapping[str, str], mapped: Mapping[str, str | None], file_name: str
) -> dict[str, str]:
    """The defaults of an import; where nothing names the campaign, the file does by its own name."""
    if "campaign" in defaults or "campaign" in mapped.values():
        return dict(defaults)
    name = Path(file_name).name.split(".")[0]
    return {**defaults, "campaign": " ".join(re.split(r"[\s_]+", name)).strip() or "Imported results"}


def _fill(columns: Columns) -> None:
    found, values = columns.found, columns.values
    if values.get("email"):
        columns.take("email", "address")
        found["address"] = str(found.get("address", "")).lower()
    for name in MOMENTS:
        columns.take(name)
        if name in found:
            found[name] = found[name].astimezone(UTC)
    for name, column in _FLAGS:
        if name in values:
            found[column] = bool(values[name])
    if "revenue" in values:
        found["revenue"] = int(values["revenue"])
        if "converted" not in columns.frame.mapped:
            found["is_converted"] = found["revenue"] > 0


def _named(columns: Columns, name: str, longest: Mapping[str, int]) -> str:
    text = " ".join(str(columns.values.get(name) or "").split())
    if len(text) > longest[name]:
        columns.say(f"The name of a {name} has at most {longest[name]} characters.", name, text)
    return text[: longest[name]].strip()
