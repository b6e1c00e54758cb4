"""The results of a campaign: the figures at a glance, what it changed, how far it got, who stands behind."""

from typing import Any, Final

import pyarrow as pa
import streamlit as st

from crm_core.kernel.access import Actor
from crm_core.marketing import results
from crm_core.marketing.result_types import CampaignReport
from pages.ui import campaign_lift, campaign_people, words

_STEPS: Final = {
    "sent": "Sent", "delivered": "Delivered", "opened": "Opened", "clicked": "Clicked", "visited": "Visited",
    "converted": "Bought",
}  # fmt: skip
_FUNNEL: Final[dict[str, Any]] = {
    "height": {"step": 34},
    "encoding": {
        "y": {"field": "step", "type": "nominal", "sort": None, "title": None,
              "axis": {"ticks": False, "domain": False, "labelPadding": 8}},
        "x": {"field": "people", "type": "quantitative", "axis": None, "scale": {"zero": True}},
    },
    "layer": [
        {"mark": {"type": "bar", "cornerRadiusEnd": 4, "height": 20},
         "encoding": {"color": {"value": "#17897E"},
                      "tooltip": [{"field": "step", "title": "Step"},
                                  {"field": "people", "title": "People", "format": ","}]}},
        {"mark": {"type": "text", "align": "left", "dx": 6},
         "encoding": {"text": {"field": "label"}, "color": {"value": "#7A8794"}}},
    ],
}  # fmt: skip
STYLE = """<style>
@media (max-width: 640px) {
  .st-key-campaign-tiles .stColumn { min-width: calc(50% - .5rem); flex: 1 1 0; }
}
</style>"""


def draw(actor: Actor, campaign_id: int) -> None:
    """Everything that came of a campaign, for the tab of its page."""
    report = results.report(actor, campaign_id)
    if not any(arm.people or arm.counts["pending"] for arm in report.arms):
        st.caption(
            "Nobody whom you may see got this campaign yet. Its results show here as soon as it is sent."
        )
        return
    st.html(STYLE)
    _tiles(report)
    if report.verdict.p is not None:
        st.info(words.md(report.verdict.sentence), icon=":material/trophy:")
    campaign_lift.draw(report)
    _funnel(report)
    _second(report)
    campaign_people.draw(actor, report)


def tiles(report: CampaignReport) -> list[tuple[str, str, str]]:
    """The figures at a glance: name, value, and what it is a share of."""
    whole, counts = report.total, report.total.counts
    found = [("Sent", f"{counts['sent']:,}", f"to {words.count(whole.people, 'person', 'people')}")]
    for measure in ("opened", "clicked"):
        share = whole.share(measure, "sent")
        if counts[measure] and share is not None:
            found.append((_STEPS[measure], f"{share:.1%}", words.count(counts[measure], "person", "people")))
    bought = whole.share("converted", "people") or 0.0
    found.append(("Bought", f"{bought:.1%}", words.count(counts["converted"], "person", "people")))
    each = whole.revenue / whole.people if whole.people else 0
    found.append(("Revenue", words.money(whole.revenue, report.currency),
                  f"{words.money(round(each), report.currency)} a person"))  # fmt: skip
    if report.cost:
        roi = report.roi or 0.0
        found.append(("Return on cost", f"{roi:+.0%}", f"of {words.money(report.cost, report.currency)}"))
    return found


def _tiles(report: CampaignReport) -> None:
    shown = tiles(report)
    with st.container(key="campaign-tiles"):
        for place, (name, value, help_text) in zip(st.columns(len(shown)), shown, strict=True):
            with place:
                st.metric(name, value)
                st.caption(words.md(help_text))


def _second(report: CampaignReport) -> None:
    """The second message in a sentence: everything else on the page is about the first."""
    counts = report.total.counts
    if not counts["sent_again"]:
        return
    acts = [
        f"{counts[f'{act}_again']:,} {act}" for act in ("opened", "clicked", "unsubscribed")
    ]  # fmt: skip
    people = words.count(counts["sent_again"], "person who", "people who")
    st.caption(
        f":material/forward_to_inbox: A second message went to {people} had not opened the first: "
        f"{words.joined(acts)}. It is counted apart, so that shares and lift are those of the first; what "
        "they bought counts once."
    )


def _funnel(report: CampaignReport) -> None:
    counts = report.total.counts
    steps = [step for step in _STEPS if counts[step]]
    if len(steps) < 2 or not counts["sent"]:
        return
    st.subheader("How far it got", anchor=False)
    frame = pa.table(
        {
            "step": [_STEPS[step] for step in steps],
            "people": [counts[step] for step in steps],
            "label": [f"{counts[step]:,} · {counts[step] / counts['sent']:.1%}" for step in steps],
        }
    )
    st.vega_lite_chart(frame, _FUNNEL, key="campaign-funnel")
    told = [f"{_STEPS[step].lower()} {counts[step]:,}" for step in steps]
    st.caption(
        words.sentence(words.joined(told)) + ". Opens and clicks are those of people, not of machines."
    )
