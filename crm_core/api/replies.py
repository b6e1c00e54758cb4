"""Answers that are not pages. Every refusal has one shape: ``{"error": {"code", "message", …}}``."""

import json
import logging
import secrets
from collections.abc import Mapping
from typing import Any

from starlette.responses import JSONResponse

from crm_core.kernel.errors import CrmError

_log = logging.getLogger(__name__)


class Reply(JSONResponse):
    """JSON that is never kept by a cache."""

    def render(self, content: Any) -> bytes:
        """Instants and decimals as texts, letters as they are."""
        return json.dumps(content, ensure_ascii=False, default=str, separators=(",", ":")).encode()


def refusal(
    status: int, code: str, message: str, *, headers: Mapping[str, str] | None = None, **more: Any
) -> Reply:
    """A refusal with its sentence."""
    return Reply({"error": {"code": code, "message": message, **more}}, status, headers)


def refused(error: CrmError) -> Reply:
    """What a use case refused."""
    more = {"fields": error.fields} if error.fields else {}
    return refusal(error.http_status, error.code, error.message, **more)


def broken(error: Exception) -> Reply:
    """A fault of ours: logged under a reference, which is all that is told."""
    reference = secrets.token_hex(4)
    _log.error("request failed, reference %s", reference, exc_info=error)
    sentence = f"Something went wrong here. Tell your administrator this reference: {reference}"
    return refusal(500, "Broken", sentence, reference=reference)
