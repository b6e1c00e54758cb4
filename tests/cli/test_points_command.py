"""Points from the command line: posted once for each cause, refused in sentences."""

from crm_core.loyalty import members
from crm_core.people import contacts
from tests.cli.conftest import Run
from tests.people import Cast


def test_points_are_earned_spent_corrected_and_told(run: Run, staff: Cast) -> None:
    zoe = str(contacts.create(staff.ann, {"first_name": "Zoe", "email": "zoe@berg.example"}))

    earned = run("points", "earn", zoe, "100", "--cause", "r1", "--json").json
    again = run("points", "earn", "zoe@berg.example", "100", "--cause", "r1", "--json").json
    card = earned["card_number"]
    assert (earned["balance"], again["balance"], again["is_new"]) == (100, 100, False)
    assert again["entry"]["id"] == earned["entry"]["id"]

    spent = run("points", "redeem", card, "30", "--cause", "mug", "--json").json
    assert (spent["balance"], spent["entry"]["points"], spent["redeemed"]) == (70, -30, 30)
    lowered = run("points", "adjust", card, "-20", "--cause", "a", "--reason", "x").out
    assert "-20 points. Zoe has 50 points" in lowered
    given = run("points", "gift", card, "5", "--cause", "g", "--reason", "sorry", "--json").json
    assert given["balance"] == 55
    assert run("points", "reverse", str(spent["entry"]["id"]), "--json").json["balance"] == 85
    told = run("points", "statement", card, "--json").json
    assert [entry["points"] for entry in told["entries"]] == [30, 5, -20, -30, 100]
    assert (told["opening"], told["closing"]) == (0, 85)
    assert "Zoe has 85 points" in run("points", "statement", card).out
    assert run("points", "balance", zoe, "--json").json["usable"] == 85
    assert "Zoe has 85 points, 85 to spend now" in run("points", "balance", zoe).out
    assert run("points", "find", card, "--json").json[0]["name"] == "Zoe"
    assert run("points", "liability", "--json").json["points"] == 85
    assert run("points", "near", "--json").json == []
    assert run("points", "past", "--from", "2020-01-01", "--to", "2021-01-01", "--json").json == {"points": 0}
    assert run("points", "happened", card, "visit", "--cause", "v", "--json").json["balance"] == 85
    assert "Every balance of points" in run("doctor").out


def test_refusals_are_sentences(run: Run, staff: Cast) -> None:
    zoe = contacts.create(staff.ann, {"first_name": "Zoe"})
    assert "takes no part" in run("points", "balance", str(zoe)).err
    card = members.enrol(staff.ann, zoe).card_number

    assert run("points", "redeem", card, "1", "--cause", "x").code == 1
    assert "Nobody has" in run("points", "balance", "999").err
    assert "--cause" in run("points", "earn", card, "1").err
    assert run("--as", "ann", "points", "earn", card, "5", "--cause", "y").code == 1
    assert "takes part with card" in run("points", "enrol", str(zoe)).out
    wrong = f"{card[:-1]}{(int(card[-1]) + 1) % 10}"
    assert "mistyped" in run("points", "balance", wrong).err
