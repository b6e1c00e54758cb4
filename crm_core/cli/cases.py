"""Cases of customers from the shell: look at them, open, answer, give away and solve them."""

from dataclasses import asdict
from typing import Any

import click

from crm_core.cli.shell import Shell, as_json, pass_shell, show, table
from crm_core.kernel.access import Actor
from crm_core.kernel.errors import Invalid
from crm_core.kernel.paging import Paging
from crm_core.service import case_lists, case_messages, cases, rules
from crm_core.service.case_types import CaseQuery, CaseRow, NewCase, NewMessage

MOST = 500


@click.group()
def case() -> None:
    """Cases: questions, problems, complaints and requests of customers."""


@case.command("list")
@click.option("--status", type=click.Choice([*rules.STATUSES, "all"]), help="Unsolved ones otherwise.")
@click.option("--tab", type=click.Choice(rules.TABS), default="all", help="Mine, nobody's, overdue, …")
@click.option("--priority", type=click.Choice(rules.PRIORITIES), multiple=True)
@click.option("--kind", "kinds", type=click.Choice(rules.KINDS), multiple=True)
@click.option("--text", default="", help="Words of the subject, the customer, or a number such as C-1042.")
@as_json
@pass_shell
def list_(shell: Shell, /, is_json: bool, **asked: Any) -> None:
    """Cases, the most urgent first."""
    statuses = {None: rules.UNSOLVED, "all": ()}.get(asked["status"], (asked["status"],))
    query = CaseQuery(
        tab=asked["tab"], statuses=statuses, priorities=asked["priority"], kinds=asked["kinds"],
        text=asked["text"], paging=Paging(1, MOST),
    )  # fmt: skip
    found = case_lists.search(shell.actor(), query)
    if is_json:
        show([_row(one) for one in found])
        return
    rows = [
        (_number(one), one.status, one.priority, one.due_at, one.contact_name, one.owner_name, one.subject)
        for one in found
    ]
    table(("number", "status", "priority", "due", "customer", "owner", "subject"), rows)


@case.command("show")
@click.argument("number")
@as_json
@pass_shell
def show_(shell: Shell, number: str, is_json: bool) -> None:
    """One case with all that was said in it."""
    actor = shell.actor()
    _told(actor, _found(actor, number), is_json=is_json)


@case.command("open")
@click.argument("contact_id", type=int, metavar="CONTACT")
@click.argument("subject")
@click.option("--kind", type=click.Choice(rules.KINDS), default="question", show_default=True)
@click.option("--priority", type=click.Choice(rules.PRIORITIES), default="normal", show_default=True)
@click.option("--channel", type=click.Choice(rules.CHANNELS), default="phone", show_default=True)
@click.option("--body", default="", help="What the customer said.")
@as_json
@pass_shell
def open_(shell: Shell, /, contact_id: int, subject: str, is_json: bool, **said: Any) -> None:
    """Open a case for CONTACT."""
    actor = shell.actor()
    _told(actor, cases.open(actor, NewCase(contact_id, subject, **said)), is_json=is_json)


@case.command()
@click.argument("number")
@click.argument("words")
@click.option("--mail", "by_mail", is_flag=True, help="Send it to the customer's address.")
@click.option("--note", "is_note", is_flag=True, help="A note that the customer does not see.")
@click.option("--then", type=click.Choice(("waiting", "solved")), help="The status afterwards.")
@as_json
@pass_shell
def answer(shell: Shell, /, number: str, words: str, is_json: bool, **how: Any) -> None:
    """Say WORDS to the customer of case NUMBER."""
    actor = shell.actor()
    case_id = _found(actor, number)
    if how["is_note"]:
        case_messages.note(actor, case_id, words)
    else:
        new = NewMessage(words, by_mail=how["by_mail"], then=how["then"] or "")
        case_messages.answer(actor, case_id, new)
    _told(actor, case_id, is_json=is_json)


@case.command()
@click.argument("number")
@as_json
@pass_shell
def solve(shell: Shell, number: str, is_json: bool) -> None:
    """Note that the customer of case NUMBER got what was needed."""
    actor = shell.actor()
    case_id = _found(actor, number)
    cases.solve(actor, case_id)
    _told(actor, case_id, is_json=is_json)


@case.command()
@click.argument("number")
@click.argument("name", required=False)
@as_json
@pass_shell
def assign(shell: Shell, number: str, name: str | None, is_json: bool) -> None:
    """Give case NUMBER to the user NAME; without a name, to who has the fewest to work on."""
    actor = shell.actor()
    case_id = _found(actor, number)
    if name is None:
        cases.assign_by_load(actor, case_id)
    else:
        cases.assign(actor, case_id, _user(actor, case_id, name))
    _told(actor, case_id, is_json=is_json)


def _found(actor: Actor, number: str) -> int:
    """The case that a number names, as it is shown (C-1042)."""
    query = CaseQuery(statuses=(), text=number, paging=Paging(1, MOST))
    for row in case_lists.search(actor, query):
        if _number(row) == number.strip().upper():
            return row.id
    raise Invalid(f"There is no case “{number[:20]}”, or it is not yours to see. Write it as C-1042.")


def _user(actor: Actor, case_id: int, name: str) -> int:
    people = case_lists.choices(actor, case_id)
    for user_id, known in people:
        if name.strip().lower() == known.lower():
            return user_id
    names = ", ".join(known for _, known in people)
    raise Invalid(f"“{name[:60]}” cannot get this case. Choose one of: {names}.")


def _told(actor: Actor, case_id: int, *, is_json: bool) -> None:
    found = cases.get(actor, case_id)
    if is_json:
        show(asdict(found) | {"row": _row(found.row)})
        return
    row = found.row
    click.echo(f"{_number(row)} {row.subject} ({row.kind}, {row.priority}): {row.status}")
    click.echo(f"  {row.contact_name}; {row.owner_name or 'nobody'} looks after it")
    for one in found.messages:
        who = {"in": "customer", "out": one.actor_name or "we"}.get(one.direction, "note")
        click.echo(f"  {one.happened_at:%Y-%m-%d %H:%M} {who}: {one.body}")


def _row(row: CaseRow) -> dict[str, Any]:
    return asdict(row) | {"number": _number(row), "due_at": row.due_at}


def _number(row: CaseRow) -> str:
    return rules.shown(row.number)
