"""The API as one page to read: every endpoint with what it needs and a request to copy."""

import json
from functools import cache
from html import escape
from typing import Final

from crm_core.api import campaigns, cases, coupons, feedback, points, referrals, rewards
from crm_core.api.answer_shapes import QUERY
from crm_core.api.endpoints import BASE, ENDPOINTS, Endpoint
from crm_core.api.openapi import summary
from crm_core.api.shapes import BODIES

_STYLE: Final = """
:root { color-scheme: light dark; }
body { font: 16px/1.5 system-ui, sans-serif; max-width: 60rem; margin: 2rem auto; padding: 0 1rem; }
pre { overflow-x: auto; padding: .75rem; border: 1px solid color-mix(in srgb, currentColor 25%, transparent);
  border-radius: .5rem; font-size: .875rem; }
article { border-top: 1px solid color-mix(in srgb, currentColor 20%, transparent); padding: .25rem 0 .75rem; }
h3 { font-size: 1rem; } dl { display: grid; grid-template-columns: max-content 1fr; gap: .25rem 1rem; }
dd { margin: 0; } .needs { opacity: .75; } code { overflow-wrap: anywhere; }
"""
_EXAMPLES: Final = {
    "NewContact": {"first_name": "Anna", "last_name": "Berg", "email": "anna.berg@example.com"},
    "ContactChanges": {"job_title": "Head of purchasing", "version": 1},
    "NewLead": {"full_name": "Leo Lang", "email": "leo@lang.example.com", "source": "Fair"},
    "NewAccount": {"company": "Berg & Co", "country": "DE"},
    "AccountChanges": {"industry": "Trade", "version": 1},
    "NewDeal": {"deal": "Fifty chairs", "amount": "12000.00", "currency": "EUR", "close_date": "2026-06-30"},
    "DealChanges": {"judgement": "commit"},
    "DealMove": {"stage_id": 2},
    "DealLoss": {"reason": "Price", "note": "Ten percent too dear."},
    "NewTask": {"title": "Call Jane about the offer", "kind": "call", "due_on": "2026-03-02"},
    "TaskChanges": {"priority": "high"},
    "TaskOutcome": {"outcome": "reached"},
    "NewInteraction": {"kind": "call", "contact_id": 1, "subject": "Renewal", "direction": "out"},
    "InteractionChanges": {"body": "She calls back on Monday.", "version": 1},
    "NewProduct": {"product": "Garden pump", "sku": "P-1", "unit_price": "79.90 EUR", "category": "Pumps"},
    "ProductChanges": {"unit_price": "84.90 EUR", "version": 1},
    "NewOrder": {"contact_id": 1, "number": "A-1", "currency": "EUR",
                 "lines": [{"name": "Garden pump", "quantity": 2, "unit_price": "79.90"}]},
    "OrderChanges": {"status": "paid", "version": 1},
    "NewReturns": {"lines": [{"line_id": 1, "quantity": 1, "reason": "Too loud"}], "version": 2},
    "NewSegment": {"name": "Guests of the fair", "is_static": True},
    "SegmentChanges": {"description": "Whom our shop in Berlin serves.", "version": 1},
    "SegmentMembers": {"contact_ids": [1]},
    **cases.EXAMPLES,
    **feedback.EXAMPLES,
    **points.EXAMPLES,
    **coupons.EXAMPLES,
    **rewards.EXAMPLES,
    **referrals.EXAMPLES,
    "NewLines": {"lines": [{"name": "Garden pump", "quantity": 2, "unit_price": "79.90"}]},
    "NewQuote": {"valid_until": "2099-12-31", "note": "Delivery within two weeks."},
    **campaigns.EXAMPLES,
    "ImportPlan": {"mapping": {"Mail": "email", "Remark": None}, "on_duplicate": "update"},
    "NewExport": {"kind": "contacts", "format": "csv", "where": "country is DE"},
}  # fmt: skip
_WORDS: Final = f"""
<p>Programs use the same functions as the pages, with the rights of the person whose token they carry. Make
a token in your profile; it is shown once. It goes into a header, never into an address:
<code>Authorization: Bearer rapport_…</code></p>
<ul>
<li>Bodies and answers are JSON. Instants are in UTC, as in <code>2026-03-02T09:00:00Z</code>. Fields have
the names that imports use; your own ones <code>custom.&lt;name&gt;</code>. Unknown names are refused.</li>
<li>Lists come in pages: <code>items</code>, <code>total</code>, and <code>is_capped</code> when there are
more than anybody counted. The header <code>Link</code> names the pages around.</li>
<li>A record has a <code>version</code>, which is also its <code>ETag</code>. Send it back with a change, in
the body (409 when it is old) or as <code>If-Match</code> (412), and nobody's work is overwritten.</li>
<li>A request that makes a record may carry an <code>Idempotency-Key</code> of your choice: sent again within
a day, it makes nothing twice.</li>
<li>Every refusal has one form, and what you may not see does not exist (404):
<code>{{"error": "Invalid", "detail": "a sentence", "fields": {{"email": "a hint"}}}}</code></li>
<li>About 20 requests a second are answered for each address; then comes 429.</li>
<li>For programs that write programs (OpenAPI 3.1): <a href="{BASE}/openapi.json">openapi.json</a></li>
</ul>
"""


@cache
def page() -> str:
    """The page, complete in itself."""
    areas = dict.fromkeys(each.path.split("/")[1] for each in ENDPOINTS)
    parts = [
        f"<h2>{area}</h2>" + "".join(_article(each) for each in ENDPOINTS if each.path.split("/")[1] == area)
        for area in areas
    ]
    head = '<meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">'
    return (
        f'<!doctype html><html lang="en"><head>{head}<title>Rapport: API</title><style>{_STYLE}</style>'
        f"</head><body><main><h1>The API of Rapport</h1>{_WORDS}{''.join(parts)}</main></body></html>"
    )


def _article(endpoint: Endpoint) -> str:
    asked = "".join(
        f"<dt><code>{name}</code></dt><dd>{escape(QUERY[name][1])}</dd>" for name in endpoint.query
    )
    if endpoint.takes in BODIES:
        names = ", ".join(f"<code>{name}</code>" for name in BODIES[endpoint.takes].names)
        own = ", <code>custom.…</code>" if BODIES[endpoint.takes].own else ""
        asked += f"<dt>body</dt><dd>{names}{own}</dd>"
    return (
        f"<article><h3><code>{endpoint.method} {BASE}{endpoint.path}</code></h3>"
        f"<p>{escape(summary(endpoint))} "
        f"<span class=needs>Needs <code>{endpoint.permission}</code>.</span></p>"
        f"{f'<dl>{asked}</dl>' if asked else ''}<pre>{escape(example(endpoint))}</pre></article>"
    )


def example(endpoint: Endpoint) -> str:
    """A request to copy, for curl."""
    place = f"$RAPPORT{BASE}{endpoint.path}".replace("{id}", "1").replace("{code}", "SPRING")
    if endpoint.takes == "FILE":
        place += "?kind=contacts"
    if endpoint.query == ("where",):
        place += "?where=country+is+DE"
    lines = [f'curl -X {endpoint.method} "{place}"', '-H "Authorization: Bearer $TOKEN"']
    if endpoint.takes == "FILE":
        lines.append("-F file=@people.csv")
    elif endpoint.takes:
        body = json.dumps(_EXAMPLES[endpoint.takes], ensure_ascii=False)
        lines += ['-H "Content-Type: application/json"', f"-d '{body}'"]
    return " \\\n  ".join(lines)
