"""What a program asks for, read from its request: query, body, version and key. Unknown names are refused."""

import json
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from hashlib import sha256
from typing import Any, BinaryIO, ClassVar

from starlette.requests import Request

from crm_core.api.doors import bytes_of
from crm_core.api.kinds import Kinds, problems
from crm_core.kernel.access import Actor
from crm_core.kernel.errors import CrmError, Invalid, NotFound
from crm_core.kernel.paging import COUNT_CAP, MAX_PAGE_SIZE, Paging
from crm_core.kernel.work import Work
from crm_core.team import idempotency

LONGEST_BODY = 1_000_000
LARGEST_ID = 2**63 - 1
LONGEST_QUERY = 4_000


class Malformed(CrmError):
    """The request is not what the protocol says: broken JSON, a broken header."""

    http_status: ClassVar[int] = 400


class TooLarge(CrmError):
    """More bytes were sent than are taken."""

    http_status: ClassVar[int] = 413


class WrongType(CrmError):
    """The body is of a media type that this address does not read."""

    http_status: ClassVar[int] = 415


class Outdated(CrmError):
    """If-Match names a version that is no longer the stored one."""

    http_status: ClassVar[int] = 412


@dataclass(frozen=True)
class Upload:
    """A file that came with a request, at its beginning."""

    stream: BinaryIO
    file_name: str


@dataclass(frozen=True)
class Call:
    """One request of a program, on behalf of the owner of its token.

    ``version`` is what If-Match (or ``version`` in the body) says was edited, None when neither does.
    ``values`` are the names and values of the body, ``code`` is the one in the path.
    """

    actor: Actor
    path: str = ""
    id: int = 0
    query: Mapping[str, str] = field(default_factory=dict)
    values: Mapping[str, Any] = field(default_factory=dict)
    version: int | None = None
    key: str | None = None
    file: Upload | None = None
    code: str = ""

    def paging(self) -> Paging:
        """The page that is asked for.

        Raises:
            Invalid: the numbers are none, or lie behind the part of a list that can be paged through.
        """
        number, size = self.number("page", 1, COUNT_CAP), self.number("size", 50, MAX_PAGE_SIZE)
        if (number - 1) * size >= COUNT_CAP:
            hint = f"Pages reach {COUNT_CAP:,} records. Narrow the list down by q or where, or export it."
            raise Invalid(hint, fields={"page": hint})
        return Paging(number, size, self.query.get("sort", ""))

    def number(self, name: str, usual: int, largest: int) -> int:
        """A number of the query."""
        text = self.query.get(name)
        if text is None:
            return usual
        if not text.isascii() or not text.isdecimal() or len(text) > 9 or not 1 <= int(text) <= largest:
            hint = f"Give a number from 1 to {largest:,}."
            raise Invalid("The query needs correcting.", fields={name: hint})
        return int(text)

    def says(self, name: str) -> bool:
        """Is a switch of the query on?"""
        text = self.query.get(name, "false")
        if text not in ("true", "false"):
            raise Invalid("The query needs correcting.", fields={name: "Write true or false."})
        return text == "true"

    def once(self, make: Callable[[Work], int], otherwise: Callable[[], int]) -> tuple[int, bool]:
        """Make a record, once for each Idempotency-Key; without a key, whenever asked."""
        if self.key is None:
            return otherwise(), True
        said = json.dumps([self.path, dict(self.query), dict(self.values)], sort_keys=True)
        return idempotency.once(self.actor, self.key, sha256(said.encode()).hexdigest(), make)


def id_of(request: Request) -> int:
    """The number in the path; 0 where there is none.

    Raises:
        NotFound: no record can have this number.
    """
    found = int(request.path_params.get("id", 0))
    if found > LARGEST_ID:
        raise NotFound("This record does not exist, or it is not yours to see.")
    return found


def query_of(request: Request, known: Collection[str]) -> dict[str, str]:
    """The query by names.

    Raises:
        Invalid: an unknown name, the same name twice, or a text that is too long or not Unicode.
    """
    found: dict[str, str] = {}
    wrong: dict[str, str] = {}
    for name, text in request.query_params.multi_items():
        if name not in known:
            wrong[name] = f"This is not asked here. Known are: {', '.join(known) or 'none'}."
        elif name in found:
            wrong[name] = "Give this once."
        elif len(text) > LONGEST_QUERY or "\x00" in text:
            wrong[name] = f"Use at most {LONGEST_QUERY:,} characters, none of them NUL."
        found[name] = text
    if wrong:
        raise Invalid("The query needs correcting.", fields=wrong)
    return found


async def values_of(request: Request, kinds: Kinds) -> dict[str, Any]:
    """The JSON object of the body, with known names and values of the right kinds only.

    Raises:
        WrongType, TooLarge, Malformed: it is no such object. Invalid: names or values are wrong.
    """
    media_type = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if media_type != "application/json":
        raise WrongType("Send the body as JSON, with “Content-Type: application/json”.")
    found = _parsed(await _bytes_of(request))
    if wrong := problems(found, kinds):
        raise Invalid("Some fields need correcting.", fields=wrong)
    return found


def version_of(request: Request, values: dict[str, Any]) -> int | None:
    """The version that was edited: from If-Match, else taken out of the values.

    Raises:
        Malformed: If-Match is no version.
    """
    said: int | None = values.pop("version", None)
    text = request.headers.get("if-match", "").strip()
    if not text or text == "*":
        return said
    number = text.removeprefix("W/").strip('"')
    if not number.isascii() or not number.isdecimal() or len(number) > 9:
        raise Malformed('Write the version into If-Match as the ETag has it, as in “"3"”.')
    return int(number)


async def _bytes_of(request: Request) -> bytes:
    body = await bytes_of(request, LONGEST_BODY)
    if body is None:
        raise TooLarge(f"The body is longer than {LONGEST_BODY:,} bytes.")
    return body


def _parsed(body: bytes) -> dict[str, Any]:
    try:
        found = json.loads(body, parse_constant=_no_number, object_pairs_hook=_without_doubles)
    except RecursionError as error:
        raise Malformed("The JSON is nested too deep.") from error
    except ValueError as error:
        raise Malformed("The body is not JSON.") from error
    if not isinstance(found, dict):
        raise Malformed("The body is not a JSON object.")
    try:
        json.dumps(found, ensure_ascii=False).encode()
    except UnicodeEncodeError as error:
        raise Malformed("A text holds half of a character (a lone surrogate).") from error
    return found


def _no_number(name: str) -> float:
    raise Malformed(f"{name} is not a number in JSON.")


def _without_doubles(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        raise Malformed("A name stands twice in the same JSON object.")
    return found
