"""What a campaign says: its variants, what is unwise about them, and how a real person reads it."""

from dataclasses import replace

import streamlit as st

from crm_core.kernel.access import Actor, Permission
from crm_core.marketing import campaigns, lift, templates
from crm_core.marketing.campaign_types import CampaignDetail, Variant
from pages.ui import message_form, words
from pages.ui.guard import guard
from pages.ui.session import me

_LETTERS = "ABCDEF"


def draw(actor: Actor, one: CampaignDetail) -> None:
    """The words of one variant beside its preview."""
    names = [variant.name for variant in one.variants]
    with st.container(horizontal=True, vertical_alignment="bottom"):
        chosen = st.segmented_control(
            "Variant", names, default=names[0], required=True, key=f"variant-{one.id}"
        )
        if len(names) < len(_LETTERS) and st.button(
            "Add a variant", key="add-variant", icon=":material/add:"
        ):
            free = next(letter for letter in _LETTERS if letter not in names)
            with guard(done=f"Variant {free} is added.", rerun=True):
                _put(one, [*one.variants, replace(one.variants[0], name=free)])
        if len(names) > 1 and st.button("Remove this one", key="drop-variant"):
            with guard(done=f"Variant {chosen} is removed.", rerun=True):
                _put(one, [variant for variant in one.variants if variant.name != chosen])
    variant = next((each for each in one.variants if each.name == chosen), one.variants[0])
    if len(names) > 1:
        _size_help()
    known = {row.id: row.name for row in templates.search(actor)}
    left, right = st.columns(2)
    with left:
        new = _form(one, variant, known)
        if st.button("Save message", key="save-message", type="primary", shortcut="Ctrl+Enter"):
            with guard(done="The message is saved.", rerun=True):
                _put(one, [new if each.name == variant.name else each for each in one.variants])
    with right:
        message_form.preview(actor, new.message, key=f"campaign-{one.id}", channel=one.channel)


def shown(actor: Actor, one: CampaignDetail) -> None:
    """What was said, of a campaign that is no draft."""
    names = [variant.name for variant in one.variants]
    if not names:
        st.caption("What it said is not known here.")
        return
    chosen = st.segmented_control("Variant", names, default=names[0], required=True, key=f"shown-{one.id}")
    variant = next(each for each in one.variants if each.name == chosen)
    if not variant.message.subject and not actor.may(Permission.CAMPAIGNS_WRITE):
        st.caption("Nothing is written yet.")
        return
    message_form.preview(actor, variant.message, key=f"shown-{one.id}", channel=one.channel)


def _form(one: CampaignDetail, variant: Variant, known: dict[int, str]) -> Variant:
    key = f"{one.id}-{variant.name}-{one.version}"
    share = variant.share
    if len(one.variants) > 1:
        share = st.number_input("Share", 1, 1_000, variant.share, key=f"share-{key}",
                                help="Its weight among the variants: 1 and 1 share evenly.")  # fmt: skip
    index = list(known).index(variant.template_id) if variant.template_id in known else None
    # Templates are mails; what is said over another channel is written for it.
    template_id = None if one.channel != "email" else st.selectbox(
        "Template", list(known), index=index, format_func=lambda number: known.get(number, ""),
        key=f"template-{key}", placeholder="None: write it here",
    )  # fmt: skip
    if template_id is not None:
        message = templates.get(me(), template_id).message
        st.caption(f"Subject: {words.md(message.subject)}. Change it under *Templates*.")
    else:
        message = message_form.ask(variant.message, key=f"message-{key}", channel=one.channel)
    return replace(variant, share=int(share), template_id=template_id, message=message)


def _put(one: CampaignDetail, variants: list[Variant]) -> None:
    campaigns.put_variants(me(), one.id, variants, version=one.version)


def _size_help() -> None:
    with st.expander("How many people does a test need?"):
        usual, wanted, answer = st.columns(3, vertical_alignment="bottom")
        now = usual.number_input("Usually buy (%)", 0.1, 99.0, 2.0, step=0.5, key="size-usual")
        then = wanted.number_input("Should show from (%)", 0.1, 99.0, 3.0, step=0.5, key="size-wanted")
        if now == then:
            answer.caption("Choose two different shares.")
        else:
            answer.metric("People for each variant", words.number(lift.people_needed(now / 100, then / 100)))
