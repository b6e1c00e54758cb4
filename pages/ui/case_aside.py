"""What belongs to a case: the customer, the facts and clocks, satisfaction, and other cases."""

import streamlit as st

from crm_core.kernel.access import Actor, Permission
from crm_core.kernel.paging import Page
from crm_core.people import contacts
from crm_core.people.types import ContactDetail
from crm_core.service import case_lists, feedback, rules
from crm_core.service.case_types import CaseDetail, CaseRow
from pages.ui import (
    case_dialogs,
    case_words,
    customer_values,
    feedback_dialogs,
    feedback_words,
    navigation,
    words,
)
from pages.ui.unchanged import Stand

SHOWN = 6


def draw(actor: Actor, detail: CaseDetail, stand: Stand) -> None:
    """The cards beside the thread, and the dialogs they open."""
    person = stand.kept(contacts.get, detail.row.contact_id)
    _customer(person, detail.row)
    _facts(detail)
    _satisfaction(actor, detail.row, stand)
    others = stand.kept(case_lists.of_contact, detail.row.contact_id, SHOWN)
    _others(detail.row, others)
    case_dialogs.draw(detail, others)
    feedback_dialogs.draw()


def _customer(person: ContactDetail, row: CaseRow) -> None:
    with st.container(border=True, key="case-customer", gap="small"):
        st.markdown("**Customer**")
        navigation.link("customer", words.md(row.contact_name), icon=":material/person:", id=row.contact_id)
        if row.account_id is not None and row.account_name:
            navigation.link(
                "customer", words.md(row.account_name), icon=":material/domain:", account=row.account_id
            )
        reach = [customer_values.mail(person["email"])] if person["email"] else []
        reach += [customer_values.call(person[name]) for name in ("phone", "mobile") if person[name]]
        st.markdown("  \n".join(reach) or ":gray[No e-mail, no phone]")


def _facts(detail: CaseDetail) -> None:
    row = detail.row
    facts = [
        ("Opened", f"{words.when(row.opened_at)}, {case_words.CHANNEL_WORDS[row.channel].lower()}"),
        ("First answer", _kept(row.first_response_at is not None, detail.is_response_in_time,
                               case_words.hours(detail.response_seconds), words.when(row.response_due_at))),
        ("Solution", _kept(row.solved_at is not None, detail.is_resolution_in_time,
                           case_words.hours(detail.resolution_seconds), words.when(row.resolution_due_at))),
    ]  # fmt: skip
    if row.reopened_count:
        facts.append(("Reopened", words.count(row.reopened_count, "time")))
    if detail.product_name:
        facts.append(("Product", words.md(detail.product_name)))
    if detail.tags:
        facts.append(("Tags", " ".join(f":gray-badge[{words.md(tag)}]" for tag in detail.tags)))
    with st.container(border=True, key="case-facts", gap="small"):
        st.markdown(
            "\n\n".join(["**Facts**", *(f":small[:gray[{name}]]  \n{value}" for name, value in facts)])
        )
        if detail.order_id is not None and detail.order_number:
            navigation.link(
                "orders", f"Order {words.md(detail.order_number)}", icon=":material/receipt_long:",
                order=detail.order_id,
            )  # fmt: skip


def _kept(is_done: bool, is_in_time: bool | None, took: str, due: str) -> str:
    """One promise: kept or missed and how long it took in business time, or until when it is given."""
    if not is_done:
        return "nothing promised" if due == words.NOTHING else f"due {due}"
    if is_in_time is None:
        return f"after {took}"
    sign = ":green[:material/check_circle:] in time" if is_in_time else ":red[:material/error:] late"
    return f"{sign}, after {took} :gray[of business time]"


def _satisfaction(actor: Actor, row: CaseRow, stand: Stand) -> None:
    if not actor.may(Permission.FEEDBACK_READ):
        return
    found = stand.kept(feedback.summary, row.contact_id)
    with st.container(border=True, key="case-satisfaction", gap="small"):
        st.markdown("**Satisfaction**")
        for line in feedback_words.summary(found):
            st.markdown(line)
        if not found.count:
            st.caption("This customer was not asked yet, or has not answered.")
        elif found.last_at is not None:
            st.caption(f"{words.count(found.count, 'answer')}, the last {words.ago(found.last_at)}")
        with st.container(horizontal=True, gap="small"):
            feedback_dialogs.buttons(actor, row.contact_id, row.contact_name, case_id=row.id)


def _others(row: CaseRow, page: Page[CaseRow]) -> None:
    others = [one for one in page if one.id != row.id]
    if not others:
        return
    with st.container(border=True, key="case-others", gap="small"):
        st.markdown("**Other cases of this customer**")
        for one in others:
            line(one)


def line(row: CaseRow) -> None:
    """A case as a link: status, number, subject."""
    state = f":small[:gray[{case_words.STATUS_WORDS[row.status]} · {words.ago(row.last_message_at)}]]"
    navigation.link(
        "service", f"{rules.shown(row.number)} {words.md(row.subject)} {state}",
        icon=f":material/{case_words.STATUS_ICONS[row.status]}:", case=row.id,
    )  # fmt: skip
