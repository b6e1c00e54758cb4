"""A program that talks to the REST API, with the token of one of the cast."""

import warnings
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from starlette.applications import Starlette
from starlette.exceptions import StarletteDeprecationWarning

from crm_core.api.routes import routes
from crm_core.kernel.access import SYSTEM, Actor
from crm_core.kernel.work import Clock, begin
from crm_core.settings import Settings
from crm_core.team import secrets, tokens
from db.models import ApiToken

with warnings.catch_warnings():
    # It asks for a successor of httpx that does the same for us.
    warnings.simplefilter("ignore", StarletteDeprecationWarning)
    from starlette.testclient import TestClient

__all__ = ["HOME", "V1", "Program", "TestClient", "is_refusal", "open_api", "program"]

HOME = "http://testserver"
V1 = "/api/v1"


@dataclass
class Program:
    """Sends requests with one token."""

    client: TestClient
    token: str

    def ask(self, method: str, path: str, *, headers: dict[str, str] | None = None, **more: Any) -> Any:
        """One request below /api/v1 (or anywhere, when the path begins with /api or /files)."""
        place = path if path.startswith(("/api", "/files")) else V1 + path
        return self.client.request(
            method, place, headers={"authorization": f"Bearer {self.token}"} | (headers or {}), **more
        )

    def get(self, path: str, **query: Any) -> Any:
        """The JSON of an answer that must be 200."""
        answer = self.ask("GET", path, params=query)
        assert answer.status_code == 200, answer.text
        return answer.json()

    def make(self, path: str, **values: Any) -> Any:
        """The JSON of a record that must have been made."""
        answer = self.ask("POST", path, json=values)
        assert answer.status_code == 201, answer.text
        return answer.json()


def open_api(settings: Settings) -> TestClient:
    """The routes without the guards in front: the guards count requests and have tests of their own."""
    return TestClient(Starlette(routes=routes(settings)), base_url=HOME)


def program(client: TestClient, actor: Actor) -> Program:
    """A program of this person."""
    return Program(client, token_of(actor))


def token_of(actor: Actor) -> str:
    """A good token, also for those who may not make one themselves."""
    secret = tokens.PREFIX + secrets.new()
    now = Clock.now()
    with begin(SYSTEM) as work:
        work.add(
            ApiToken(
                user_id=actor.id,
                name="test",
                token_digest=secrets.digest(secret),
                created_at=now,
                expires_at=now + timedelta(days=1),
            )
        )
    return secret


def is_refusal(answer: Any) -> bool:
    """Has the answer the one shape that all refusals have?"""
    told = answer.json()
    return (
        set(told) - {"theirs", "reference"} == {"error", "detail", "fields"}
        and bool(told["error"] and told["detail"])
        and all(isinstance(hint, str) for hint in told["fields"].values())
    )
