"""Makes up what customers of the sample company think of it: the same opinions every time."""

from typing import Final

SAYS: Final[dict[str, tuple[tuple[int, str], ...]]] = {
    "nps": (
        (10, "I love the desk, and your people on the phone are wonderful."),
        (9, "Great quality and fast delivery. Happy to recommend you."),
        (9, ""),
        (10, "The best chair I have ever had. Thank you!"),
        (8, "Good products, but the assembly took longer than promised."),
        (7, "It is fine."),
        (3, "The delivery was late twice and nobody told me. Very annoying."),
        (10, "Friendly, honest advice. You did not sell me more than I needed."),
        (6, "Nice furniture, terrible instructions."),
        (9, ""),
        (8, ""),
        (1, "The lamp broke after a week and I am still waiting for my money. I am really angry."),
        (9, "Sehr schöne Möbel und eine freundliche Beratung."),
        (7, "Good, but expensive."),
    ),
    "csat": (
        (5, "Solved in ten minutes. Excellent!"),
        (5, ""),
        (4, "Quick and friendly help."),
        (2, "I had to explain my problem three times, that was frustrating."),
        (5, "Thank you, everything works again."),
        (4, ""),
        (1, "Nobody called back. This is awful service."),
        (5, "Very helpful, thanks."),
        (3, "It was okay in the end."),
        (4, "La réponse était rapide et très claire, merci."),
    ),
    "ces": (
        (7, "Ordering was very easy."),
        (6, ""),
        (5, "Easy enough once I had found the right page."),
        (2, "It was hard to find out how to send something back."),
        (6, "Simple and clear."),
        (7, ""),
    ),
}
"""By kind, scores with what was written beside them."""
ORDER: Final = ("nps", "csat", "nps", "ces", "nps", "csat")
ANSWERS: Final = 60
SILENT: Final = 3
"""One more request for every so many answers was never answered."""
DAYS: Final = 300
"""The answers are spread over so many days."""
