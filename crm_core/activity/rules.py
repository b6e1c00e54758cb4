"""Kinds of touchpoints, and the sentence for everything that can happen."""

from collections.abc import Mapping
from typing import Any

from crm_core.activity.types import NewInteraction
from crm_core.kernel.errors import Invalid

KINDS = ("note", "call", "meeting", "email", "chat", "post")
DIRECTIONS = ("", "in", "out")
OUTCOMES = ("", "reached", "no answer", "left a message", "interested", "not interested", "done")
LONGEST_BODY = 100_000
LONGEST_SUBJECT = 500
MOST_NAMED = 3

# Columns that follow from others, and columns that people know by another name.
UNSEEN = frozenset(
    "account_id contact_id deal_id interaction_id parent_id name_key birth_day search_text domain".split()
    + "email_opt first_touch_at last_touch_at deleted_at updated_at".split()
)
NAMES = ("first_name", "middle_name", "last_name")
CHANNELS = {"email": "e-mail", "sms": "SMS", "social": "social media"}
COLUMNS = {"owner_id": "owner"}

LOGGED = {
    "note": "note.added",
    "call": "call.logged",
    "meeting": "meeting.logged",
    "email": "email.logged",
    "chat": "chat.logged",
    "post": "post.logged",
}

SENTENCES: dict[str, str] = {
    "note.added": "wrote a note",
    "call.logged": "logged a call",
    "meeting.logged": "logged a meeting",
    "email.logged": "logged an e-mail",
    "chat.logged": "logged a chat",
    "post.logged": "logged a social post",
    "interaction.changed": "changed an entry",
    "interaction.deleted": "deleted an entry",
    "interaction.restored": "restored an entry",
    "contact.created": "added the contact",
    "contact.imported": "brought the contact in by an import",
    "contact.changed": "changed {fields}",
    "contact.deleted": "deleted the contact",
    "contact.restored": "restored the contact",
    "contact.assigned": "changed the owner",
    "contact.tagged": "added the tag “{tag}”",
    "contact.untagged": "removed the tag “{tag}”",
    "contacts.bulk_changed": "changed {count} contacts at once",
    "contacts.bulk_undone": "took a change of {count} contacts back",
    "account.created": "added the company",
    "account.imported": "brought the company in by an import",
    "account.changed": "changed {fields}",
    "account.deleted": "deleted the company",
    "account.restored": "restored the company",
    "account.tagged": "added the tag “{tag}”",
    "account.untagged": "removed the tag “{tag}”",
    "consent.granted": "recorded an opt-in ({channel}): {source}",
    "consent.withdrawn": "recorded an opt-out ({channel}): {source}",
    "contact.merged": "merged “{with_name}” into this contact",
    "contact.unmerged": "parted two merged contacts",
    "account.merged": "merged “{with_name}” into this company",
    "account.unmerged": "parted two merged companies",
    "duplicates.merged": "merged the sure duplicates",
    "order.placed": "placed the order {number} of {total}",
    "order.paid": "noted that order {number} is paid",
    "order.shipped": "shipped order {number}",
    "order.delivered": "noted that order {number} arrived",
    "order.returned": "took goods or money of {total} back for order {number}",
    "order.cancelled": "cancelled order {number}",
    "order.changed": "changed order {number}",
    "order.deleted": "deleted order {number}",
    "order.restored": "restored order {number}",
    "member.joined": "joined the loyalty programme with card {card_number}",
    "points.earned": "earned {points} points",
    "points.given": "was given {points} points",
    "points.redeemed": "spent points: {points}",
    "points.adjusted": "had points corrected: {points}",
    "points.reversed": "had a posting of points taken back: {points}",
    "points.transferred": "had points carried over: {points}",
    "reward.redeemed": "gave the reward {reward} for {points} points",
    "reward.cancelled": "took the reward {reward} back: {reason}",
    "surprise.asked": "wants to surprise with {reward}: {reason}",
    "surprise.given": "gave the surprise {reward}: {reason}",
    "surprise.approved": "approved the surprise {reward} of {giver}",
    "surprise.refused": "refused the surprise {reward} of {giver}: {reason}",
    "coupon.redeemed": "redeemed the coupon {coupon}: {discount} less",
    "coupon.given_back": "gave the coupon {coupon} back: {reason}",
    "tier.changed": "changed the tier to {tier}",
    "statement.sent": "sent the statement of points to {to}",
    "referrer.enrolled": "agreed that this {kind} recommends us with the code {code}",
    "referrer.changed": "changed the agreement about recommending",
    "referrer.ended": "ended the agreement about recommending, code {code}",
    "referrer.moved": "carried the code for recommending over",
    "referrer.returned": "gave the code for recommending back",
    "referral.made": "came on a recommendation with the code {code}",
    "referral.refused": "does not count as recommended: {reason}",
    "referral.rewarded": "bought after a recommendation: both sides are rewarded",
    "referral.taken_back": "lost the reward for a recommendation: the order came back",
    "referral_programme.changed": "changed how recommending works",
    "order.imported": "brought order {number} in by an import",
    "product.created": "added the product",
    "product.changed": "changed {fields} of the product",
    "product.priced": "set the price {price} from {valid_from}",
    "product.price_removed": "removed the price of {valid_from}",
    "product.price_began": "brought a planned price into force",
    "product.deleted": "deleted the product",
    "product.restored": "restored the product",
    "task.created": "planned “{title}”: {due}",
    "task.changed": "changed {fields} of “{title}”",
    "task.done": "finished “{title}”: {outcome}",
    "task.cancelled": "called “{title}” off",
    "task.reopened": "reopened “{title}”",
    "task.postponed": "put “{title}” off: {due}",
    "task.put_back": "put “{title}” back: {due}",
    "task.assigned": "gave “{title}” to somebody else",
    "task.deleted": "deleted the task “{title}”",
    "task.restored": "restored the task “{title}”",
    "deal.created": "opened the deal “{deal}”",
    "deal.imported": "brought the deal “{deal}” in by an import",
    "deal.changed": "changed {fields} of the deal “{deal}”",
    "deal.assigned": "changed the owner of the deal “{deal}”",
    "deal.moved": "moved the deal “{deal}” from {from_stage} to {to_stage}",
    "deal.won": "won the deal “{deal}”",
    "deal.lost": "lost the deal “{deal}”: {reason}",
    "deal.reopened": "reopened the deal “{deal}”",
    "deal.deleted": "deleted the deal “{deal}”",
    "deal.restored": "restored the deal “{deal}”",
    "deal.quoted": "made quote {number} for the deal “{deal}”",
    "deals.bulk_changed": "changed {count} deals at once",
    "deals.bulk_undone": "took a change of {count} deals back",
    "lead.assigned": "gave the lead to {owner}: {because}",
    "lead.accepted": "took the lead on",
    "lead.disqualified": "disqualified the lead: {reason}",
    "lead.reopened": "took the lead up again",
    "lead.converted": "converted the lead to {made}",
    "lead.conversion_undone": "took the conversion of the lead back",
    "case.opened": "opened case {number} “{case}”",
    "case.changed": "changed {fields} of case {number}",
    "case.assigned": "gave case {number} “{case}” to {owner}",
    "case.waiting": "waits for the customer in case {number} “{case}”",
    "case.solved": "solved case {number} “{case}”",
    "case.closed": "closed case {number} “{case}”",
    "case.reopened": "took case {number} “{case}” up again",
    "case.merged": "merged case {other} into {number} “{case}”",
    "case.overdue": "missed the promised {promise} of case {number} “{case}”",
    "case.deleted": "deleted case {number} “{case}”",
    "case.restored": "restored case {number} “{case}”",
    "service.changed": "changed how service works",
    "known_answer.added": "added the known answer “{answer}”",
    "known_answer.changed": "changed the known answer “{answer}”",
    "known_answer.deleted": "deleted the known answer “{answer}”",
    "known_answer.restored": "restored the known answer “{answer}”",
    "campaign.received": "sent the campaign “{campaign}” {by}",
    "journey.created": "wrote the journey “{journey}”",
    "journey.changed": "changed the draft of the journey “{journey}”",
    "journey.published": "published version {number} of the journey “{journey}”",
    "journey.paused": "paused the journey “{journey}”",
    "journey.resumed": "let the journey “{journey}” go on",
    "journey.archived": "put the journey “{journey}” away",
    "journey.restored": "brought the journey “{journey}” back",
    "journey.stopped_for": "took this contact off the journey “{journey}”: {reason}",
    "journey.tried_again_for": "let a failed step of the journey “{journey}” be done again",
    "webhook.tried_again": "let the call of {url} be made again",
    "webhook.given_up": "gave the call of {url} up",
    "form.submitted": "sent the form “{form}”",
    "web_form.added": "added the form “{form}”",
    "web_form.changed": "changed the form “{form}”",
    "web_form.closed": "closed the form “{form}”",
    "web_form.opened": "opened the form “{form}” again",
    "submission.released": "let a held message of the form “{form}” through",
    "submission.refused": "refused a held message of the form “{form}”",
    "assignment_rule.added": "added the assignment rule “{rule}”",
    "assignment_rule.changed": "changed the assignment rule “{rule}”",
    "assignment_rule.removed": "removed the assignment rule “{rule}”",
    "assignment_rules.reordered": "changed the order of assignment rules",
    "lead_card.changed": "changed how leads are scored",
    "pipeline.added": "added the pipeline “{pipeline}”",
    "pipeline.changed": "renamed a pipeline",
    "pipeline.archived": "archived the pipeline “{pipeline}”",
    "pipeline.restored": "brought the pipeline “{pipeline}” back",
    "stage.added": "added the stage “{stage}”",
    "stage.changed": "changed the stage “{stage}”",
    "stage.reordered": "changed the order of stages",
    "stage.removed": "took the stage “{stage}” off",
    "lost_reasons.changed": "changed the reasons for lost deals",
    "feedback.asked": "asked for an opinion: “{survey}”",
    "feedback.received": "received an opinion: {score} of {most} ({scale})",
    "feedback.changed": "received a changed opinion: {score} of {most} ({scale})",
    "feedback.deleted": "hid an answer",
    "feedback.restored": "brought a hidden answer back",
    "sentiment.corrected": "corrected the mood of a text",
    "survey.added": "added the survey “{survey}”",
    "survey.changed": "changed the survey “{survey}”",
    "feedback_policy.changed": "changed how customers are asked for their opinion",
    "sample.loaded": "loaded the sample company",
    "sample.removed": "removed the sample company",
}

