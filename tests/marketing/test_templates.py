"""Templates fill in names, and a hostile template, contact or link changes nothing outside its place."""

import pytest

from crm_core.channels import mail_out
from crm_core.kernel.access import Actor
from crm_core.kernel.errors import Conflict, Invalid, NotAllowed, NotFound
from crm_core.marketing import campaigns, placeholders, previews, template_checks, templates
from crm_core.marketing.campaign_types import Variant
from crm_core.marketing.rendering import Message, render
from crm_core.people import contacts
from tests.marketing.campaigning import HELLO, draft, person

LINK = "https://crm.alder.test/unsubscribe/1-a"
HOSTILE = (
    "{{ ''.__class__.__mro__ }}", "{{ config }}", "{{ self }}", "{{ lipsum }}", "{{ cycler.__init__ }}",
    "{{ name.__class__ }}", "{{ name.upper() }}", "{{ name['x'] }}", "{{ name[0:1] }}",
    "{{ name | attr('x') }}",
    "{{ name | map('upper') }}", "{{ range(10**9) }}", "{{ 'a' * 10**9 }}", "{{ 9 ** 9 ** 9 }}",
    "{{ name ~ name }}",
    "{% include 'x' %}", "{% import 'x' as y %}", "{% extends 'x' %}", "{% macro a() %}{% endmacro %}",
    "{% set x = 1 %}", "{% block a %}{% endblock %}", "{% filter upper %}{% endfilter %}", "{{ [1] * 9 }}",
    "{% for a in name %}{% endfor %}", "{% for a in products recursive %}{% endfor %}",
    "{% for a in products %}{% for b in products %}{% endfor %}{% endfor %}",
    "{% for a in products %}{{ loop }}{% endfor %}",
    "{{ custom.__class__ }}", "{{ custom.a.b }}", "{{ unknown }}", "{{ name | or(name) }}", "{{ dict(a=1) }}",
    "{{ " + "(" * 3_000 + "name", "{% if " + "not " * 3_000 + "name %}x{% endif %}", "{{ name", "{% endif %}",
    "{% if name %}" * 40 + "{% endif %}" * 40, "x" * (placeholders.LONGEST_SOURCE + 1),
)  # fmt: skip


def said(html: str, **values: object) -> str:
    return render(Message("s", html=html), {"unsubscribe_url": LINK, **values}).html


@pytest.mark.parametrize("source", HOSTILE, ids=lambda one: one[:30])
def test_a_template_that_wants_more_than_fields_is_refused(source: str) -> None:
    with pytest.raises(Invalid):
        placeholders.fill(source, {"name": "Zoe"})


def test_a_field_without_a_value_says_what_stands_instead() -> None:
    source = (
        '{{ first_name | or("there") }}{% if city %} in {{ city }}{% endif %}, {{ custom.size | or("any") }}'
    )

    assert placeholders.fill(source, {}) == "there, any"
    assert placeholders.fill(source, {"first_name": " ", "city": "Lisbon", "custom": {"size": 7}}) == (
        "there in Lisbon, 7"
    )


def test_products_are_listed_and_a_message_ends_somewhere() -> None:
    rows = [{"name": f"<b>{number}", "price": "€2"} for number in range(40)]
    listed = placeholders.fill(
        "{% for one in products %}{{ one.name }} {{ one.price }};{% endfor %}",
        {"products": rows},
        is_html=True,
    )

    assert listed.startswith("&lt;b&gt;0 €2;")
    assert listed.count(";€") == 0
    assert listed.count("€2") == 12
    with pytest.raises(Invalid, match="more than"):
        placeholders.fill("{{ name }}" * 20_000, {"name": "x" * 10_000})


@pytest.mark.parametrize(
    "value",
    [
        "<script>alert(1)</script>",
        '"><img src=x onerror=alert(1)>',
        "</style><script>",
        "{{ 7 * 7 }}",
        "' onclick='x",
    ],
)
def test_a_hostile_contact_stays_text(value: str) -> None:
    made = said('<p title="{{ name }}">{{ name | upper }} {{ name }}</p>', name=value)

    assert made.count("<p") == 2  # ours, and the line to unsubscribe
    assert "<script" not in made.lower()
    assert "<img" not in made
    assert "49" not in made
    assert "onclick=" not in made.replace("&quot;", "").split(">")[0]


@pytest.mark.parametrize(
    "html",
    [
        "<script>x</script>", "<img src=x onerror=x>", "<a href='javascript:x'>a</a>",
        "<iframe src='https://x'></iframe>",
        "<form action='https://x'><input></form>", "<a href='data:text/html,x'>a</a>", "<svg onload=x></svg>",
        "<div style='background:url(https://x/y)'>a</div>", "<div style='position:fixed;top:0'>a</div>",
        "<base href='https://x'>", "<meta http-equiv=refresh content='0;url=https://x'>",
        "<link rel=stylesheet href='https://x/y.css'>", "<style>@import url(https://x)</style>",
        "<object data=x></object>",
    ],
)  # fmt: skip
def test_hostile_html_loses_what_could_run_or_load(html: str) -> None:
    made = said(html).split("<body>")[1].lower()

    for sign in ("<script", "onerror", "javascript:", "<iframe", "<form", "data:", "<svg", "url(", "position",
                 "<base", "<meta", "<link", "<style", "<object", "<input"):  # fmt: skip
        assert sign not in made


