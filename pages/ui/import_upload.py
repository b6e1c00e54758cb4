"""Imports, step 1: bring a file."""

import streamlit as st

from crm_core.data import import_queues, imports, rereading
from pages.ui import import_state, words
from pages.ui.guard import guard
from pages.ui.session import me

ENDINGS = ["csv", "tsv", "txt", "xlsx", "vcf"]
LARGEST_MB = 200
_ROUND = "imports.round"


def draw() -> None:
    """The place to drop files, and what can be brought. Files leave the memory of the page at once."""
    with st.container(border=True):
        place, words_beside = st.columns([3, 2], gap="large")
        with place:
            key = f"imports.files.{st.session_state.setdefault(_ROUND, 0)}"
            st.file_uploader(
                "Drop a file, or several at once", ENDINGS, accept_multiple_files=True,
                max_upload_size=LARGEST_MB, key=key, on_change=_take, args=(key,),
            )  # fmt: skip
            st.caption("You see what will happen before anything is stored, and every import can be undone.")
            st.markdown(":material/download: [Sample file](/files/sample-contacts.csv) to try it with")
        with words_beside:
            _what_fits()


def _what_fits() -> None:
    st.markdown("**What you can bring**")
    st.markdown(
        "CSV, TSV, Excel (.xlsx) and vCard files, as they come from HubSpot, Salesforce, Pipedrive, Zoho, "
        "Google, Outlook, Apple, Mailchimp and others. Columns find their fields by themselves, in any "
        "order and in several languages.",
    )
    st.markdown(f":small[:gray[{words.joined(list(import_state.KINDS.values()))}]]")


def _take(key: str) -> None:
    """Hand the files to the import and forget them here; open the one, or all in the order that fits."""
    files = st.session_state.get(key) or []
    st.session_state[_ROUND] += 1
    received = []
    for file in files:
        with guard(), st.spinner("Reading the file …"):
            import_id = imports.receive(me(), file, file.name, "contacts")
            rereading.settle_kind(me(), import_id)
            received.append(import_id)
    if len(received) == 1:
        st.query_params["import"] = str(received[0])
    elif received:
        import_state.set_queue(import_queues.in_order(me(), received))
