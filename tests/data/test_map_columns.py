"""Columns find their fields by name and by what stands in them."""

import csv
import json
from pathlib import Path

import pytest

from crm_core.data import fields, kinds, mapping
from tests.shared_data import shared

KINDS = {"contact": "contacts", "lead": "contacts", "company": "accounts", "deal": "deals", "order": "orders"}

LAYOUTS = {
    "a German address list": (
        "Anrede|Vorname|Name|Firma|E-Mail-Adresse|Telefon geschäftlich|Mobiltelefon|Straße|PLZ|Ort",
        "salutation|first_name|last_name|company|email|phone|mobile|street|postal_code|city",
    ),
    "a French one": (
        "Civilité|Prénom|Nom|Société|Fonction|Adresse e-mail|Téléphone|Portable|Adresse|Code postal|Ville",
        "salutation|first_name|last_name|company|job_title|email|phone|mobile|street|postal_code|city",
    ),
    "a Spanish one": (
        "Nombre|Apellidos|Correo electrónico|Teléfono|Móvil|Empresa|Cargo|Dirección|Ciudad|Código postal",
        "first_name|last_name|email|phone|mobile|company|job_title|street|city|postal_code",
    ),
    "an Italian one": (
        "Nome|Cognome|Indirizzo email|Telefono|Cellulare|Azienda|Ruolo|Indirizzo|Città|CAP|Data di nascita",
        "first_name|last_name|email|phone|mobile|company|job_title|street|city|postal_code|birthday",
    ),
    "a Dutch one": (
        "Voornaam|Tussenvoegsel|Achternaam|E-mailadres|Telefoonnummer|Bedrijf|Functie|Postcode|Woonplaats|Land",
        "first_name|middle_name|last_name|email|phone|company|job_title|postal_code|city|country",
    ),
    "a Portuguese one": (
        "Nome|Sobrenome|Endereço de e-mail|Telefone|Celular|Empresa|Cargo|Cidade|CEP|País|Observações",
        "first_name|last_name|email|phone|mobile|company|job_title|city|postal_code|country|notes",
    ),
    "names of programs": (
        "contactId|firstName|LAST_NAME|emailAddress|mobile-phone|Job_Title__c|companyName|postalCode|dateOfBirth",
        "external_id|first_name|last_name|email|mobile|job_title|company|postal_code|birthday",
    ),
    "typing errors": ("Fist Name|Emial Adress|Telephon|Compnay", "first_name|email|phone|company"),
}


def rows_of(path: Path, encoding: str, delimiter: str) -> list[list[str]]:
    with path.open(encoding=encoding, newline="") as lines:
        return list(csv.reader(lines, delimiter=delimiter))


def chosen(kind: str, columns: list[str], samples: list[list[str]] | None = None) -> dict[str, str | None]:
    return {guess.column: guess.field for guess in mapping.propose(kind, columns, samples or [])}


def test_the_exports_of_well_known_systems_map_themselves() -> None:
    files = json.loads(shared("03_crm_exports/expected.json").read_text(encoding="utf-8"))["files"]
    wrong = []
    for name, facts in files.items():
        rows = rows_of(shared(f"03_crm_exports/{name}"), facts["encoding"], facts["delimiter"])
        start = next(index for index, row in enumerate(rows) if set(facts["mapping"]) <= set(row))
        kind = KINDS[facts["entity"]]
        found = chosen(kind, rows[start], rows[start + 1 : start + 60])
        known = fields.vocabulary(kind)
        wrong += [(name, column, found[column]) for column, field in facts["mapping"].items()
                  if field in known and found[column] != field]  # fmt: skip
        wrong += [(name, column, found[column]) for column, trap in facts["must_not_map"].items()
                  if found[column] == trap.split()[0] or (trap == "any field" and found[column])]  # fmt: skip
        assert kinds.guess_columns(rows[start], rows[start + 1 : start + 60]).kind == kind

    assert wrong == []


@pytest.mark.parametrize("layout", LAYOUTS)
def test_column_names_are_known_in_many_spellings(layout: str) -> None:
    columns, wanted = (line.split("|") for line in LAYOUTS[layout])

    assert [guess.field for guess in mapping.propose("contacts", columns)] == wanted


def test_a_title_is_an_honorific_or_a_job_as_its_cells_say() -> None:
    assert chosen("contacts", ["Title", "First Name"], [["Sales Executive", "Jo"]])["Title"] == "job_title"
    assert chosen("contacts", ["Title", "First Name"], [["Mrs", "Jo"]])["Title"] == "salutation"
    assert chosen("contacts", ["Title", "Job Title"])["Title"] == "salutation"


def test_cells_speak_where_the_name_says_nothing() -> None:
    columns = ["Spalte 1", "Spalte 2", "Spalte 3"]
    rows = [["ann@x.example", "+49 30 1234567", "https://www.linkedin.com/in/ann"]] * 3

    assert list(chosen("contacts", columns, rows).values()) == ["email", "phone", "linkedin_url"]


def test_cells_that_do_not_suit_speak_against_the_name() -> None:
    assert chosen("contacts", ["E-mail", "Name"], [["yes", "Ann"], ["no", "Bob"]])["E-mail"] is None


def test_of_several_addresses_the_filled_one_is_taken() -> None:
    columns = ["Name", "Billing City", "Billing Country", "Shipping City", "Shipping Country"]

    found = chosen("contacts", columns, [["Ann", "", "", "Lyon", "France"]])

    assert (found["Shipping City"], found["Billing City"]) == ("city", None)


def test_one_column_fills_a_field_and_the_others_stand_back() -> None:
    found = chosen(
        "contacts", ["Email", "Work Email", "Home Email", "Owner Email", "Fax", "Last activity date"]
    )

    assert found["Email"] == "email"
    assert found["Home Email"] == "email_secondary"
    assert list(found.values()).count("email") == 1
    assert found["Fax"] is None
    assert found["Last activity date"] is None


def test_custom_fields_are_found_by_their_label() -> None:
    shoe = fields.custom_field("shoe_size", "Shoe size", "number")

    [guess] = mapping.propose("contacts", ["Shoe Size"], custom=[shoe])

    assert guess.field == "custom.shoe_size"


def test_a_saved_mapping_wins_and_forgotten_fields_do_not_come_back() -> None:
    memory = {"Email": None, "Colour": "likes", "Note": "custom.gone"}

    found = mapping.propose("contacts", ["Email", "Colour", "Note"], memory=memory)

    assert [guess.field for guess in found] == [None, "likes", "notes"]


def test_a_layout_is_known_again_whatever_the_order_of_its_columns() -> None:
    assert mapping.layout_key("contacts", ["A", "B c"]) == mapping.layout_key("contacts", ["b_C", "a"])
    assert mapping.layout_key("contacts", ["A"]) != mapping.layout_key("deals", ["A"])


def test_every_guess_gives_a_reason() -> None:
    guesses = mapping.propose("contacts", ["Email", "zzz", "Fax", "Email 2", "Billing City", "Home City"])

    assert all(guess.reason.endswith(".") for guess in guesses)
    assert all(0 <= guess.confidence <= 1 for guess in guesses)


def test_the_proposal_speaks_only_of_known_fields() -> None:
    for kind in fields.KINDS:
        known = fields.vocabulary(kind)
        guesses = mapping.propose(kind, [field.label for field in known.values()])
        assert {guess.field for guess in guesses} - {None} <= set(known)
