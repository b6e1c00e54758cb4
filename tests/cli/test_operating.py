"""Users, tables and the doctor from the command line, and how commands end."""

import os
from pathlib import Path

import pytest

from crm_core.cli import checks
from crm_core.cli import main as cli
from crm_core.settings import Settings
from crm_core.team import heartbeat, sign_in
from db.models import ContactCount
from db.scope import EVERYONE
from db.session import transaction
from tests.cli.conftest import Run
from tests.people import Cast


def test_a_user_made_with_a_password_signs_in_with_it(run: Run) -> None:
    answer = run("user", "add", "zoe", "--role", "sales", "--password-stdin", stdin="a fine password\n")

    assert (answer.code, answer.err) == (0, "")
    assert "a fine password" not in answer.out
    actor = sign_in.check_password("zoe", "a fine password").actor
    assert not sign_in.must_change_password(actor)


def test_a_user_made_without_a_password_gets_one_that_works_until_changed(run: Run) -> None:
    one_time = run("user", "add", "zoe", "--role", "admin", "--json").json["one_time_password"]

    assert sign_in.must_change_password(sign_in.check_password("zoe", one_time).actor)

    renewed = run("user", "reset-password", "zoe", "--json").json["one_time_password"]
    assert sign_in.check_password("zoe", renewed).actor.name == "zoe"


def test_the_list_is_readable_and_tells_programs_the_same(run: Run, staff: Cast) -> None:
    run("user", "disable", "vera")

    lines = run("user", "list").out.splitlines()
    rows = run("user", "list", "--json").json

    assert lines[0].split("  ")[0] == "id"
    assert len(lines) == 8
    assert [row["username"] for row in rows if not row["is_active"]] == ["vera"]
    assert not [key for key in rows[0] if "password_hash" in key]

    assert run("user", "enable", "vera").code == 0


def test_a_refusal_is_a_sentence_on_standard_error(run: Run, staff: Cast) -> None:
    answer = run("user", "add", "ann", "--role", "sales", "--password-stdin", stdin="short\n")

    assert answer.code == cli.REFUSED
    assert answer.out == ""
    assert "username: The user name “ann” is taken." in answer.err
    assert "password: Use at least 10 characters" in answer.err


@pytest.mark.parametrize("words", [("--as", "mia", "user", "list"), ("user", "list", "--as", "mia")])
def test_acting_as_somebody_gives_that_persons_rights(run: Run, staff: Cast, words: tuple[str, ...]) -> None:
    answer = run(*words)

    assert answer.code == cli.REFUSED
    assert "Your role (manager) does not include" in answer.err


@pytest.mark.parametrize(
    "words",
    [
        (),
        ("frobnicate",),
        ("user", "add", "zoe"),
        ("user", "add", "zoe", "--role", "king"),
        ("db", "downgrade"),
    ],
)
def test_wrong_usage_says_how_it_goes(run: Run, words: tuple[str, ...]) -> None:
    answer = run(*words)

    assert answer.code == cli.WRONG_USAGE
    assert "Usage: python -m crm_core" in answer.err


def test_every_command_has_help(run: Run) -> None:
    for command in cli.COMMANDS:
        answer = run(command, "--help")

        assert answer.code == cli.DONE
        assert answer.out.startswith(f"Usage: python -m crm_core {command}")


def test_a_bug_is_told_by_its_reference(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    def break_down(_settings: Settings) -> None:
        raise RuntimeError("a mistake of ours")

    monkeypatch.setattr(checks, "all_findings", break_down)

    answer = run("doctor")

    assert answer.code == cli.BROKEN
    assert "The reference is" in answer.err


def test_the_tables_go_down_and_up_again(run: Run) -> None:
    assert run("db", "downgrade", "nowhere").code == cli.REFUSED
    assert run("db", "downgrade", "base").code == cli.DONE
    refused = run("user", "list")
    assert (refused.code, "db upgrade" in refused.err) == (cli.REFUSED, True)

    assert run("db", "upgrade", "--json").json["revision"]
    assert run("user", "list", "--json").json == []


def test_the_doctor_finds_a_well_installation_well(run: Run, staff: Cast) -> None:
    heartbeat.beat()
    answer = run("doctor", "--json")

    states = {finding["check"]: finding["state"] for finding in answer.json["findings"]}
    assert answer.code == cli.DONE
    assert {states[check] for check in ("tables", "administrator", "counts", "worker", "config")} == {"ok"}
    assert answer.json["settings"]["CRM_PORT"] == "1"


def test_the_doctor_tells_what_is_wrong_and_how_to_put_it_right(
    run: Run, staff: Cast, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with transaction(EVERYONE, write=True) as session:
        session.add(ContactCount(owner_key=0, lifecycle="lead", count=3))
    secret = tmp_path / "data" / "secrets" / "cookie"
    secret.parent.mkdir(parents=True)
    secret.write_text("x")
    os.chmod(secret, 0o644)
    monkeypatch.setitem(checks.IN_FORCE, ("runner", "postScriptGC"), (True, "tests see it"))

    answer = run("doctor")

    assert answer.code == cli.REFUSED
    assert "FAIL  counts: 3 contacts of nobody at “lead” are noted, but there are 0." in answer.out
    assert f"chmod go= {secret}" in answer.out
    assert "runner.postScriptGC is False, not True: tests see it." in answer.out
    assert "WARN  worker: No worker is at work (never seen)" in answer.out
    assert "WARN  server: Rapport is not running on port 1." in answer.out


def test_the_doctor_shows_no_passwords(tmp_path: Path) -> None:
    settings = Settings("postgresql+psycopg://crm:top@secret@db.lan/crm", tmp_path)

    assert checks.variables(settings)["CRM_DATABASE_URL"] == "postgresql+psycopg://crm:…@db.lan/crm"


def test_the_doctor_says_so_when_there_are_no_tables(run: Run) -> None:
    run("db", "downgrade", "base")

    answer = run("doctor")

    assert answer.code == cli.REFUSED
    assert "Run: python -m crm_core db upgrade" in answer.out
