"""Settings shipped for Streamlit are known to the pinned version: it ignores a misspelt one in silence."""

import tomllib
from collections.abc import Iterator
from typing import Any

import pytest
from streamlit import config

from tests.architecture.sources import ROOT

# What capacity, privacy and safety rest on.
IN_FORCE = {
    "runner.postScriptGC": False,
    "browser.gatherUsageStats": False,
    "client.showErrorDetails": "none",
    "client.showErrorLinks": False,
    "server.enableStaticServing": False,
    "server.enableXsrfProtection": True,
    "server.xsrfCookieSameSite": "strict",
    "server.enableAgentApi": False,
    "server.fileWatcherType": "none",
    "server.trustedUserHeaders": {"X-Crm-Bind": "bind"},
}


def shipped() -> dict[str, Any]:
    return tomllib.loads((ROOT / ".streamlit" / "config.toml").read_text())


def options(table: dict[str, Any], known: set[str], before: str = "") -> Iterator[tuple[str, Any]]:
    """Every option with its dotted name; a table that is itself the value of an option stays whole."""
    for name, value in table.items():
        if isinstance(value, dict) and before + name not in known:
            yield from options(value, known, f"{before}{name}.")
        else:
            yield before + name, value


def test_every_shipped_setting_is_known_to_streamlit() -> None:
    known = set(config.get_config_options())

    assert {name for name, _ in options(shipped(), known)} - known == set()


@pytest.mark.parametrize("name", IN_FORCE)
def test_what_safety_rests_on_is_shipped(name: str) -> None:
    values = dict(options(shipped(), set(IN_FORCE)))

    assert values[name] == IN_FORCE[name]


def test_a_misspelt_setting_would_be_noticed() -> None:
    table = {"runner": {"postScriptGc": False}, "server": {"trustedUserHeaders": {"X-A": "a"}}}

    found = dict(options(table, {"runner.postScriptGC", "server.trustedUserHeaders"}))

    assert found == {"runner.postScriptGc": False, "server.trustedUserHeaders": {"X-A": "a"}}
