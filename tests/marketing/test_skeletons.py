"""What is prepared once for many readers says to each of them what would be made for that one alone."""

import pytest
from hypothesis import Phase, example, given, settings
from hypothesis import strategies as st

from crm_core.marketing import placeholders, skeletons
from crm_core.marketing.rendering import Message, Places, Rendered, render

PARTS = (
    "<p>Dear {{ first_name | or('friend') }},</p>", "{{ name | upper }}", " {{ city }} ",
    "{% if city %}<b>in</b>{% else %}{{ company }}{% endif %}",
    '<a href="https://a.test/?x=1&amp;y=2">see</a>', "<a href='{{ email }}'>own</a>",
    '<a href="{{ unsubscribe_url }}">leave</a>',
    '<p title="{{ name }}">t</p>', "<style>p { color: red }</style>",
    "<ul><li>{{ company }}<li>x</ul>", "{{ 'fixed' }}", "<!-- {{ name }} -->", "<script>{{ name }}</script>",
    "<table><tr><td>{{ city }}</td></tr></table>", '<a href="mailto:a@a.test">write</a>', "&amp; &lt; \u00a0",
    "<p style='color:{{ city }}'>x</p>", '<a href="https://b.test/{{ city }}">x</a>', "<i>", "</i>",
    "{{ view_url }}",
    "<textarea>{{ name }}</textarea>", "<{{ city }}>", "<a href='javascript:x'>{{ name }}</a>",
)  # fmt: skip
VALUES = st.one_of(
    st.sampled_from(
        (
            "", " ", "Zoe", "O'Neil & Sons", "<script>alert(1)</script>", '"><img src=x onerror=x>',
            "{{ 7 }}",
            "a  b", "a\nb", "\ue0000\ue002", "\u00a0", "javascript:x", "</p></body>", "&amp;", "https://x.test",
            "\x00", "🙋🏽‍♀️",
        )
    ),
    st.text(max_size=6),
)  # fmt: skip
COUNTED = Places(
    "https://crm.test/u/1-a", "https://crm.test/p", "https://crm.test/v", "https://crm.test/o.gif",
    "https://crm.test/trap", {"https://a.test/?x=1&y=2": "https://crm.test/c/1-2-3"},
)  # fmt: skip
PLACES = st.sampled_from((COUNTED, Places("https://crm.test/u/1-a"), Places("")))


VALUED = ("first_name", "name", "city", "email", "company")
IN_MARKUP = {**dict.fromkeys(("first_name", "name", "email", "company"), "Ê"), "city": "https://x.test"}
NOWHERE = Places(unsubscribe_url="", preferences_url="", view_url="", pixel_url="", trap_url="", clicks={})


def alone(message: Message, values: dict[str, str], places: Places) -> Rendered:
    """The message, made for this reader alone."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(skeletons, "filled", lambda *_: None)
        return render(message, values, places)


@example(["<{{ city }}>"], IN_MARKUP, NOWHERE)
@example(["{{ name | upper }}"], dict.fromkeys(VALUED, " $"), NOWHERE)
@example(['<a href="https://b.test/{{ city }}">x</a>'], dict.fromkeys(VALUED, "\u00a0"), NOWHERE)
@settings(max_examples=150, deadline=None, phases=[Phase.explicit, Phase.generate])
@given(
    st.lists(st.sampled_from(PARTS), max_size=6),
    st.fixed_dictionaries(dict.fromkeys(VALUED, VALUES)),
    PLACES,
)
def test_a_prepared_message_is_the_one_that_is_made_alone(
    parts: list[str], values: dict[str, str], places: Places
) -> None:
    html = "".join(parts)
    message = Message("s", html=html or "x")

    assert render(message, values, places) == alone(message, values, places)


def test_readers_whose_values_differ_share_what_is_prepared_and_an_address_in_a_value_is_never_trusted() -> (
    None
):
    skeletons._skeleton.cache_clear()
    shared = "<p>Dear {{ name }}, <a href='{{ unsubscribe_url }}'>leave</a></p>"
    for number in range(5):
        places = Places(f"https://crm.test/u/{number}")
        made = render(Message("s", html=shared), {"name": f"Reader <{number}>"}, places)
        assert f'Dear Reader &lt;{number}&gt;, <a href="https://crm.test/u/{number}"' in made.html
        assert f"Dear Reader <{number}>, leave (https://crm.test/u/{number})" in made.text
    assert skeletons._skeleton.cache_info().misses == 1

    typed = render(Message("s", html="<a href='{{ email }}'>x</a>"), {"email": "javascript:alert(1)"})
    assert "javascript" not in typed.html
    with pytest.raises(Exception, match="more than"):
        placeholders.outline("{{ name }}" * 2_000, {"name": "x" * 2_000}, "[", "]")
