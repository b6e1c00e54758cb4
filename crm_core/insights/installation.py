"""How this installation is: the doctor, asked from inside the app."""

import json
import subprocess
import sys
from dataclasses import dataclass

from crm_core.kernel.access import Actor, Permission
from crm_core.kernel.errors import Unavailable
from crm_core.settings import ROOT

DOCTOR = (sys.executable, "-m", "crm_core", "doctor", "--json")
SECONDS = 60


@dataclass(frozen=True)
class Finding:
    """What one check found: ``ok``, ``warn`` (should be known) or ``fail`` (must be put right)."""

    check: str
    state: str
    sentence: str


def examine(me: Actor) -> list[Finding]:
    """Let the doctor look from outside the running server; takes some seconds.

    Raises:
        NotAllowed: this person does not manage the settings.
        Unavailable: the doctor did not answer.
    """
    me.require(Permission.SETTINGS_MANAGE)
    try:
        done = subprocess.run(  # noqa: S603 - our own program with fixed arguments
            DOCTOR, cwd=ROOT, capture_output=True, text=True, timeout=SECONDS, check=False
        )
        return [Finding(**each) for each in json.loads(done.stdout)["findings"]]
    except (subprocess.TimeoutExpired, ValueError, KeyError, TypeError) as error:
        raise Unavailable(
            "The check did not answer. Run “python -m crm_core doctor” where Rapport was started."
        ) from error
