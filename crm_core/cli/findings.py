"""What a check of ``doctor`` says."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Literal

from crm_core.settings import Settings

State = Literal["ok", "warn", "fail"]


@dataclass(frozen=True)
class Finding:
    """What one check found: ``fail`` must be put right, ``warn`` should be known."""

    check: str
    state: State
    sentence: str


Check = Callable[[Settings], Iterator[Finding]]
