"""Whatever can be done has a door for programs, or stands on a list that says why not."""

from tests.architecture.exceptions import NO_DOOR
from tests.architecture.sources import sources
from tests.architecture.test_use_cases import mentions, use_cases


def opened_by_doors() -> set[str]:
    """Every use case that REST, a route or a command names."""
    found: set[str] = set()
    for source in sources("crm_core/api", "crm_core/cli"):
        found |= mentions(source)
    return found


def inner() -> set[str]:
    """Use cases that other use cases and functions of the core call: their callers have the doors."""
    return {name for source in sources("crm_core") if _is_core(source.path) for name in mentions(source)}


def test_every_use_case_has_a_door_or_a_reason() -> None:
    public = {name for name in use_cases() if not name.rpartition(".")[2].startswith("_")}
    closed = public - opened_by_doors() - inner()

    assert closed - set(NO_DOOR) == set()


def test_every_reason_is_still_needed() -> None:
    assert set(NO_DOOR) - set(use_cases()) == set(), "these use cases are gone"
    assert set(NO_DOOR) & opened_by_doors() == set(), "these have a door by now"
    assert all(len(reason.split()) > 2 for reason in NO_DOOR.values())


def _is_core(path: str) -> bool:
    return not path.startswith(("crm_core/api/", "crm_core/cli/"))