# What the pills of a timeline stand for.
GROUPS: dict[str, tuple[str, ...]] = {
    "Notes": ("note.added",),
    "Calls": ("call.logged",),
    "Meetings": ("meeting.logged",),
    "E-mails": ("email.logged",),
    "Chats and posts": ("chat.logged", "post.logged"),
    "Orders": (
        "order.placed",
        "order.paid",
        "order.shipped",
        "order.delivered",
        "order.returned",
        "order.cancelled",
        "order.changed",
        "order.deleted",
        "order.restored",
        "order.imported",
    ),
    "Tasks": ("task.created", "task.done", "task.cancelled", "task.reopened", "task.postponed"),
    "Deals": (
        "deal.created",
        "deal.imported",
        "deal.changed",
        "deal.assigned",
        "deal.moved",
        "deal.won",
        "deal.lost",
        "deal.reopened",
        "deal.deleted",
        "deal.restored",
        "deal.quoted",
    ),
    "Cases": (
        "case.opened",
        "case.assigned",
        "case.waiting",
        "case.solved",
        "case.closed",
        "case.reopened",
        "case.merged",
        "case.overdue",
        "case.deleted",
        "case.restored",
    ),
    "Leads": (
        "lead.assigned",
        "lead.accepted",
        "lead.disqualified",
        "lead.reopened",
        "lead.converted",
        "lead.conversion_undone",
        "form.submitted",
    ),
    "Campaigns": ("campaign.received", "journey.stopped_for", "journey.tried_again_for"),
    "Feedback": ("feedback.asked", "feedback.received", "feedback.changed"),
    "Consents": ("consent.granted", "consent.withdrawn"),
    "Changes": (
        "contact.created",
        "contact.imported",
        "contact.changed",
        "contact.deleted",
        "contact.restored",
        "contact.assigned",
        "contact.tagged",
        "contact.untagged",
        "account.created",
        "account.imported",
        "account.changed",
        "account.deleted",
        "account.restored",
        "account.tagged",
        "account.untagged",
    ),
}


