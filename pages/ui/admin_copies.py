"""Admin: the backup of every night, and everything out as open files."""

from typing import Final, Literal

import streamlit as st

from crm_core.data import copies, exports
from crm_core.data.copies import CopyDetail
from crm_core.data.exports import ExportDetail
from crm_core.kernel.access import Actor, Permission
from crm_core.kernel.work import Clock
from crm_core.settings import Settings
from crm_core.team import heartbeat
from pages.ui import words
from pages.ui.fragments import secured
from pages.ui.guard import guard
from pages.ui.session import me

WIDTH: Final = 720
PATIENCE: Final = 10
"""Seconds after which a copy that nobody began is worth a word."""


def draw(actor: Actor, settings: Settings) -> None:
    """Both parts, for those who may take everything out."""
    if not actor.may(Permission.EVERYTHING_EXPORT):
        return
    _backups(actor, settings)
    _everything_out(actor)


def _backups(actor: Actor, settings: Settings) -> None:
    with st.container(border=True, width=WIDTH, key="backups"):
        st.subheader("Backups", anchor=False)
        running = copies.under_way(actor, "backup")
        kept = copies.backups(actor)
        st.markdown(_last(kept[0]) if kept else _NONE_YET)
        newest = copies.latest(actor, "backup")
        if newest is not None and newest.state == "failed":
            failed = f"The backup of {words.when(newest.finished_at)} failed: {newest.message}"
            st.error(words.md(failed), icon=":material/error:")
        elif kept and Clock.now() - (kept[0].finished_at or kept[0].asked_at) > copies.OLD_AFTER:
            st.warning("A night was missed. Is a worker running?", icon=":material/warning:")
        st.caption(_rhythm(settings))
        if running is not None:
            _watch(running.id)
        elif st.button("Back up now", key="back-up", icon=":material/save:"):
            with guard(rerun=True):
                copies.back_up(actor)
        if len(kept) > 1:
            with st.expander(f"{words.count(len(kept), 'backup')} on the disk"):
                st.table([_row(each) for each in kept], border="horizontal")


def _everything_out(actor: Actor) -> None:
    with st.container(border=True, width=WIDTH, key="everything-out"):
        st.subheader("Everything out", anchor=False)
        st.markdown(
            "One ZIP with every table as CSV and as JSON, a dictionary that says what each column means, "
            "and a README for people. A new, empty Rapport reads it back, on SQLite or PostgreSQL."
        )
        st.caption("Passwords, sign-ins and other secrets stay here. The audit log keeps who exported it.")
        running = copies.under_way(actor, "export")
        made = None if running else _download(actor)
        if running is not None:
            _watch(running.id)
        else:
            _failure(actor)
            kind: Literal["primary", "secondary"] = "secondary" if made else "primary"
            with st.container(horizontal=True, vertical_alignment="center"):
                if made:
                    st.link_button(
                        f"Download ({words.number(made.row_count)} rows)", made.url, type="primary",
                        icon=":material/download:",
                    )  # fmt: skip
                if st.button("Export everything", key="export-all", type=kind, icon=":material/folder_zip:"):
                    with guard(rerun=True):
                        copies.export(actor)
            if made:
                st.caption(f"Made {words.ago(made.created_at)}, kept until {words.when(made.expires_at)}.")


@secured(Permission.EVERYTHING_EXPORT, run_every=1)
def _watch(copy_id: int) -> None:
    """How far a copy is, anew every second; the whole page is drawn anew at its end."""
    copy = copies.get(me(), copy_id)
    if copy.is_over:
        st.rerun(scope="app")
    if copy.state == "queued":
        st.caption("It begins in a moment. You may leave this page.")
    elif copy.act == "export" and copy.total:
        share = f"{words.number(copy.done)} of {words.count(copy.total, 'line')}"
        st.progress(min(copy.done / copy.total, 1.0), f"Writing {share}. You may leave this page.")
    else:
        said = "Saving, then reading it back to compare" if copy.act == "backup" else "Writing"
        seconds = max(round((Clock.now() - (copy.started_at or copy.asked_at)).total_seconds()), 0)
        bar = seconds / (seconds + 20)
        st.progress(bar, f"{said}, for {words.count(seconds, 'second')}. You may leave this page.")
    waited = (Clock.now() - copy.asked_at).total_seconds()
    if copy.state == "queued" and waited > PATIENCE and not heartbeat.is_alive():
        st.warning(
            "Nobody works on it: the background worker is not running. It runs beside "
            "`python -m crm_core serve`, or as `python -m crm_core worker`.",
            icon=":material/engineering:",
        )


def _failure(actor: Actor) -> None:
    newest = copies.latest(actor, "export")
    if newest is not None and newest.state == "failed":
        st.error(words.md(f"The last export failed: {newest.message}"), icon=":material/error:")


def _download(actor: Actor) -> ExportDetail | None:
    mine = (each for each in exports.search(actor) if each.kind == exports.EVERYTHING)
    return next((each for each in mine if each.expires_at > Clock.now()), None)


_NONE_YET: Final = (
    ":orange[:material/schedule:] **No backup yet.** A worker makes the first one when it starts."
)


def _last(copy: CopyDetail) -> str:
    sign = ":green[:material/verified:]" if copy.checked_at else ":orange[:material/help:]"
    size = copies.size(copy.file_size)
    return f"{sign} **Last backup {words.when(copy.finished_at)}** · {_check(copy)} · {size}"


def _check(copy: CopyDetail) -> str:
    if copy.checked_at is None:
        return "not checked"
    return "restored and compared" if copy.check_result.get("restored") else "read through"


def _row(copy: CopyDetail) -> dict[str, str]:
    return {
        "When": words.when(copy.finished_at), "Size": copies.size(copy.file_size),
        "Rows": words.number(copy.row_count), "Check": _check(copy),
    }  # fmt: skip


def _rhythm(settings: Settings) -> str:
    if settings.backup_at is None:
        return "No backups are made by themselves: `CRM_BACKUP_AT` is off."
    days, weeks = words.count(settings.backup_days, "day"), words.count(settings.backup_weeks, "week")
    return (
        f"Every night at {settings.backup_at:%H:%M}, in `{settings.backups_dir}`. The newest of each of "
        f"{days} and {weeks} is kept. `python -m crm_core restore FILE` brings one back."
    )
