"""The values of the fields that an admin added, as one record keeps them."""

from collections.abc import Mapping
from typing import Any

from crm_core.people.fields import CUSTOM
from crm_core.people.validation import plain


def merged(stored: Mapping[str, Any], typed: Mapping[str, Any]) -> dict[str, Any]:
    """What a record keeps after a change; empty values are left out."""
    given = {name.removeprefix(CUSTOM): plain(typed[name]) for name in typed if name.startswith(CUSTOM)}
    return {name: value for name, value in {**stored, **given}.items() if value not in (None, "", [])}
