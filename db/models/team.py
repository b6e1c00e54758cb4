"""Who works here: teams, users, their sign-ins and tokens, and the settings of the company."""

from datetime import datetime
from typing import Any, ClassVar

from sqlalchemy import ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from db.base import Base, BigId, Json, facts, table_args, words


class Team(Base):
    """People who see each other's records when their reach is the team; ``region`` is where they sell."""

    __tablename__ = "teams"
    noun: ClassVar[str] = "team"
    name: Mapped[str] = mapped_column(String(120), unique=True)
    region: Mapped[str] = words(120)


class User(Base):
    """A person who can sign in. ``session_version`` goes up whenever all open sign-ins must end."""

    __tablename__ = "users"
    noun: ClassVar[str] = "user"
    username: Mapped[str] = mapped_column(String(120), unique=True)
    name: Mapped[str] = mapped_column(String(200))
    email: Mapped[str | None] = mapped_column(String(254), unique=True)
    password_hash: Mapped[str] = mapped_column(String(200))
    role: Mapped[str] = mapped_column(String(20))
    reach: Mapped[str] = mapped_column(String(10))
    team_id: Mapped[int | None] = mapped_column(
        BigId, ForeignKey("teams.id", ondelete="SET NULL"), index=True
    )
    is_active: Mapped[bool] = mapped_column(default=True)
    is_sample: Mapped[bool] = mapped_column(default=False)
    failed_attempts: Mapped[int] = mapped_column(default=0)
    locked_until: Mapped[datetime | None]
    session_version: Mapped[int] = mapped_column(default=1)
    must_change_password: Mapped[bool] = mapped_column(default=False)
    preferences: Mapped[dict[str, Any]] = facts()
    created_at: Mapped[datetime]
    last_seen_at: Mapped[datetime | None]


class SignIn(Base):
    """One signed-in browser. Only digests of its secrets are kept."""

    __tablename__ = "sign_ins"
    __table_args__ = table_args(Index(None, "token_digest", unique=True), Index(None, "ticket_digest"))
    noun: ClassVar[str] = "sign-in"
    user_id: Mapped[int] = mapped_column(BigId, ForeignKey("users.id", ondelete="CASCADE"), index=True)
    session_version: Mapped[int]
    ticket_digest: Mapped[str | None] = mapped_column(String(64))
    ticket_expires_at: Mapped[datetime | None]
    token_digest: Mapped[str | None] = mapped_column(String(64))
    browser: Mapped[str] = words(255)
    address: Mapped[str] = words(64)
    created_at: Mapped[datetime]
    last_seen_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    revoked_at: Mapped[datetime | None]


class SignInAttempt(Base):
    """One wrong password: what the lockout counts, by name (known or not) and by address."""

    __tablename__ = "sign_in_attempts"
    __table_args__ = table_args(Index(None, "key", "attempted_at"))
    key: Mapped[str] = mapped_column(String(80))
    attempted_at: Mapped[datetime]


class ApiToken(Base):
    """A secret that lets a program act with its owner's rights. Only the digest is kept."""

    __tablename__ = "api_tokens"
    noun: ClassVar[str] = "token"
    user_id: Mapped[int] = mapped_column(BigId, ForeignKey("users.id", ondelete="CASCADE"), index=True)
    name: Mapped[str] = mapped_column(String(120))
    token_digest: Mapped[str] = mapped_column(String(64), unique=True)
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime | None]
    last_used_at: Mapped[datetime | None]
    revoked_at: Mapped[datetime | None]


class IdempotencyKey(Base):
    """What a program's request was answered with, so that sending it again makes nothing twice."""

    __tablename__ = "idempotency_keys"
    __table_args__ = table_args(Index(None, "user_id", "key", unique=True), Index(None, "created_at"))
    user_id: Mapped[int] = mapped_column(BigId, ForeignKey("users.id", ondelete="CASCADE"))
    key: Mapped[str] = mapped_column(String(200))
    request_digest: Mapped[str] = mapped_column(String(64))
    response: Mapped[dict[str, Any]] = facts()
    created_at: Mapped[datetime]


class Setting(Base):
    """One setting of the company, by name."""

    __tablename__ = "settings"
    name: Mapped[str] = mapped_column(String(80), unique=True)
    value: Mapped[Any] = mapped_column(Json)
    updated_at: Mapped[datetime]


class CalendarFeed(Base):
    """The secret address of a user's appointments for calendar programs. Only its digest is kept."""

    __tablename__ = "calendar_feeds"
    noun: ClassVar[str] = "calendar feed"
    user_id: Mapped[int] = mapped_column(
        BigId, ForeignKey("users.id", ondelete="CASCADE"), unique=True, index=True
    )
    token_digest: Mapped[str] = mapped_column(String(64), unique=True)
    created_at: Mapped[datetime]
    last_read_at: Mapped[datetime | None]


class Notice(Base):
    """Something a user should see: a reminder, an alert. ``cause`` is unique: nobody is told the same twice.

    ``place`` and ``place_id`` name the page it leads to (``customer`` and the contact's id).
    """

    __tablename__ = "notices"
    __table_args__ = table_args(
        Index(None, "user_id", "read_at", "created_at"), Index(None, "cause", unique=True)
    )
    noun: ClassVar[str] = "notice"
    user_id: Mapped[int] = mapped_column(BigId, ForeignKey("users.id", ondelete="CASCADE"))
    kind: Mapped[str] = mapped_column(String(40))
    text: Mapped[str] = words(500)
    place: Mapped[str] = words(40)
    place_id: Mapped[int | None] = mapped_column(BigId)
    cause: Mapped[str] = mapped_column(String(120))
    created_at: Mapped[datetime]
    read_at: Mapped[datetime | None]
