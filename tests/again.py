"""Runs browser tests that failed beside all others once more, by themselves, and names them.

A browser on a machine with every core busy can miss a moment that a person would not. Such a test is worth
mending, and is printed as unsteady; but only one that also fails alone says that the app is wrong. All other
tests have one chance, and so have browser tests that fail in numbers.
"""

import json
import subprocess
import sys
from pathlib import Path

FAILED = Path(".pytest_cache/v/cache/lastfailed")
IN_A_BROWSER = "tests/browser/"
MOST = 4


def main() -> int:
    """The exit code of the second run, or 1 where there must not be one."""
    failed = sorted(json.loads(FAILED.read_text())) if FAILED.exists() else []
    if not may_run_again(failed):
        return 1
    print(f"\nOnce more, alone: {', '.join(failed)}", flush=True)
    files = sorted({test.split("::")[0] for test in failed})
    code = subprocess.call([sys.executable, "-m", "pytest", "-p", "no:cacheprovider", *files])
    print(f"\n{'Failed again' if code else 'Unsteady, passed alone'}: {', '.join(failed)}")
    return code


def may_run_again(failed: list[str]) -> bool:
    """A few, and each of them in a browser."""
    return 0 < len(failed) <= MOST and all(test.startswith(IN_A_BROWSER) for test in failed)


if __name__ == "__main__":
    sys.exit(main())
