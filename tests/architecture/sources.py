"""The project's own files, as text and as syntax trees."""

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

ROOT = Path(__file__).parents[2]
CODE = ("app.py", "pages", "crm_core", "db")


@dataclass(frozen=True)
class Source:
    """One Python file: its path below the root, its text and its tree."""

    path: str
    text: str

    @property
    def tree(self) -> ast.Module:
        return _parsed(self.text, self.path)

    @property
    def module(self) -> str:
        """Its dotted name."""
        return self.path.removesuffix(".py").removesuffix("/__init__").replace("/", ".")

    def lies_in(self, *folders: str) -> bool:
        return any(self.path == folder or self.path.startswith(f"{folder}/") for folder in folders)


@cache
def _parsed(text: str, path: str) -> ast.Module:
    return ast.parse(text, path)


@cache
def sources(*places: str) -> tuple[Source, ...]:
    """Every Python file in these places (default: all code that ships), migrations and tests aside."""
    found: list[Path] = []
    for place in places or CODE:
        start = ROOT / place
        found += [start] if start.is_file() else sorted(start.rglob("*.py"))
    paths = ((path, path.relative_to(ROOT).as_posix()) for path in found)
    return tuple(Source(name, path.read_text()) for path, name in paths if "migrations/versions" not in name)


def functions(source: Source) -> Iterator[tuple[str, ast.FunctionDef | ast.AsyncFunctionDef]]:
    """Every function and method with its qualified name, the outer ones first."""
    yield from _functions(source.tree, "")


def _functions(node: ast.AST, inside: str) -> Iterator[tuple[str, ast.FunctionDef | ast.AsyncFunctionDef]]:
    for child in ast.iter_child_nodes(node):
        if isinstance(child, ast.FunctionDef | ast.AsyncFunctionDef):
            yield inside + child.name, child
            yield from _functions(child, f"{inside}{child.name}.")
        elif isinstance(child, ast.ClassDef):
            yield from _functions(child, f"{inside}{child.name}.")
        else:
            yield from _functions(child, inside)


def imported_names(source: Source) -> dict[str, str]:
    """What each imported name of a file stands for: ``{"sa": "sqlalchemy", "now": "time.time"}``."""
    known: dict[str, str] = {}
    for node in ast.walk(source.tree):
        if isinstance(node, ast.Import):
            for alias in node.names:
                known[alias.asname or alias.name.split(".")[0]] = (
                    alias.name if alias.asname else alias.name.split(".")[0]
                )
        elif isinstance(node, ast.ImportFrom) and node.module:
            for alias in node.names:
                known[alias.asname or alias.name] = f"{node.module}.{alias.name}"
    return known


def full_name(node: ast.expr, known: dict[str, str]) -> str:
    """The dotted name an expression stands for, as far as the imports tell; empty for other expressions."""
    if isinstance(node, ast.Name):
        return known.get(node.id, node.id)
    if isinstance(node, ast.Attribute):
        inner = full_name(node.value, known)
        return f"{inner}.{node.attr}" if inner else ""
    return ""
