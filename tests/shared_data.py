"""Where the public files of other people lie that readers, rules and reports are judged by."""

import os
from pathlib import Path

import pytest


def shared(path: str) -> Path:
    """The path below the folder of shared data; skips the test when the folder is not on this machine.

    ``CRM_SHARED_DATA`` names the folder; without it, it is looked for beside the project.
    """
    named = os.environ.get("CRM_SHARED_DATA")
    folder = Path(named) if named else Path(__file__).resolve().parents[2] / "shared" / "data"
    found = folder / path
    if not found.exists():
        pytest.skip(f"the shared data has no {path} here; set CRM_SHARED_DATA to the folder that holds it")
    return found
