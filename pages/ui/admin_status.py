"""Admin: how the background work stands, what failed and what to do about it, and how mail goes."""

import pandas as pd
import streamlit as st

from crm_core.insights import status
from crm_core.insights.status import FailureRow, MailFlow, MailHealth, QueueRow, Status
from crm_core.kernel.access import Actor, Permission
from crm_core.team.turns import TurnRow
from pages.ui import navigation, words
from pages.ui.fragments import secured
from pages.ui.guard import guard
from pages.ui.session import me

EVERY = 10.0
"""Seconds between two looks while the page is open."""
QUEUES = {
    "imports": "Imports", "copies": "Backups and full exports", "duplicates": "Search for duplicates",
    "quality": "Data quality", "mail": "Single mails", "campaigns": "Campaign messages",
    "journeys": "Journeys", "webhooks": "Calls to other systems",
}  # fmt: skip
TURNS = {
    **QUEUES, "prices": "Planned prices", "reminders": "Reminders", "leads": "Scoring of leads",
    "loyalty": "Points and tiers of the night", "return mailbox": "Return mailbox",
    "forecasts": "Forecast of the day", "segment sizes": "Sizes of segments",
    "customer value": "Customer value", "recommendations": "Recommendations",
    "kept reports": "Kept reports", "links": "Links of messages",
}  # fmt: skip
ACTS = {"retry": ("Try again", ":material/refresh:"), "give_up": ("Give up", ":material/block:")}
PLACES = {"imports": "imports", "journeys": "automation", "duplicates": "data_quality"}


def draw(_actor: Actor) -> None:
    """The whole part, drawn anew by itself."""
    _status()


@secured(Permission.SETTINGS_MANAGE, run_every=EVERY)
def _status() -> None:
    found = status.get(me())
    _workers(found)
    _failures(found)
    st.subheader("Queues", anchor=False)
    st.dataframe(
        _queues(found.queues), hide_index=True, key="status.queues",
        column_config={
            "Queue": st.column_config.TextColumn(width="medium", pinned=True),
            **{name: st.column_config.NumberColumn(format="localized", width="small")
               for name in ("Waiting", "In work", "Failed, 30 days")},
        },
    )  # fmt: skip
    _mail(found.mail)
    with st.expander("All pieces of background work", icon=":material/manufacturing:"):
        st.dataframe(_turns(found.turns), hide_index=True, key="status.turns")
    st.caption(f"As of {words.when(found.at)}; looked at anew every {EVERY:.0f} seconds.")


def _workers(found: Status) -> None:
    alive = [row for row in found.workers if row.is_alive]
    if alive:
        names = ", ".join(
            f"`{row.name.rpartition('/')[0]}` since {words.when(row.began_at)}" for row in alive
        )
        several = words.count(len(alive), "worker")
        st.markdown(f":green[:material/check_circle:] **{several} at work:** {names}")
        return
    said = (
        f"The last one was heard of {words.ago(found.workers[0].seen_at)}."
        if found.workers
        else "None began."
    )
    st.error(
        f"No worker is at work, so nothing below goes on. {said} "
        "Start one: `python -m crm_core worker`, or restart the app.",
        icon=":material/error:",
    )


def _failures(found: Status) -> None:
    failing = [turn for turn in found.turns if turn.failures]
    if not failing and not found.failures:
        st.markdown(":green[:material/check_circle:] **Nothing failed** in the last 30 days.")
        return
    st.subheader("What failed", anchor=False)
    for turn in failing:
        st.warning(
            f"**{TURNS.get(turn.name, words.sentence(turn.name))}** failed "
            f"{words.count(turn.failures, 'time')} in a row, last {words.ago(turn.failed_at)}. "
            f"It is tried again by itself. {words.md(turn.sentence)}",
            icon=":material/sync_problem:",
        )
    for queue, label in QUEUES.items():
        rows = [row for row in found.failures if row.queue == queue]
        if rows:
            more = next(row.failed for row in found.queues if row.name == queue)
            with st.container(border=True, key=f"failed-{queue}"):
                st.markdown(f"**{label}** · {words.number(more)} failed in 30 days")
                for row in rows:
                    _failure(row)
                if queue in PLACES:
                    navigation.link(PLACES[queue], f"Open {label.lower()}")


def _failure(row: FailureRow) -> None:
    with st.container(horizontal=True, vertical_alignment="center"):
        about = words.md(row.about) if row.about else "Without a name"
        reason = words.md(row.reason) or "No reason was noted."
        st.markdown(f"{about}  \n:small[:gray[{words.ago(row.at)} · {reason}]]", width="stretch")
        for act in row.acts:
            label, icon = ACTS[act]
            if st.button(label, key=f"{act}-{row.queue}-{row.id}", icon=icon):
                with guard(done="Noted.", rerun=True):
                    (status.retry if act == "retry" else status.give_up)(me(), row.queue, row.id)


def _queues(rows: tuple[QueueRow, ...]) -> pd.DataFrame:
    return pd.DataFrame(
        {
            "Queue": [QUEUES[row.name] for row in rows],
            "Waiting": [row.waiting for row in rows],
            "In work": [row.working for row in rows],
            "Failed, 30 days": [row.failed for row in rows],
            "Oldest waits": [words.ago(row.oldest_at) if row.oldest_at else "–" for row in rows],
            "Last success": [words.ago(row.done_at) if row.done_at else "never" for row in rows],
        }
    )


def _turns(rows: tuple[TurnRow, ...]) -> pd.DataFrame:
    return pd.DataFrame(
        {
            "Work": [TURNS.get(row.name, words.sentence(row.name)) for row in rows],
            "Went well": [words.ago(row.done_at) if row.done_at else "not yet" for row in rows],
            "Last failure": [words.ago(row.failed_at) if row.failed_at else "–" for row in rows],
            "Said": [row.sentence for row in rows],
        }
    )


def _mail(found: MailHealth) -> None:
    st.subheader("Mail", anchor=False)
    if not found.is_set_up:
        st.warning("Mail is not set up. Set `CRM_SMTP_URL` and `CRM_MAIL_FROM`.", icon=":material/warning:")
    if found.warning:
        st.warning(words.md(found.warning), icon=":material/warning:")
    st.dataframe(
        pd.DataFrame([_flow("24 hours", found.day), _flow("30 days", found.month)]), hide_index=True,
        key="status.mail",
    )  # fmt: skip
    sent = "No single mail was sent yet."
    if found.last_sent_at:
        sent = f"The last single mail was sent {words.ago(found.last_sent_at)}."
    read = words.ago(found.mailbox_read_at) if found.mailbox_read_at else "never"
    mailbox = f"last read {read}" if found.mailbox_is_set_up else "not set up"
    lines = [sent, f"Return mailbox: {mailbox}."]
    lines += [f"The mail server said last: {words.md(found.last_answer)}"] if found.last_answer else []
    lines += [f":red[{words.md(found.mailbox_trouble)}]"] if found.mailbox_trouble else []
    st.caption("  \n".join(lines))


def _flow(label: str, flow: MailFlow) -> dict[str, str]:
    return {
        "Within": label,
        "Sent": words.number(flow.sent),
        "Put off": words.number(flow.deferred),
        "Failed": words.number(flow.failed),
        "Unclear": words.number(flow.unclear),
        "Came back": words.number(flow.bounced),
        "Share": f"{flow.bounce_rate:.1%}" if flow.bounce_rate is not None else "too few to say",
        "Complaints": words.number(flow.complaints),
    }
