"""What programs get back: a record with its version, or a page of a list with links to its neighbours."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, TypeVar
from urllib.parse import urlencode

from starlette.responses import Response

from crm_core.api.calls import Call
from crm_core.api.replies import Reply
from crm_core.kernel.paging import Page

T = TypeVar("T")


@dataclass(frozen=True)
class Answer:
    """A status, a body that JSON can hold (None: no body), and headers."""

    status: int = 200
    body: Any = None
    headers: Mapping[str, str] = field(default_factory=dict)

    def created(self, place: str, *, is_repeated: bool = False) -> "Answer":
        """The same answer for a record that was just made, or was made by the same request before."""
        headers = {**self.headers, "location": place}
        if is_repeated:
            headers["idempotency-replayed"] = "true"
        return replace(self, status=201, headers=headers)

    def reply(self) -> Response:
        """As it goes out."""
        if self.body is None:
            return Response(status_code=self.status, headers=self.headers)
        return Reply(self.body, self.status, self.headers)


def with_version(record: Any) -> Answer:
    """A record; its version is the ETag, for If-Match."""
    version = record["version"] if isinstance(record, Mapping) else record.version
    return Answer(body=record, headers={"etag": f'"{version}"'})


def listed(call: Call, page: Page[T], shape: Callable[[T], Any] | None = None) -> Answer:
    """One page: its rows, how long the list is (``is_capped``: longer than that), and links around it."""
    number, size = page.paging.number, page.paging.limit
    body = {
        "items": [shape(row) for row in page] if shape else page.items,
        "page": number,
        "size": size,
        "sort": page.paging.sort,
        "total": page.total,
        "is_capped": page.is_capped,
    }
    places = {"first": 1, "prev": number - 1, "next": number + 1, "last": page.pages}
    links = [
        f'<{call.path}?{urlencode({**call.query, "page": place, "size": size})}>; rel="{name}"'
        for name, place in places.items()
        if 1 <= place <= page.pages
    ]
    return Answer(body=body, headers={"link": ", ".join(links)})
