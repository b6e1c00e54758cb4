"""All routes that are not pages. The one place to read them."""

from starlette.routing import Route

from crm_core.api import (
    calendar,
    files,
    forms,
    health,
    preferences,
    referral_links,
    rest,
    sessions,
    survey_pages,
    tracking,
    unsubscribe,
)
from crm_core.api.doors import Door
from crm_core.api.replies import Reply, refusal
from crm_core.settings import Settings

DOORS: tuple[Door, ...] = (
    *health.DOORS, *sessions.DOORS, *files.DOORS, *calendar.DOORS, *forms.DOORS, *unsubscribe.DOORS,
    *tracking.DOORS, *preferences.DOORS, *survey_pages.DOORS,
    *referral_links.DOORS,
    *rest.DOORS,
)  # fmt: skip
# Below these nothing may fall through to Streamlit, which answers every address with its page.
OURS = ("/api", "/auth", "/calendar", "/files", "/forms", "/r", "/t", "/unsubscribe")


def routes(settings: Settings) -> list[Route]:
    """What Starlette needs of the table, and an honest answer for everything else below our prefixes."""
    known = [Route(door.path, door.endpoint(settings), methods=door.methods.split()) for door in DOORS]
    # A reply is an application of its own, and so answers every method.
    wrong_method = [Route(path, _wrong_method(path)) for path in {door.path for door in DOORS}]
    missing = refusal(404, "NotFound", "There is nothing at this address.")
    others = [Route(path, missing) for prefix in OURS for path in (prefix, prefix + "/{rest:path}")]
    return [*known, *wrong_method, *others]


def _wrong_method(path: str) -> Reply:
    allowed = {method for door in DOORS if door.path == path for method in door.methods.split()}
    sentence = f"This address takes {', '.join(sorted(allowed))} only."
    return refusal(405, "WrongMethod", sentence, headers={"allow": ", ".join(sorted(allowed))})
