"""Every failure that a person can understand and do something about.

CrmError              code for programs, sentence for people, field hints for forms
 ├─ NotFound     404  no such record, or none that you may see
 ├─ NotAllowed   403  your role does not permit this
 ├─ Invalid      422  some fields need correcting (all of them at once, in ``fields``)
 ├─ Conflict     409  someone or something got there first
 └─ Unavailable  503  something outside did not answer; ``retry`` says whether trying again may help
"""

from collections.abc import Mapping
from typing import Any, ClassVar


class CrmError(Exception):
    """A refusal with a sentence: what is wrong, where, and how to go on."""

    http_status: ClassVar[int] = 400

    def __init__(self, message: str, *, fields: Mapping[str, str] | None = None) -> None:
        super().__init__(message)
        self.message = message
        self.fields: dict[str, str] = dict(fields or {})

    @property
    def code(self) -> str:
        """The name of the class: what programs compare."""
        return type(self).__name__


class NotFound(CrmError):
    """There is no such record, or none that this person may see: both look the same."""

    http_status = 404


class NotAllowed(CrmError):
    """The role of this person does not permit the act."""

    http_status = 403


class Invalid(CrmError):
    """Input that cannot be accepted; ``fields`` maps each wrong field to its hint."""

    http_status = 422


class Conflict(CrmError):
    """The state has moved on: already done, changed by somebody else, or taken.

    ``theirs`` holds the stored values of a record that was changed meanwhile, so that a form can
    show mine, theirs and before.
    """

    http_status = 409

    def __init__(
        self,
        message: str,
        *,
        fields: Mapping[str, str] | None = None,
        theirs: Mapping[str, Any] | None = None,
    ) -> None:
        super().__init__(message, fields=fields)
        self.theirs: dict[str, Any] = dict(theirs or {})


class Unavailable(CrmError):
    """Something outside this program did not answer as it should."""

    http_status = 503

    def __init__(self, message: str, *, retry: bool = True) -> None:
        super().__init__(message)
        self.retry = retry
