"""What the README tells people to type exists."""

import importlib
import re
from collections.abc import Iterator

import click
import pytest

from tests.architecture.sources import ROOT

MAKE = re.compile(r"(?:^|[`\s])make ([a-z][a-z-]*)", re.MULTILINE)
COMMAND = re.compile(r"python3? -m crm_core((?: [a-z][a-z-]*)+)")
TARGET = re.compile(r"^([a-z][a-z-]*):", re.MULTILINE)


def code_of(text: str) -> str:
    """What stands in code blocks and between backticks: prose may say "make sure"."""
    return "\n".join(re.findall(r"```.*?```|`[^`\n]+`", text, re.DOTALL))


def make_verbs(text: str) -> set[str]:
    return set(MAKE.findall(code_of(text)))


def commands(text: str) -> set[str]:
    return {words.strip() for words in COMMAND.findall(code_of(text))}


def known_commands(group: click.Group, before: str = "") -> Iterator[str]:
    for name, command in group.commands.items():
        yield before + name
        if isinstance(command, click.Group):
            yield from known_commands(command, f"{before}{name} ")


def readme() -> str:
    path = ROOT / "README.md"
    if not path.exists():
        pytest.skip("there is no README yet")
    return path.read_text()


def command_line() -> click.Group:
    try:
        module = importlib.import_module("crm_core.cli")
    except ModuleNotFoundError:
        pytest.skip("there is no command line yet")
    groups = [part for part in vars(module).values() if isinstance(part, click.Group)]
    if not groups:
        pytest.skip("the command line has no commands yet")
    return max(groups, key=lambda group: len(group.commands))


def is_known(words: str, known: set[str]) -> bool:
    """Whether the words start with a command; what follows it are its arguments."""
    parts = words.split()
    longest = next((end for end in range(len(parts), 0, -1) if " ".join(parts[:end]) in known), 0)
    leaf = not any(command.startswith(" ".join(parts[:longest]) + " ") for command in known)
    return longest > 0 and (leaf or longest == len(parts))


def test_make_verbs_of_the_readme_exist() -> None:
    targets = set(TARGET.findall((ROOT / "Makefile").read_text()))

    assert make_verbs(readme()) - targets == set()


def test_commands_of_the_readme_exist() -> None:
    known = set(known_commands(command_line()))

    assert {words for words in commands(readme()) if not is_known(words, known)} == set()


def test_the_readers_tell_good_from_bad() -> None:
    text = "To make sure, `make run`.\n```\nmake dance\npython -m crm_core user add ann\n```\n"
    known = {"user", "user add", "serve"}

    assert make_verbs(text) == {"run", "dance"}
    assert commands(text) == {"user add ann"}
    assert is_known("user add ann", known)
    assert is_known("serve", known)
    assert not is_known("user dance", known)
    assert not is_known("dance", known)
