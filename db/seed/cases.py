"""Makes up what customers of the sample company asked and complained about, and how that went on."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Story:
    """A made-up case: when it came, and what was said after how many hours by whom (``in``, ``out``, note).

    ``then`` is the status that the last answer left it in, empty while it is open.
    """

    days_ago: int
    kind: str
    priority: str
    channel: str
    subject: str
    said: tuple[tuple[float, str, str], ...]
    then: str = ""
    tags: tuple[str, ...] = ()


STORIES = (
    Story(46, "problem", "high", "mail", "The standing desk does not go up any more", (
        (0, "in", "Since this morning the desk stays where it is. The lamp at the switch blinks red."),
        (3, "out", "Please pull the plug for ten seconds and hold “down” until it has reached the floor."),
        (5, "in", "That helped, thank you!"),
        (6, "out", "Good to hear. Write again if it comes back."),
    ), "solved", ("desk",)),
    Story(38, "question", "normal", "form", "Do the shelves also come in black?", (
        (0, "in", "We would need twelve of them for the new office."),
        (20, "out", "Yes, in matt black, within three weeks. Shall I send you an offer?"),
    ), "solved"),
    Story(31, "complaint", "high", "phone", "Scratch on the table top", (
        (0, "in", "The right corner was scratched when we unpacked it."),
        (1, "note", "Third one from this delivery; told the warehouse."),
        (2, "out", "A new top is on its way, ours to pay. The driver takes the old one along."),
    ), "solved", ("delivery", "damage")),
    Story(24, "request", "low", "mail", "Invoice to another address", (
        (0, "in", "Please write the invoice to our head office."),
        (26, "out", "Done; the corrected invoice is attached."),
    ), "solved", ("invoice",)),
    Story(17, "complaint", "urgent", "phone", "The delivery came a week late", (
        (0, "in", "We had to rent chairs for the opening. Who pays for that?"),
        (30, "out", "We are sorry. We take over the rent and deliver the rest tomorrow."),
        (52, "out", "The amount was paid back today."),
    ), "solved", ("delivery",)),
    Story(12, "question", "normal", "chat", "How long is the warranty on the chairs?", (
        (0, "in", "Is it two or five years?"),
        (0.5, "out", "Five years on the frame, two on the cover."),
    ), "solved"),
    Story(9, "problem", "normal", "mail", "Two screws are missing", (
        (0, "in", "The bag for the second shelf has six instead of eight."),
        (4, "out", "Which size stands on the bag?"),
    ), "waiting", ("delivery",)),
    Story(6, "request", "normal", "mail", "Move the delivery to the first of the month", (
        (0, "in", "The painters need another week."),
        (5, "out", "Moved. You get a call the day before."),
    ), "solved", ("delivery",)),
    Story(3, "problem", "high", "mail", "The lamp flickers", (
        (0, "in", "All four do, at the same time."),
        (2, "out", "Are they on one switch with a dimmer?"),
        (23, "in", "Yes, they are."),
    )),
    Story(2, "question", "low", "social", "Is the oak from here?", (
        (0, "in", "Somebody asked under your last post."),
    )),
    Story(1, "complaint", "normal", "mail", "Nobody called back", (
        (0, "in", "I was promised a call on Monday about the meeting room."),
    ), tags=("call back",)),
    Story(0, "problem", "urgent", "phone", "The drawer cannot be locked", (
        (0, "in", "There are contracts in it, we need it by tonight."),
        (0.2, "note", "Key number is on the order, spare key in the shop."),
    )),
)  # fmt: skip

ANSWERS = (
    ("We look into it", "Dear {{ first_name|or('customer') }},\n\nthank you for writing. We look into it and "
     "answer by tomorrow.\n\n{{ our_company }}", "", ()),
    ("Missing parts", "Dear {{ first_name|or('customer') }},\n\nwhich number stands on the bag or the box? "
     "We send the missing parts the same day.\n\n{{ our_company }}", "waiting", ("delivery",)),
    ("A new one is on its way", "Dear {{ first_name|or('customer') }},\n\nwe are sorry. A new one leaves our "
     "warehouse today, and the driver takes the old one along.\n\n{{ our_company }}", "solved",
     ("damage",)),
)  # fmt: skip
"""Known answers: title, text, the status afterwards, tags."""
