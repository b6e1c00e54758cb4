"""One case: who asks for what, where it stands, what was said, and the answer that is written next."""

import streamlit as st

from crm_core.kernel.access import Actor, Permission
from crm_core.kernel.errors import CrmError, NotFound
from crm_core.kernel.work import Clock
from crm_core.service import case_batches, case_lists, cases, rules
from crm_core.service.case_types import CaseDetail, CaseRow
from pages.ui import (
    case_aside,
    case_list,
    case_reply,
    case_state,
    case_thread,
    case_words,
    navigation,
    unchanged,
    words,
)
from pages.ui.case_state import Undo, offer_undo
from pages.ui.guard import flash, guard, show
from pages.ui.session import me
from pages.ui.unchanged import Stand

MORE = ("Change", "Merge", "Close for good", "Delete")


def draw(actor: Actor, case_id: int) -> None:
    """The page of one case."""
    navigation.link(
        "service", "Cases", icon=":material/arrow_back:", **st.session_state.get(case_list.BACK, {})
    )
    was_deleted = case_state.undo_bar()
    detail = _found(actor, case_id)
    if detail is None:
        if not was_deleted:
            st.header("Nothing to see here", anchor=False)
            st.write("This case does not exist, or it is not yours to see.")
        return
    stand = unchanged.look(actor)
    _head(actor, detail.row)
    case_state.show_refusal()
    _notes(detail)
    with st.container(key="case-body"):
        said, about = st.columns([20, 10], gap="medium")
    with said:
        if actor.may(Permission.CASES_EDIT):
            _steer(detail.row, stand)
        case_thread.draw(actor, detail)
        if actor.may(Permission.CASES_EDIT):
            case_reply.draw(actor, detail)
    with about:
        case_aside.draw(actor, detail, stand)


def _found(actor: Actor, case_id: int) -> CaseDetail | None:
    refusals: list[CrmError] = []
    with guard(refused=refusals.append):
        return cases.get(actor, case_id)
    for refusal in refusals:
        if not isinstance(refusal, NotFound):
            show(refusal)
            st.stop()
    return None


def _head(actor: Actor, row: CaseRow) -> None:
    with st.container(key="list-head"):
        title, acts = st.columns([3, 2], vertical_alignment="bottom")
    with title:
        st.header(words.md(row.subject), anchor=False)
        kind = f":material/{case_words.KIND_ICONS[row.kind]}: {case_words.KIND_WORDS[row.kind]}"
        badges = (
            f":{case_words.STATUS_COLORS[row.status]}-badge[:material/{case_words.STATUS_ICONS[row.status]}: "
            f"{case_words.STATUS_WORDS[row.status]}]"
        )
        promise = case_words.promise(row, Clock.now())
        clock = f" {case_words.badge(promise)}" if row.status in rules.UNSOLVED else ""
        st.markdown(f":gray[{rules.shown(row.number)} · {kind}] {badges}{clock}")
    if actor.may(Permission.CASES_EDIT):
        with acts.container(horizontal=True, horizontal_alignment="right"):
            _acts(row)


def _acts(row: CaseRow) -> None:
    if rules.may("reopen", row.status):
        st.button("Reopen", key="case-reopen", icon=":material/undo:", on_click=_step, args=("reopen", row))
    if rules.may("solve", row.status):
        st.button("Solve", key="case-solve", icon=":material/check:", on_click=_solve, args=(row,))
    if rules.may("wait", row.status):
        st.button(
            "Wait for customer", key="case-wait", icon=":material/pause_circle:", on_click=_step,
            args=("wait", row), help="The clock stands still until the customer writes again.",
        )  # fmt: skip
    offered = MORE if rules.may("close", row.status) else tuple(one for one in MORE if one != MORE[2])
    choice = st.menu_button(
        "", offered, key="case-more", icon=":material/more_horiz:", type="tertiary",
        help="Change, merge, close or delete",
    )  # fmt: skip
    if choice in ("Change", "Merge"):
        case_state.open_dialog(choice.lower(), case_id=row.id)
        st.rerun()
    elif choice == "Close for good":
        _step("close", row)
        st.rerun()
    elif choice == "Delete":
        with guard(rerun=True):
            cases.delete(me(), row.id)
            offer_undo(Undo(row.id, f"Case {rules.shown(row.number)} is deleted.", is_deleted=True))


def _solve(row: CaseRow) -> None:
    with guard(refused=case_state.refuse):
        done = case_batches.solve(me(), [row.id])
        if done.count:
            offer_undo(Undo(done, f"Case {rules.shown(row.number)} is solved."))


def _step(verb: str, row: CaseRow) -> None:
    acts = {"wait": cases.wait, "reopen": cases.reopen, "close": cases.close}
    said = {"wait": "waits for the customer", "reopen": "is open again", "close": "is closed"}
    with guard(refused=case_state.refuse):
        acts[verb](me(), row.id, version=row.version)
        case_state.forget_undo()
        flash(f"Case {rules.shown(row.number)} {said[verb]}.")


def _notes(detail: CaseDetail) -> None:
    if detail.merged_into is not None:
        st.info("This case was merged into another one, where it goes on.", icon=":material/merge:")
        navigation.link("service", "Open that case", icon=":material/arrow_forward:", case=detail.merged_into)


def _steer(row: CaseRow, stand: Stand) -> None:
    """Who looks after it, and how urgent it is: changed at once."""
    known = dict(stand.kept(case_lists.choices, row.id))
    people: dict[int | None, str] = {None: "Nobody"}
    people.update(dict[int | None, str](known.items()))
    if row.owner_id not in people:
        people[row.owner_id] = row.owner_name
    with st.container(key="case-steer"):
        who, urgency, take = st.columns([4, 3, 3], vertical_alignment="bottom")
    owner_key, priority_key = f"case-owner-{row.id}-{row.version}", f"case-priority-{row.id}-{row.version}"
    who.selectbox(
        "Looked after by", list(people), index=list(people).index(row.owner_id), key=owner_key,
        format_func=lambda one: people[one], on_change=_assign, args=(row, owner_key),
    )  # fmt: skip
    urgency.selectbox(
        "Priority", list(case_words.PRIORITY_WORDS), format_func=case_words.PRIORITY_WORDS.__getitem__,
        index=list(case_words.PRIORITY_WORDS).index(row.priority), key=priority_key, on_change=_prioritise,
        args=(row, priority_key),
    )  # fmt: skip
    mine = me().id
    if row.owner_id != mine and mine in known:
        take.button(
            "Take it", key="case-take", icon=":material/front_hand:", on_click=_take, args=(row,),
            width="stretch",
        )  # fmt: skip


def _assign(row: CaseRow, key: str) -> None:
    with guard(refused=case_state.refuse):
        cases.assign(me(), row.id, st.session_state[key], version=row.version)
        flash("The case has somebody new." if st.session_state[key] else "Nobody looks after it now.")


def _prioritise(row: CaseRow, key: str) -> None:
    with guard(refused=case_state.refuse):
        cases.change(me(), row.id, {"priority": st.session_state[key]}, version=row.version)
        flash("The priority is changed; the promises follow.")


def _take(row: CaseRow) -> None:
    with guard(refused=case_state.refuse):
        cases.take(me(), row.id, version=row.version)
        flash("You look after it now.")
