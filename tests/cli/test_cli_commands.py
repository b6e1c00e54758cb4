"""The made-up company, segments and reports from the command line, and the ways in which a command ends."""

import pytest

from crm_core.cli import main as cli
from crm_core.data import sample
from crm_core.marketing import segments
from crm_core.marketing.segment_types import NewSegment
from crm_core.people import contacts
from tests.cli.conftest import Run
from tests.people import Cast


def test_the_made_up_company_comes_and_goes(run: Run, staff: Cast) -> None:
    loaded = run("demo", "load", "--contacts", "30", "--json")
    again = run("demo", "load")
    removed = run("demo", "remove")
    nothing = run("demo", "remove")

    assert (loaded.code, loaded.json["contacts"], loaded.json["accounts"]) == (cli.DONE, 30, 6)
    assert (again.code, again.out) == (cli.REFUSED, "")
    assert "loaded already" in again.err
    assert removed.out.startswith("30 contacts, 6 companies and ")
    assert nothing.code == cli.REFUSED
    assert not sample.is_loaded(staff.olga)


def test_a_rule_is_counted_within_the_reach_of_who_asks(run: Run, staff: Cast) -> None:
    for who, country in ((staff.ann, "DE"), (staff.bob, "DE"), (staff.bob, "FR")):
        contacts.create(who, {"last_name": f"{who.name} {country}", "country": country})

    everybody = run("segment", "count", "country is DE", "--json").json
    anns = run("segment", "count", "country is DE", "--as", "ann")

    assert everybody == {"rule": {"field": "country", "is": "DE"}, "count": 2, "is_capped": False}
    assert anns.out.startswith("1 contacts: ")
    assert run("segment", "count", "colour is red").code == cli.REFUSED


def test_segments_are_listed_and_counted_again(run: Run, staff: Cast) -> None:
    number = segments.create(staff.mark, NewSegment("Germans", "country is DE"))

    counted = run("segment", "refresh", str(number), "--json")
    listed = run("segment", "list", "--json")

    assert counted.json == {"id": number, "size": 0}
    assert [(row["name"], row["size"]) for row in listed.json] == [("Germans", 0)]
    assert "country is DE" in run("segment", "list").out


def test_offers_are_learned_and_say_when_too_little_is_known(run: Run, staff: Cast) -> None:
    zoe = contacts.create(staff.ann, {"last_name": "Zoe"})

    assert "Nothing was learned yet" in run("recommend", "quality").out
    assert run("recommend", "fit", "--json").json["is_popular_only"]
    assert "Too few customers" in run("recommend", "quality").out
    assert "what most people buy" in run("recommend", "for", str(zoe)).out
    assert run("recommend", "together", "999").code == cli.REFUSED


def test_the_key_figures_have_the_shape_of_every_report(run: Run, staff: Cast) -> None:
    contacts.create(staff.ann, {"last_name": "Berg", "company": "Berg & Co", "lifecycle": "customer"})

    told = run("report", "kpis", "--json").json
    numbers = {row["measure"]: row["value"] for row in told["rows"]}

    assert set(told) == {"name", "from", "to", "as_of", "rows"}
    assert set(told["rows"][0]) >= {"measure", "value", "unit", "previous", "goal"}
    assert (numbers["contacts"], numbers["companies"], numbers["lifecycle.customer"]) == (1, 1, 1)
    assert {"order_revenue", "win_rate", "open_pipeline"} <= numbers.keys()
    assert run("report", "kpis", "--team", "Nowhere").code == cli.REFUSED
    assert "contacts" in run("report", "kpis").out
    assert run("--as", "bob", "report", "kpis", "--json").json["rows"][0]["value"] == 0


@pytest.mark.parametrize(
    ("words", "code"),
    [
        (("--help",), cli.DONE),
        (("demo", "load", "--contacts", "0"), cli.REFUSED),
        (("--as", "vera", "demo", "load"), cli.REFUSED),
        (("--as", "nobody", "report", "kpis"), cli.REFUSED),
        (("demo", "load", "--contacts", "many"), cli.WRONG_USAGE),
        (("segment", "count"), cli.WRONG_USAGE),
        (("report", "nothing"), cli.WRONG_USAGE),
        (("frobnicate",), cli.WRONG_USAGE),
    ],
)
def test_a_command_ends_as_it_says(run: Run, staff: Cast, words: tuple[str, ...], code: int) -> None:
    answer = run(*words)

    assert answer.code == code, answer.err
    assert bool(answer.err) == (code != cli.DONE)


def test_a_bug_ends_with_a_reference_and_no_traceback(
    run: Run, staff: Cast, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def fail(*_: object) -> None:
        raise RuntimeError("inside")

    monkeypatch.setattr(sample, "load", fail)

    answer = run("demo", "load")

    assert (answer.code, answer.out) == (cli.BROKEN, "")
    reference = answer.err.split("The reference is ")[1].split(";")[0]
    assert reference in caplog.text
    assert "Traceback" not in answer.err


def test_the_help_names_every_command_in_a_sentence(run: Run) -> None:
    lines = run("--help").out.splitlines()

    for name in cli.COMMANDS:
        line = next(line for line in lines if line.split()[:1] == [name])
        assert len(line.split()) > 3, line
