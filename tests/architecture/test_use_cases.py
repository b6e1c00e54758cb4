"""Every use case says who may call it, what it means, and is called by a test."""

import ast
import importlib
import inspect
import pkgutil
from collections.abc import Callable
from functools import cache
from types import ModuleType
from typing import Any

import pytest

import crm_core
from crm_core.kernel.access import Permission
from tests.architecture.exceptions import UNTESTED_USE_CASES
from tests.architecture.sources import Source, full_name, imported_names, sources

FEWEST_WORDS = 2


@cache
def modules() -> tuple[ModuleType, ...]:
    """Everything in crm_core, imported; `__main__` would run."""
    names = [found.name for found in pkgutil.walk_packages(crm_core.__path__, "crm_core.")]
    return tuple(importlib.import_module(name) for name in names if not name.endswith("__main__"))


@cache
def use_cases() -> dict[str, Callable[..., Any]]:
    """All functions with a permission, by their dotted names."""
    return {
        f"{module.__name__}.{name}": function
        for module in modules()
        for name, function in inspect.getmembers(module, inspect.isfunction)
        if hasattr(function, "permission") and function.__module__ == module.__name__
    }


def mentions(source: Source) -> set[str]:
    """Every dotted name that a file uses, written out."""
    known = imported_names(source)
    used = {full_name(node, known) for node in ast.walk(source.tree) if isinstance(node, ast.Attribute)}
    return used | {
        known[node.id] for node in ast.walk(source.tree) if isinstance(node, ast.Name) and node.id in known
    }


@cache
def mentioned_in_tests() -> frozenset[str]:
    return frozenset(name for source in sources("tests") for name in mentions(source))


def test_there_are_use_cases() -> None:
    if not use_cases():
        pytest.skip("no area has a use case yet")
    assert all(callable(function) for function in use_cases().values())


def test_every_use_case_names_a_permission() -> None:
    wrong = [
        name for name, function in use_cases().items() if not isinstance(permission_of(function), Permission)
    ]

    assert wrong == []


def permission_of(function: Callable[..., Any]) -> object:
    return getattr(function, "permission", None)


def test_every_use_case_says_what_it_does() -> None:
    silent = [
        name for name, function in use_cases().items() if len((function.__doc__ or "").split()) < FEWEST_WORDS
    ]

    assert silent == []


def test_every_use_case_is_called_by_a_test() -> None:
    public = {name for name in use_cases() if not name.rpartition(".")[2].startswith("_")}
    untested = public - mentioned_in_tests()

    assert untested - set(UNTESTED_USE_CASES) == set()
    assert set(UNTESTED_USE_CASES) - untested == set(), "no longer needed: take it off the list"


@pytest.mark.parametrize(
    "text",
    [
        "from crm_core.sales import deals\ndeals.win(ann, 7)",
        "from crm_core.sales.deals import win\nwin(ann, 7)",
        "from crm_core.sales.deals import win as close\nclose(ann, 7)",
        "import crm_core.sales.deals\ncrm_core.sales.deals.win(ann, 7)",
        "from crm_core.sales import deals as d\n@pytest.mark.parametrize('act', [d.win])\ndef test(): ...",
    ],
)
def test_a_mention_is_seen_however_it_is_imported(text: str) -> None:
    assert "crm_core.sales.deals.win" in mentions(Source("tests/x.py", text))


def test_an_import_or_a_namesake_is_no_mention() -> None:
    text = "from crm_core.sales.deals import win\nfrom crm_core.games import rounds\nrounds.win()"

    assert "crm_core.sales.deals.win" not in mentions(Source("tests/x.py", text))
