"""The pages and their menu. A new page is one file in ``pages/`` and one line here."""

from collections.abc import Sequence
from copy import copy
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, NoReturn

import streamlit as st

from crm_core.kernel.access import Actor, Permission

_FOLDER = Path(__file__).resolve().parent.parent


@dataclass(frozen=True)
class Place:
    """One page: its file (which is also its address), how the menu names it, and what one needs to open it.

    A page without a section stands above all sections; a hidden one is reached from other pages only.
    """

    name: str
    title: str
    icon: str
    permission: Permission
    section: str = ""
    is_hidden: bool = False

    @property
    def file(self) -> Path:
        """The file that draws it."""
        return _FOLDER / f"{self.name}.py"


PAGES = (
    Place("home", "Home", "home", Permission.KPIS_READ),
    Place("contacts", "Contacts", "group", Permission.CONTACTS_READ, "Customers"),
    Place("tasks", "Tasks", "task_alt", Permission.TASKS_READ, "Customers"),
    Place("service", "Service", "support_agent", Permission.CASES_READ, "Customers"),
    Place("customer", "Contact", "person", Permission.CONTACTS_READ, is_hidden=True),
    Place("leads", "Leads", "person_raised_hand", Permission.CONTACTS_READ, "Selling"),
    Place("lead", "Lead", "person_raised_hand", Permission.CONTACTS_READ, is_hidden=True),
    Place("pipeline", "Pipeline", "view_kanban", Permission.DEALS_READ, "Selling"),
    Place("deal", "Deal", "handshake", Permission.DEALS_READ, is_hidden=True),
    Place("forecast", "Forecast", "query_stats", Permission.DEALS_READ, "Selling"),
    Place("goals", "Goals", "flag", Permission.GOALS_READ, "Selling"),
    Place("orders", "Orders", "receipt_long", Permission.ORDERS_READ, "Selling"),
    Place("till", "Till", "point_of_sale", Permission.LOYALTY_REDEEM, "Selling"),
    Place("segments", "Segments", "groups", Permission.SEGMENTS_READ, "Marketing"),
    Place("campaigns", "Campaigns", "campaign", Permission.CAMPAIGNS_READ, "Marketing"),
    Place("automation", "Automation", "bolt", Permission.AUTOMATION_READ, "Marketing"),
    Place("loyalty", "Loyalty", "loyalty", Permission.LOYALTY_READ, "Marketing"),
    Place("reports", "Reports", "monitoring", Permission.REPORTS_READ, "Measure"),
    Place("imports", "Imports", "upload_file", Permission.IMPORTS_RUN, "Data"),
    Place("data_quality", "Data quality", "fact_check", Permission.CONTACTS_EDIT, "Data"),
    Place("admin", "Admin", "settings", Permission.USERS_MANAGE, "Administration"),
    Place("profile", "Your profile", "account_circle", Permission.PROFILE_USE, is_hidden=True),
)
_NAMED = {place.name: place for place in PAGES}


def menu(actor: Actor | None) -> Any:
    """Declare all pages, so that every address is known, and show the menu of what this person may open.

    Returns the page that the address asks for.
    """
    sections: dict[str, list[Any]] = {"": []}
    for place in _NAMED.values():
        is_open = actor is not None and actor.may(place.permission) and not place.is_hidden
        sections.setdefault(place.section if is_open else "", []).append(copy(_pattern(place.name, is_open)))
    return st.navigation(sections, position="sidebar" if actor else "hidden", expanded=True)


def open_page(name: str, **query: str | int) -> NoReturn:
    """Go to a page: ``open_page("customer", id=7)``."""
    st.switch_page(_target(name), query_params={key: str(value) for key, value in query.items()})


def link(name: str, label: str, *, icon: str | None = None, **query: str | int | Sequence[str]) -> None:
    """A link to a page; nothing where there is no such page."""
    place = _NAMED.get(name)
    if place is not None:
        wanted = {key: str(value) if isinstance(value, int) else value for key, value in query.items()}
        st.page_link(_target(name), label=label, icon=icon or _icon(place), query_params=wanted or None)


def button(name: str, label: str, *, icon: str, **query: str | int) -> None:
    """A button that goes to a page; nothing where there is no such page."""
    if name in _NAMED and st.button(label, key=f"open-{name}-{label}", icon=icon):
        open_page(name, **query)


def can_open(actor: Actor, name: str) -> bool:
    """May this person open this page?"""
    return name in _NAMED and actor.may(_NAMED[name].permission)


def titles(actor: Actor) -> dict[str, str]:
    """The pages in this person's menu: name -> title."""
    open_ones = (place for place in _NAMED.values() if actor.may(place.permission) and not place.is_hidden)
    return {place.name: place.title for place in open_ones}


@cache
def _target(name: str) -> Any:
    """A page to link to. Kept, because making one looks the file up on the disk."""
    return _page(_NAMED[name])


@cache
def _pattern(name: str, is_open: bool) -> Any:
    """A page as a menu declares it, to be copied: the one that is run remembers whether it was."""
    return _page(_NAMED[name], is_open)


def _page(place: Place, is_open: bool = True) -> Any:
    return st.Page(
        place.file,
        title=place.title,
        icon=_icon(place),
        url_path=place.name,
        default=place.name == PAGES[0].name,
        visibility="visible" if is_open else "hidden",
    )


def _icon(place: Place) -> str:
    return f":material/{place.icon}:"
