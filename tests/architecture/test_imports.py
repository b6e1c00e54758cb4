"""Who may import whom: the contracts of pyproject.toml hold, and they would notice a breach."""

import ast
import importlib.metadata
import re
import subprocess
import sys
from pathlib import Path

import pytest

from tests.architecture.sources import CODE, ROOT, sources

LINT = "from importlinter.cli import lint_imports_command as lint; lint()"
# The smallest house that has every kind of room.
ROOMS = (
    "pages/__init__.py",
    "crm_core/__init__.py",
    "crm_core/kernel/__init__.py",
    "crm_core/kernel/work.py",
    "crm_core/people/__init__.py",
    "crm_core/sales/__init__.py",
    "crm_core/team/__init__.py",
    "crm_core/cli/__init__.py",
    "db/__init__.py",
)


def lint_imports(folder: Path) -> subprocess.CompletedProcess[str]:
    command = [
        sys.executable,
        "-c",
        LINT,
        "--no-logo",
        "--no-cache",
        "--config",
        str(ROOT / "pyproject.toml"),
    ]
    return subprocess.run(command, cwd=folder, capture_output=True, text=True, timeout=300, check=False)


def build_house(folder: Path, module: str = "", line: str = "") -> None:
    for room in ROOMS:
        (folder / room).parent.mkdir(parents=True, exist_ok=True)
        (folder / room).touch()
    if module:
        (folder / module).parent.mkdir(parents=True, exist_ok=True)
        (folder / module).write_text(line)


def test_the_import_contracts_hold() -> None:
    linted = lint_imports(ROOT)

    assert linted.returncode == 0, linted.stdout + linted.stderr


def test_a_tidy_house_keeps_all_contracts(tmp_path: Path) -> None:
    build_house(tmp_path, "crm_core/kernel/work.py", "import sqlalchemy\nimport db\n")

    linted = lint_imports(tmp_path)

    assert linted.returncode == 0, linted.stdout + linted.stderr


@pytest.mark.parametrize(
    ("module", "line"),
    [
        ("pages/deals.py", "import db"),
        ("pages/deals.py", "from sqlalchemy import select"),
        ("pages/deals.py", "import crm_core.cli"),
        ("crm_core/sales/deals.py", "import streamlit"),
        ("crm_core/sales/deals.py", "import pages"),
        ("crm_core/sales/deals.py", "from sqlalchemy import select"),
        ("crm_core/people/contacts.py", "import crm_core.sales"),
        ("crm_core/kernel/money.py", "import crm_core.people"),
        ("db/session.py", "import crm_core.kernel"),
        ("db/session.py", "import streamlit"),
        ("crm_core/gifts/__init__.py", ""),
    ],
)
def test_a_breach_is_noticed(tmp_path: Path, module: str, line: str) -> None:
    build_house(tmp_path, module, line)

    linted = lint_imports(tmp_path)

    assert linted.returncode == 1, linted.stdout + linted.stderr
    assert "BROKEN" in linted.stdout


def test_two_areas_may_not_lean_on_each_other(tmp_path: Path) -> None:
    build_house(tmp_path, "crm_core/people/contacts.py", "import crm_core.team")
    assert lint_imports(tmp_path).returncode == 0

    build_house(tmp_path, "crm_core/team/users.py", "import crm_core.people")
    assert lint_imports(tmp_path).returncode == 1


def test_requirements_name_every_package_that_is_imported() -> None:
    pinned = {name for name, _ in pins()}
    distributions = importlib.metadata.packages_distributions()

    missing = {
        f"{package} ({path})"
        for package, path in imported_packages().items()
        if not {normal(name) for name in distributions.get(package, [])} & pinned
    }

    assert missing == set()


def test_requirements_are_pinned_and_installed_as_pinned() -> None:
    for name, version in pins():
        if name != "colorama":  # for Windows only
            assert importlib.metadata.version(name) == version


def pins() -> list[tuple[str, str]]:
    lines = (ROOT / "requirements.txt").read_text().splitlines()
    wanted = [line for line in lines if line and not line.startswith("#")]
    exact = [re.match(r"([\w.-]+)==([\w.]+)( ;.*|  #.*)?$", line) for line in wanted]
    assert all(exact), [line for line, match in zip(wanted, exact, strict=True) if not match]
    return [(normal(match[1]), match[2]) for match in exact if match]


def normal(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


def imported_packages() -> dict[str, str]:
    """Every package from elsewhere that the shipped code imports, with one file that does."""
    ours = {place.removesuffix(".py") for place in CODE} | sys.stdlib_module_names
    found: dict[str, str] = {}
    for source in sources():
        for node in ast.walk(source.tree):
            names = [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
            names += [node.module] if isinstance(node, ast.ImportFrom) and node.module else []
            for name in names:
                found.setdefault(name.split(".")[0], source.path)
    return {package: path for package, path in found.items() if package not in ours}
