"""Key figures over the REST API."""

from tests.api.rest import Program, is_refusal
from tests.people import Cast


def test_programs_read_the_key_figures_of_their_owner(anns: Program, bobs: Program) -> None:
    anns.make("/deals", deal="Chairs", amount="120.50", currency="EUR")

    mine, his = (
        {row["measure"]: row for row in one.get("/kpis", compare="none")["items"]} for one in (anns, bobs)
    )

    assert mine["open_pipeline"] == {
        "measure": "open_pipeline", "value": "120.50", "unit": "EUR", "previous": None, "goal": None
    }  # fmt: skip
    assert (mine["new_deals"]["value"], his["new_deals"]["value"]) == ("1", "0")


def test_a_question_that_makes_no_sense_is_refused(anns: Program, cast: Cast) -> None:
    for query in ({"from": "soon"}, {"compare": "luck"}, {"owner": cast.bob.name}, {"country": "Atlantis"}):
        assert is_refusal(anns.ask("GET", "/kpis", params=query))
