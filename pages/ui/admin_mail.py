"""Admin: how mail goes, and what to do with mails that did not."""

import streamlit as st

from crm_core.channels import mail_out
from crm_core.channels.types import MailRow, MailStatus
from crm_core.kernel.access import Actor, Permission
from crm_core.kernel.paging import Paging
from crm_core.marketing import return_mailbox
from crm_core.marketing.return_mailbox import MailInStatus
from pages.ui import words
from pages.ui.guard import guard
from pages.ui.session import me

SHOWN = 20
KINDS = {"reply": "replies", "bounce": "came back", "auto": "automatic answers", "other": "other"}
"""What came within the last month, by kind."""


def draw(actor: Actor) -> None:
    """The outbox in a card."""
    if not actor.may(Permission.SETTINGS_MANAGE):
        return
    now = mail_out.status(actor)
    with st.container(border=True, width=720, key="admin-mail"):
        st.markdown(f"**Outbox**  \n{_said(now)}")
        if now.last_answer:
            st.caption(words.md(now.last_answer))
        st.markdown(_back(return_mailbox.status(actor)))
        if now.failed or now.unclear:
            st.caption("An unclear mail was handed over when the line broke: it may have arrived.")
            for row in mail_out.search(actor, ("failed", "unclear"), Paging(size=SHOWN)):
                _row(row)


def _said(now: MailStatus) -> str:
    parts = [f"{words.number(now.waiting)} waiting"]
    parts += [f":red[{words.number(now.failed)} failed]"] if now.failed else []
    parts += [f":orange[{words.number(now.unclear)} unclear]"] if now.unclear else []
    parts.append(f"last sent {words.ago(now.last_sent_at)}")
    if now.is_set_up:
        return f":green[:material/check_circle:] {' · '.join(parts)}"
    if not now.waiting:
        return "Nothing is waiting to be sent."
    return f":orange[:material/warning:] {parts[0]} until there is a mail server."


def _back(found: MailInStatus) -> str:
    """How mail comes back: the mailbox, its last look, and what came in."""
    came = " · ".join(
        f"{words.number(found.counts[kind])} {label}"
        for kind, label in KINDS.items()
        if found.counts.get(kind)
    )
    if not found.is_set_up:
        said = "Bounces and replies are not read. Set `CRM_IMAP_URL` to the mailbox that they come back to."
        return f"**Return mailbox**  \n:orange[:material/warning:] {said}" + (f" {came}" if came else "")
    if found.trouble:
        return f"**Return mailbox**  \n:red[:material/error:] {words.md(found.trouble)}"
    looked = f"looked {words.ago(found.looked_at)}" if found.looked_at else "not looked at yet"
    return (
        f"**Return mailbox**  \n:green[:material/check_circle:] Set up · {looked} · {came or 'nothing came'}"
    )


def _row(row: MailRow) -> None:
    with st.container(horizontal=True, vertical_alignment="center"):
        state = f":red[{row.state}]" if row.state == "failed" else f":orange[{row.state}]"
        about = f"{words.md(row.to_address)} · {words.md(row.subject)}"
        st.markdown(f"{state} {about}  \n:small[:gray[{words.md(row.answer)}]]", width="stretch")
        if st.button("Send again", key=f"resend-{row.id}", icon=":material/forward_to_inbox:"):
            with guard(done="The mail waits to be sent.", rerun=True):
                mail_out.send_again(me(), row.id)
