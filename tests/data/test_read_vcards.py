"""vCards of all versions become rows with fixed column names."""

import json
from pathlib import Path

import pytest

from crm_core.data import readers
from crm_core.data.layouts import Options
from crm_core.kernel.errors import Invalid
from tests.shared_data import shared


def read(path: Path) -> list[dict[str, str]]:
    layout = readers.inspect(path, path.name)
    return [dict(zip(layout.columns, row.cells, strict=True)) for row in readers.rows(path, layout)]


def written(folder: Path, text: str | bytes) -> Path:
    path = folder / "cards.vcf"
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return path


def values(row: dict[str, str], *names: str) -> list[str]:
    """Texts of the columns with these names, numbered or not."""
    return sorted(text for column, text in row.items() if text and column.rstrip(" 0123456789") in names)


def test_every_shared_card_reads_as_expected() -> None:
    files = json.loads(shared("05_vcard_ics/vcard/expected.json").read_text(encoding="utf-8"))["files"]
    for name, cards in files.items():
        rows = read(shared(f"05_vcard_ics/vcard/{name}"))

        assert (name, len(rows)) == (name, len(cards))
        for row, card in zip(rows, cards, strict=True):
            parts = [
                row.get(key, "") for key in ("Last Name", "First Name", "Middle Name", "Salutation", "Suffix")
            ]
            assert (name, row["Full Name"]) == (name, card["fn"])
            assert (name, parts) == (name, card["n"] or [""] * 5)
            assert (name, values(row, "E-mail")) == (name, sorted(card["emails"]))
            assert (name, values(row, "Phone", "Mobile", "Fax", "Pager")) == (name, sorted(card["tels"]))
            organisation = [row.get("Company", ""), row.get("Department", "")]
            assert (name, organisation) == (name, ((card["org"] or []) + ["", ""])[:2])
            assert (name, row.get("Job Title", "")) == (name, card["title"] or "")
            assert (name, digits(row.get("Birthday", ""))) == (name, digits(card["bday"] or ""))


def digits(text: str) -> str:
    return text if text.startswith("--") else text.replace("-", "")


def test_quoted_printable_in_a_code_page_is_decoded(tmp_path: Path) -> None:
    text = (
        "BEGIN:VCARD\r\nVERSION:2.1\r\n"
        "N;CHARSET=ISO-8859-1;ENCODING=QUOTED-PRINTABLE:M=FCller;J=F6rg\r\n"
        "NOTE;ENCODING=QUOTED-PRINTABLE;CHARSET=UTF-8:first=0D=0A=\r\nsecond =C3=A9\r\n"
        "END:VCARD\r\n"
    )

    row = read(written(tmp_path, text))[0]

    assert (row["First Name"], row["Last Name"]) == ("Jörg", "Müller")
    assert row["Notes"] == "first\nsecond é"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252", "utf-16", "utf-16-le"])
def test_raw_letters_are_read_in_any_encoding_of_the_file(tmp_path: Path, encoding: str) -> None:
    text = "BEGIN:VCARD\nVERSION:3.0\nFN:Zoë Ångström\nORG:Ångström\\; Söner;Köp\nEND:VCARD\n"

    row = read(written(tmp_path, text.encode(encoding)))[0]

    assert (row["Full Name"], row["Company"], row["Department"]) == ("Zoë Ångström", "Ångström; Söner", "Köp")


def test_a_letter_split_by_a_fold_is_joined(tmp_path: Path) -> None:
    text = b"BEGIN:VCARD\r\nVERSION:3.0\r\nFN:Zo\xc3\r\n \xab\r\nEND:VCARD\r\n"

    assert read(written(tmp_path, text))[0]["Full Name"] == "Zoë"


def test_phones_are_sorted_by_kind_and_the_preferred_comes_first(tmp_path: Path) -> None:
    text = (
        "BEGIN:VCARD\nVERSION:4.0\nFN:A\nTEL;TYPE=work:1\nTEL;TYPE=cell:2\nTEL;TYPE=fax,work:3\n"
        'TEL;VALUE=uri;PREF=1;TYPE="voice,home":tel:+4\nEMAIL:b@x.example\nEMAIL;TYPE=PREF:a@x.example\nEND:VCARD\n'
    )

    row = read(written(tmp_path, text))[0]

    assert (row["Phone"], row["Phone 2"], row["Mobile"], row["Fax"]) == ("+4", "1", "2", "3")
    assert (row["E-mail"], row["E-mail 2"]) == ("a@x.example", "b@x.example")


def test_profiles_stand_apart_from_the_web_site(tmp_path: Path) -> None:
    text = (
        "BEGIN:VCARD\nVERSION:3.0\nFN:A\nURL:https\\://acme.example\nitem1.URL:https://www.linkedin.com/in/a\n"
        "X-SOCIALPROFILE;type=twitter:https://twitter.com/a\nCATEGORIES:vip,a\\,b\nEND:VCARD\n"
    )

    row = read(written(tmp_path, text))[0]

    assert row["Website"] == "https://acme.example"
    assert row["LinkedIn"] == "https://www.linkedin.com/in/a"
    assert row["Twitter"] == "https://twitter.com/a"
    assert row["Tags"] == "vip, a,b"


def test_a_backslash_in_a_card_of_version_2_1_is_a_backslash(tmp_path: Path) -> None:
    row = read(written(tmp_path, "BEGIN:VCARD\nVERSION:2.1\nN:A;B\nNOTE:C:\\new\nEND:VCARD\n"))[0]

    assert row["Notes"] == "C:\\new"


def test_a_card_inside_a_card_is_not_a_customer(tmp_path: Path) -> None:
    text = (
        "BEGIN:VCARD\nVERSION:2.1\nFN:Boss\nAGENT:\nBEGIN:VCARD\nVERSION:2.1\nFN:Agent\nEND:VCARD\n"
        "EMAIL:boss@x.example\nEND:VCARD\n"
    )

    assert read(written(tmp_path, text)) == [{"Full Name": "Boss", "E-mail": "boss@x.example"}]


def test_a_card_without_an_end_does_not_swallow_the_next(tmp_path: Path) -> None:
    text = "BEGIN:VCARD\nVERSION:3.0\nFN:One\nBEGIN:VCARD\nVERSION:3.0\nFN:Two\nEND:VCARD\n"
    path = written(tmp_path, text)

    layout = readers.inspect(path, "cards.vcf")

    assert [(row.line, row.cells) for row in readers.rows(path, layout)] == [(1, ["One"]), (4, ["Two"])]
    assert layout.warnings == ("1 cards have no end; they are read as far as they go.",)


def test_a_calendar_is_refused_with_a_way_out(tmp_path: Path) -> None:
    with pytest.raises(Invalid, match="is a calendar"):
        readers.inspect(written(tmp_path, "BEGIN:VCALENDAR\nEND:VCALENDAR\n"), "x.ics", Options())
