"""What the environment says is taken, or refused in a sentence."""

import os
import subprocess
import sys

import pytest

from crm_core.kernel.errors import Invalid
from crm_core.settings import ROOT, Settings


@pytest.mark.parametrize(("text", "port"), [("", 8501), ("1", 1), ("65535", 65535), ("08080", 8080)])
def test_a_port_is_a_number(text: str, port: int) -> None:
    assert Settings.from_environment({"CRM_PORT": text}).port == port


@pytest.mark.parametrize("text", ["abc", "0", "65536", "-1", "80 80", "8501.0", "٨٥٠١", "9" * 5000])
def test_what_is_no_port_is_refused_in_a_sentence(text: str) -> None:
    with pytest.raises(Invalid, match="no port"):
        Settings.from_environment({"CRM_PORT": text})


@pytest.mark.parametrize("command", ["serve", "doctor", "worker"])
def test_a_command_says_so_instead_of_breaking(command: str) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "crm_core", command], cwd=ROOT, env={**os.environ, "CRM_PORT": "abc"},
        capture_output=True, text=True, timeout=60, check=False,
    )  # fmt: skip

    assert (done.returncode, "Traceback" in done.stderr) == (1, False)
    assert "Set it to a number from 1 to 65535." in done.stderr
