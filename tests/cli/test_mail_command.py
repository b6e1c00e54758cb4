"""Mail that came back can be read from files."""

from pathlib import Path

from tests.cli.conftest import Run
from tests.marketing.campaigning import person
from tests.people import Cast


def test_files_are_taken_in_once_and_told_by_kind(run: Run, staff: Cast, tmp_path: Path) -> None:
    person(staff.mark, "Ada")
    reply, empty = tmp_path / "reply.eml", tmp_path / "empty.eml"
    reply.write_text("From: ada@x.test\nMessage-ID: <1@x.test>\nSubject: Hi\n\nTwo, please.\n")
    empty.write_text("")

    answer = run("mail", "read", str(reply), str(reply), str(empty), "--json").json

    assert answer["read"] == {"reply": 1, "known": 1}
    assert list(answer["left_out"]) == [str(empty)]
    assert "1  known" in run("mail", "read", str(reply)).out
    assert run("mail", "read", str(tmp_path / "none.eml")).code == 2
    assert run("mail", "read", str(reply), "--as", "mark").code == 1
