"""A value is the same, whether it was typed into a form, sent by a program, or stood in a file.

Three things differ on purpose and are left out: a file may write “n/a” or “-” for nothing, cuts what is far
too long, and knows the words of other systems for the stages of a contact.
"""

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from crm_core.data import conversion
from crm_core.data.fields import Field, of
from crm_core.kernel.values import dates
from crm_core.kernel.values.date_styles import DateOrder, DateStyle
from crm_core.kernel.values.text import clean, is_blank
from crm_core.kernel.values.typed import LISTS, Conventions, convert
from crm_core.people.fields import ACCOUNT_TYPES, CONTACT_TYPES, OPTIONS

STYLE = DateStyle(DateOrder.DMY)
FORM = Conventions(region="DE", currency="EUR", zone=dates.zone_of("Europe/Berlin"), dates=STYLE)
FILE = conversion.Context(region="DE", zone="Europe/Berlin", currency="EUR", dates=STYLE)
WRITTEN = (
    "1985-04-01", "1.4.85", "01/04/1985", "--04-01", "1 April", "2026-03-02T09:00:00Z",
    "2.3.2026 10:15", "45000", "030 901820", "+49 30 901820; 0171 1234567", "(030) 90 18 20 ext. 5",
    "a@b.test, c@d.test", "Anna <a@b.test>", "a@b", "yes", "ja", "0", "1.234,50 €", "1,234.50",
    "12 500", "USD 5", "Germany", "DE", "Deutschland", "french", "http://b.test/x", "b.test", "@anna",
    "linkedin.com/in/anna", "VIP; Press", '["a", "b"]', "two\nlines", "Europe/Berlin", "='00123",
    "'+49", "  blanks  ", "2.5", "50%", "Berg & Co",
)  # fmt: skip


def same_fields() -> list[Any]:
    """Every field that both know, with the type it has in forms."""
    pairs = [
        (field, types[field.name])
        for kind, types in (("contacts", CONTACT_TYPES), ("accounts", ACCOUNT_TYPES))
        for field in of(kind)
        if field.name in types and field.name not in OPTIONS
    ]
    return [pytest.param(*pair, id=f"{pair[0].name}-{pair[1]}") for pair in pairs]


def from_file(field: Field, text: str) -> Any:
    """What an import stores."""
    found = conversion.convert(field, text, FILE)
    if field.type == "birthday" and found.value is not None:
        return dates.birthday_text(found.value)
    if field.type in LISTS and not isinstance(found.value, list):
        return [] if found.value is None else [found.value, *found.further]
    return found.value


@pytest.mark.parametrize(("field", "type_name"), same_fields())
@settings(max_examples=40, deadline=None)
@given(text=st.one_of(st.sampled_from(WRITTEN), st.text(max_size=60)))
def test_a_text_means_the_same_in_a_form_and_in_a_file(field: Field, type_name: str, text: str) -> None:
    if is_blank(clean(text), names=False):
        return

    typed, _ = convert(type_name, text, FORM, field=field.name)

    assert (typed or None) == (from_file(field, text) or None)


def test_a_birthday_is_stored_as_text_with_or_without_its_year() -> None:
    field = next(each for each in of("contacts") if each.name == "birthday")

    for text, stored in (("1.4.1985", "1985-04-01"), ("--04-01", "--04-01"), ("1 April", "--04-01")):
        assert convert("birthday", text, FORM)[0] == from_file(field, text) == stored


def test_a_field_for_one_value_takes_no_list() -> None:
    assert convert("text", ["Bonn"], FORM) == ("Bonn", [])

    value, problems = convert("text", ["Bonn", "Rome"], FORM)

    assert (value, len(problems)) == (None, 1)
