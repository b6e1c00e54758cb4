"""What the programme comes to: who takes part, what points are worth, what it costs, and the rows behind."""

from datetime import timedelta

import streamlit as st

from crm_core.insights import kept_answers, loyalty, loyalty_lift
from crm_core.insights.loyalty_types import MONEY, LiftReport, ProgrammeFigure, ProgrammeReport, ProgrammeRow
from crm_core.kernel.access import Actor
from crm_core.kernel.paging import Page, Paging
from pages.ui import loyalty_lift_picture, loyalty_movers, loyalty_pictures, report_people_list, words
from pages.ui.report_cache import as_of

SPANS = {30: "30 days", 90: "90 days", 365: "A year"}
USUAL = 365
ROWS = "rows"
BREAKAGE = (
    "Of all points that came to their end so far, the share that expired unspent. "
    "While the programme is younger than its points last, this says little."
)


def draw(actor: Actor) -> None:
    """Numbers in a time that one chooses, and the pictures below."""
    span = st.segmented_control(
        "Time", list(SPANS), default=USUAL, required=True, format_func=SPANS.__getitem__, key="span",
        label_visibility="collapsed",
    ) or USUAL  # fmt: skip
    until = words.today()
    since = until - timedelta(days=span - 1)
    with st.spinner("Adding up the programme …"), kept_answers.patient() as told:
        found, lift = loyalty.report(actor, since, until), loyalty_lift.report(actor)
    if told.made_at is not None:
        st.caption(as_of(told.made_at))
    if not found.value("members"):
        st.info(
            "As soon as customers take part, the programme shows here in numbers.", icon=":material/loyalty:"
        )
        return
    _tiles(found)
    _rows(actor, found)
    _pictures(actor, found, lift)


def _tiles(found: ProgrammeReport) -> None:
    figures = {figure.name: figure for figure in found.figures}
    held, currency = found.open_points, found.currency
    active, all_of_them = found.value("active"), found.value("members")
    expected, broken = "no point has expired yet, so all count", "cannot be said before some expired"
    if held.has_expired and held.expected is not None:
        expected, broken = f"as {held.expected:.0%} were spent so far", "expected to expire"
    with st.container(key="programme-tiles-people"):
        _row_of(
            ("Members", f"{all_of_them:,}", f"{found.value('joined'):,} joined", figures["members"]),
            ("Active", _share(found.active_share), f"{active:,} earned or spent", figures["active"]),
            ("Points spent", _share(found.redemption_rate), "of those given in the time", figures["spent"]),
            ("Points expired", f"{found.value('expired'):,}", "unspent", figures["expired"]),
        )  # fmt: skip
    with st.container(key="programme-tiles-worth"):
        _row_of(
            ("Open points", f"{held.points:,}", "held by members now", figures["open"]),
            ("If all are spent", words.money(held.cost, currency), "what open points are worth", None),
            ("Expected", words.money(held.expected_cost, currency), expected, None),
            ("Breakage", _share(held.breakage if held.has_expired else None), broken, None),
        )  # fmt: skip
    with st.container(key="programme-tiles-costs"):
        _row_of(
            *(
                (figures[name].title, words.money(figures[name].value, currency),
                 words.count(figures[name].rows, noun), figures[name])
                for name, noun in (("rewards", "reward"), ("surprises", "surprise"), ("coupons", "coupon"),
                                   ("referrals", "friend"))
            )
        )  # fmt: skip


def _row_of(*tiles: tuple[str, str, str, ProgrammeFigure | None]) -> None:
    for place, (title, value, below, figure) in zip(st.columns(len(tiles)), tiles, strict=True):
        with place.container(border=True, height="stretch", gap=None):
            meaning = figure.meaning if figure else BREAKAGE if title == "Breakage" else None
            st.metric(title, value, help=meaning)
            st.caption(words.md(below))
            if figure is not None and figure.rows:
                st.button(
                    "Rows", key=f"rows-of-{figure.name}", type="tertiary", icon=":material/table_rows:",
                    on_click=_open, args=(figure.name,),
                )  # fmt: skip


def _open(name: str) -> None:
    st.session_state[ROWS] = name


def _rows(actor: Actor, found: ProgrammeReport) -> None:
    options = {figure.name: figure.title for figure in found.figures if figure.rows}
    if st.session_state.get(ROWS) not in {None, *options}:
        st.session_state[ROWS] = None
    with st.container(border=True, key="programme-rows"):
        chosen = report_people_list.choose("Open the rows of a number …", options, ROWS, "")
        if not chosen:
            return
        figure = next(one for one in found.figures if one.name == chosen)
        st.caption(words.md(f"{figure.meaning} In all {_amount(figure, figure.value, found.currency)}."))

        def page_of(paging: Paging) -> Page[ProgrammeRow]:
            return loyalty.rows(actor, chosen, found.since, found.until, paging)

        def row_of(row: ProgrammeRow) -> tuple[int, tuple[str, ...]]:
            amount = _amount(figure, row.value, found.currency)
            return row.contact_id or 0, (row.name or "Somebody unknown", row.what, amount, words.when(row.at))

        report_people_list.draw(f"loyalty-{chosen}", ("Customer", "What", "Amount", "When"), page_of, row_of)


def _pictures(actor: Actor, found: ProgrammeReport, lift: LiftReport) -> None:
    left, right = st.columns(2, gap="medium")
    with left.container(border=True, height="stretch"):
        loyalty_pictures.expiry(found)
    with right.container(border=True, height="stretch"):
        loyalty_pictures.tiers(found)
        loyalty_movers.draw(actor, found)
    left, right = st.columns(2, gap="medium")
    with left.container(border=True, height="stretch"):
        loyalty_pictures.repeat(found)
    with right.container(border=True, height="stretch"):
        loyalty_lift_picture.draw(lift)


def _amount(figure: ProgrammeFigure, value: int, currency: str) -> str:
    return words.money(value, currency) if figure.unit == MONEY else f"{value:,}"


def _share(value: float | None) -> str:
    return words.NOTHING if value is None else f"{value:.1%}"
