"""E-mail addresses: the answers of the library, whichever way they are found."""

import json

from email_validator import EmailNotValidError, validate_email
from hypothesis import given
from hypothesis import strategies as st

from crm_core.kernel.values import Problem, emails
from tests.shared_data import shared

LOCALS = st.text("abcZ019._+-!#'/=@\"<> é", max_size=12)
DOMAINS = st.text("abcZ01-._@[] üxn", max_size=14)
ENDINGS = st.sampled_from(
    ["", ".com", ".test", ".example", ".c-m", ".local", ".1", "..de", ".xn--p1ai", ".DE"]
)


def by_library(text: str) -> str | None:
    try:
        found = validate_email(text, check_deliverability=False, test_environment=True)
    except EmailNotValidError:
        return None
    return found.normalized.lower()


@given(LOCALS, DOMAINS, ENDINGS)
def test_the_short_way_gives_the_librarys_answer(local: str, domain: str, ending: str) -> None:
    text = f"{local}@{domain}{ending}"

    found = emails.parse(text)

    assert (None if isinstance(found, Problem) else found) == by_library(text)


@given(st.integers(1, 300), st.integers(1, 80), st.integers(1, 6))
def test_lengths_are_judged_as_by_the_library(local: int, label: int, labels: int) -> None:
    text = "a" * local + "@" + ".".join(["b" * label] * labels) + ".com"

    found = emails.parse(text)

    assert (None if isinstance(found, Problem) else found) == by_library(text)


@given(st.text(max_size=40))
def test_no_text_is_too_strange_for_an_answer(text: str) -> None:
    addresses, problems = emails.parse_all(text)

    assert all("@" in address and not any(sign in address for sign in "\r\n") for address in addresses)
    assert all(problem.message for problem in problems)


def test_several_addresses_of_one_cell_are_found_once_each() -> None:
    cell = "Ann <Ann@X.example>; bob@x.example, mailto:cy@x.example ann@x.example"

    assert emails.parse_all("a@x.example, b@y.example")[0] == ["a@x.example", "b@y.example"]
    assert emails.parse_all("a@x.example ::: b@y.example")[0] == ["a@x.example", "b@y.example"]
    assert emails.parse_all("mailto:cy@x.example?subject=hi")[0] == ["cy@x.example"]
    assert emails.parse_all(cell)[0][0] == "ann@x.example"


def test_a_line_break_never_gets_into_an_address() -> None:
    assert isinstance(emails.parse("ann@x.example\r\nBcc: all@x.example"), Problem)


def test_published_verdicts_are_met() -> None:
    cases = json.loads(shared("04_validity/isemail.json").read_text(encoding="utf-8"))["cases"]
    judged = [case for case in cases if case["crm_verdict"] in ("accept", "reject")]

    wrong = [
        case["address"]
        for case in judged
        if isinstance(emails.parse(case["address"]), Problem) == (case["crm_verdict"] == "accept")
    ]

    assert wrong == ["test@io"], "a bare top-level domain takes no mail"