def check(new: NewInteraction) -> None:
    """Refuse a touchpoint that nobody could read later.

    Raises:
        Invalid: with a hint for each wrong field.
    """
    wrong: dict[str, str] = {}
    if new.kind not in KINDS:
        wrong["kind"] = f"Choose one of: {', '.join(KINDS)}."
    if new.contact_id is None and new.account_id is None:
        wrong["contact_id"] = "Say which contact or company this is about."
    if not new.body.strip() and not new.subject.strip():
        wrong["body"] = "Write what happened."
    if len(new.body) > LONGEST_BODY:
        wrong["body"] = f"This is longer than {LONGEST_BODY:,} characters. Shorten it."
    if len(new.subject) > LONGEST_SUBJECT:
        wrong["subject"] = f"This is longer than {LONGEST_SUBJECT} characters. Shorten it."
    if new.direction not in DIRECTIONS:
        wrong["direction"] = "Choose in, out, or leave it empty."
    if new.duration_minutes is not None and not 0 <= new.duration_minutes <= 24 * 60:
        wrong["duration_minutes"] = "Give minutes between 0 and 1440."
    if wrong:
        raise Invalid("Please correct the marked fields.", fields=wrong)


def sentence(name: str, facts: Mapping[str, Any]) -> str:
    """What happened, in words; names that have no sentence are shown as they are."""
    words = {"fields": _named(shown_changes(facts)), "count": "several", **facts}
    words["channel"] = CHANNELS.get(str(facts.get("channel", "email")), facts.get("channel"))
    said = SENTENCES.get(name, name.replace(".", " ").replace("_", " "))
    return said.format_map(_Known(words)).strip(": ")


def shown_changes(facts: Mapping[str, Any]) -> dict[str, tuple[Any, Any]]:
    """Old and new value of each field that people know, by field name; custom fields as ``custom.<name>``."""
    found: dict[str, tuple[Any, Any]] = {}
    changes = facts.get("changes", {})
    is_made_of_parts = any(part in changes for part in NAMES)
    for column, (old, new) in changes.items():
        if column == "custom":
            before, after = old or {}, new or {}
            for name in sorted({*before, *after}):
                if before.get(name) != after.get(name):
                    found[f"custom.{name}"] = (before.get(name), after.get(name))
        elif column not in UNSEEN and not (column == "name" and is_made_of_parts):
            found[COLUMNS.get(column, column)] = (old, new)
    return dict(sorted(found.items()))


def _named(changes: Mapping[str, Any]) -> str:
    names = [field.removeprefix("custom.").removesuffix("_url").replace("_", " ") for field in changes]
    if len(names) > MOST_NAMED + 1:
        names = [*names[:MOST_NAMED], f"{len(names) - MOST_NAMED} more fields"]
    return " and ".join(filter(None, [", ".join(names[:-1]), names[-1]])) if names else "details"


class _Known(dict[str, Any]):
    def __missing__(self, key: str) -> str:
        return ""
