"""What pages may load and run: only what comes from this machine, and no script written into a page."""

import base64
import re
from functools import cache
from hashlib import sha256
from importlib.util import find_spec
from pathlib import Path

_INLINE = re.compile(rb"<script>(.*?)</script>", re.DOTALL)


@cache
def content_security_policy() -> str:
    """The policy for the installed version of Streamlit."""
    # Components bring their script as a blob; style is set on elements by nearly every part of the page.
    scripts = " ".join(["'self'", "blob:", *inline_hashes(_index_page())])
    return "; ".join(
        [
            "default-src 'self'",
            f"script-src {scripts}",
            "style-src 'self' 'unsafe-inline'",
            "img-src 'self' data: blob:",
            "font-src 'self' data:",
            "connect-src 'self'",
            "worker-src 'self' blob:",
            "frame-src 'self'",
            "object-src 'none'",
            "base-uri 'self'",
            "form-action 'self'",
            "frame-ancestors 'none'",
        ]
    )


def letter_policy() -> str:
    """For a message as a page: pictures and its own styles, links that lead out of it, and nothing else."""
    return "; ".join(
        [
            "default-src 'none'",
            "img-src http: https: data:",
            "style-src 'unsafe-inline'",
            "base-uri 'none'",
            "form-action 'none'",
            "frame-ancestors 'none'",
            "sandbox allow-popups allow-popups-to-escape-sandbox allow-top-navigation-by-user-activation",
        ]
    )


def inline_hashes(page: bytes) -> list[str]:
    """The sources that allow exactly the scripts which stand in a page."""
    return [
        "'sha256-" + base64.b64encode(sha256(script).digest()).decode() + "'"
        for script in _INLINE.findall(page)
    ]


def _index_page() -> bytes:
    # Found without importing: nothing below the pages knows the user interface.
    found = find_spec("streamlit")
    if found is None or found.origin is None:
        return b""
    return (Path(found.origin).parent / "static" / "index.html").read_bytes()
