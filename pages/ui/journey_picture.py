"""A journey as a picture: boxes from top to bottom, two ways side by side where it branches."""

from collections.abc import Mapping, Sequence
from html import escape
from textwrap import wrap
from typing import Any

import streamlit as st

from crm_core.automation.types import Drawing

WIDTH, GAP, LINE, PAD, RISE = 230, 24, 17, 12, 30
LETTERS = 30
MOST_LINES = 4
COLOURS = {
    "when": "#17897E", "if": "#B7791F", "branch": "#B7791F", "wait": "#6B7280", "until": "#6B7280",
    "end": "#6B7280", "stop": "#6B7280",
}  # fmt: skip
ACT = "#2F6FB0"

Open = list[tuple[float, float, str]]
"""Ends that lead on to the next box: where they are, and what stands beside the arrow."""


def draw(drawing: Drawing, steps: Sequence[Mapping[str, Any]], counts: Mapping[str, str]) -> None:
    """The picture; ``counts`` says by place what stands below a box."""
    picture = Picture({node.place: (node.kind, node.text) for node in drawing.nodes}, counts)
    st.image(picture.of(steps), width="content")


class Picture:
    """Boxes and arrows of one journey, as SVG."""

    def __init__(self, nodes: Mapping[str, tuple[str, str]], counts: Mapping[str, str]) -> None:
        self.nodes, self.counts = nodes, counts
        self.parts: list[str] = []

    def of(self, steps: Sequence[Mapping[str, Any]]) -> str:
        """The whole picture."""
        width = _columns(steps) * (WIDTH + GAP) + GAP
        ends: Open = []
        y = 8.0
        for place in ("when", "if"):
            if place in self.nodes:
                ends, y = self._box(place, width / 2, y, ends)
        ends, y = self._flow(steps, "", width / 2, y, ends)
        _, y = self._box("end", width / 2, y, ends)
        height = y - RISE + 8
        return (
            f'<svg xmlns="http://www.w3.org/2000/svg" width="{width:.0f}" height="{height:.0f}" '
            f'viewBox="0 0 {width:.0f} {height:.0f}" font-family="system-ui,sans-serif" font-size="13">'
            f"{''.join(self.parts)}</svg>"
        )

    def _flow(
        self, steps: Sequence[Mapping[str, Any]], before: str, middle: float, y: float, ends: Open
    ) -> tuple[Open, float]:
        for number, step in enumerate(steps, 1):
            place = f"{before}{number}"
            if place not in self.nodes:
                continue
            ends, y = self._box(place, middle, y, ends)
            if step.get("do") == "stop":
                ends = []
            elif step.get("do") == "branch":
                ends, y = self._ways(step, place, middle, y, ends)
        return ends, y

    def _ways(
        self, step: Mapping[str, Any], place: str, middle: float, y: float, ends: Open
    ) -> tuple[Open, float]:
        ways = {way: list(step.get(way) or ()) for way in ("yes", "no")}
        sizes = {way: _columns(inside) * (WIDTH + GAP) for way, inside in ways.items()}
        left = middle - sum(sizes.values()) / 2
        found: Open = []
        lowest = y
        for way, inside in ways.items():
            centre = left + sizes[way] / 2
            left += sizes[way]
            x, bottom, _ = ends[0]
            if not inside:
                found.append((x, bottom, way))
                continue
            more, low = self._flow(inside, f"{place}.{way}.", centre, y + 8, [(x, bottom, way)])
            found, lowest = [*found, *more], max(lowest, low)
        return found, lowest

    def _box(self, place: str, middle: float, y: float, ends: Open) -> tuple[Open, float]:
        kind, text = self.nodes[place]
        lines = wrap(text[:1].upper() + text[1:], LETTERS)
        if len(lines) > MOST_LINES:
            lines = [*lines[: MOST_LINES - 1], lines[MOST_LINES - 1][: LETTERS - 1] + "…"]
        said = self.counts.get(place, "")
        height = PAD * 2 + LINE * (len(lines) + bool(said)) - 3
        colour = COLOURS.get(kind, ACT)
        for x, bottom, label in ends:
            self._arrow((x, bottom), (middle, y), label)
        left = middle - WIDTH / 2
        self.parts.append(
            f'<rect x="{left:.0f}" y="{y:.0f}" width="{WIDTH}" height="{height}" rx="8" fill="#ffffff" '
            f'stroke="{colour}" stroke-width="1.5"/><rect x="{left:.0f}" y="{y:.0f}" width="5" '
            f'height="{height}" rx="2" fill="{colour}"/>'
        )
        for number, line in enumerate(lines):
            self._text(left + 16, y + PAD + 11 + number * LINE, line, "#1f2937")
        if said:
            self._text(left + 16, y + PAD + 11 + len(lines) * LINE, said, "#6b7280", size=12)
        return [(middle, y + height, "")], y + height + RISE

    def _arrow(self, start: tuple[float, float], end: tuple[float, float], label: str) -> None:
        (x, y), (to_x, to_y) = start, end
        turn = to_y - 14 if not label else y + 12
        self.parts.append(
            f'<path d="M{x:.0f} {y:.0f}V{turn:.0f}H{to_x:.0f}V{to_y - 2:.0f}" fill="none" stroke="#8b95a1" '
            f'stroke-width="1.5"/><path d="M{to_x - 4:.0f} {to_y - 7:.0f}L{to_x:.0f} {to_y - 1:.0f}'
            f'L{to_x + 4:.0f} {to_y - 7:.0f}" fill="none" stroke="#8b95a1" stroke-width="1.5"/>'
        )
        if label:
            self._text(to_x + 6, to_y - 8, label, "#B7791F", size=12)

    def _text(self, x: float, y: float, line: str, colour: str, *, size: int = 13) -> None:
        self.parts.append(
            f'<text x="{x:.0f}" y="{y:.0f}" fill="{colour}" font-size="{size}">{escape(line)}</text>'
        )


def _columns(steps: Sequence[Mapping[str, Any]]) -> int:
    """How many boxes stand side by side at most."""
    found = 1
    for step in steps:
        if step.get("do") == "branch":
            found = max(found, sum(_columns(list(step.get(way) or ())) for way in ("yes", "no")))
    return found
