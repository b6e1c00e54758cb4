"""The longest files and functions, for the console: places to look, not verdicts.

The budget is 250 lines a file, 150 a page, 80 for app.py and 30 a function; the tests fail far beyond it.
"""

from tests.architecture.rules import function_lengths
from tests.architecture.sources import Source, sources

SHOWN = 10
FUNCTION_BUDGET = 30


def budget(source: Source) -> int:
    """How many lines this file should not exceed."""
    if source.path == "app.py":
        return 80
    return 150 if source.lies_in("pages") else 250


def report() -> str:
    """What is over the budget, longest first."""
    files = [(s.text.count("\n"), s.path) for s in sources() if s.text.count("\n") > budget(s)]
    long = [
        (length, f"{source.path} {name}")
        for source in sources()
        for name, length in function_lengths(source)
        if length > FUNCTION_BUDGET
    ]
    lines = sum(source.text.count("\n") for source in sources())
    parts = [f"Sizes: {len(sources())} files, {lines:,} lines."]
    for title, found in (("Files over their budget", files), ("Functions over 30 lines", long)):
        shown = [f"  {size:4} {what}" for size, what in sorted(found, reverse=True)[:SHOWN]]
        parts.append("\n".join([f"{title}: {len(found)}", *shown]))
    return "\n".join(parts)


if __name__ == "__main__":
    print(report())
