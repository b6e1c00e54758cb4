"""The first minutes: the code from the terminal, the first account, the company."""

from dataclasses import dataclass

import streamlit as st

from crm_core.data import sample
from crm_core.kernel.access import Actor
from crm_core.team import company as companies
from crm_core.team import passwords
from crm_core.team.types import CompanySettings, NewAdmin
from pages.ui import navigation, session, theme, words
from pages.ui.company_form import ask_settings, guess
from pages.ui.guard import guard

_ANSWERS = "setup.answers"
_CHOOSING = "setup.choosing"
STEPS = ("Set-up code", "Your account", "Your company")


@dataclass(frozen=True)
class Answers:
    """What was answered so far; an answer that is missing is the step that comes next."""

    code: str = ""
    admin: NewAdmin | None = None

    @property
    def step(self) -> int:
        """The number of answers, which is the position in ``STEPS``."""
        return (1 + (self.admin is not None)) if self.code else 0


def draw() -> None:
    """The step that comes next."""
    answers: Answers = st.session_state.get(_ANSWERS, Answers())
    with st.container(width=460, gap="medium"):
        st.image(theme.LOGO, width=150)
        with st.container(border=True):
            st.caption(f"Step {answers.step + 1} of {len(STEPS)}")
            st.progress((answers.step + 1) / (len(STEPS) + 1))
            (_ask_code, _ask_account, _ask_company)[answers.step](answers)


def _ask_code(_: Answers) -> None:
    st.subheader("Welcome to Rapport", anchor=False)
    st.write(
        "To make sure that it is you who sets this up, Rapport printed a **set-up code** in the terminal "
        "where it was started. It looks like `ABCD-2345`."
    )
    with st.form("setup.code", border=False):
        code = st.text_input(
            "Set-up code", autocomplete="off", key="setup.code_typed", placeholder="ABCD-2345"
        )
        if st.form_submit_button("Continue", type="primary", width="stretch"):
            with guard():
                companies.check_code(code or "")
                _keep(Answers(code=code or ""))


def _ask_account(answers: Answers) -> None:
    st.subheader("Your account", anchor=False)
    st.write("You will be the first administrator. You can invite your colleagues afterwards.")
    with st.form("setup.account", border=False):
        name = st.text_input("Your name", autocomplete="name", key="setup.name")
        email = st.text_input("E-mail", type="email", autocomplete="email", key="setup.email")
        username = st.text_input(
            "User name", autocomplete="username", key="setup.username", help="What you sign in with."
        )
        password = st.text_input(
            "Password", type="password", autocomplete="new-password", key="setup.password",
            placeholder=f"At least {passwords.MIN_LENGTH} characters",
            help="A few words in a row are easy to remember.",
        )  # fmt: skip
        again = st.text_input(
            "Password again", type="password", autocomplete="new-password", key="setup.password_again"
        )
        if st.form_submit_button("Continue", type="primary", width="stretch"):
            admin = NewAdmin(name or "", username or "", email or "", password or "")
            problem = _problem(admin, again or "")
            if problem:
                st.error(words.md(problem), icon=":material/error:")
            else:
                _keep(Answers(answers.code, admin))


def _problem(admin: NewAdmin, again: str) -> str | None:
    if not (admin.name.strip() and admin.email.strip() and admin.username.strip()):
        return "Fill in your name, your e-mail and a user name."
    if admin.password != again:
        return "The two passwords are not the same."
    return passwords.problem(admin.password, names=(admin.name, admin.username, admin.email))


def _ask_company(answers: Answers) -> None:
    st.subheader("Your company", anchor=False)
    name = st.text_input("Company name", autocomplete="organization", key="setup.company")
    settings = ask_settings(CompanySettings(name=name or "", **guess()), key="setup")
    back, finish = st.columns(2)
    if back.button("Back", key="setup-back", width="stretch"):
        _keep(Answers(answers.code))
    if finish.button("Finish set-up", key="setup-finish", type="primary", width="stretch"):
        with guard():
            assert answers.admin is not None  # noqa: S101 - this step comes after that one
            address, agent = session.browser()
            session.begin(
                companies.set_up(answers.code, answers.admin, settings, address=address, browser=agent)
            )
            st.session_state.pop(_ANSWERS, None)
            st.session_state[_CHOOSING] = True
            st.rerun()


def is_choosing() -> bool:
    """Has this person just finished the set-up?"""
    return bool(st.session_state.get(_CHOOSING))


def choose_start(actor: Actor) -> None:
    """The last question: with made-up customers, or with an empty house."""
    with st.container(key="gate", horizontal_alignment="center"), st.container(width=640, gap="medium"):
        st.image(theme.LOGO, width=150)
        st.header(f"Welcome, {words.md(actor.name)}", anchor=False)
        st.write("Rapport is ready. How would you like to start?")
        left, right = st.columns(2)
        with left.container(border=True, height="stretch"):
            st.markdown(":material/science: **With a sample company**")
            st.caption("Some hundred made-up customers to look around with. They go away in one click.")
            is_sample = st.button("Load the sample company", key="start-sample", width="stretch")
        with right.container(border=True, height="stretch"):
            st.markdown(":material/upload_file: **With your own customers**")
            st.caption("Nothing in it yet. Import a file or add the first contact yourself.")
            is_empty = st.button("Start empty", key="start-empty", type="primary", width="stretch")
    if is_sample or is_empty:
        with st.spinner("Making up a company …"), guard():
            if is_sample:
                sample.load(actor)
            del st.session_state[_CHOOSING]
            navigation.open_page("home")


def _keep(answers: Answers) -> None:
    st.session_state[_ANSWERS] = answers
    st.rerun()
