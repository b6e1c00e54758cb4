"""Countries, languages, time zones, web addresses, lists, yes and no, names."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crm_core.kernel.values import Problem, choices, countries, languages, names, urls
from tests.shared_data import shared


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("UK", "GB"), ("usa", "US"), ("England", "GB"), ("Holland", "NL"),
        ("Deutschland", "DE"), ("Allemagne", "DE"), ("Países Bajos", "NL"), ("DEU", "DE"), ("276", "DE"),
        ("Türkiye", "TR"),
        ("Россия", "RU"), ("日本", "JP"),
        ("Germany (DE)", "DE"), ("Korea, Republic of", "KR"), ("Cote d'Ivoire", "CI"),
        ("Czech Republic", "CZ"),
    ],
)  # fmt: skip
def test_a_country_is_known_by_its_usual_names(text: str, code: str) -> None:
    assert countries.parse(text) == code


def test_an_unknown_country_is_a_problem() -> None:
    assert isinstance(countries.parse("Atlantis"), Problem)


def test_languages_and_time_zones_get_their_standard_names() -> None:
    assert [languages.parse(text) for text in ("German", "français", "pt_BR", "ger")] == [
        "de",
        "fr",
        "pt-BR",
        "de",
    ]
    assert languages.parse_time_zone("W. Europe Standard Time") == "Europe/Berlin"
    assert languages.parse_time_zone("(GMT-05:00) Eastern Time (US & Canada)") == "America/New_York"
    assert isinstance(languages.parse("klingonese"), Problem)


@pytest.mark.parametrize(
    ("text", "url"),
    [
        ("acme.example", "https://acme.example"),
        ("HTTP://Acme.Example/A?b#c", "http://acme.example/A?b#c"),
        ("www.ü.de", "https://www.xn--tda.de"),
        ("x.example:8080/y", "https://x.example:8080/y"),
    ],
)
def test_a_web_address_is_made_whole(text: str, url: str) -> None:
    assert urls.parse(text) == url


@pytest.mark.parametrize(
    "text",
    ["javascript:alert(1)", "JavaScript:alert(1)", "data:text/html,x", "file:///etc/passwd", "http://ann:pw@x.example",
     "acme", "https://", "http://x.example/\n", "mailto:a@b.example", 'http://x.example/"onmouseover="'],
)  # fmt: skip
def test_an_address_that_could_do_harm_is_refused(text: str) -> None:
    assert isinstance(urls.parse(text), Problem)


@given(st.text(max_size=40))
def test_every_accepted_address_is_http(text: str) -> None:
    found = urls.parse(text)

    assert isinstance(found, Problem) or found.startswith(("http://", "https://"))


def test_handles_become_addresses() -> None:
    assert urls.parse_profile("@ann", "x_url") == "https://x.com/ann"
    assert urls.domain_of("https://www.acme.example/x") == "acme.example"


def test_lists_yes_and_no_and_durations_are_read() -> None:
    assert choices.parse_tags("* myContacts ::: Customers") == ["myContacts", "Customers"]
    assert choices.parse_tags("vip, VIP; b") == ["vip", "b"]
    assert [choices.parse_yes_no(text) for text in ("Ja", "x", "0", "Opted out")] == [
        True,
        True,
        False,
        False,
    ]
    assert isinstance(choices.parse_yes_no("maybe"), Problem)
    assert [choices.parse_duration(text) for text in ("15", "1:30", "00:15:30", "1h 30m")] == [
        900,
        5400,
        930,
        5400,
    ]
    assert choices.parse_choice("gold", ("Gold", "Silver")) == "Gold"
    assert isinstance(choices.parse_choice("tin", ("Gold", "Silver")), Problem)


def test_published_names_are_split_as_people_would() -> None:
    cases = json.loads(shared("04_validity/names_nameparser.json").read_text(encoding="utf-8"))
    labelled = json.loads(shared("04_validity/person_names_labelled.json").read_text(encoding="utf-8"))

    right = sum(
        all(
            getattr(names.split(case["name"]), part) == case["expect"][part]
            for part in ("first", "last")
            if part in case["expect"]
        )
        for case in cases
    )
    named = sum(
        (found := names.split(case["text"])).first.rstrip(",.") == (case["given"] or "").rstrip(",.")
        and found.last.rstrip(",.") == (case["surname"] or "").rstrip(",.")
        for case in labelled
    )

    assert right / len(cases) >= 0.94
    assert named / len(labelled) >= 0.95


def test_capitals_are_mended_only_where_there_are_none_to_trust() -> None:
    assert names.recase("JEAN-PIERRE O'BRIEN") == "Jean-Pierre O'Brien"
    assert names.recase("ludwig van beethoven") == "Ludwig van Beethoven"
    assert names.recase("McDonald") == "McDonald"


@given(st.text(max_size=60))
def test_no_name_is_too_strange_to_split(text: str) -> None:
    parts = names.split(text)

    assert isinstance(parts, names.FullName)
    assert isinstance(countries.parse(text), (str, Problem))
    assert isinstance(languages.parse_time_zone(text), (str, Problem))
