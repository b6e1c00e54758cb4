"""Published sets of records whose true pairs are known, as the comparison reads them."""

import csv

from crm_core.kernel.values.text import fold
from tests.shared_data import shared

SETS = ("febrl1", "febrl2", "rldata500", "splink_fake_1000")


def published(name: str) -> tuple[dict[str, list[str]], set[tuple[int, int]]]:
    """People: the compared texts, and the places of the records that are the same."""
    with shared(f"01_dedupe/{name}.csv").open(newline="", encoding="utf-8") as file:
        rows = [{key.strip(): value.strip() for key, value in row.items()} for row in csv.DictReader(file)]
    groups: dict[str, list[int]] = {}
    for place, row in enumerate(rows):
        entity = row.get("identity") or row.get("cluster") or row["rec_id"].split("-")[1]
        groups.setdefault(entity, []).append(place)
    truth = {(a, b) for group in groups.values() for n, a in enumerate(group) for b in group[n + 1 :]}
    columns = {
        "first_name": ("given_name", "first_name", "fname_c1"), "last_name": ("surname", "lname_c1"),
        "email": ("email",), "city": ("suburb", "city"), "postal_code": ("postcode",),
    }  # fmt: skip
    texts = {
        field: [fold(next((row[name] for name in names if name in row), "")) for row in rows]
        for field, names in columns.items()
    }
    texts["street"] = [fold(f"{row.get('street_number', '')} {row.get('address_1', '')}") for row in rows]
    texts["birthday"] = [_birthday(row) for row in rows]
    return texts, truth


def _birthday(row: dict[str, str]) -> str:
    if "by" in row:
        return f"{row['by']}-{int(row['bm']):02}-{int(row['bd']):02}"
    day = row.get("dob") or row.get("date_of_birth", "")
    return f"{day[:4]}-{day[4:6]}-{day[6:]}" if len(day) == 8 else day


def restaurants() -> tuple[dict[str, list[str]], set[tuple[int, int]]]:
    """Companies from two guides: the compared texts, and the places of those that are the same."""
    texts: dict[str, list[str]] = {name: [] for name in ("name", "phone", "street", "city")}
    places: dict[tuple[str, str], int] = {}
    for guide in ("fodors", "zagats"):
        for row in _rows(f"restaurants_{guide}.csv"):
            places[guide, row["id"]] = len(texts["name"])
            for name, column in (("name", "name"), ("street", "addr"), ("city", "city")):
                texts[name].append(fold(row[column]))
            texts["phone"].append("".join(filter(str.isdigit, row["phone"]))[-9:])
    truth = {
        (places["fodors", row["fodors_id"]], places["zagats", row["zagats_id"]])
        for row in _rows("restaurants_matches_fodors_zagats.csv")
    }
    return texts, truth


def _rows(name: str) -> list[dict[str, str]]:
    with shared(f"01_dedupe/{name}").open(newline="", encoding="utf-8") as file:
        return list(csv.DictReader(file))
