"""What the README tells people to type exists."""

import re
from collections.abc import Iterator

import click

from crm_core.cli.main import rapport
from tests.architecture.sources import ROOT

MAKE = re.compile(r"(?:^|[`\s])make ([a-z][a-z-]*)", re.MULTILINE)
COMMAND = re.compile(r"python3? -m crm_core((?: [a-z][a-z-]*)+)")
TARGET = re.compile(r"^([a-z][a-z-]*):", re.MULTILINE)


def code_of(text: str) -> str:
    """What stands in code blocks (fenced or indented) and between backticks: prose may say "make sure"."""
    blocks = re.findall(r"```.*?```|`[^`\n]+`", text, re.DOTALL)
    return "\n".join(blocks + re.findall(r"(?m)^ {4}\S.*$", text))


def make_verbs(text: str) -> set[str]:
    return set(MAKE.findall(code_of(text)))


def commands(text: str) -> set[str]:
    return {words.strip() for words in COMMAND.findall(code_of(text))}


def known_commands(group: click.Group, before: str = "") -> Iterator[str]:
    context = click.Context(group)
    for name in group.list_commands(context):
        yield before + name
        command = group.get_command(context, name)
        if isinstance(command, click.Group):
            yield from known_commands(command, f"{before}{name} ")


def readme() -> str:
    return (ROOT / "README.md").read_text()


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
    known = set(known_commands(rapport))
    said = commands(readme())

    assert len(said) >= 4
    assert {words for words in said if not is_known(words, known)} == set()


def test_the_readers_tell_good_from_bad() -> None:
    text = "To make sure, `make run`.\n```\nmake dance\npython -m crm_core user add ann\n```\n"
    known = {"user", "user add", "serve"}

    assert make_verbs(text) == {"run", "dance"}
    assert commands(text) == {"user add ann"}
    assert is_known("user add ann", known)
    assert is_known("serve", known)
    assert not is_known("user dance", known)
    assert not is_known("dance", known)
