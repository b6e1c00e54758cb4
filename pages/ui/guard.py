"""The only place where pages catch: refusals become sentences, mistakes of the program become a reference."""

import logging
import secrets
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import streamlit as st

from crm_core.insights.answer_making import StillCounting
from crm_core.kernel.errors import CrmError
from pages.ui import words

_FLASHES = "_flashes"
_log = logging.getLogger("rapport.pages")


@contextmanager
def guard(
    done: str | None = None, *, rerun: bool = False, refused: Callable[[CrmError], object] | None = None
) -> Iterator[None]:
    """Show what went wrong as a sentence, or ``done`` as a passing note.

    Args:
        done: what was achieved, as a sentence. May hold stored text: it is escaped here.
        rerun: draw the whole page anew after success (which also closes a dialog); the note survives it.
        refused: what to do with a refusal instead of showing it here, as when a form marks its fields.
    """
    try:
        yield
    except CrmError as error:
        (refused or show)(error)
        return
    except Exception:
        reference = secrets.token_hex(3)
        _log.exception("unexpected failure %s", reference)
        st.error(
            f"Something went wrong on our side. Quote {reference} when you report it.",
            icon=":material/error:",
        )
        return
    if done and rerun:
        flash(done)
    elif done:
        _toast(done)
    if rerun:
        st.rerun()


def show(error: CrmError) -> None:
    """A refusal with the hints for its fields; what is not ready yet is none."""
    if isinstance(error, StillCounting):
        st.info(error.message, icon=":material/hourglass_top:")
        return
    hints = [f"- **{words.md(words.label(name))}:** {words.md(hint)}" for name, hint in error.fields.items()]
    st.error("\n".join([words.md(error.message), *hints]), icon=":material/error:")


def flash(sentence: str) -> None:
    """Say this in the next full run of the page."""
    st.session_state.setdefault(_FLASHES, []).append(sentence)


def show_flashes() -> None:
    """Say what was kept by ``flash``; the frame calls it once a run."""
    for sentence in st.session_state.pop(_FLASHES, ()):
        _toast(sentence)


def _toast(sentence: str) -> None:
    st.toast(words.md(sentence), icon=":material/check_circle:")
