"""Who got a campaign and what came of it: recipients, events, links, suppressed addresses, answers."""

from datetime import datetime
from typing import Any, ClassVar

from sqlalchemy import BigInteger, ForeignKey, Index, SmallInteger, String, text
from sqlalchemy.orm import Mapped, mapped_column

from db.base import Base, BigId, Trace, facts, table_args, words

TO_SEND = text("state = 'pending'")
SENT = text("sent_at IS NOT NULL")
IMPORTED = text("import_id IS NOT NULL")
KEYED = text("line_key IS NOT NULL")


class Recipient(Trace, Base):
    """One person of the audience of a campaign, and what became of the message.

    ``state`` is ``held`` (hold-out), ``excluded``, ``pending``, ``sending``, ``sent``, ``failed`` or
    ``unclear`` (the connection broke after the text was handed over: never sent again by itself).
    ``wave`` 1 is a second message to those who did not open. First human acts stand in ``opened_at`` … ;
    machines' in ``scanned_at``. ``revenue`` is in minor units of the campaign's currency. Imported rows
    may name nobody; ``line_key`` says what line of a file a row came from, so that it comes in once.
    """

    __tablename__ = "recipients"
    __table_args__ = table_args(
        Index(
            "uq_recipients_campaign_id_contact_id_wave",
            "campaign_id",
            "contact_id",
            "wave",
            unique=True,
        ),
        Index("ix_recipients_to_send", "next_try_at", "id", sqlite_where=TO_SEND, postgresql_where=TO_SEND),
        Index(None, "campaign_id", "variant_id", "state"),
        Index(None, "campaign_id", "state", "id"),
        Index(None, "variant_id"),
        Index(None, "contact_id", "sent_at"),
        Index("ix_recipients_sent_at", "sent_at", sqlite_where=SENT, postgresql_where=SENT),
        Index(None, "account_id"),
        Index(None, "actor_id"),
        Index(None, "message_id"),
        Index("ix_recipients_import_id", "import_id", sqlite_where=IMPORTED, postgresql_where=IMPORTED),
        Index("ix_recipients_line_key", "line_key", sqlite_where=KEYED, postgresql_where=KEYED),
    )
    noun: ClassVar[str] = "recipient"
    campaign_id: Mapped[int] = mapped_column(BigId, ForeignKey("campaigns.id", ondelete="CASCADE"))
    variant_id: Mapped[int] = mapped_column(BigId, ForeignKey("campaign_variants.id", ondelete="CASCADE"))
    wave: Mapped[int] = mapped_column(SmallInteger, default=0, server_default="0")
    state: Mapped[str] = mapped_column(String(10))
    reason: Mapped[str] = words(200)
    address: Mapped[str] = words(254)
    message_id: Mapped[str] = words(200)
    attempts: Mapped[int] = mapped_column(SmallInteger, default=0, server_default="0")
    next_try_at: Mapped[datetime | None]
    worker: Mapped[str] = words(120)
    sent_at: Mapped[datetime | None]
    scanned_at: Mapped[datetime | None]
    opened_at: Mapped[datetime | None]
    clicked_at: Mapped[datetime | None]
    replied_at: Mapped[datetime | None]
    bounced_at: Mapped[datetime | None]
    unsubscribed_at: Mapped[datetime | None]
    visited_at: Mapped[datetime | None]
    converted_at: Mapped[datetime | None]
    is_visited: Mapped[bool] = mapped_column(default=False)
    is_converted: Mapped[bool] = mapped_column(default=False)
    revenue: Mapped[int] = mapped_column(BigInteger, default=0, server_default="0")
    import_id: Mapped[int | None] = mapped_column(BigId, ForeignKey("imports.id", ondelete="SET NULL"))
    line_key: Mapped[str | None] = mapped_column(String(40))


class TrackedLink(Base):
    """An address in a campaign whose clicks are counted."""

    __tablename__ = "tracked_links"
    __table_args__ = table_args(Index(None, "campaign_id", "url_digest", unique=True))
    campaign_id: Mapped[int] = mapped_column(BigId, ForeignKey("campaigns.id", ondelete="CASCADE"))
    url: Mapped[str] = words()
    url_digest: Mapped[str] = mapped_column(String(64))


class CampaignEvent(Trace, Base):
    """Something a recipient, or a machine in front of the mailbox, did. Only ever appended to.

    ``kind`` is ``open``, ``click``, ``reply``, ``bounce``, ``unsubscribe``, ``complaint``, ``visit`` or
    ``conversion``; ``cause`` is unique, so that the same report twice counts once.
    """

    __tablename__ = "campaign_events"
    __table_args__ = table_args(
        Index(None, "recipient_id", "kind"),
        Index(None, "contact_id", "kind", "happened_at"),
        Index(None, "account_id"),
        Index(None, "actor_id"),
        Index(None, "link_id"),
        Index(None, "cause", unique=True),
    )
    recipient_id: Mapped[int] = mapped_column(BigId, ForeignKey("recipients.id", ondelete="CASCADE"))
    kind: Mapped[str] = mapped_column(String(12))
    is_machine: Mapped[bool] = mapped_column(default=False)
    link_id: Mapped[int | None] = mapped_column(BigId, ForeignKey("tracked_links.id", ondelete="SET NULL"))
    cause: Mapped[str] = mapped_column(String(160))
    happened_at: Mapped[datetime]
    facts: Mapped[dict[str, Any]] = facts()


class Suppression(Base):
    """An address that nothing is sent to, whoever it belongs to: it bounced, complained or was taken out."""

    __tablename__ = "suppressions"
    __table_args__ = table_args(Index(None, "channel", "address_key", unique=True))
    noun: ClassVar[str] = "suppression"
    channel: Mapped[str] = mapped_column(String(10))
    address_key: Mapped[str] = mapped_column(String(254))
    reason: Mapped[str] = mapped_column(String(40))
    note: Mapped[str] = words(300)
    happened_at: Mapped[datetime]


class IncomingMail(Trace, Base):
    """A message that came to the return mailbox, by its Message-ID read once.

    ``kind`` is ``reply``, ``bounce``, ``auto`` (out of office) or ``other``.
    """

    __tablename__ = "incoming_mails"
    __table_args__ = table_args(
        Index(None, "message_id", unique=True),
        Index(None, "recipient_id"),
        Index(None, "contact_id", "received_at"),
        Index(None, "account_id"),
        Index(None, "actor_id"),
    )
    message_id: Mapped[str] = mapped_column(String(250))
    kind: Mapped[str] = mapped_column(String(10))
    from_address: Mapped[str] = words(254)
    subject: Mapped[str] = words(500)
    recipient_id: Mapped[int | None] = mapped_column(BigId, ForeignKey("recipients.id", ondelete="SET NULL"))
    verdict: Mapped[dict[str, Any]] = facts()
    received_at: Mapped[datetime]
