"""Answers that are not pages. A refusal is always ``{"error": code, "detail": sentence, "fields": {…}}``."""

import json
import logging
import secrets
from collections.abc import Mapping
from dataclasses import fields, is_dataclass
from datetime import UTC, datetime
from typing import Any

from starlette.responses import JSONResponse

from crm_core.kernel.errors import Conflict, CrmError

_log = logging.getLogger(__name__)


class Reply(JSONResponse):
    """JSON that is never kept by a cache. Instants are in UTC with a Z, decimals are texts."""

    def render(self, content: Any) -> bytes:
        """Letters stay as they are."""
        return json.dumps(content, ensure_ascii=False, default=_plain, separators=(",", ":")).encode()


def refusal(
    status: int,
    code: str,
    detail: str,
    *,
    fields: Mapping[str, str] | None = None,
    headers: Mapping[str, str] | None = None,
    **more: Any,
) -> Reply:
    """A refusal with its sentence, and a hint for each wrong field."""
    return Reply({"error": code, "detail": detail, "fields": dict(fields or {}), **more}, status, headers)


def refused(error: CrmError) -> Reply:
    """What a use case refused; a conflict says what is stored (``theirs``) where that is known."""
    more = {"theirs": error.theirs} if isinstance(error, Conflict) and error.theirs else {}
    return refusal(error.http_status, error.code, error.message, fields=error.fields, **more)


def broken(error: Exception) -> Reply:
    """A fault of ours: logged under a reference, which is all that is told."""
    reference = secrets.token_hex(4)
    _log.error("request failed, reference %s", reference, exc_info=error)
    sentence = f"Something went wrong here. Tell your administrator this reference: {reference}"
    return refusal(500, "Broken", sentence, reference=reference)


def _plain(value: Any) -> Any:
    if is_dataclass(value) and not isinstance(value, type):
        return {field.name: getattr(value, field.name) for field in fields(value)}
    if isinstance(value, datetime) and value.tzinfo is not None:
        return value.astimezone(UTC).isoformat().replace("+00:00", "Z")
    if isinstance(value, frozenset | set):
        return sorted(value)
    if isinstance(value, Mapping):
        return dict(value)
    return value.isoformat() if hasattr(value, "isoformat") else str(value)
