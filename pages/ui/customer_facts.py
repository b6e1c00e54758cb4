"""Who the customer is: how to reach the person, where, since when, and what is liked and disliked."""

from collections.abc import Iterable, Mapping

import streamlit as st

from crm_core.activity.types import Arrival
from crm_core.kernel.access import Actor, Permission
from crm_core.people import contacts
from crm_core.people.types import AccountDetail, ContactDetail
from pages.ui import customer_values, words
from pages.ui.guard import guard
from pages.ui.session import me

Fact = tuple[str, str]
HANDLES = {
    "linkedin": "LinkedIn", "x": "X", "facebook": "Facebook", "instagram": "Instagram", "website": "Website",
    "other": "Other",
}  # fmt: skip
_EDITED = "customer.edited_taste"


def draw(actor: Actor, contact: ContactDetail, labels: Mapping[str, str], arrived: Arrival | None) -> None:
    """The facts of a contact, group by group; what is not known is not shown."""
    with st.container(border=True, key="facts"):
        _group("How to reach", _reach(contact))
        _group("Address", [("", address)] if (address := _address(contact)) else [])
        _group("About", _about(contact))
        _taste(actor, contact, "likes", "Likes", "thumb_up")
        _taste(actor, contact, "dislikes", "Dislikes", "thumb_down")
        _group("Your own fields", _own(contact, labels))
        _group("Where it comes from", _origin(contact, arrived))


def draw_company(account: AccountDetail, labels: Mapping[str, str]) -> None:
    """The facts of a company."""
    with st.container(border=True, key="facts"):
        website, phone = str(account["website"]), str(account["phone"])
        reach = [("Website", customer_values.web(website)), ("Phone", customer_values.call(phone))]
        _group("How to reach", [fact for fact, given in zip(reach, (website, phone), strict=True) if given])
        _group("Address", [("", address)] if (address := _address(account)) else [])
        names = ("industry", "type", "employees", "annual_revenue", "parent")
        _group("About", _plain(account, names, "accounts"))
        if account["description"]:
            st.markdown(customer_values.lines(str(account["description"])))
        _group("Your own fields", _own(account, labels))
        _group("Where it comes from", [("Added", words.md(words.when(account.created_at)))])


def _group(title: str, facts: Iterable[Fact]) -> None:
    shown = [f":small[:gray[{label}]]  \n{value}" if label else value for label, value in facts]
    if shown:
        st.markdown("\n\n".join([f"**{title}**", *shown]))


def _reach(contact: ContactDetail) -> list[Fact]:
    found: list[Fact] = []
    mails = [contact["email"], *(point.value for point in contact.points if point.kind == "email")]
    found += [
        ("E-mail" if at == 0 else "", customer_values.mail(one)) for at, one in enumerate(filter(None, mails))
    ]
    for label, name in (("Phone", "phone"), ("Mobile", "mobile")):
        if contact[name]:
            found.append((label, customer_values.call(contact[name])))
    for point in contact.points:
        if point.kind == "phone":
            found.append((words.md(point.label) or "Phone", customer_values.call(point.value)))
        elif point.kind != "email":
            label = words.md(point.label) or HANDLES.get(point.kind, words.sentence(point.kind))
            found.append((label, customer_values.web(point.value)))
    if contact["preferred_channel"]:
        found.append(("Prefers", words.md(words.sentence(contact["preferred_channel"]))))
    return found


def _address(record: ContactDetail | AccountDetail) -> str:
    town = " ".join(filter(None, (record["postal_code"], record["city"])))
    parts = (
        *str(record["street"]).splitlines(),
        town,
        record["state"],
        words.country_name(record["country"]),
    )
    return "  \n".join(words.md(part) for part in parts if part)


def _about(contact: ContactDetail) -> list[Fact]:
    names = (
        "birthday",
        "language",
        "time_zone",
        "industry",
        "department",
        "lead_status",
        "rating",
        "card_number",
    )
    found = _plain(contact, names, "contacts")
    if contact["notes"]:
        found.append(("Notes", customer_values.lines(contact["notes"])))
    return found


def _origin(contact: ContactDetail, arrived: Arrival | None) -> list[Fact]:
    found = _plain(contact, ("source", "campaign"), "contacts")
    if arrived is not None:
        found.append(
            ("Imported", f"from {words.md(arrived.file_name)} on {words.md(words.when(arrived.brought_at))}")
        )
    else:
        found.append(("Added", words.md(words.when(contact.created_at))))
    return found


def _own(record: ContactDetail | AccountDetail, labels: Mapping[str, str]) -> list[Fact]:
    found = []
    for name, label in labels.items():
        value = record[name]
        if value not in ("", None, []):
            is_address = isinstance(value, str) and value.startswith(("http://", "https://"))
            shown = (
                customer_values.web(value) if is_address else words.md(customer_values.text_of(name, value))
            )
            found.append((words.md(label), shown))
    return found


def _plain(record: ContactDetail | AccountDetail, names: Iterable[str], kind: str) -> list[Fact]:
    return [
        (words.md(words.label(name, kind)), words.md(customer_values.text_of(name, record[name])))
        for name in names
        if record[name] not in ("", None, [])
    ]


def _taste(actor: Actor, contact: ContactDetail, name: str, title: str, icon: str) -> None:
    """Likes or dislikes, edited where they stand."""
    may_edit, key = actor.may(Permission.CONTACTS_EDIT), f"{name}-{contact.id}"
    text = str(contact[name])
    if not text and not may_edit:
        return
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        st.markdown(f":material/{icon}: **{title}**", width="stretch")
        if may_edit and st.button(
            "", key=f"edit-{key}", icon=":material/edit:", type="tertiary", help=f"Change the {title.lower()}"
        ):
            st.session_state[_EDITED] = key
    if st.session_state.get(_EDITED) == key:
        _edit_taste(contact, name, title, key)
    elif text:
        st.markdown(customer_values.lines(text))
    else:
        st.caption("Nothing noted yet.")


def _edit_taste(contact: ContactDetail, name: str, title: str, key: str) -> None:
    with st.form(f"form-{key}-{contact.version}", border=False):
        text = st.text_area(
            title, contact[name], key=f"text-{key}-{contact.version}", label_visibility="collapsed"
        )
        with st.container(horizontal=True):
            is_saved = st.form_submit_button("Save", type="primary", shortcut="Ctrl+Enter", key=f"save-{key}")
            is_left = st.form_submit_button("Cancel", key=f"cancel-{key}")
    if is_left:
        st.session_state.pop(_EDITED, None)
        st.rerun()
    if is_saved:
        with guard(done=f"The {title.lower()} are saved.", rerun=True):
            contacts.change(me(), contact.id, {name: text}, version=contact.version)
            st.session_state.pop(_EDITED, None)
