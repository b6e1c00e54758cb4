"""Checks over one file. Each returns the lines that break a rule, as sentences with a place."""

import ast
import re
from collections.abc import Iterator

from tests.architecture.sources import Source, full_name, functions, imported_names

SQL_VERBS = {"select", "insert", "update", "delete", "text"}
MAX_FILE_LINES = 400
MAX_FUNCTION_LINES = 80

_ELSEWHERE = r"""\s*["']?(?:https?:)?//"""
_LOADS = re.compile(
    r"<(?:script|img|iframe|link|source|video|audio|embed|object)\b[^>]*?\b(?:src|href|data)\s*=" + _ELSEWHERE
    + r"|\burl\(" + _ELSEWHERE
    + r"""|@import\s+["'](?:https?:)?//|\bimport\s*\(?\s*["']https?://|\bfrom\s+["']https?://"""
    + r"""|\bfetch\(\s*["'`]https?://|\bst\.(?:image|logo|video|audio|iframe)\(\s*f?["']https?://""",
    re.IGNORECASE,
)  # fmt: skip


def commits(source: Source) -> list[str]:
    """`.commit(` is written at most once; transactions end where they are opened."""
    return [
        _at(source, node) for node in _calls(source) if _attribute(node) == "commit"
    ]  # fmt: skip


def sql_calls(source: Source) -> list[str]:
    """Statements are made in db/ and nowhere else."""
    return [f"{place} {what}" for place, what, _ in _sql(source) if what != "core table"] + [
        f"{_at(source, node)} exec_driver_sql"
        for node in _calls(source)
        if _attribute(node) == "exec_driver_sql"
    ]


def past_the_scope(source: Source) -> dict[str, str]:
    """Functions that use Core tables or text, which the row scope does not see: name and place."""
    found: dict[str, str] = {}
    for place, what, line in _sql(source):
        if what in ("text", "core table"):
            inside = [
                name for name, node in functions(source) if node.lineno <= line <= (node.end_lineno or line)
            ]
            found.setdefault(f"{source.module}.{inside[0] if inside else '<module>'}", place)
    return found


def naive_times(source: Source) -> list[str]:
    """The time of day has a zone, and calendar days come from the company's zone."""
    known = imported_names(source)
    wrong = {
        "datetime.datetime.utcnow", "datetime.datetime.utcfromtimestamp", "datetime.date.today",
        "datetime.datetime.today",
    }  # fmt: skip
    found = []
    for node in _calls(source):
        name = full_name(node.func, known)
        naive_now = name == "datetime.datetime.now" and not node.args and not node.keywords
        if name in wrong or naive_now:
            found.append(_at(source, node))
    return found


def sleeps(source: Source) -> list[str]:
    """Nobody waits inside a use case."""
    known = imported_names(source)
    return [_at(source, node) for node in _calls(source) if full_name(node.func, known) == "time.sleep"]


def guessable_randomness(source: Source) -> list[str]:
    """What must not be guessed comes from `secrets`; the `random` module is for made-up companies only."""
    return [
        _at(source, node)
        for node in ast.walk(source.tree)
        if (isinstance(node, ast.Import) and any(alias.name == "random" for alias in node.names))
        or (isinstance(node, ast.ImportFrom) and node.module == "random")
    ]


def unsafe_html(source: Source) -> list[str]:
    """HTML that skips Streamlit's escaping is a constant: nothing that came from outside is in it."""
    found = []
    for node in _calls(source):
        unsafe = any(
            word.arg == "unsafe_allow_html"
            and not (isinstance(word.value, ast.Constant) and word.value.value is False)
            for word in node.keywords
        )
        raw = _attribute(node) == "html"
        if (unsafe or raw) and not all(map(_is_constant, node.args)):
            found.append(_at(source, node))
    return found


def loads_from_outside(path: str, text: str) -> list[str]:
    """Pages load everything from the machine they run on."""
    return [
        f"{path}:{text.count(chr(10), 0, hit.start()) + 1} {hit.group()}" for hit in _LOADS.finditer(text)
    ]


def too_long(source: Source) -> list[str]:
    """Files and functions stay short enough to be read in one go."""
    lines = source.text.count("\n")
    found = [f"{source.path} has {lines} lines"] if lines > MAX_FILE_LINES else []
    for name, length in function_lengths(source):
        if length > MAX_FUNCTION_LINES:
            found.append(f"{source.path} {name} has {length} lines")
    return found


def function_lengths(source: Source) -> Iterator[tuple[str, int]]:
    """Every function with its number of lines."""
    for name, node in functions(source):
        yield name, (node.end_lineno or node.lineno) - node.lineno + 1


def _sql(source: Source) -> Iterator[tuple[str, str, int]]:
    """Place, what it is and line of everything that makes SQL."""
    known = imported_names(source)
    for node in ast.walk(source.tree):
        if isinstance(node, ast.Call):
            package, _, verb = full_name(node.func, known).rpartition(".")
            if package.split(".")[0] == "sqlalchemy" and verb in SQL_VERBS:
                yield _at(source, node), verb, node.lineno
        elif isinstance(node, ast.Attribute) and (
            node.attr == "__table__" or (node.attr == "tables" and _ends_in(node.value, "metadata"))
        ):
            yield _at(source, node), "core table", node.lineno


def _calls(source: Source) -> Iterator[ast.Call]:
    return (node for node in ast.walk(source.tree) if isinstance(node, ast.Call))


def _attribute(call: ast.Call) -> str:
    return call.func.attr if isinstance(call.func, ast.Attribute) else ""


def _ends_in(node: ast.expr, name: str) -> bool:
    return (isinstance(node, ast.Attribute) and node.attr == name) or (
        isinstance(node, ast.Name) and node.id == name
    )


def _is_constant(node: ast.expr) -> bool:
    """A literal, or the name of a constant."""
    return isinstance(node, ast.Constant) or (isinstance(node, ast.Name) and node.id.lstrip("_").isupper())


def _at(source: Source, node: ast.stmt | ast.expr) -> str:
    return f"{source.path}:{node.lineno}"
