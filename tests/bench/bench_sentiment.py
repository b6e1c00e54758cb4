"""How well moods agree with people who read the same texts, and how many texts are read in a second."""

import csv
import gzip
import json
import time
from collections.abc import Iterator

import numpy as np
import pytest

from crm_core.service import sentiment
from tests.bench.measuring import LeftOut, Measurement, Setting, benchmark
from tests.shared_data import shared

FOLDER = "10_text"
NAME = "vader_amazon_review_snippets"


def rated() -> list[tuple[float, str]]:
    """Snippets of reviews with the mean rating of 20 people, from -4 to 4."""
    with gzip.open(shared(f"{FOLDER}/{NAME}.csv.gz"), "rt", encoding="utf-8", newline="") as file:
        return [(float(row["mean_human_rating"]), row["text"]) for row in csv.DictReader(file)]


def correlation(ratings: list[tuple[float, str]]) -> float:
    """Pearson's correlation of moods with what people said."""
    scores = [sentiment.compound(text) for _, text in ratings]
    return float(np.corrcoef([rating for rating, _ in ratings], scores)[0, 1])


@benchmark
def sentiment_agrees(_: Setting) -> Iterator[Measurement]:
    """Moods of published review snippets beside the ratings of people, and the speed of reading."""
    try:
        ratings = rated()
        expected = json.loads(shared(f"{FOLDER}/{NAME}.expected.json").read_text())
    except pytest.skip.Exception as missing:
        raise LeftOut(str(missing)) from missing
    reference = expected["vaderSentiment_3_3_2"]["pearson_with_humans"]
    yield Measurement("correlation with people", correlation(ratings), "r", reference, "vaderSentiment 3.3.2",
                      at_least=0.98)  # fmt: skip
    began = time.perf_counter()
    read = [sentiment.read(text) for _, text in ratings]
    seconds = time.perf_counter() - began
    yield Measurement("texts read", len(read) / seconds, "a second")
    known = sum(mood.score is not None for mood in read) / len(read)
    yield Measurement("taken for English", known, "share", at_least=0.9)