def test_styles_are_written_into_the_tags_and_the_way_out_is_added_once() -> None:
    made = said("<style>p { color: red; position: fixed }</style><p>Hi</p>", our_company="A & B")

    assert '<p style="color:red">Hi</p>' in made.replace("; ", ";").replace(": ", ":").replace(';"', '"')
    assert made.count(LINK) == 1
    assert "A &amp; B" in made
    assert said('<a href="{{ unsubscribe_url }}">leave</a>').count(LINK) == 1


def test_a_message_without_text_gets_one_with_its_links() -> None:
    made = render(
        Message("s", html="<h1>Hi</h1><p>See <a href='https://x.test'>this</a></p><ul><li>a<li>b</ul>"), {}
    )

    assert made.text == "Hi\n\nSee this (https://x.test)\n\n- a\n- b\n"


def test_lines_cannot_be_smuggled_into_the_subject() -> None:
    made = render(Message("Hi {{ name }}", text="x"), {"name": "Zoe\r\nBcc: all@x.test\u2028x"})

    assert made.subject == "Hi Zoe Bcc: all@x.test x"


def test_what_is_unwise_is_said_before_it_goes_out() -> None:
    html = (
        '<p>{{ first_name }}</p><a href="http://x.test">a</a><a href="#">b</a><a href="/c">c</a>'
        '<img src="https://x.test/i">' + "x" * 110_000
    )
    found = [one.sentence for one in template_checks.findings(Message("s" * 70, html=html))]

    signs = ("70 characters",
             "“first_name” is empty", "no way to unsubscribe", "kB", "alt text", "not secure",
             "leads nowhere", "is broken")  # fmt: skip
    assert [sum(sign in one for one in found) for sign in signs] == [1] * len(signs)
    assert not template_checks.is_sendable(Message("", html="<p>{{ x }}</p>"))
    assert (
        template_checks.findings(
            Message(HELLO.subject, html=HELLO.html + '<a href="{{ unsubscribe_url }}">x</a>')
        )
        == []
    )


def test_templates_are_kept_checked_and_put_away(mark: Actor, vera: Actor) -> None:
    key = templates.create(mark, {"name": "News", "subject": "Hi", "body_html": "<p>{{ name }}</p>"})

    with pytest.raises(Invalid) as refusal:
        templates.change(mark, key, {"body_html": "<a href={{ name }}>", "subject": "{{ 1 + 1 }}", "x": "y"})
    assert set(refusal.value.fields) == {"body_html", "subject", "x"}
    with pytest.raises(Conflict):
        templates.create(mark, {"name": "NEWS"})
    with pytest.raises(NotAllowed):
        templates.create(vera, {"name": "Mine"})
    templates.change(mark, key, {"subject": "Hello"}, version=templates.get(mark, key).version)
    assert [(row.name, row.subject) for row in templates.search(vera)] == [("News", "Hello")]
    templates.archive(mark, key)
    assert not templates.search(vera).items
    assert templates.get(vera, key).is_archived


def test_a_draft_follows_its_template_and_is_read_as_a_real_person(
    mark: Actor, ann: Actor, bob: Actor
) -> None:
    zoe = person(ann, "Zoe")
    contacts.change(ann, zoe, {"country": "PT"}, version=None)
    template = templates.create(
        mark, {"name": "News", "subject": "Hi {{ first_name }}", "body_text": "{{ country }}"}
    )
    key = draft(mark)
    campaigns.put_variants(mark, key, [Variant("A", template_id=template)])
    templates.change(mark, template, {"subject": "Hello {{ first_name }}"})

    made = previews.of_campaign(ann, key, contact_id=zoe)
    assert (made.subject, made.text.split()[0]) == ("Hello Zoe", "Portugal")
    assert previews.NOWHERE in made.text
    assert previews.show(mark, HELLO).subject == "Hello Zoe"
    with pytest.raises(NotFound):
        previews.of_campaign(bob, key, contact_id=zoe)
    with pytest.raises(NotFound):
        previews.of_campaign(mark, key, "Z")


def test_a_test_goes_to_oneself_and_unsubscribes_nobody(
    mark: Actor, olga: Actor, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("CRM_SMTP_URL", "CRM_MAIL_FROM"):
        monkeypatch.delenv(name, raising=False)
    with pytest.raises(Conflict, match="no mail server"):
        previews.send_to_me(mark, HELLO)
    monkeypatch.setenv("CRM_SMTP_URL", "smtp://localhost")
    monkeypatch.setenv("CRM_MAIL_FROM", "crm@alder.test")

    assert previews.send_to_me(mark, HELLO) == "mark@rapport.test"

    [mail] = mail_out.search(olga)
    assert (mail.to_address, mail.subject, mail.purpose) == ("mark@rapport.test", "[Test] Hello Zoe", "test")
