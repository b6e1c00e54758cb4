"""What is compared of contacts and of accounts, and what two of them must share to be compared at all."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import jellyfish
import numpy as np

from crm_core.data.blocking import Keys
from crm_core.data.comparing import Column
from crm_core.data.linkage import Field


@dataclass(frozen=True)
class Kind:
    """What is compared for one kind of record, and the keys that candidates share.

    ``anchors`` are the keys to learn from: combinations that strangers hardly share.
    """

    fields: tuple[Field, ...]
    keys: Keys
    anchors: tuple[tuple[str, ...], ...]


CONTACTS = Kind(
    (
        Field("first_name", "name", "name"),
        Field("last_name", "name", "surname"),
        Field("birthday", "date", "birthday"),
        Field("email", "email", "email"),
        Field("phone", "code", "phone"),
        Field("company", "phrase", "company"),
        Field("street", "phrase", "address"),
        Field("postal_code", "code", "address"),
        Field("city", "name", "address"),
    ),
    Keys((
        ("email",),
        ("email_name",),
        ("phone",),
        ("birthday",),
        ("full_name",),
        ("last_sound", "postal_code"),
        ("last_sound", "birth_year"),
        ("first_sound", "last_sound"),
        ("first_sound", "birth_year", "city"),
        ("first_sound", "birth_day"),
        ("last_sound", "birth_day"),
        ("last_sound", "company"),
        ("last_sound", "city"),
        ("first_sound", "city"),
        ("first_name",),
        ("last_name",),
        ("first_sound", "postal_code"),
        ("street", "postal_code"),
        ("street", "first_sound"),
        ("street", "last_sound"),
    ),
    frozenset({("last_sound", "city"), ("first_sound", "city"), ("first_sound", "birth_year", "city")}),
    ("first_sound", "last_sound", "company", "city", "postal_code", "birth_year", "birth_day")),
    (
        ("email",),
        ("phone",),
        ("birthday", "last_sound"),
        ("street", "postal_code"),
        ("full_name", "postal_code"),
        ("full_name", "birth_year"),
        ("first_sound", "last_sound"),
    ),
)  # fmt: skip

ACCOUNTS = Kind(
    (
        Field("name", "phrase", "name"),
        Field("domain", "phrase", "domain"),
        Field("phone", "code", "phone"),
        Field("street", "phrase", "address"),
        Field("postal_code", "code", "address"),
        Field("city", "name", "address"),
    ),
    Keys((
        ("domain",),
        ("phone",),
        ("name",),
        ("sorted_name",),
        ("name_start", "city"),
        ("name_start", "street_number"),
        ("street_number", "city"),
        ("street", "city"),
        ("name_word",),
        ("street_start",),
    ),
    frozenset(),
    ("city", "postal_code", "name_start", "street_number")),
    (("domain",), ("phone",), ("sorted_name",), ("street", "city")),
)  # fmt: skip

READ_OFF = {
    # A key made of a field agrees on all that can be read off that field: nothing is learned about it there.
    "email_name": ("email",),
    "full_name": ("first_name", "last_name"),
    "last_sound": ("last_name",),
    "first_sound": ("first_name",),
    "birth_year": ("birthday",),
    "birth_day": ("birthday",),
    "sorted_name": ("name",),
    "name_start": ("name",),
    "name_word": ("name",),
    "street_number": ("street",),
    "street_start": ("street",),
}


def contact_columns(records: Mapping[str, Sequence[str]]) -> dict[str, Column]:
    """The compared fields of contacts (folded texts), and the keys that are read off them."""
    columns = _columns(CONTACTS, records)
    first, last = columns["first_name"], columns["last_name"]
    columns["email_name"] = columns["email"].derived(lambda text: _long(text.partition("@")[0]))
    columns["full_name"] = _full_names(first, last)
    columns["first_sound"], columns["last_sound"] = first.derived(_sound), last.derived(_sound)
    columns["birth_year"] = columns["birthday"].derived(lambda text: text[:4] if text[:1] != "-" else "")
    columns["birth_day"] = columns["birthday"].derived(lambda text: text[-5:])
    return columns


def account_columns(records: Mapping[str, Sequence[str]]) -> dict[str, Column]:
    """The compared fields of accounts (folded texts), and the keys that are read off them."""
    columns = _columns(ACCOUNTS, records)
    name, street = columns["name"], columns["street"]
    columns["sorted_name"] = name.derived(lambda text: "".join(sorted(text.split())))
    columns["name_start"] = name.derived(lambda text: text.replace(" ", "")[:5])
    columns["name_word"] = name.derived(lambda text: max(text.split(), key=len, default=""))
    columns["street_number"] = street.derived(
        lambda text: "".join(filter(str.isdigit, text.partition(" ")[0]))
    )
    columns["street_start"] = street.derived(lambda text: text[:10])
    return columns


def _columns(kind: Kind, records: Mapping[str, Sequence[str]]) -> dict[str, Column]:
    size = max(map(len, records.values()))
    return {one.name: Column.of(records.get(one.name) or [""] * size) for one in kind.fields}


def _full_names(first: Column, last: Column) -> Column:
    """First and last name, whichever stands where; empty unless both are there."""
    pairs, place = np.unique(first.codes.astype(np.int64) * len(last.texts) + last.codes, return_inverse=True)
    names = [(first.texts[pair // len(last.texts)], last.texts[pair % len(last.texts)]) for pair in pairs]
    short = Column.of([" ".join(sorted(pair)) if all(pair) else "" for pair in names])
    return Column(short.texts, short.codes[place], short.share)


def _sound(name: str) -> str:
    return (jellyfish.metaphone(name) if name.isascii() else name) or name


def _long(text: str) -> str:
    return text if len(text) >= 5 else ""
